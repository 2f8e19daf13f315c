//! Measures of the distance between the surfaces of two masks.

use super::{MaskPair, Measure};
use crate::grid::distance::transform;
use crate::grid::morphology::rim;
use crate::grid::{Connectivity, Grid};
use crate::metrics::sum::{Sum, ratio};
use crate::metrics::{Direction, MetricError, MetricInfo};

/// The distances between the surfaces of two masks that are not empty, in the unit of the spacing.
///
/// The surface of a mask are its pixels that share a face with a pixel outside it or with the border of the
/// grid, as in MONAI (`get_mask_edges`) and MedPy: points at the centres of pixels, which all count the
/// same.
#[derive(Clone, Debug)]
pub struct Surfaces {
    /// From each pixel of the predicted surface to the true one, in ascending order.
    to_truth: Vec<f64>,
    /// From each pixel of the true surface to the predicted one, in ascending order.
    to_prediction: Vec<f64>,
}

impl Surfaces {
    pub(super) fn new(grid: &Grid, prediction: &[bool], truth: &[bool]) -> Option<Self> {
        if !(prediction.contains(&true) && truth.contains(&true)) {
            return None;
        }
        let surface = |mask| rim(grid, mask, Connectivity::Face, 1);
        let [predicted, truth] = [surface(prediction), surface(truth)];
        let distances = |from: &[bool], to: &[bool]| {
            let distances: Vec<f64> = transform(grid, to, true);
            let on = from.iter().zip(distances).filter(|(on, _)| **on);
            let mut sorted: Vec<f64> = on.map(|(_, distance)| distance).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            sorted
        };
        Some(Self {
            to_truth: distances(&predicted, &truth),
            to_prediction: distances(&truth, &predicted),
        })
    }

    /// From each pixel of the predicted surface to the true one, in ascending order.
    pub fn to_truth(&self) -> &[f64] {
        &self.to_truth
    }

    /// From each pixel of the true surface to the predicted one, in ascending order.
    pub fn to_prediction(&self) -> &[f64] {
        &self.to_prediction
    }

    fn both(&self) -> [&[f64]; 2] {
        [&self.to_truth, &self.to_prediction]
    }

    /// The larger of the percentiles of the two directions, with linear interpolation.
    fn percentile(&self, percentile: f64) -> Option<f64> {
        let [a, b] = self.both().map(|sorted| quantile(sorted, percentile));
        finite(a.max(b))
    }
}

/// A percentile (0..100) of numbers in ascending order, of which there is at least one: NumPy's default.
fn quantile(sorted: &[f64], percentile: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = percentile / 100.0 * last as f64;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

fn sum(distances: &[f64]) -> f64 {
    let mut sum = Sum::default();
    distances.iter().for_each(|&distance| sum.add(distance));
    sum.value()
}

/// A distance, unless the spacing is so large that it has overflowed.
fn finite(distance: f64) -> Option<f64> {
    Some(distance).filter(|distance| distance.is_finite())
}

/// The largest distance from a point of one surface to the other surface, in the unit of the spacing.
///
/// Of both directions. Undefined if a mask is empty. As MONAI's `HausdorffDistanceMetric`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hausdorff;

impl Measure for Hausdorff {
    const INFO: MetricInfo = MetricInfo {
        name: "hausdorff",
        summary: "largest distance between the surfaces, in the unit of the spacing",
        formula: "max of d(p, dT) over p in dP and of d(t, dP) over t in dT",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        pair.surfaces()?.percentile(100.0)
    }
}

/// A percentile of the distances between the surfaces, the 95th unless set, in the unit of the spacing.
///
/// The larger of the percentiles of the two directions, interpolated linearly, as MONAI's
/// `HausdorffDistanceMetric(percentile=95)`; MedPy's `hd95` takes the percentile of the distances of both
/// directions together, which is not larger. Undefined if a mask is empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HausdorffPercentile {
    percentile: f64,
}

