//! Erosion and dilation of a mask by the neighbours of a pixel.

use super::{Connectivity, Grid};
use crate::error::Error;
use crate::kernels::parallel;

/// Grids of fewer pixels are not worth the waking of other threads.
const PARALLEL: usize = 1 << 16;

/// The pixels of a mask whose neighbours are all in it; pixels outside the grid are not.
///
/// As SciPy's `binary_erosion` with `generate_binary_structure(axes, connectivity)`.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one value for each pixel.
pub fn erode(grid: &Grid, mask: &[bool], connectivity: Connectivity) -> Result<Vec<bool>, Error> {
    grid.check("mask", mask)?;
    Ok(gather(grid, mask, connectivity, true))
}

/// The pixels that are in a mask or have a neighbour in it.
///
/// As SciPy's `binary_dilation` with `generate_binary_structure(axes, connectivity)`.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one value for each pixel.
pub fn dilate(grid: &Grid, mask: &[bool], connectivity: Connectivity) -> Result<Vec<bool>, Error> {
    grid.check("mask", mask)?;
    Ok(gather(grid, mask, connectivity, false))
}

/// The pixels of a mask that [`erode`] takes away: those with a neighbour outside the mask or the grid.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one value for each pixel.
pub fn boundary(
    grid: &Grid,
    mask: &[bool],
    connectivity: Connectivity,
) -> Result<Vec<bool>, Error> {
    grid.check("mask", mask)?;
    Ok(rim(grid, mask, connectivity, 1))
}

/// The pixels of a mask, which fits the grid, that so many erosions take away.
pub(crate) fn rim(
    grid: &Grid,
    mask: &[bool],
    connectivity: Connectivity,
    times: usize,
) -> Vec<bool> {
    let mut inner = gather(grid, mask, connectivity, true);
    for _ in 1..times {
        inner = gather(grid, &inner, connectivity, true);
    }
    for (inner, &inside) in inner.iter_mut().zip(mask) {
        *inner = inside && !*inner;
    }
    inner
}

/// All or any of a pixel and its neighbours, in a mask that fits the grid.
fn gather(grid: &Grid, mask: &[bool], connectivity: Connectivity, all: bool) -> Vec<bool> {
    let [_, rows, width] = grid.volume();
    let mut result = vec![all; mask.len()];
    let together = if mask.len() < PARALLEL {
        mask.len()
    } else {
        16 * width
    };
    parallel::pieces(&mut result, together, |piece, out| {
        let first = piece * together / width;
        for (number, out) in (first..).zip(out.chunks_mut(width)) {
            let place = [number / rows, number % rows];
            row(grid, mask, connectivity, all, place, out);
        }
    });
    result
}

/// One row of the result, from the rows of the mask that touch it.
fn row(
    grid: &Grid,
    mask: &[bool],
    connectivity: Connectivity,
    all: bool,
    [slice, row]: [usize; 2],
    out: &mut [bool],
) {
    let [slices, rows, width] = grid.volume();
    // Axes that the grid does not have have no outside.
    let reach = |axes: usize| if grid.axes() >= axes { -1..=1 } else { 0..=0 };
    for (back, up) in reach(3).flat_map(|back: isize| reach(2).map(move |up: isize| (back, up))) {
        let differing = usize::from(back != 0) + usize::from(up != 0);
        if differing > connectivity.axes() {
            continue;
        }
        let slice = slice.checked_add_signed(back).filter(|&s| s < slices);
        let row = row.checked_add_signed(up).filter(|&r| r < rows);
        let (Some(slice), Some(row)) = (slice, row) else {
            if all {
                out.fill(false);
            }
            continue;
        };
        let from = &mask[(slice * rows + row) * width..][..width];
        combine(out, from, all);
        if differing < connectivity.axes() {
            combine(&mut out[1..], &from[..width - 1], all);
            combine(&mut out[..width - 1], &from[1..], all);
            if all {
                (out[0], out[width - 1]) = (false, false);
            }
        }
    }
}

#[inline]
fn combine(out: &mut [bool], from: &[bool], all: bool) {
    for (out, &from) in out.iter_mut().zip(from) {
        *out = if all { *out & from } else { *out | from };
    }
}

#[cfg(test)]
#[path = "morphology_tests.rs"]
mod tests;
