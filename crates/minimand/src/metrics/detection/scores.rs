//! What all COCO numbers are read from.

use super::batch::DetectionBatch;
use super::curve::{Counted, Curve, mean};
use super::matching::{Outcome, outcomes, required};
use super::size::Size;
use crate::metrics::MetricError;
use std::collections::BTreeMap;

/// Scores of detections with what they hit, class by class: average precision and recall as COCO defines them.
///
/// The numbers are pycocotools' own for scores that differ; detections of equal score enter together, where
/// pycocotools takes them in the order in which they come. State: some 60 bytes a detection.
///
/// ```
/// use minimand::metrics::{DetectionBatch, Detections, Objects};
/// use minimand::metrics::detection::DetectionScores;
///
/// let detections = Detections {
///     boxes: &[0.0, 0.0, 50.0, 50.0, 60.0, 60.0, 90.0, 90.0],
///     scores: &[0.9, 0.8],
///     classes: &[0, 0],
///     counts: &[2],
///     areas: None,
/// };
/// let objects = Objects {
///     boxes: &[0.0, 0.0, 50.0, 40.0],
///     classes: &[0],
///     counts: &[1],
///     ..Objects::default()
/// };
/// let mut scores = DetectionScores::default();
/// scores.update(&DetectionBatch::new(detections, objects, None)?);
/// let summary = scores.summary();
/// // IoU 0.8: found at the thresholds up to 0.8.
/// assert_eq!((summary.ap50, summary.ap), (Some(1.0), Some(0.7)));
/// # Ok::<(), minimand::metrics::MetricError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DetectionScores {
    thresholds: Vec<f64>,
    classes: BTreeMap<usize, Class>,
    /// Are all weights whole numbers, so that their sums are exact?
    whole: bool,
}

#[derive(Clone, Debug, Default)]
struct Class {
    detections: Vec<Scored>,
    /// Weight of the objects of each size.
    objects: [f64; 4],
}

#[derive(Clone, Copy, Debug)]
struct Scored {
    score: f64,
    weight: f64,
    /// How many detections of the class in its image come before it.
    rank: usize,
    /// For each size.
    outcomes: [Outcome; 4],
}

/// What an average precision or recall is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selection {
    /// The threshold on the overlap, one of the state's; the mean over all of them if not given.
    pub iou: Option<f64>,
    /// Objects of which size.
    pub size: Size,
    /// How many detections of a class count in an image: those of the best scores. COCO's are 1, 10 and 100.
    pub most: usize,
    /// The class; the mean over all classes with objects if not given.
    pub class: Option<usize>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            iou: None,
            size: Size::All,
            most: 100,
            class: None,
        }
    }
}

/// The twelve numbers of a COCO evaluation; `None` where there are no objects of that kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CocoSummary {
    /// Average precision, mean over the IoU thresholds 0.5, 0.55, …, 0.95.
    pub ap: Option<f64>,
    /// Average precision at IoU 0.5.
    pub ap50: Option<f64>,
    /// Average precision at IoU 0.75.
    pub ap75: Option<f64>,
    /// `ap` of small objects.
    pub ap_small: Option<f64>,
    /// `ap` of medium objects.
    pub ap_medium: Option<f64>,
    /// `ap` of large objects.
    pub ap_large: Option<f64>,
    /// Recall with one detection of a class per image, mean over the thresholds.
    pub ar1: Option<f64>,
    /// Recall with ten.
    pub ar10: Option<f64>,
    /// Recall with a hundred.
    pub ar100: Option<f64>,
    /// `ar100` of small objects.
    pub ar_small: Option<f64>,
    /// `ar100` of medium objects.
    pub ar_medium: Option<f64>,
    /// `ar100` of large objects.
    pub ar_large: Option<f64>,
}

impl Default for DetectionScores {
    /// An empty state with COCO's thresholds.
    fn default() -> Self {
        // To the last bit as numpy makes them: an overlap may lie on a threshold.
        let step = (0.95 - 0.5) / 9.0;
        Self::empty((0..10).map(|k| f64::from(k) * step + 0.5).collect())
    }
}

impl DetectionScores {
    fn empty(thresholds: Vec<f64>) -> Self {
        Self {
            thresholds,
            classes: BTreeMap::new(),
            whole: true,
        }
    }

    /// An empty state with other thresholds on the overlap: 1 to 16 numbers above 0, at most 1.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for another number of them, or one out of range.
    pub fn with_thresholds(thresholds: &[f64]) -> Result<Self, MetricError> {
        if !(1..=16).contains(&thresholds.len()) {
            return Err(MetricError::InvalidParameter {
                parameter: "number of thresholds",
                value: thresholds.len() as f64,
                allowed: "in 1..16",
            });
        }
        match thresholds.iter().find(|&&t| !(t > 0.0 && t <= 1.0)) {
            Some(&value) => Err(MetricError::InvalidParameter {
                parameter: "threshold",
                value,
                allowed: "above 0 and at most 1",
            }),
            None => Ok(Self::empty(thresholds.to_vec())),
        }
    }