impl HausdorffPercentile {
    /// This percentile, in 0..100.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for any other number.
    pub fn at(percentile: f64) -> Result<Self, MetricError> {
        if (0.0..=100.0).contains(&percentile) {
            return Ok(Self { percentile });
        }
        Err(MetricError::InvalidParameter {
            parameter: "percentile",
            value: percentile,
            allowed: "in 0..100",
        })
    }
}

impl Default for HausdorffPercentile {
    fn default() -> Self {
        Self { percentile: 95.0 }
    }
}

impl Measure for HausdorffPercentile {
    const INFO: MetricInfo = MetricInfo {
        name: "hausdorff95",
        summary: "95th percentile (unless set) of the distances between the surfaces, in the unit of the spacing",
        formula: "max of the percentiles of d(p, dT) over p in dP and of d(t, dP) over t in dT",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        pair.surfaces()?.percentile(self.percentile)
    }
}

/// The mean distance from all points of both surfaces to the other surface (ASSD), in the unit of the spacing.
///
/// The larger surface counts for more, as in MONAI's `SurfaceDistanceMetric(symmetric=True)`. Undefined if a mask
/// is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AverageSurfaceDistance;

impl Measure for AverageSurfaceDistance {
    const INFO: MetricInfo = MetricInfo {
        name: "assd",
        summary: "average symmetric surface distance, over the points of both surfaces",
        formula: "(sum of d(p, dT) over dP + sum of d(t, dP) over dT) / (|dP| + |dT|)",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let both = pair.surfaces()?.both();
        let points: usize = both.iter().map(|distances| distances.len()).sum();
        ratio(both.map(sum).iter().sum(), points as f64)
    }
}

/// The mean of the mean distances of the two directions (MASD), in the unit of the spacing.
///
/// Both surfaces count the same, however large. Undefined if a mask is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanSurfaceDistance;

impl Measure for MeanSurfaceDistance {
    const INFO: MetricInfo = MetricInfo {
        name: "masd",
        summary: "mean absolute surface distance: mean of the averages of the two surfaces",
        formula: "(mean of d(p, dT) over dP + mean of d(t, dP) over dT) / 2",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let both = pair.surfaces()?.both();
        let [a, b] = both.map(|distances| sum(distances) / distances.len() as f64);
        finite(0.5 * (a + b))
    }
}

/// The share of the points of both surfaces within a tolerance of the other surface (NSD), in 0..1.
///
/// The tolerance is 1 unless set, in the unit of the spacing; a distance equal to it is within. As MONAI's
/// `SurfaceDiceMetric` without subvoxels: points count the same, where DeepMind's `surface-distance` weighs them
/// by the area that they stand for. 0 if one mask is empty, undefined if both are. Source: Nikolov et al. 2018.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceDice {
    tolerance: f64,
}

impl SurfaceDice {
    /// With this tolerance, in the unit of the spacing.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] unless it is finite and at least 0.
    pub fn within(tolerance: f64) -> Result<Self, MetricError> {
        if tolerance.is_finite() && tolerance >= 0.0 {
            return Ok(Self { tolerance });
        }
        Err(MetricError::InvalidParameter {
            parameter: "tolerance",
            value: tolerance,
            allowed: "finite and at least 0",
        })
    }
}

impl Default for SurfaceDice {
    fn default() -> Self {
        Self { tolerance: 1.0 }
    }
}

impl Measure for SurfaceDice {
    const INFO: MetricInfo = MetricInfo {
        name: "surface_dice",
        summary: "normalised surface Dice: share of both surfaces within a tolerance (1 unless set) of the other",
        formula: "(#{p in dP: d(p, dT) <= tolerance} + #{t in dT: d(t, dP) <= tolerance}) / (|dP| + |dT|)",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let Some(surfaces) = pair.surfaces() else {
            let overlap = pair.overlap();
            return (overlap.predicted + overlap.truth > 0).then_some(0.0);
        };
        let both = surfaces.both();
        let near = |distances: &&[f64]| distances.partition_point(|&d| d <= self.tolerance);
        let near: usize = both.iter().map(near).sum();
        let points: usize = both.iter().map(|distances| distances.len()).sum();
        ratio(near as f64, points as f64)
    }
}
