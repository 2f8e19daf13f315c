//! Betti numbers of masks: how many components, holes and cavities.

use super::super::Grid;
use super::{Construction, runs::components};
use crate::error::Error;
use crate::kernels::scalar::Float;

/// Which values are at least `threshold`.
///
/// # Errors
/// [`Error::Value`] at NaN.
pub fn foreground<T: Float>(values: &[T], threshold: f64) -> Result<Vec<bool>, Error> {
    match values.iter().position(|x| x.to_f64().is_nan()) {
        None => Ok(values.iter().map(|x| x.to_f64() >= threshold).collect()),
        Some(position) => Err(Error::Value {
            argument: "values",
            position,
            value: f64::NAN,
            expected: "a number".to_string(),
        }),
    }
}

/// Betti numbers of the complex of a mask, row-major on the grid: components, holes (two axes and more) and cavities (three axes;
/// the holes of a volume are its tunnels).
///
/// # Errors
/// [`Error::Shape`] if the mask has not one entry for each pixel.
pub fn betti_numbers(
    mask: &[bool],
    grid: &Grid,
    construction: Construction,
) -> Result<Vec<usize>, Error> {
    check("mask", mask, grid)?;
    Ok(numbers(mask, grid, construction))
}

fn numbers(mask: &[bool], grid: &Grid, construction: Construction) -> Vec<usize> {
    let corners = construction == Construction::TopCells;
    let parts = components(mask, grid.volume(), corners);
    // Two of the three follow from components, and the last from Euler's formula.
    let holes =
        |cavities: usize| (parts + cavities).saturating_add_signed(-euler(mask, grid, corners));
    match grid.axes() {
        1 => vec![parts],
        2 => vec![parts, holes(0)],
        _ => {
            let (background, shape) = surrounded(mask, grid);
            // All but the outside.
            let cavities = components(&background, shape, !corners) - 1;
            vec![parts, holes(cavities), cavities]
        }
    }
}

/// Euler characteristic of the mask: components − holes + cavities, without looking for any of them.
///
/// # Errors
/// [`Error::Shape`] if the mask has not one entry for each pixel.
pub fn euler_characteristic(
    mask: &[bool],
    grid: &Grid,
    construction: Construction,
) -> Result<isize, Error> {
    check("mask", mask, grid)?;
    Ok(euler(mask, grid, construction == Construction::TopCells))
}

fn euler(mask: &[bool], grid: &Grid, corners: bool) -> isize {
    if !corners {
        return of_vertices(mask, grid.volume());
    }
    // The background's cells are the complement, with dimensions turned round.
    let (background, shape) = surrounded(mask, grid);
    let rest = 1 - of_vertices(&background, shape);
    if grid.axes().is_multiple_of(2) {
        rest
    } else {
        -rest
    }
}

/// Pixels − edges + squares − cubes whose pixels are all set.
fn of_vertices(mask: &[bool], [depth, height, width]: [usize; 3]) -> isize {
    let row = |z: usize, y: usize| &mask[(z * height + y) * width..][..width];
    let mut sum = 0;
    let mut all = vec![0u8; width];
    for z in 0..depth {
        for y in 0..height {
            for (dz, dy) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                if z + dz >= depth || y + dy >= height {
                    continue;
                }
                // With an offset of 0 a row is met twice, and nothing changes.
                let rows = [
                    row(z, y),
                    row(z, y + dy),
                    row(z + dz, y),
                    row(z + dz, y + dy),
                ];
                for (x, all) in all.iter_mut().enumerate() {
                    *all = u8::from(rows[0][x] & rows[1][x] & rows[2][x] & rows[3][x]);
                }
                let set: isize = all.iter().map(|&set| isize::from(set)).sum();
                let pairs: isize = all.windows(2).map(|two| isize::from(two[0] & two[1])).sum();
                sum += if (dz + dy) % 2 == 0 {
                    set - pairs
                } else {
                    pairs - set
                };
            }
        }
    }
    sum
}

