//! Pixels around a pixel.

use minimand::grid::Grid;

/// Which pixels touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Those that share a side: 4 in the plane, 6 in space.
    Sides,
    /// Those that share a corner, too: 8 in the plane, 26 in space.
    Corners,
}

/// Calls `visit` with every pixel that touches this one.
pub(crate) fn for_neighbours(
    grid: &Grid,
    index: usize,
    touch: Touch,
    mut visit: impl FnMut(usize),
) {
    let [slices, rows, columns] = grid.volume();
    let place = [
        index / (rows * columns),
        index / columns % rows,
        index % columns,
    ];
    let range =
        |axis: usize, size: usize| place[axis].saturating_sub(1)..=(place[axis] + 1).min(size - 1);
    for z in range(0, slices) {
        for y in range(1, rows) {
            for x in range(2, columns) {
                let steps = z.abs_diff(place[0]) + y.abs_diff(place[1]) + x.abs_diff(place[2]);
                if steps == 1 || steps > 1 && touch == Touch::Corners {
                    visit((z * rows + y) * columns + x);
                }
            }
        }
    }
}

/// Calls `visit` with every pixel whose middle is within this radius of a place (`[slice, row, column]`),
/// and its distance.
pub(crate) fn for_ball(
    grid: &Grid,
    place: [f64; 3],
    radius: f64,
    mut visit: impl FnMut(usize, f64),
) {
    let shape = grid.volume();
    let range = |axis: usize| {
        let low = (place[axis] - radius).ceil().max(0.0) as usize;
        let high = (place[axis] + radius).floor();
        low..(if high < 0.0 {
            0
        } else {
            (high as usize + 1).min(shape[axis])
        })
    };
    for z in range(0) {
        for y in range(1) {
            for x in range(2) {
                let offset = [
                    z as f64 - place[0],
                    y as f64 - place[1],
                    x as f64 - place[2],
                ];
                let distance = offset.iter().map(|x| x * x).sum::<f64>().sqrt();
                if distance <= radius {
                    visit((z * shape[1] + y) * shape[2] + x, distance);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voxel_has_6_or_26_neighbours() {
        let grid = Grid::new(&[3, 3, 3]).unwrap();
        for (touch, middle, corner) in [(Touch::Sides, 6, 3), (Touch::Corners, 26, 7)] {
            for (index, expected) in [(13, middle), (0, corner)] {
                let mut count = 0;
                for_neighbours(&grid, index, touch, |_| count += 1);
                assert_eq!(count, expected);
            }
        }
    }
}
