//! Measures that count connected components: lesions, nodes, cells, instances.

use super::{MaskPair, Measure};
use crate::grid::{Components, Connectivity, Grid};
use crate::metrics::sum::ratio;
use crate::metrics::{Direction, MetricError, MetricInfo};
use std::collections::HashMap;

/// The connected components of two masks, and how well each is met by the other mask.
///
/// Components are in the order of their first pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesions {
    /// The components of the predicted mask.
    pub predicted: Vec<Lesion>,
    /// The components of the true mask.
    pub truth: Vec<Lesion>,
}

/// One component.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lesion {
    /// How many pixels it has.
    pub pixels: usize,
    /// The largest intersection over union with a component of the other mask; 0 if it touches none.
    pub iou: f64,
}

impl Lesions {
    pub(super) fn new(
        grid: &Grid,
        prediction: &[bool],
        truth: &[bool],
        connectivity: Connectivity,
    ) -> Self {
        let masks = [prediction, truth];
        let [predicted, truth] = masks.map(|mask| Components::find(grid, mask, connectivity));
        let mut common: HashMap<[u32; 2], usize> = HashMap::new();
        for (&a, &b) in predicted.labels().iter().zip(truth.labels()) {
            if a > 0 && b > 0 {
                *common.entry([a, b]).or_default() += 1;
            }
        }
        let fresh = |&pixels: &usize| Lesion { pixels, iou: 0.0 };
        let [mut lesions, mut true_lesions] =
            [&predicted, &truth].map(|found| found.sizes().iter().map(fresh).collect::<Vec<_>>());
        for ([a, b], common) in common {
            let pair = [
                &mut lesions[a as usize - 1],
                &mut true_lesions[b as usize - 1],
            ];
            let either = pair[0].pixels + pair[1].pixels - common;
            for lesion in pair {
                lesion.iou = lesion.iou.max(common as f64 / either as f64);
            }
        }
        Self {
            predicted: lesions,
            truth: true_lesions,
        }
    }

    /// How many components have a match whose intersection over union is above this threshold.
    pub fn counts(&self, threshold: f64) -> LesionCounts {
        let matched = |lesions: &[Lesion]| {
            let matched = lesions.iter().filter(|lesion| lesion.iou > threshold);
            matched.count()
        };
        LesionCounts {
            predicted: self.predicted.len(),
            matched: matched(&self.predicted),
            truth: self.truth.len(),
            detected: matched(&self.truth),
        }
    }
}

/// How many lesions were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LesionCounts {
    /// Predicted lesions.
    pub predicted: usize,
    /// Predicted lesions that meet a true one; the others are false positives.
    pub matched: usize,
    /// True lesions.
    pub truth: usize,
    /// True lesions that a predicted one meets; the others are missed.
    pub detected: usize,
}

impl LesionCounts {
    fn precision(&self) -> Option<f64> {
        ratio(self.matched as f64, self.predicted as f64)
    }

    fn recall(&self) -> Option<f64> {
        ratio(self.detected as f64, self.truth as f64)
    }
}

/// What is a lesion, and when two of them match.
///
/// Unless set, lesions are connected by corners (8 neighbours in an image, 26 in a volume), and one common pixel
/// is enough: the intersection over union of the two components must be above 0. One prediction may
/// match several true lesions, and the other way round; from a threshold of 0.5 on, matches are one to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LesionMatching {
    connectivity: Connectivity,
    threshold: f64,
}

impl LesionMatching {
    /// Lesions of this connectivity that match above this intersection over union, at least 0 and below 1. (A
    /// Dice coefficient d of two components is an intersection over union of d / (2 - d).)
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for a threshold out of range.
    pub fn new(connectivity: Connectivity, threshold: f64) -> Result<Self, MetricError> {
        if (0.0..1.0).contains(&threshold) {
            return Ok(Self {
                connectivity,
                threshold,
            });
        }
        Err(MetricError::InvalidParameter {
            parameter: "threshold",
            value: threshold,
            allowed: "at least 0 and below 1",
        })
    }

    /// The counts for a pair of masks.
    pub fn counts(&self, pair: &MaskPair) -> LesionCounts {
        pair.lesions(self.connectivity).counts(self.threshold)
    }
}

impl Default for LesionMatching {
    fn default() -> Self {
        Self {
            connectivity: Connectivity::Vertex,
            threshold: 0.0,
        }
    }
}

/// The share of the predicted lesions that meet a true one, in 0..1. Undefined if none is predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LesionPrecision(pub LesionMatching);

impl Measure for LesionPrecision {
    const INFO: MetricInfo = MetricInfo {
        name: "lesion_precision",
        summary: "share of the predicted lesions that meet a true one",
        formula: "#{predicted components that match a true one} / #predicted components",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        self.0.counts(pair).precision()
    }
}

/// The share of the true lesions that a predicted one meets, in 0..1. Undefined if there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LesionRecall(pub LesionMatching);

impl Measure for LesionRecall {
    const INFO: MetricInfo = MetricInfo {
        name: "lesion_recall",
        summary: "share of the true lesions that a predicted one meets",
        formula: "#{true components that match a predicted one} / #true components",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        self.0.counts(pair).recall()
    }
}

/// The harmonic mean of [`LesionPrecision`] and [`LesionRecall`], in 0..1. 0 if only one mask has lesions,
/// undefined if neither has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LesionF1(pub LesionMatching);

impl Measure for LesionF1 {
    const INFO: MetricInfo = MetricInfo {
        name: "lesion_f1",
        summary: "harmonic mean of lesion precision and lesion recall",
        formula: "2 p r / (p + r), p = lesion precision, r = lesion recall",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let counts = self.0.counts(pair);
        match (counts.precision(), counts.recall()) {
            (None, None) => None,
            (Some(p), Some(r)) => Some(ratio(2.0 * p * r, p + r).unwrap_or(0.0)),
            _ => Some(0.0),
        }
    }
}
