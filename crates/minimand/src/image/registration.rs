//! Fields of displacements: their Jacobians, and weights that registration puts on pixels.
//!
//! A field maps pixel x of the fixed image to x + u(x) in the moving one. Its component a is the displacement along
//! axis a, in units of the grid's spacing, laid out `[axes, …]`.

use super::differences::{axes, strides};
use crate::error::Error;
use crate::grid::{AXES, Grid};
use crate::kernels::scalar::{Float, Real};

/// A square matrix of up to three axes, the identity beyond them.
pub(crate) type Matrix<S> = [[S; AXES]; AXES];

/// Pixels that have a next one along every axis.
pub(crate) fn cells(grid: &Grid) -> impl Iterator<Item = usize> {
    let (shape, real) = (grid.volume(), axes(grid));
    (0..grid.len()).filter(move |i| {
        let at = [
            i / (shape[1] * shape[2]),
            i / shape[2] % shape[1],
            i % shape[2],
        ];
        real.clone().all(|axis| at[axis] + 1 < shape[axis])
    })
}

/// I + ∇u by forward differences.
pub(crate) fn jacobian<S: Real>(grid: &Grid, field: &[S], at: usize) -> Matrix<S> {
    let (steps, spacing) = (strides(grid), grid.volume_spacing());
    let mut matrix = [[S::lift(0.0); AXES]; AXES];
    for (a, row) in matrix.iter_mut().enumerate() {
        row[a] = S::lift(1.0);
    }
    for (component, a) in axes(grid).enumerate() {
        let u = &field[component * grid.len()..(component + 1) * grid.len()];
        for b in axes(grid) {
            let slope = (u[at + steps[b]] - u[at]) * S::lift(1.0 / spacing[b]);
            matrix[a][b] = matrix[a][b] + slope;
        }
    }
    matrix
}

fn cofactor<S: Real>(m: &Matrix<S>, a: usize, b: usize) -> S {
    let (i, j) = ((a + 1) % 3, (a + 2) % 3);
    let (k, l) = ((b + 1) % 3, (b + 2) % 3);
    m[i][k] * m[j][l] - m[i][l] * m[j][k]
}

/// The determinant.
pub(crate) fn determinant<S: Real>(m: &Matrix<S>) -> S {
    m[0][0] * cofactor(m, 0, 0) + m[0][1] * cofactor(m, 0, 1) + m[0][2] * cofactor(m, 0, 2)
}

/// Runs `f` on every entry of the field that the determinant at a pixel depends on, with its slope; an entry may
/// come several times.
pub(crate) fn determinant_slopes(
    grid: &Grid,
    matrix: &Matrix<f64>,
    at: usize,
    mut f: impl FnMut(usize, f64),
) {
    let (steps, spacing) = (strides(grid), grid.volume_spacing());
    for (component, a) in axes(grid).enumerate() {
        for b in axes(grid) {
            let slope = cofactor(matrix, a, b) / spacing[b];
            f(component * grid.len() + at + steps[b], slope);
            f(component * grid.len() + at, -slope);
        }
    }
}

/// How much a field of displacements grows the volume around each pixel: det(I + ∇u) by forward differences, at
/// the pixels that have a next one along every axis. Negative where the field folds.
///
/// # Errors
/// [`Error::Shape`] unless there is a component for each axis.
pub fn jacobian_determinants<T: Float>(grid: &Grid, field: &[T]) -> Result<Vec<f64>, Error> {
    check_field(grid, field.len())?;
    let field: Vec<f64> = field.iter().map(|u| u.to_f64()).collect();
    let at = |at| determinant(&jacobian(grid, &field, at));
    Ok(cells(grid).map(at).collect())
}

pub(super) fn check_field(grid: &Grid, entries: usize) -> Result<(), Error> {
    if entries == grid.axes() * grid.len() {
        return Ok(());
    }
    Err(Error::Shape {
        argument: "field",
        expected: format!("{} components of {:?}", grid.axes(), grid.shape()),
        got: format!("{entries} entries"),
    })
}

/// A soft mask of tissue whose volume changes more than it should: 1/(1 + e^−(a − threshold)/width) of a =
/// max(s, 1/s), with s the local change of volume after that of the organ is taken off (paper 109). 1 also where
/// s is not above 0, a fold. With `only_shrinking`, 0 where s is above 1.
///
/// # Errors
/// [`Error::Parameter`] unless the threshold is at least 1 and the width above 0.
pub fn soft_mask(
    change: &[f64],
    threshold: f64,
    width: f64,
    only_shrinking: bool,
) -> Result<Vec<f64>, Error> {
    let refuse = |parameter: &str, expected: &str, got: f64| Error::Parameter {
        loss: "soft_mask".to_string(),
        parameter: parameter.to_string(),
        expected: expected.to_string(),
        got: got.to_string(),
    };
    if !(threshold >= 1.0 && threshold.is_finite()) {
        return Err(refuse("threshold", "a finite number ≥ 1", threshold));
    }
    if !(width > 0.0 && width.is_finite()) {
        return Err(refuse("width", "a finite number > 0", width));
    }
    let mark = |&s: &f64| match s {
        s if s.is_nan() || s <= 0.0 => 1.0,
        s if only_shrinking && s > 1.0 => 0.0,
        s => Real::sigmoid((s.max(1.0 / s) - threshold) / width),
    };
    Ok(change.iter().map(mark).collect())
}

