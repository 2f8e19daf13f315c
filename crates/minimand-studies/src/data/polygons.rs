//! Polygons, and how much of each pixel they cover.

use minimand::grid::Grid;

/// A corner, `[y, x]` in pixels: the middle of the first pixel is `[0, 0]`.
pub(crate) type Corner = [f64; 2];

/// The share of each pixel of a plane grid that a polygon covers, from `samples`² points in it. What its
/// outline goes around twice counts as outside (even–odd rule).
pub(crate) fn coverage(grid: &Grid, polygon: &[Corner], samples: usize) -> Vec<f32> {
    let [_, rows, columns] = grid.volume();
    let mut counts = vec![0_u32; rows * columns];
    let mut crossings = Vec::new();
    let place = |index: usize| (index as f64 + 0.5) / samples as f64 - 0.5;
    for line in 0..rows * samples {
        let y = place(line);
        crossings.clear();
        for (index, &[y1, x1]) in polygon.iter().enumerate() {
            let [y2, x2] = polygon[(index + 1) % polygon.len()];
            if (y1 <= y) != (y2 <= y) {
                crossings.push(x1 + (y - y1) / (y2 - y1) * (x2 - x1));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.as_chunks::<2>().0 {
            // The samples x with pair[0] ≤ x < pair[1].
            let first = |x: f64| ((x + 0.5) * samples as f64 - 0.5).ceil().max(0.0) as usize;
            for sample in first(pair[0])..first(pair[1]).min(columns * samples) {
                counts[line / samples * columns + sample / samples] += 1;
            }
        }
    }
    let all = (samples * samples) as f32;
    counts.iter().map(|&count| count as f32 / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_sums_to_the_area() {
        let grid = Grid::new(&[20, 30]).unwrap();
        let square = [[2.5, 3.5], [2.5, 13.5], [7.5, 13.5], [7.5, 3.5]];
        let covered = coverage(&grid, &square, 4);
        assert_eq!(covered.iter().sum::<f32>(), 50.0);
        assert!(covered.iter().all(|&share| share == 0.0 || share == 1.0));
        assert_eq!(
            (
                covered[3 * 30 + 4],
                covered[2 * 30 + 4],
                covered[3 * 30 + 13]
            ),
            (1.0, 0.0, 1.0)
        );
        // A triangle of area 50, half outside of the grid beyond the left.
        let triangle = [[5.0, -10.0], [5.0, 10.0], [10.0, 0.0]];
        let area: f32 = coverage(&grid, &triangle, 8).iter().sum();
        // The half-pixel left of the first middle belongs to the grid.
        assert!((area - 27.4).abs() < 0.5, "{area}");
        let crossed = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
        let area: f32 = coverage(&grid, &crossed, 8).iter().sum();
        assert!((area - 50.0).abs() < 1.0, "{area}");
    }
}
