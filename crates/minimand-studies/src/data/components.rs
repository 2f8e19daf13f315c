//! Connected parts of a mask.

use minimand::grid::Grid;

/// Which pixels touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Those that share a side: 4 in the plane, 6 in space.
    Sides,
    /// Those that share a corner, too: 8 in the plane, 26 in space.
    Corners,
}

/// The number of the part of each pixel of the mask, from 1 in the order of their first pixels (0 outside
/// the mask), and how many there are.
pub(crate) fn components(grid: &Grid, mask: &[bool], touch: Touch) -> (Vec<u32>, usize) {
    let mut parts = vec![0; mask.len()];
    let mut count = 0;
    let mut stack = Vec::new();
    for start in 0..mask.len() {
        if !mask[start] || parts[start] > 0 {
            continue;
        }
        count += 1;
        parts[start] = count;
        stack.push(start);
        while let Some(index) = stack.pop() {
            for_neighbours(grid, index, touch, |neighbour| {
                if mask[neighbour] && parts[neighbour] == 0 {
                    parts[neighbour] = count;
                    stack.push(neighbour);
                }
            });
        }
    }
    (parts, count as usize)
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

/// Holes of a mask in the plane: parts of its complement, by sides, that do not reach the border.
pub(crate) fn holes(grid: &Grid, mask: &[bool]) -> usize {
    let outside: Vec<bool> = mask.iter().map(|inside| !inside).collect();
    let (parts, count) = components(grid, &outside, Touch::Sides);
    let mut is_open = vec![false; count + 1];
    for (index, part) in parts.iter().enumerate() {
        is_open[*part as usize] |= is_at_border(grid, index);
    }
    is_open[1..].iter().filter(|open| !**open).count()
}

/// Is this pixel in the outermost row or column (or slice)?
pub(crate) fn is_at_border(grid: &Grid, index: usize) -> bool {
    let mut rest = index;
    grid.shape().iter().rev().any(|&size| {
        let place = rest % size;
        rest /= size;
        place == 0 || place == size - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_holes() {
        let rows = ["#.#..", ".#...", "...##", "...#.", "...##"];
        let mask: Vec<bool> = rows
            .iter()
            .flat_map(|row| row.bytes().map(|pixel| pixel == b'#'))
            .collect();
        let grid = Grid::new(&[5, 5]).unwrap();
        assert_eq!(components(&grid, &mask, Touch::Corners).1, 2);
        let (parts, count) = components(&grid, &mask, Touch::Sides);
        assert_eq!((count, parts[0], parts[2], parts[24]), (4, 1, 2, 4));
        assert_eq!(holes(&grid, &mask), 0);
        let ring = ["#####", "#...#", "#.#.#", "#...#", "#####"];
        let ring: Vec<bool> = ring
            .iter()
            .flat_map(|row| row.bytes().map(|pixel| pixel == b'#'))
            .collect();
        assert_eq!(
            (
                holes(&grid, &ring),
                components(&grid, &ring, Touch::Corners).1
            ),
            (1, 2)
        );
    }

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
        assert!(is_at_border(&grid, 4) && !is_at_border(&grid, 13));
    }
}
