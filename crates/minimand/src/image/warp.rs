//! Images warped by a field of displacements, with the slopes by both.

use super::differences::axes;
use super::registration::check_field;
use crate::error::Error;
use crate::grid::{AXES, Grid};
use crate::kernels::parallel;
use crate::kernels::scalar::Float;

/// Pixels that one thread takes at a time.
const PIECE: usize = 1 << 12;

/// What a warp reads beyond the border of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// Zeros; between them and the outermost pixels it interpolates.
    Zero,
    /// The nearest pixel of the image.
    Nearest,
}

/// The pixels around one place, at most eight: position (none beyond the border), weight, and the slopes of the
/// weight by the coordinates.
struct Corners {
    at: [Option<usize>; 8],
    weight: [f64; 8],
    slope: [[f64; AXES]; 8],
}

impl Corners {
    fn new(grid: &Grid, place: [f64; AXES], outside: Outside) -> Corners {
        let shape = grid.volume();
        let mut corners = Corners {
            at: [None; 8],
            weight: [0.0; 8],
            slope: [[0.0; AXES]; 8],
        };
        // Along each axis the pixel before, the part of the way to the next, and whether it can move.
        let (mut low, mut part, mut moves) = ([0i64; AXES], [0.0; AXES], [0.0; AXES]);
        for axis in 0..AXES {
            let last = (shape[axis] - 1) as f64;
            let inside = match outside {
                Outside::Nearest => place[axis].clamp(0.0, last),
                // Two pixels beyond the border all is zero.
                Outside::Zero => place[axis].clamp(-2.0, last + 2.0),
            };
            moves[axis] = f64::from(u8::from(inside == place[axis]));
            low[axis] = inside.floor() as i64;
            part[axis] = inside - inside.floor();
        }
        for corner in 0..8 {
            let (mut position, mut within) = (0, true);
            let (mut weight, mut slope) = (1.0, [1.0; AXES]);
            for axis in 0..AXES {
                let next = corner >> axis & 1;
                let at = low[axis] + next as i64;
                within &= (0..shape[axis] as i64).contains(&at);
                position = position * shape[axis] + at.max(0) as usize;
                let own = if next == 1 {
                    part[axis]
                } else {
                    1.0 - part[axis]
                };
                weight *= own;
                for (other, slope) in slope.iter_mut().enumerate() {
                    *slope *= match (other == axis, next == 1) {
                        (false, _) => own,
                        (true, true) => moves[axis],
                        (true, false) => -moves[axis],
                    };
                }
            }
            corners.at[corner] =
                (within && (weight != 0.0 || slope != [0.0; AXES])).then_some(position);
            corners.weight[corner] = weight;
            corners.slope[corner] = slope;
        }
        corners
    }
}

/// Where pixel `i` goes, in pixels.
fn place<T: Float>(grid: &Grid, field: &[T], i: usize) -> [f64; AXES] {
    let (shape, spacing) = (grid.volume(), grid.volume_spacing());
    let mut at = [
        i / (shape[1] * shape[2]),
        i / shape[2] % shape[1],
        i % shape[2],
    ]
    .map(|x| x as f64);
    for (component, axis) in axes(grid).enumerate() {
        at[axis] += field[component * grid.len() + i].to_f64() / spacing[axis];
    }
    at
}

fn check<T: Float>(grid: &Grid, image: &[T], field: &[T]) -> Result<(), Error> {
    check_field(grid, field.len())?;
    if image.is_empty() || !image.len().is_multiple_of(grid.len()) {
        return Err(Error::Shape {
            argument: "image",
            expected: format!("channels of {:?}", grid.shape()),
            got: format!("{} entries", image.len()),
        });
    }
    match field.iter().position(|u| !u.finite()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument: "field",
            position,
            value: field[position].to_f64(),
            expected: "a finite displacement".to_string(),
        }),
    }
}

/// The image `[channels, …]` at x + u(x), interpolated linearly along each axis. `field` is `[axes, …]` in units
/// of the spacing. Differentiate with [`warp_slopes`]. Also called a spatial transformer.
///
/// # Errors
/// [`Error::Shape`] for arrays that do not fit the grid, [`Error::Value`] for displacements that are not finite.
pub fn warp<T: Float>(
    grid: &Grid,
    image: &[T],
    field: &[T],
    outside: Outside,
) -> Result<Vec<T>, Error> {
    check(grid, image, field)?;
    let pixels = grid.len();
    let mut out = vec![T::default(); image.len()];
    for (image, out) in image.chunks(pixels).zip(out.chunks_mut(pixels)) {
        parallel::pieces(out, PIECE, |number, out| {
            for (i, out) in (number * PIECE..).zip(out) {
                let corners = Corners::new(grid, place(grid, field, i), outside);
                let mut sum = 0.0;
                for (at, w) in corners.at.iter().zip(corners.weight) {
                    sum += at.map_or(0.0, |at| w * image[at].to_f64());
                }
                *out = T::from_f64(sum);
            }
        });
    }
    Ok(out)
}