    /// The thresholds on the overlap.
    pub fn thresholds(&self) -> &[f64] {
        &self.thresholds
    }

    /// The classes that were seen, in order.
    pub fn classes(&self) -> impl Iterator<Item = usize> {
        self.classes.keys().copied()
    }

    /// Adds the images of a batch.
    pub fn update(&mut self, batch: &DetectionBatch<'_>) {
        // An overlap of 1 may fall short of it by rounding.
        let thresholds: Vec<f64> = self.thresholds.iter().map(|t| t.min(1.0 - 1e-10)).collect();
        for scene in batch.scenes() {
            self.whole &= scene.weight.fract() == 0.0;
            let class = self.classes.entry(scene.class).or_default();
            for (objects, size) in class.objects.iter_mut().zip(Size::EVERY) {
                *objects += required(&scene, size);
            }
            let by_size = Size::EVERY.map(|size| outcomes(&scene, size, &thresholds));
            class.detections.extend(
                scene
                    .scores
                    .iter()
                    .enumerate()
                    .map(|(rank, &score)| Scored {
                        score,
                        weight: scene.weight,
                        rank,
                        outcomes: [0, 1, 2, 3].map(|size: usize| by_size[size][rank]),
                    }),
            );
        }
    }

    /// Adds what another state has seen.
    ///
    /// # Errors
    ///
    /// [`MetricError::Incompatible`] if the thresholds differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        if self.thresholds != other.thresholds {
            let describe = |state: &Self| format!("detection scores at {:?}", state.thresholds);
            return Err(MetricError::Incompatible {
                left: describe(self),
                right: describe(other),
            });
        }
        self.whole &= other.whole;
        for (&number, theirs) in &other.classes {
            let class = self.classes.entry(number).or_default();
            class.detections.extend(&theirs.detections);
            for (ours, theirs) in class.objects.iter_mut().zip(theirs.objects) {
                *ours += theirs;
            }
        }
        Ok(())
    }

    /// Average precision: the mean precision at the recalls 0, 0.01, …, 1, each the best at that recall or a higher
    /// one; mean over thresholds and classes. In 0..1; `None` without objects, for a class that was not seen, and for a
    /// threshold that the state does not have.
    pub fn average_precision(&self, of: &Selection) -> Option<f64> {
        self.mean(of, |curve| curve.sampled(100))
    }

    /// Average recall: the share of objects that are found at all; mean over thresholds and classes. In 0..1;
    /// `None` as for [`average_precision`](Self::average_precision).
    pub fn average_recall(&self, of: &Selection) -> Option<f64> {
        self.mean(of, Curve::recall)
    }

    /// The twelve numbers of a COCO evaluation.
    pub fn summary(&self) -> CocoSummary {
        let all = Selection::default();
        let ap = |iou| self.average_precision(&Selection { iou, ..all });
        let ap_of = |size| self.average_precision(&Selection { size, ..all });
        let ar = |most| self.average_recall(&Selection { most, ..all });
        let ar_of = |size| self.average_recall(&Selection { size, ..all });
        CocoSummary {
            ap: ap(None),
            ap50: ap(Some(0.5)),
            ap75: ap(Some(0.75)),
            ap_small: ap_of(Size::Small),
            ap_medium: ap_of(Size::Medium),
            ap_large: ap_of(Size::Large),
            ar1: ar(1),
            ar10: ar(10),
            ar100: ar(100),
            ar_small: ar_of(Size::Small),
            ar_medium: ar_of(Size::Medium),
            ar_large: ar_of(Size::Large),
        }
    }

    /// Mean of what is read from the curves.
    fn mean(&self, of: &Selection, read: impl Fn(&Curve) -> f64) -> Option<f64> {
        let near = |bit: &usize| match of.iou {
            Some(iou) => (self.thresholds[*bit] - iou).abs() < 1e-9,
            None => true,
        };
        let bits: Vec<usize> = (0..self.thresholds.len()).filter(near).collect();
        let size = of.size.place();
        let mut values = Vec::new();
        for (&number, class) in &self.classes {
            let objects = class.objects[size];
            if !(objects > 0.0) || of.class.is_some_and(|class| class != number) {
                continue;
            }
            let mut order: Vec<&Scored> = class
                .detections
                .iter()
                .filter(|d| d.rank < of.most)
                .collect();
            order.sort_by(|a, b| b.score.total_cmp(&a.score));
            for &bit in &bits {
                let counted = order.iter().filter_map(|d| {
                    let outcome = d.outcomes[size];
                    (outcome.ignored >> bit & 1 == 0).then_some(Counted {
                        score: d.score,
                        weight: d.weight,
                        hit: outcome.hits >> bit & 1 == 1,
                    })
                });
                values.push(read(&Curve::new(counted, objects, self.whole)));
            }
        }
        mean(values.into_iter())
    }
}