/// Weights in 0.5..0.7311 by the relative signal-to-noise ratio of a fixed image with predicted log-variances (paper
/// 69): s = (I/e^v)^γ, brought to 0..1 over all pixels, through a sigmoid. 0.5 everywhere if s is the same
/// everywhere; negative intensities count as 0, and v is held in −10..10. Give them as the weights of an `mse`
/// with `Denominator::Count`: it is then the mean of w (I − Î)².
///
/// # Errors
/// [`Error::Shape`] if the lengths differ, [`Error::Value`] for numbers that are not finite, [`Error::Parameter`]
/// unless γ is above 0.
pub fn relative_snr_weights<T: Float>(
    fixed: &[T],
    log_variance: &[T],
    gamma: f64,
) -> Result<Vec<f64>, Error> {
    if fixed.len() != log_variance.len() {
        return Err(Error::Shape {
            argument: "log_variance",
            expected: format!("{} entries, as the image", fixed.len()),
            got: format!("{} entries", log_variance.len()),
        });
    }
    if !(gamma > 0.0 && gamma.is_finite()) {
        return Err(Error::Parameter {
            loss: "relative_snr_weights".to_string(),
            parameter: "gamma".to_string(),
            expected: "a finite number > 0".to_string(),
            got: gamma.to_string(),
        });
    }
    for (argument, values) in [("fixed", fixed), ("log_variance", log_variance)] {
        if let Some(position) = values.iter().position(|v| !v.finite()) {
            return Err(Error::Value {
                argument,
                position,
                value: values[position].to_f64(),
                expected: "a finite number".to_string(),
            });
        }
    }
    let ratio = |(image, v): (&T, &T)| {
        let v = v.to_f64().clamp(-10.0, 10.0);
        (image.to_f64().max(0.0) / v.exp()).powf(gamma)
    };
    let s: Vec<f64> = fixed.iter().zip(log_variance).map(ratio).collect();
    let low = s.iter().copied().fold(f64::INFINITY, f64::min);
    let span = s.iter().copied().fold(0.0, f64::max) - low;
    let weigh = |s: &f64| {
        if span > 0.0 {
            Real::sigmoid((s - low) / span)
        } else {
            0.5
        }
    };
    Ok(s.iter().map(weigh).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn affine_fields_have_the_determinant_of_their_matrix() -> Result<(), Error> {
        let matrix = [[1.1, 0.2, -0.1], [0.3, 0.8, 0.4], [-0.2, 0.1, 1.3]];
        for shape in [&[4, 5][..], &[3, 4, 5]] {
            let grid = Grid::new(shape)?.with_spacing(&[0.5, 2.0, 1.5][..shape.len()])?;
            let d = grid.axes();
            let mut field = Vec::new();
            for a in 0..d {
                for i in 0..grid.len() {
                    let (mut rest, mut x) = (i, vec![0.0; d]);
                    for b in (0..d).rev() {
                        x[b] = (rest % shape[b]) as f64 * grid.spacing()[b];
                        rest /= shape[b];
                    }
                    let moved: f64 = (0..d).map(|b| matrix[a][b] * x[b]).sum();
                    field.push(moved - x[a] + 7.0);
                }
            }
            let want = if d == 2 {
                1.1 * 0.8 - 0.2 * 0.3
            } else {
                determinant(&matrix)
            };
            for found in jacobian_determinants(&grid, &field)? {
                assert!((found - want).abs() < 1e-12, "{shape:?}");
            }
        }
        assert!(jacobian_determinants(&Grid::new(&[2, 2])?, &[0.0; 4]).is_err());
        Ok(())
    }

    #[test]
    fn weights_of_the_signal_to_noise_ratio() -> Result<(), Error> {
        let w = relative_snr_weights(&[0.2, 0.5, 0.9], &[0.0, 0.4, 1.0], 0.5)?;
        for (w, want) in w.iter().zip([0.5, 0.73105858, 0.72576509]) {
            assert!((w - want).abs() < 1e-8);
        }
        let r: [f64; 3] = [0.5, -1.0, 2.0];
        let mean: f64 = w.iter().zip(r).map(|(w, r)| w * r * r / 3.0).sum();
        assert!((mean - 1.253039642).abs() < 1e-8);
        assert_eq!(
            relative_snr_weights(&[-1.0, 0.0], &[0.0, 1.0], 0.5)?,
            [0.5, 0.5]
        );
        assert!(relative_snr_weights(&[1.0], &[0.0, 1.0], 0.5).is_err());
        assert!(relative_snr_weights(&[f64::NAN], &[0.0], 0.5).is_err());
        Ok(())
    }

    #[test]
    fn a_mask_marks_what_grows_or_shrinks() -> Result<(), Error> {
        let mask = soft_mask(&[1.0, 1.5, 3.0, 1.0 / 3.0, -1.0], 1.5, 0.1, false)?;
        assert!(mask[0] < 0.01 && mask[2] > 0.99);
        assert_eq!((mask[1], mask[4]), (0.5, 1.0));
        assert!((mask[2] - mask[3]).abs() < 1e-12);
        assert_eq!(soft_mask(&[3.0], 1.5, 0.1, true)?, [0.0]);
        assert!(soft_mask(&[1.0], 0.5, 0.1, true).is_err());
        Ok(())
    }
}