/// Slopes by image and field, given those by the result of [`warp`]. At whole pixels the slope is that towards the
/// next pixel.
///
/// # Errors
/// As for [`warp`]; [`Error::Shape`] unless `slopes` is as long as the image.
pub fn warp_slopes<T: Float>(
    grid: &Grid,
    image: &[T],
    field: &[T],
    outside: Outside,
    slopes: &[T],
) -> Result<[Vec<T>; 2], Error> {
    check(grid, image, field)?;
    if slopes.len() != image.len() {
        return Err(Error::Shape {
            argument: "slopes",
            expected: format!("{} entries, as the image", image.len()),
            got: format!("{} entries", slopes.len()),
        });
    }
    let (pixels, spacing) = (grid.len(), grid.volume_spacing());
    let mut by_image = vec![T::default(); image.len()];
    let scatter = |(): &mut (), (slopes, out): &mut (&[T], &mut [T])| {
        for (i, &d) in slopes.iter().enumerate() {
            let corners = Corners::new(grid, place(grid, field, i), outside);
            for (at, w) in corners.at.iter().zip(corners.weight) {
                if let Some(at) = *at {
                    out[at] = out[at] + d * T::from_f64(w);
                }
            }
        }
    };
    let mut images: Vec<_> = (slopes.chunks(pixels).zip(by_image.chunks_mut(pixels))).collect();
    parallel::run(&mut images, || (), scatter);
    let along = |i: usize| {
        let corners = Corners::new(grid, place(grid, field, i), outside);
        let mut sums = [0.0; AXES];
        for (image, slopes) in image.chunks(pixels).zip(slopes.chunks(pixels)) {
            for (at, slope) in corners.at.iter().zip(corners.slope) {
                let value = at.map_or(0.0, |at| image[at].to_f64() * slopes[i].to_f64());
                for axis in 0..AXES {
                    sums[axis] += value * slope[axis];
                }
            }
        }
        sums
    };
    let mut each = vec![[0.0; AXES]; pixels];
    parallel::pieces(&mut each, PIECE, |number, each| {
        for (i, each) in (number * PIECE..).zip(each) {
            *each = along(i);
        }
    });
    let mut by_field = Vec::with_capacity(field.len());
    for axis in axes(grid) {
        by_field.extend(each.iter().map(|s| T::from_f64(s[axis] / spacing[axis])));
    }
    Ok([by_image, by_field])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, seed: usize, scale: f64) -> Vec<f64> {
        (0..n)
            .map(|i| scale * (((i * 7919 + seed * 31) % 103) as f64 / 51.0 - 1.0))
            .collect()
    }

    #[test]
    fn whole_displacements_shift_and_zeros_come_in() -> Result<(), Error> {
        let grid = Grid::new(&[2, 3])?;
        let image = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let field = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(
            warp(&grid, &image, &field, Outside::Zero)?,
            [2.0, 3.0, 0.0, 5.0, 6.0, 0.0]
        );
        assert_eq!(
            warp(&grid, &image, &field, Outside::Nearest)?,
            [2.0, 3.0, 3.0, 5.0, 6.0, 6.0]
        );
        assert!(warp(&grid, &image[..5], &field, Outside::Zero).is_err());
        assert!(warp(&grid, &image, &[f64::NAN; 12], Outside::Zero).is_err());
        Ok(())
    }

    #[test]
    fn slopes_are_difference_quotients() -> Result<(), Error> {
        for outside in [Outside::Zero, Outside::Nearest] {
            for shape in [&[7][..], &[3, 4], &[3, 2, 4]] {
                let grid = Grid::new(shape)?.with_spacing(&[0.5, 2.0, 1.5][..shape.len()])?;
                let (n, d) = (grid.len(), grid.axes());
                let (image, mut field) = (numbers(2 * n, 1, 1.0), numbers(d * n, 2, 1.37));
                // Away from whole pixels, where the slope jumps.
                field.iter_mut().for_each(|u| *u += 0.0131);
                let outer = numbers(2 * n, 3, 1.0);
                let value = |image: &[f64], field: &[f64]| -> Result<f64, Error> {
                    let out = warp(&grid, image, field, outside)?;
                    Ok(out.iter().zip(&outer).map(|(a, b)| a * b).sum())
                };
                let [by_image, by_field] = warp_slopes(&grid, &image, &field, outside, &outer)?;
                let step = 1e-6;
                for i in 0..image.len() {
                    let (mut up, mut down) = (image.clone(), image.clone());
                    up[i] += step;
                    down[i] -= step;
                    let want = (value(&up, &field)? - value(&down, &field)?) / (2.0 * step);
                    assert!((by_image[i] - want).abs() < 1e-7);
                }
                for i in 0..field.len() {
                    let (mut up, mut down) = (field.clone(), field.clone());
                    up[i] += step;
                    down[i] -= step;
                    let want = (value(&image, &up)? - value(&image, &down)?) / (2.0 * step);
                    assert!((by_field[i] - want).abs() < 1e-6, "{shape:?} {i}");
                }
            }
        }
        Ok(())
    }
}
