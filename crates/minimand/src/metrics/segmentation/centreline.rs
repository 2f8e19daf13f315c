//! Overlap of centrelines.

use super::{MaskPair, Measure};
use crate::grid::skeleton::lee;
use crate::metrics::sum::ratio;
use crate::metrics::{Direction, MetricInfo};

/// The harmonic mean of how much of the predicted skeleton lies in the true mask and how much of the true skeleton
/// in the predicted one, in 0..1.
///
/// For vessels, roads and other thin structures, where it tells whether they are whole. The skeletons are
/// [Lee's](crate::grid::skeleton::Thinning::Lee), in images too. 0 if one mask is empty, undefined if both
/// are. Source: Shit et al. 2021.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClDice;

impl Measure for ClDice {
    const INFO: MetricInfo = MetricInfo {
        name: "cldice",
        summary: "centreline Dice: how much of each skeleton lies in the other mask",
        formula: "2 p s / (p + s), p = |S(P) and T| / |S(P)|, s = |S(T) and P| / |S(T)|",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let overlap = pair.overlap();
        if overlap.both == 0 {
            return (overlap.predicted + overlap.truth > 0).then_some(0.0);
        }
        let share = |mask: &[bool], of: &[bool]| {
            let skeleton = lee(pair.grid(), mask);
            let inside = skeleton.iter().zip(of).filter(|&(&a, &b)| a && b).count();
            let length = skeleton.iter().filter(|&&on| on).count();
            ratio(inside as f64, length as f64)
        };
        let precision = share(pair.prediction(), pair.truth())?;
        let sensitivity = share(pair.truth(), pair.prediction())?;
        Some(ratio(2.0 * precision * sensitivity, precision + sensitivity).unwrap_or(0.0))
    }
}