/// The background with a frame of background around it.
fn surrounded(mask: &[bool], grid: &Grid) -> (Vec<bool>, [usize; 3]) {
    let shape = grid.volume();
    let frame = [0, 1, 2].map(|axis| usize::from(axis + grid.axes() >= 3));
    let grown = [0, 1, 2].map(|axis| shape[axis] + 2 * frame[axis]);
    let mut background = vec![true; grown.iter().product()];
    for (line, row) in mask.chunks_exact(shape[2]).enumerate() {
        let (z, y) = (line / shape[1] + frame[0], line % shape[1] + frame[1]);
        let start = (z * grown[1] + y) * grown[2] + frame[2];
        for (out, set) in background[start..].iter_mut().zip(row) {
            *out = !set;
        }
    }
    (background, grown)
}

/// Betti number error: by dimension, how far the Betti numbers of a prediction are from those of the target.
///
/// Where features lie does not matter. The sum over dimensions is the error that is usually reported.
///
/// # Errors
/// [`Error::Shape`] if a mask has not one entry for each pixel.
pub fn betti_number_error(
    prediction: &[bool],
    target: &[bool],
    grid: &Grid,
    construction: Construction,
) -> Result<Vec<usize>, Error> {
    check("prediction", prediction, grid)?;
    check("target", target, grid)?;
    let ours = numbers(prediction, grid, construction);
    let theirs = numbers(target, grid, construction);
    let pairs = ours.into_iter().zip(theirs);
    Ok(pairs.map(|(a, b)| a.abs_diff(b)).collect())
}

/// Mean [`betti_number_error`] of windows that tile the grid, by dimension; windows at the far ends may be smaller.
///
/// # Errors
/// [`Error::Shape`] if a mask has not one entry for each pixel, or unless the window has a size above 0 along each axis.
pub fn windowed_betti_number_error(
    prediction: &[bool],
    target: &[bool],
    grid: &Grid,
    window: &[usize],
    construction: Construction,
) -> Result<Vec<f64>, Error> {
    check("prediction", prediction, grid)?;
    check("target", target, grid)?;
    let axes = grid.axes();
    if window.len() != axes || window.contains(&0) {
        let expected = format!("{axes} sizes above 0, one for each axis");
        return Err(Error::shape("window", expected, window));
    }
    let shape = grid.volume();
    let mut size = [1; 3];
    size[3 - axes..].copy_from_slice(window);
    let tiles = [0, 1, 2].map(|axis| shape[axis].div_ceil(size[axis]));
    let mut sums = vec![0; axes];
    for tile in 0..tiles.iter().product() {
        let number = [
            tile / tiles[2] / tiles[1],
            tile / tiles[2] % tiles[1],
            tile % tiles[2],
        ];
        let ranges = [0, 1, 2].map(|axis| {
            let start = number[axis] * size[axis];
            start..shape[axis].min(start + size[axis])
        });
        let part = |mask: &[bool]| {
            let mut part = Vec::new();
            for z in ranges[0].clone() {
                for y in ranges[1].clone() {
                    let row = &mask[(z * shape[1] + y) * shape[2]..][..shape[2]];
                    part.extend_from_slice(&row[ranges[2].clone()]);
                }
            }
            part
        };
        let cut = ranges.clone().map(|range| range.len());
        let part_grid = Grid::new(&cut[3 - axes..])?;
        let errors =
            betti_number_error(&part(prediction), &part(target), &part_grid, construction)?;
        for (sum, error) in sums.iter_mut().zip(errors) {
            *sum += error;
        }
    }
    let count: usize = tiles.iter().product();
    Ok(sums
        .into_iter()
        .map(|sum| sum as f64 / count as f64)
        .collect())
}

fn check(argument: &'static str, mask: &[bool], grid: &Grid) -> Result<(), Error> {
    if mask.len() == grid.len() {
        return Ok(());
    }
    let expected = format!("{:?}, as the grid has it", grid.shape());
    Err(Error::shape(argument, expected, &[mask.len()]))
}
