//! Intersection over union near the boundaries.

use super::{MaskPair, Measure};
use crate::grid::Connectivity;
use crate::grid::morphology::rim;
use crate::metrics::sum::ratio;
use crate::metrics::{Direction, MetricError, MetricInfo};

/// The intersection over union of the parts of the masks that lie within a distance of their boundaries, in 0..1.
///
/// The distance is a share of the diagonal of the image, in pixels: 0.02 unless set, rounded, at least one pixel.
/// So many erosions by the neighbours that share a corner take the part away (pixels outside the grid are
/// outside the mask). 0 if one mask is empty, undefined if both are. Source: Cheng et al. 2021.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundaryIou {
    share: f64,
}

impl BoundaryIou {
    /// With a distance that is this share of the diagonal.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] unless it is in 0..1.
    pub fn within(share: f64) -> Result<Self, MetricError> {
        if (0.0..=1.0).contains(&share) {
            return Ok(Self { share });
        }
        Err(MetricError::InvalidParameter {
            parameter: "share of the diagonal",
            value: share,
            allowed: "in 0..1",
        })
    }
}

impl Default for BoundaryIou {
    fn default() -> Self {
        Self { share: 0.02 }
    }
}

impl Measure for BoundaryIou {
    const INFO: MetricInfo = MetricInfo {
        name: "boundary_iou",
        summary: "intersection over union of the parts near the boundaries: 2% of the diagonal unless set",
        formula: "|B(P) and B(T)| / |B(P) or B(T)|, B(M) = the part of M within the distance of its boundary",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let squares = pair.frame().shape().iter().map(|&n| (n as f64).powi(2));
        let pixels = (self.share * squares.sum::<f64>().sqrt()).round_ties_even();
        // After as many as half the box is wide nothing is left.
        let widest = pair.grid().shape().iter().min().copied().unwrap_or(1);
        let times = (pixels as usize).clamp(1, widest.div_ceil(2));
        let near = |mask| rim(pair.grid(), mask, Connectivity::Vertex, times);
        let (predicted, truth) = (near(pair.prediction()), near(pair.truth()));
        let counts = predicted.iter().zip(&truth);
        let (both, either) = counts.fold((0, 0), |(both, either), (&a, &b)| {
            (both + usize::from(a && b), either + usize::from(a || b))
        });
        ratio(both as f64, either as f64)
    }
}
