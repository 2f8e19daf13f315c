//! Maxima over windows of a grid.

use crate::grid::Grid;
use std::collections::VecDeque;

/// The largest value in the window of `sizes` (odd, one for each axis of [`Grid::volume`]) around each pixel; what
/// lies outside the grid does not count.
pub(super) fn maximum(grid: &Grid, values: &[f64], sizes: [usize; 3]) -> Vec<f64> {
    let shape = grid.volume();
    let mut out = values.to_vec();
    let mut line = Vec::new();
    let mut stride = 1;
    for axis in (0..3).rev() {
        let reach = sizes[axis] / 2;
        if shape[axis] > 1 && reach > 0 {
            for block in out.chunks_mut(stride * shape[axis]) {
                for first in 0..stride {
                    line.clear();
                    line.extend(block[first..].iter().step_by(stride).copied());
                    slide(&line, reach, block[first..].iter_mut().step_by(stride));
                }
            }
        }
        stride *= shape[axis];
    }
    out
}

/// Writes the maximum of `line` within `reach` of each of its entries.
fn slide<'o>(line: &[f64], reach: usize, out: impl Iterator<Item = &'o mut f64>) {
    // Places of falling values: the first is the largest within reach.
    let mut falling: VecDeque<usize> = VecDeque::new();
    let mut next = 0;
    for (at, out) in out.enumerate() {
        while next < line.len() && next <= at + reach {
            while falling.back().is_some_and(|&last| line[last] <= line[next]) {
                falling.pop_back();
            }
            falling.push_back(next);
            next += 1;
        }
        while falling.front().is_some_and(|&first| first + reach < at) {
            falling.pop_front();
        }
        if let Some(&largest) = falling.front() {
            *out = line[largest];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn the_maximum_of_every_window() -> Result<(), Error> {
        let grid = Grid::new(&[3, 4, 5])?;
        let values: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 61)).collect();
        let at = |z: usize, y: usize, x: usize| (z * 4 + y) * 5 + x;
        for sizes in [[1, 1, 1], [3, 1, 5], [1, 9, 3], [3, 3, 3]] {
            let got = maximum(&grid, &values, sizes);
            let near = |a: usize, b: usize, axis: usize| a.abs_diff(b) <= sizes[axis] / 2;
            for i in 0..60 {
                let (z, y, x) = (i / 20, i / 5 % 4, i % 5);
                let window = (0..60)
                    .filter(|&j| near(z, j / 20, 0) && near(y, j / 5 % 4, 1) && near(x, j % 5, 2));
                let want = window.map(|j| values[j]).fold(f64::MIN, f64::max);
                assert_eq!(got[at(z, y, x)], want, "{sizes:?} {i}");
            }
        }
        Ok(())
    }
}
