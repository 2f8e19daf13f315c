//! Regular grids of pixels or voxels, and what is computed on them.
//!
//! Masks have one `bool` for each pixel, row-major as the [`Grid`] says.

pub mod components;
mod connectivity;
pub mod distance;
#[cfg(test)]
mod fixture_tests;
pub mod morphology;
pub mod persistence;
pub mod skeleton;

pub use components::Components;
pub use connectivity::Connectivity;

use crate::error::Error;

/// Axes a grid can have.
pub const AXES: usize = 3;

/// The shape of an image or a volume, with the distance between neighbours along each axis.
///
/// One to three axes, row-major: the last axis is contiguous. Two-dimensional images are `[rows, columns]`,
/// volumes `[slices, rows, columns]`. The spacing is 1 along each axis unless it is given; distances are
/// then in its unit, such as millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    axes: usize,
    /// Padded with 1 in front to three axes.
    shape: [usize; AXES],
    /// Padded with 1 in front to three axes.
    spacing: [f64; AXES],
}

impl Grid {
    /// A grid of this shape with spacing 1.
    ///
    /// # Errors
    /// [`Error::Shape`] unless it has one to three axes, none of them empty.
    pub fn new(shape: &[usize]) -> Result<Grid, Error> {
        let axes = shape.len();
        let entries = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        if !(1..=AXES).contains(&axes) || entries.is_none_or(|n| n == 0) {
            return Err(Error::shape(
                "grid",
                "one to three axes, none of them empty",
                shape,
            ));
        }
        let mut padded = [1; AXES];
        padded[AXES - axes..].copy_from_slice(shape);
        Ok(Grid {
            axes,
            shape: padded,
            spacing: [1.0; AXES],
        })
    }

    /// With this distance between neighbours along each axis.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is one for each axis, [`Error::Value`] unless all are finite and above 0.
    pub fn with_spacing(mut self, spacing: &[f64]) -> Result<Grid, Error> {
        if spacing.len() != self.axes {
            return Err(Error::shape(
                "spacing",
                format!("[{}], one number for each axis", self.axes),
                &[spacing.len()],
            ));
        }
        if let Some(position) = spacing.iter().position(|&s| !(s.is_finite() && s > 0.0)) {
            return Err(Error::Value {
                argument: "spacing",
                position,
                value: spacing[position],
                expected: "a finite distance above 0".to_string(),
            });
        }
        self.spacing[AXES - self.axes..].copy_from_slice(spacing);
        Ok(self)
    }

    /// Number of axes, 1 to 3.
    pub fn axes(&self) -> usize {
        self.axes
    }

    /// Size of each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape[AXES - self.axes..]
    }

    /// Distance between neighbours along each axis.
    pub fn spacing(&self) -> &[f64] {
        &self.spacing[AXES - self.axes..]
    }

    /// The shape with ones in front, so that every grid can be walked as `[slices, rows, columns]`.
    pub fn volume(&self) -> [usize; AXES] {
        self.shape
    }

    /// The spacing with ones in front, fitting [`volume`](Grid::volume).
    pub fn volume_spacing(&self) -> [f64; AXES] {
        self.spacing
    }

    /// Number of pixels, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a grid is never empty")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// A part of this grid with that [`volume`](Grid::volume), each axis of which has at least one pixel.
    pub(crate) fn part(&self, volume: [usize; AXES]) -> Grid {
        Grid {
            shape: volume,
            ..*self
        }
    }

    /// Every pixel, as `[slice, row, column]` and as its row-major index.
    pub(crate) fn places(&self) -> impl Iterator<Item = ([usize; AXES], usize)> {
        let [slices, rows, width] = self.shape;
        (0..slices * rows).flat_map(move |number| {
            let (slice, row) = (number / rows, number % rows);
            (0..width).map(move |x| ([slice, row, x], number * width + x))
        })
    }

    /// Does an argument have one entry for each pixel?
    pub(crate) fn check<T>(&self, argument: &'static str, entries: &[T]) -> Result<(), Error> {
        if entries.len() == self.len() {
            return Ok(());
        }
        let expected = format!("[{}], one entry for each pixel of the grid", self.len());
        Err(Error::shape(argument, expected, &[entries.len()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_padded_in_front() -> Result<(), Error> {
        let grid = Grid::new(&[4, 5])?.with_spacing(&[2.0, 0.5])?;
        assert_eq!(grid.volume(), [1, 4, 5]);
        assert_eq!(grid.volume_spacing(), [1.0, 2.0, 0.5]);
        assert_eq!(
            (grid.shape(), grid.spacing()),
            (&[4, 5][..], &[2.0, 0.5][..])
        );
        assert_eq!((grid.axes(), grid.len()), (2, 20));
        Ok(())
    }

    #[test]
    fn what_is_no_grid_is_refused() {
        for shape in [&[][..], &[0], &[3, 0], &[1, 2, 3, 4], &[usize::MAX, 2]] {
            assert!(Grid::new(shape).is_err(), "{shape:?}");
        }
        let grid = Grid::new(&[2, 2]).unwrap();
        for spacing in [&[1.0][..], &[1.0, 0.0], &[f64::NAN, 1.0]] {
            assert!(grid.with_spacing(spacing).is_err(), "{spacing:?}");
        }
    }
}
