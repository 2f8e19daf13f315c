//! How saliency maps are measured: F of boundaries, and F over all thresholds.

use minimand::grid::distance::distance_transform;
use minimand::grid::morphology::boundary;
use minimand::grid::{Connectivity, Grid};

use crate::error::StudyError;

/// Pixels from the other boundary that are forgiven.
const TOLERANCE: f64 = 1.0;
/// Weighs precision.
const BETA_SQUARED: f64 = 0.3;

fn f_score(precision: f64, recall: f64) -> f64 {
    let denominator = BETA_SQUARED * precision + recall;
    match denominator > 0.0 {
        true => (1.0 + BETA_SQUARED) * precision * recall / denominator,
        false => 0.0,
    }
}

/// F of the boundaries of two masks of 0 and 1, each pixel of which is right within a pixel of the other boundary; 0
/// if a mask is empty.
pub(super) fn relaxed_boundary_f(
    grid: &Grid,
    own: &[u32],
    truth: &[u32],
) -> Result<f64, StudyError> {
    let edge = |labels: &[u32]| -> Result<Vec<bool>, StudyError> {
        let mask: Vec<bool> = labels.iter().map(|&label| label == 1).collect();
        Ok(boundary(grid, &mask, Connectivity::Vertex)?)
    };
    let (own, truth) = (edge(own)?, edge(truth)?);
    let share = |of: &[bool], to: &[bool]| -> Result<f64, StudyError> {
        let distances = distance_transform(grid, to, true)?;
        let on = of.iter().zip(distances).filter(|(on, _)| **on);
        let near = on.clone().filter(|(_, distance)| *distance <= TOLERANCE);
        Ok(near.count() as f64 / on.count().max(1) as f64)
    };
    Ok(f_score(share(&own, &truth)?, share(&truth, &own)?))
}

/// The largest F over the thresholds k/255 of the means of precision and recall over the pictures.
pub(super) fn largest_f(found: &[f64], labels: &[u32], pixels: usize) -> f64 {
    let mut sums = vec![[0.0; 2]; 256];
    let pictures = found.chunks_exact(pixels).zip(labels.chunks_exact(pixels));
    let count = pictures.len() as f64;
    for (found, labels) in pictures {
        // Pixels that are predicted at each threshold, and of these the true ones.
        let mut predicted = [[0.0; 2]; 257];
        for (&p, &label) in found.iter().zip(labels) {
            let level = (p * 255.0).floor() as usize;
            predicted[level][0] += 1.0;
            predicted[level][1] += f64::from(label);
        }
        for level in (0..256).rev() {
            for i in 0..2 {
                predicted[level][i] += predicted[level + 1][i];
            }
        }
        let truth = predicted[0][1];
        for (sum, [all, right]) in sums.iter_mut().zip(predicted) {
            sum[0] += if all > 0.0 { right / all } else { 0.0 };
            sum[1] += if truth > 0.0 { right / truth } else { 0.0 };
        }
    }
    let scores = sums
        .iter()
        .map(|[precision, recall]| f_score(precision / count, recall / count));
    scores.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_those_of_the_record() {
        let grid = Grid::new(&[8, 8]).unwrap();
        let square = |last: usize| -> Vec<u32> {
            let inside = |i: usize| (2..6).contains(&(i / 8)) && (2..=last).contains(&(i % 8));
            (0..64).map(|i| u32::from(inside(i))).collect()
        };
        let f = relaxed_boundary_f(&grid, &square(7), &square(5)).unwrap();
        assert!((f - 0.795918367).abs() < 1e-9, "{f}");
        assert_eq!(
            relaxed_boundary_f(&grid, &square(5), &square(5)).unwrap(),
            1.0
        );
        assert_eq!(
            relaxed_boundary_f(&grid, &[0; 64], &square(5)).unwrap(),
            0.0
        );
    }

    #[test]
    fn the_best_threshold_counts() {
        // At 0.5 all is right, below it half of what is predicted.
        let f = largest_f(&[0.9, 0.5, 0.3, 0.2], &[1, 1, 0, 0], 4);
        assert!((f - 1.0).abs() < 1e-12, "{f}");
        let f = largest_f(&[0.5, 0.5], &[1, 0], 2);
        assert!((f - 1.3 * 0.5 / (0.3 * 0.5 + 1.0)).abs() < 1e-12, "{f}");
    }
}
