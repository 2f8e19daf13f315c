//! Projections of images and volumes along an axis.

use crate::error::Error;
use crate::grid::Grid;
use crate::kernels::scalar::Float;

/// The maximum-intensity projection: the largest value on each line along an axis of the grid.
///
/// `values` has one entry for each pixel; the result has the shape of the grid without that axis. NaN is passed over.
///
/// ```
/// use minimand::grid::Grid;
/// use minimand::segmentation::projection::maximum_projection;
///
/// let image = [1.0, 5.0, 2.0, 3.0, 0.0, 4.0];
/// let grid = Grid::new(&[2, 3])?;
/// assert_eq!(maximum_projection(&grid, &image, 0)?, [3.0, 5.0, 4.0]);
/// assert_eq!(maximum_projection(&grid, &image, 1)?, [5.0, 4.0]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] unless there is one value for each pixel and the grid has the axis.
pub fn maximum_projection<T: Float>(
    grid: &Grid,
    values: &[T],
    axis: usize,
) -> Result<Vec<T>, Error> {
    grid.check("values", values)?;
    if axis >= grid.axes() {
        let expected = format!("more than {axis} axes, to project along axis {axis}");
        return Err(Error::shape("grid", expected, grid.shape()));
    }
    Ok(maxima(Lines::along(grid, axis), values))
}

/// The lines of a grid along one axis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines {
    /// Lines.
    pub(crate) count: usize,
    /// Pixels of each.
    pub(crate) length: usize,
    /// Distance in memory between the pixels of one.
    stride: usize,
}

impl Lines {
    /// The lines along an axis that the grid has.
    pub(crate) fn along(grid: &Grid, axis: usize) -> Self {
        let shape = grid.shape();
        Lines {
            count: grid.len() / shape[axis],
            length: shape[axis],
            stride: shape[axis + 1..].iter().product(),
        }
    }

    /// The pixels of line number `line`.
    #[inline(always)]
    pub(crate) fn pixels(self, line: usize) -> impl Iterator<Item = usize> {
        let first = line / self.stride * self.stride * self.length + line % self.stride;
        (0..self.length).map(move |i| first + i * self.stride)
    }

    /// Runs `f` on every pixel and the number of its line, in the order of memory.
    #[inline(always)]
    pub(crate) fn each(self, mut f: impl FnMut(usize, usize)) {
        let mut pixel = 0;
        for first in (0..self.count).step_by(self.stride) {
            for _ in 0..self.length {
                for line in first..first + self.stride {
                    f(pixel, line);
                    pixel += 1;
                }
            }
        }
    }
}

/// The largest value of each line.
pub(crate) fn maxima<T: Float>(lines: Lines, values: &[T]) -> Vec<T> {
    let mut out = vec![T::LOWEST; lines.count];
    let block = lines.stride * lines.length;
    // In the order of memory, whatever the axis.
    for (out, block) in out.chunks_mut(lines.stride).zip(values.chunks(block)) {
        if lines.stride == 1 {
            out[0] = block
                .iter()
                .fold(T::LOWEST, |a, &b| if b > a { b } else { a });
            continue;
        }
        for row in block.chunks(lines.stride) {
            for (out, &x) in out.iter_mut().zip(row) {
                *out = if x > *out { x } else { *out };
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_axis_of_a_volume() -> Result<(), Error> {
        let grid = Grid::new(&[2, 3, 4])?;
        let values: Vec<f64> = (0..24).map(|i| f64::from(i * 7 % 25)).collect();
        for axis in 0..3 {
            let lines = Lines::along(&grid, axis);
            let got = maximum_projection(&grid, &values, axis)?;
            assert_eq!(got.len(), 24 / grid.shape()[axis]);
            for (line, &got) in got.iter().enumerate() {
                let want = lines
                    .pixels(line)
                    .map(|i| values[i])
                    .fold(f64::MIN, f64::max);
                assert_eq!(got, want);
            }
            lines.each(|pixel, line| assert!(lines.pixels(line).any(|i| i == pixel)));
            let mut all: Vec<usize> = (0..lines.count).flat_map(|l| lines.pixels(l)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..24).collect::<Vec<_>>());
        }
        assert!(maximum_projection(&grid, &values, 3).is_err());
        assert!(maximum_projection(&grid, &values[1..], 0).is_err());
        Ok(())
    }
}
