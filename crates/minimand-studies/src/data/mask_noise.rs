//! Labels of pixels as tired annotators leave them.

use minimand::grid::Grid;
use minimand_burn::random::Key;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::neighbours::for_ball;

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
}
