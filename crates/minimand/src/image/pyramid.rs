//! Images at half the size, and the way back for slopes.

use crate::error::Error;
use crate::grid::{AXES, Grid};
use crate::kernels::scalar::Real;

/// Half of every axis of a grid; an odd row, column or slice at the end is dropped.
///
/// # Errors
/// [`Error::Shape`] if an axis has a single pixel.
pub fn half(grid: &Grid) -> Result<Grid, Error> {
    let shape: Vec<usize> = grid.shape().iter().map(|n| n / 2).collect();
    let spacing: Vec<f64> = grid.spacing().iter().map(|s| 2.0 * s).collect();
    Grid::new(&shape)?.with_spacing(&spacing)
}

/// Runs `f` on every pixel of the halved grid with each of the pixels that it is the mean of.
#[inline(always)]
fn pairs(grid: &Grid, halved: &Grid, mut f: impl FnMut(usize, usize)) {
    let (full, small) = (grid.volume(), halved.volume());
    let step = |axis: usize| if axis >= AXES - grid.axes() { 2 } else { 1 };
    let steps = [step(0), step(1), step(2)];
    for i in 0..small[0] {
        for di in 0..steps[0] {
            for j in 0..small[1] {
                for dj in 0..steps[1] {
                    let from = ((i * steps[0] + di) * full[1] + j * steps[1] + dj) * full[2];
                    let to = (i * small[1] + j) * small[2];
                    for k in 0..small[2] {
                        for dk in 0..steps[2] {
                            f(to + k, from + k * steps[2] + dk);
                        }
                    }
                }
            }
        }
    }
}

/// The mean of two pixels along each axis: an image on the grid that [`half`] gives.
pub fn pool<S: Real>(grid: &Grid, halved: &Grid, image: &[S]) -> Vec<S> {
    let share = S::lift(0.5f64.powi(grid.axes() as i32));
    let mut out = vec![S::lift(0.0); halved.len()];
    pairs(grid, halved, |to, from| out[to] = out[to] + image[from]);
    out.iter().map(|&v| v * share).collect()
}

/// Adds to the slopes by an image those that come back through [`pool`].
pub fn unpool<S: Real>(grid: &Grid, halved: &Grid, from: &[S], slopes: &mut [S]) {
    let share = S::lift(0.5f64.powi(grid.axes() as i32));
    pairs(grid, halved, |small, full| {
        slopes[full] = slopes[full] + from[small] * share;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_pixels_are_dropped_and_slopes_come_back() -> Result<(), Error> {
        let grid = Grid::new(&[3, 4])?.with_spacing(&[1.0, 2.0])?;
        let halved = half(&grid)?;
        assert_eq!(
            (halved.shape(), halved.spacing()),
            (&[1, 2][..], &[2.0, 4.0][..])
        );
        let image: Vec<f64> = (0..12).map(f64::from).collect();
        assert_eq!(pool(&grid, &halved, &image), [2.5, 4.5]);
        let mut slopes = vec![1.0; 12];
        unpool(&grid, &halved, &[4.0, 8.0], &mut slopes);
        assert_eq!(
            slopes,
            [2.0, 2.0, 3.0, 3.0, 2.0, 2.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0]
        );
        assert!(half(&Grid::new(&[1, 4])?).is_err());
        Ok(())
    }
}
