//! Maps of the distance to the border of a mask, as losses use them.

use crate::error::Error;
use crate::grid::Grid;
use crate::grid::distance::transform;

/// The map φ of the boundary loss: outside the distance to the nearest pixel of the mask, inside minus the distance
/// to the nearest other pixel, less the smallest spacing.
///
/// So φ is 0 on the pixels of the mask that lie at its border (across the axis of the smallest spacing), ≥ its
/// spacing outside and ≤ 0 inside. 0 everywhere if there is no border: for an empty and for a full mask. Source:
/// Kervadec et al. 2019.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one entry for each pixel.
pub fn boundary_map(grid: &Grid, mask: &[bool]) -> Result<Vec<f64>, Error> {
    grid.check("mask", mask)?;
    Ok(boundary(grid, mask))
}

/// [`boundary_map`] of a mask that fits the grid.
pub(crate) fn boundary(grid: &Grid, mask: &[bool]) -> Vec<f64> {
    let Some([mut map, inside]) = both(grid, mask) else {
        return vec![0.0; mask.len()];
    };
    let pixel = grid.spacing().iter().fold(f64::INFINITY, |a, &b| a.min(b));
    for (out, inside) in map.iter_mut().zip(inside) {
        if inside > 0.0 {
            *out = pixel - inside;
        }
    }
    map
}

/// The map Z of the rectified region-wise loss: inside minus the distance to the nearest other pixel over the
/// largest such distance, outside 1.
///
/// An empty mask has 1 everywhere, a full one, which has no distances, −1. In −1..1. Source: Valverde and Tohka
/// 2023; paper 036.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one entry for each pixel.
pub fn region_wise_map(grid: &Grid, mask: &[bool]) -> Result<Vec<f64>, Error> {
    grid.check("mask", mask)?;
    Ok(region_wise(grid, mask))
}

/// [`region_wise_map`] of a mask that fits the grid.
pub(crate) fn region_wise(grid: &Grid, mask: &[bool]) -> Vec<f64> {
    let mut map: Vec<f64> = transform(grid, mask, false);
    let deepest = map.iter().fold(0.0f64, |a, &b| a.max(b));
    for z in &mut map {
        *z = if *z == 0.0 {
            1.0
        } else if deepest.is_finite() {
            -*z / deepest
        } else {
            -1.0
        };
    }
    map
}

/// The distance to the border of a mask, cut at `truncation` and scaled to 0..1: a target for a network that
/// regresses it beside the mask.
///
/// Unsigned, it is the distance to the nearest pixel of the other kind over `truncation`. Signed, it is ½ + half of
/// that inside and ½ − half of that outside. Without a border every pixel counts as farther than `truncation`.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one entry for each pixel, [`Error::Value`] unless `truncation` is a finite
/// number above 0.
pub fn normalized_distance(
    grid: &Grid,
    mask: &[bool],
    truncation: f64,
    signed: bool,
) -> Result<Vec<f64>, Error> {
    grid.check("mask", mask)?;
    if !(truncation.is_finite() && truncation > 0.0) {
        return Err(Error::Value {
            argument: "truncation",
            position: 0,
            value: truncation,
            expected: "a finite distance above 0".to_string(),
        });
    }
    let outside: Vec<f64> = transform(grid, mask, true);
    let inside: Vec<f64> = transform(grid, mask, false);
    let cut = |d: f64| d.min(truncation) / truncation;
    let pairs = inside.into_iter().zip(outside);
    Ok(pairs
        .map(|(inside, outside)| match signed {
            true => 0.5 + 0.5 * (cut(inside) - cut(outside)),
            false => cut(inside.max(outside)),
        })
        .collect())
}

/// Distances of pixels outside to the mask, and of pixels inside to what is outside; 0 elsewhere. `None` for a mask
/// that is empty or full.
pub(crate) fn both(grid: &Grid, mask: &[bool]) -> Option<[Vec<f64>; 2]> {
    if !(mask.contains(&true) && mask.contains(&false)) {
        return None;
    }
    Some([true, false].map(|site| transform(grid, mask, site)))
}

#[cfg(test)]
#[path = "distance_maps_tests.rs"]
mod tests;
