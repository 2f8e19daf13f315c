//! The SAUNA transform: a hard mask as a signed soft target that is less certain near the border and in thin parts.

use super::pooling::maximum;
use crate::error::Error;
use crate::grid::Grid;
use crate::grid::distance::transform;

/// How the distance to the border and the thickness are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Combination {
    /// Thin parts are raised to 1, and what lies beside them is lowered to −1 ("hh", the published one).
    #[default]
    Raised,
    /// As `Raised`, with the thickness of the background from its own distances ("h").
    RaisedByBackground,
    /// The distance times the thickness inside, the distance outside ("c").
    Scaled,
}

/// Keeps quotients finite and b of the deepest pixel below 1.
const EPSILON: f64 = 1e-6;

/// The target c in −1..1 of a mask; above 0 exactly inside the mask.
///
/// With d the distance to what is outside (inside) or to the mask (outside), the latter cut at m, the largest of the
/// former: b = ±d/(m + 10⁻⁶). The thickness t of a pixel is the largest inside distance in a window around it, over
/// m + 10⁻⁶: ⌈m⌉ pixels wide inside, and `kernel_ratio` times that outside, made odd. Then c = b + (1 − t) inside,
/// b − (1 − t) outside, and −1 where no part of the mask is in the window. An empty mask is −1 everywhere; a full
/// one has its border at that of the image. Distances are exact. Source: Dang et al. 2024 (paper 125).
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one entry for each pixel, [`Error::Value`] unless `kernel_ratio` is a finite
/// number of at least 1.
pub fn sauna_transform(
    grid: &Grid,
    mask: &[bool],
    kernel_ratio: f64,
    combination: Combination,
) -> Result<Vec<f64>, Error> {
    grid.check("mask", mask)?;
    if !(kernel_ratio.is_finite() && kernel_ratio >= 1.0) {
        return Err(Error::Value {
            argument: "kernel_ratio",
            position: 0,
            value: kernel_ratio,
            expected: "a finite number of at least 1".to_string(),
        });
    }
    if !mask.contains(&true) {
        return Ok(vec![-1.0; mask.len()]);
    }
    let inside: Vec<f64> = if mask.contains(&false) {
        transform(grid, mask, false)
    } else {
        to_the_edge(grid)
    };
    let most = inside.iter().fold(0.0f64, |a, &b| a.max(b));
    let outside: Vec<f64> = transform::<f64>(grid, mask, true)
        .into_iter()
        .map(|d| d.min(most))
        .collect();
    let spacing = grid.volume_spacing();
    let window = |ratio: f64| {
        spacing.map(|s| {
            // As large as the image is as large as can be.
            let pixels = ((most / s).ceil() * ratio).min(2.0 * mask.len() as f64) as usize;
            pixels | 1
        })
    };
    let scale = most + EPSILON;
    let near_inside = maximum(grid, &inside, window(1.0));
    let from = match combination {
        Combination::RaisedByBackground => &outside,
        _ => &inside,
    };
    let near_outside = maximum(grid, from, window(kernel_ratio));
    let value = |i: usize| {
        let b = (inside[i] - outside[i]) / scale;
        let thickness = if mask[i] {
            near_inside[i]
        } else {
            near_outside[i]
        } / scale;
        let c = match (mask[i], combination) {
            (true, Combination::Scaled) => b * thickness,
            (false, Combination::Scaled) => b,
            (true, _) => b + (1.0 - thickness),
            (false, _) if thickness == 0.0 => -1.0,
            (false, _) => b - (1.0 - thickness),
        };
        c.clamp(-1.0, 1.0)
    };
    Ok((0..mask.len()).map(value).collect())
}

/// The distance of each pixel to the nearest pixel outside the grid.
fn to_the_edge(grid: &Grid) -> Vec<f64> {
    let (shape, spacing) = (grid.volume(), grid.volume_spacing());
    let own = 3 - grid.axes()..3;
    (0..grid.len())
        .map(|i| {
            let place = [
                i / (shape[1] * shape[2]),
                i / shape[2] % shape[1],
                i % shape[2],
            ];
            own.clone()
                .map(|axis| {
                    (place[axis].min(shape[axis] - 1 - place[axis]) + 1) as f64 * spacing[axis]
                })
                .fold(f64::INFINITY, f64::min)
        })
        .collect()
}

#[cfg(test)]
#[path = "sauna_tests.rs"]
mod tests;
