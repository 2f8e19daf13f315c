//! Matching the brightness of pictures to that of others.

use super::cohort::Cohort;

/// Edges of the bins of brightness, from −1.5 to 2.5.
const BINS: usize = 40;

/// The mean squared distance of the sorted brightness of both sets of pictures, plus that of the differences
/// along rows; and its slope by each pixel of the first.
pub(super) fn distance(own: &[f32], real: &[f32], columns: usize) -> (f64, Vec<f32>) {
    let (value, mut gradient) = sorted_distance(own, real);
    let steps = |values: &[f32]| -> Vec<f32> {
        let rows = values.chunks_exact(columns);
        rows.flat_map(|row| row.windows(2).map(|pair| pair[1] - pair[0]))
            .collect()
    };
    let (rough, slopes) = sorted_distance(&steps(own), &steps(real));
    for (place, slope) in slopes.into_iter().enumerate() {
        let pixel = place / (columns - 1) * columns + place % (columns - 1);
        gradient[pixel + 1] += slope;
        gradient[pixel] -= slope;
    }
    (value + rough, gradient)
}

fn sorted_distance(own: &[f32], real: &[f32]) -> (f64, Vec<f32>) {
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_unstable_by(|&i, &j| own[i].total_cmp(&own[j]));
    let mut sorted = real.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let count = own.len() as f32;
    let mut gradient = vec![0.0; own.len()];
    let mut value = 0.0;
    for (place, target) in order.into_iter().zip(sorted) {
        let off = own[place] - target;
        value += f64::from(off * off / count);
        gradient[place] = 2.0 * off / count;
    }
    (value, gradient)
}

/// The shares of the pixels of lesions in bins of brightness.
pub(super) fn brightness(cohort: &Cohort) -> Vec<f64> {
    let mut counts = vec![1e-6; BINS];
    for (value, _) in cohort
        .images
        .iter()
        .zip(&cohort.labels)
        .filter(|(_, label)| **label == 1)
    {
        let bin = ((value + 1.5) * 10.0).clamp(0.0, BINS as f32 - 1.0) as usize;
        counts[bin] += 1.0;
    }
    let sum: f64 = counts.iter().sum();
    counts.iter().map(|count| count / sum).collect()
}

/// The shares over the middles of the bins.
pub(super) fn points(shares: &[f64]) -> Vec<(f64, f64)> {
    let shares = shares.iter().enumerate();
    shares
        .map(|(bin, share)| ((bin as f64 + 0.5) / 10.0 - 1.5, *share))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_that_of_sorted_numbers_and_its_slope_is_right() {
        let own = [0.3f32, 1.4, 0.1, 0.9, 2.2, 0.6];
        assert_eq!(
            sorted_distance(&own, &[0.6, 0.3, 0.9, 2.2, 1.4, 0.1]).0,
            0.0
        );
        let real = [0.0f32, 0.5, 1.0, 0.25, 0.75, 2.5];
        let (_, slopes) = distance(&own, &real, 3);
        for pixel in 0..own.len() {
            let at = |step: f32| {
                let mut moved = own;
                moved[pixel] += step;
                distance(&moved, &real, 3).0
            };
            let numeric = (at(1e-2) - at(-1e-2)) / 2e-2;
            let slope = f64::from(slopes[pixel]);
            assert!((numeric - slope).abs() < 1e-3, "{numeric} {slope}");
        }
    }
}
