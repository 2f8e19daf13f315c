//! Differences between neighbouring pixels.

use crate::grid::{AXES, Grid};
use crate::kernels::scalar::Real;

/// Distance in memory between neighbours along each axis of [`Grid::volume`].
pub fn strides(grid: &Grid) -> [usize; AXES] {
    let shape = grid.volume();
    [shape[1] * shape[2], shape[2], 1]
}

/// Runs `f(before, after, axis)` on every pair of neighbours; the axes are those of [`Grid::volume`].
#[inline(always)]
pub fn neighbours(grid: &Grid, mut f: impl FnMut(usize, usize, usize)) {
    let shape = grid.volume();
    for (axis, stride) in strides(grid).into_iter().enumerate() {
        let (block, kept) = (stride * shape[axis], stride * (shape[axis] - 1));
        for start in (0..grid.len()).step_by(block) {
            for i in start..start + kept {
                f(i, i + stride, axis);
            }
        }
    }
}

/// Number of pairs of neighbours along each axis of [`Grid::volume`].
pub fn pairs(grid: &Grid) -> [usize; AXES] {
    let shape = grid.volume();
    [0, 1, 2].map(|axis| grid.len() / shape[axis] * (shape[axis] - 1))
}

/// Σ_axes x_{i+1} − 2 x_i + x_{i−1}, with the outermost pixels repeated beyond the border. Its own transpose.
pub fn laplacian<S: Real>(grid: &Grid, image: &[S]) -> Vec<S> {
    let mut out = vec![S::lift(0.0); grid.len()];
    neighbours(grid, |i, j, _| {
        let d = image[j] - image[i];
        out[i] = out[i] + d;
        out[j] = out[j] - d;
    });
    out
}

/// a·x_{i−1} + b·x_i + c·x_{i+1} along one axis, with the outermost pixels repeated beyond the border.
pub fn three_taps<S: Real>(grid: &Grid, axis: usize, taps: [f64; 3], image: &[S]) -> Vec<S> {
    let mut out = vec![S::lift(0.0); grid.len()];
    each_tap(grid, axis, taps, |to, from, w| {
        out[to] = out[to] + S::lift(w) * image[from];
    });
    out
}

/// The transpose of [`three_taps`]: slopes by its result become slopes by its image.
pub fn three_taps_back<S: Real>(grid: &Grid, axis: usize, taps: [f64; 3], slopes: &[S]) -> Vec<S> {
    let mut out = vec![S::lift(0.0); grid.len()];
    each_tap(grid, axis, taps, |to, from, w| {
        out[from] = out[from] + S::lift(w) * slopes[to];
    });
    out
}

#[inline(always)]
fn each_tap(grid: &Grid, axis: usize, taps: [f64; 3], mut f: impl FnMut(usize, usize, f64)) {
    let (stride, size) = (strides(grid)[axis], grid.volume()[axis]);
    for (shift, w) in taps.into_iter().enumerate().filter(|(_, w)| *w != 0.0) {
        for start in (0..grid.len()).step_by(stride * size) {
            for at in 0..size {
                let from = (at + shift).saturating_sub(1).min(size - 1);
                for i in start..start + stride {
                    f(i + at * stride, i + from * stride, w);
                }
            }
        }
    }
}

/// The axes of [`Grid::volume`] that the grid has.
pub fn axes(grid: &Grid) -> std::ops::Range<usize> {
    AXES - grid.axes()..AXES
}

/// The slope along each axis by Sobel's operator: a central difference along it, smoothed by (1, 2, 1)/4 along
/// the others. With `back`, its transpose is applied to what is given for each axis and added up.
pub fn sobel<S: Real>(grid: &Grid, axis: usize, image: &[S], back: bool) -> Vec<S> {
    let mut out = image.to_vec();
    for other in axes(grid) {
        let taps = if other == axis {
            [-0.5, 0.0, 0.5]
        } else {
            [0.25, 0.5, 0.25]
        };
        out = if back {
            three_taps_back(grid, other, taps, &out)
        } else {
            three_taps(grid, other, taps, &out)
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * 7919 + 13) % 101) as f64 / 10.0)
            .collect()
    }

    fn inner(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn the_way_back_is_the_transpose() {
        for shape in [&[7][..], &[3, 5], &[2, 3, 4]] {
            let grid = Grid::new(shape).unwrap();
            let (x, mut y) = (image(grid.len()), image(grid.len()));
            y.reverse();
            for axis in axes(&grid) {
                let there = inner(&sobel(&grid, axis, &x, false), &y);
                let back = inner(&x, &sobel(&grid, axis, &y, true));
                assert!((there - back).abs() < 1e-10, "{shape:?}");
            }
            let twice = inner(&laplacian(&grid, &x), &y) - inner(&x, &laplacian(&grid, &y));
            assert!(twice.abs() < 1e-10);
        }
    }

    #[test]
    fn slopes_of_a_ramp_and_curvature_of_a_spike() {
        let grid = Grid::new(&[4, 5]).unwrap();
        let ramp: Vec<f64> = (0..20).map(|i| (i / 5) as f64).collect();
        assert_eq!(sobel(&grid, 1, &ramp, false)[7], 1.0);
        assert_eq!(sobel(&grid, 2, &ramp, false)[7], 0.0);
        let mut spike = vec![0.0; 20];
        spike[6] = 1.0;
        let curved = laplacian(&grid, &spike);
        assert_eq!(
            (curved[6], curved[1], curved[11], curved[0]),
            (-4.0, 1.0, 1.0, 0.0)
        );
        assert_eq!(pairs(&grid), [0, 15, 16]);
    }
}
