//! Labels of pixels as tired annotators leave them.

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use super::neighbours::{Touch, for_ball, for_neighbours};
use super::pictures::smooth_field;

/// Labels with shaken outlines: each pixel takes the label at a place that is off by a smooth random
/// displacement with this standard deviation along each axis, in pixels, which changes over about three
/// times `scale` pixels. Two raters of one picture have two keys.
pub(crate) fn shaken(
    grid: &Grid,
    labels: &[u32],
    deviation: f64,
    scale: f64,
    key: Key,
) -> Vec<u32> {
    let shape = grid.volume();
    let first = 3 - grid.axes();
    let fields: Vec<Vec<f64>> = (0..grid.axes())
        .map(|axis| smooth_field(grid, scale, key.child(axis as u64)))
        .collect();
    let label = |index: usize| {
        let place = [
            index / (shape[1] * shape[2]),
            index / shape[2] % shape[1],
            index % shape[2],
        ];
        let mut from = 0;
        for axis in 0..3 {
            let off = if axis < first {
                0.0
            } else {
                deviation * fields[axis - first][index]
            };
            let place = (place[axis] as f64 + off)
                .round()
                .clamp(0.0, (shape[axis] - 1) as f64);
            from = from * shape[axis] + place as usize;
        }
        labels[from]
    };
    (0..labels.len()).map(label).collect()
}

/// What is labelled (anything but 0) grown by so many pixels, or shrunk if the number is negative, step by
/// step by pixels that share a side. A pixel that is won takes the label of the first neighbour that has
/// one.
pub(crate) fn grown(grid: &Grid, labels: &[u32], steps: i32) -> Vec<u32> {
    let mut labels = labels.to_vec();
    for _ in 0..steps.unsigned_abs() {
        let before = labels.clone();
        for (index, label) in labels.iter_mut().enumerate() {
            for_neighbours(grid, index, Touch::Sides, |neighbour| {
                if steps > 0 && *label == 0 {
                    *label = before[neighbour];
                } else if steps < 0 && before[neighbour] == 0 {
                    *label = 0;
                }
            });
        }
    }
    labels
}

/// Labels with so many balls of a radius (in pixels, from–to) set to a label: 0 around labelled pixels for
/// gaps, another label around unlabelled ones for blobs that are not there.
pub(crate) fn blotted(
    grid: &Grid,
    labels: &[u32],
    count: usize,
    radius: (f64, f64),
    label: u32,
    key: Key,
) -> Vec<u32> {
    let mut random = Random::new(key, 0);
    let others: Vec<usize> = (0..labels.len())
        .filter(|&index| labels[index] != label)
        .collect();
    let mut blotted = labels.to_vec();
    if others.is_empty() {
        return blotted;
    }
    let [_, rows, columns] = grid.volume();
    for _ in 0..count {
        let index = others[random.below(others.len())];
        let place = [
            index / (rows * columns),
            index / columns % rows,
            index % columns,
        ];
        let radius = random.uniform_between(radius.0, radius.1);
        for_ball(grid, place.map(|place| place as f64), radius, |pixel, _| {
            blotted[pixel] = label
        });
    }
    blotted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disc(side: usize, radius: f64) -> (Grid, Vec<u32>) {
        let grid = Grid::new(&[side, side]).unwrap();
        let mut labels = vec![0; grid.len()];
        let middle = (side as f64 - 1.0) / 2.0;
        for_ball(&grid, [0.0, middle, middle], radius, |index, _| {
            labels[index] = 2
        });
        (grid, labels)
    }

    #[test]
    fn outlines_shake_by_what_is_asked_for() {
        let (grid, labels) = disc(64, 20.0);
        let mut before = 0;
        for deviation in [0.0, 1.0, 2.0] {
            let mut changed = 0;
            for seed in 0..10 {
                let other = shaken(&grid, &labels, deviation, 5.0, Key::new(seed));
                changed += labels.iter().zip(&other).filter(|(a, b)| a != b).count();
            }
            // Mean distance of the outline, of 126 pixels: √(2/π) of the deviation.
            let distance = changed as f64 / 1260.0;
            assert!(
                (distance - 0.8 * deviation).abs() < 0.25 * deviation + 1e-12,
                "{distance}"
            );
            assert!(changed > before || deviation == 0.0);
            before = changed;
        }
    }

    #[test]
    fn growing_and_shrinking() {
        let (grid, labels) = disc(32, 8.0);
        let count = |labels: &[u32]| labels.iter().filter(|&&label| label == 2).count();
        let (more, less) = (grown(&grid, &labels, 1), grown(&grid, &labels, -1));
        assert!(count(&more) > count(&labels) + 30 && count(&less) + 30 < count(&labels));
        assert!(more.iter().all(|&label| label == 0 || label == 2));
        assert_eq!(grown(&grid, &labels, 0), labels);
        let mut point = vec![0; 32 * 32];
        point[10 * 32 + 10] = 1;
        assert_eq!(grown(&grid, &point, 1).iter().sum::<u32>(), 5);
        assert_eq!(grown(&grid, &point, -1).iter().sum::<u32>(), 0);
    }

    #[test]
    fn blots_are_gaps_or_blobs() {
        let (grid, labels) = disc(32, 8.0);
        let gaps = blotted(&grid, &labels, 3, (1.0, 2.0), 0, Key::new(1));
        assert!(
            gaps.iter()
                .zip(&labels)
                .all(|(new, old)| *new == *old || *new == 0)
        );
        let blobs = blotted(&grid, &labels, 3, (1.0, 2.0), 2, Key::new(1));
        assert!(
            blobs
                .iter()
                .zip(&labels)
                .all(|(new, old)| *new == *old || *new == 2)
        );
        assert!(gaps != labels && blobs != labels);
    }
}
