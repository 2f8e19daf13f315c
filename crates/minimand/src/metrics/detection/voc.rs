//! Average precision as the PASCAL VOC defines it.

use super::batch::{Detection, DetectionBatch, Scene};
use super::curve::{Counted, Curve, mean};
use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::{Direction, Metric, MetricError, MetricInfo};
use std::collections::BTreeMap;

/// At which recalls the precision is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    /// At every one: the area below the curve, as from 2010 on.
    #[default]
    EveryPoint,
    /// At 0, 0.1, …, 1, as until 2009.
    ElevenPoints,
}

/// Mean average precision of the PASCAL VOC: at one IoU threshold (default 0.5), mean over classes.
///
/// A detection belongs to the object of its class with which it overlaps most, of equal ones to the first; it is
/// right if the overlap is at least the threshold and no better score has that object, and does not count if the
/// object is ignored (VOC: difficult). One that belongs to no object, but lies in a crowd, does not count either. The
/// IoU is that of the coordinates as they are: VOC's own tool takes
/// them as whole pixels and adds 1 to each side. State: 24 bytes a detection.
#[derive(Clone, Debug)]
pub struct VocAp {
    threshold: f64,
    interpolation: Interpolation,
    classes: BTreeMap<usize, Class>,
    /// Are all weights whole numbers, so that their sums are exact?
    whole: bool,
}

#[derive(Clone, Debug, Default)]
struct Class {
    detections: Vec<Counted>,
    objects: f64,
}

impl Default for VocAp {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            interpolation: Interpolation::default(),
            classes: BTreeMap::new(),
            whole: true,
        }
    }
}

impl VocAp {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "voc_ap",
        summary: "average precision at IoU 0.5 unless set, mean over classes (PASCAL VOC)",
        formula: "mean over k of the area below max precision at recall >= r",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    /// An empty state with another threshold, above 0 and at most 1, or another interpolation.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for a threshold out of range.
    pub fn with(threshold: f64, interpolation: Interpolation) -> Result<Self, MetricError> {
        if !(threshold > 0.0 && threshold <= 1.0) {
            return Err(MetricError::InvalidParameter {
                parameter: "threshold",
                value: threshold,
                allowed: "above 0 and at most 1",
            });
        }
        Ok(Self {
            threshold,
            interpolation,
            ..Self::default()
        })
    }

    fn add(&mut self, scene: &Scene) {
        self.whole &= scene.weight.fract() == 0.0;
        let class = self.classes.entry(scene.class).or_default();
        let required = scene
            .objects
            .iter()
            .filter(|object| !object.optional)
            .count();
        class.objects += scene.weight * required as f64;
        let mut taken = vec![false; scene.objects.len()];
        for (d, &score) in scene.scores.iter().enumerate() {
            let row = &scene.overlaps[d * scene.objects.len()..(d + 1) * scene.objects.len()];
            let best = |crowd: bool| {
                // The first of the largest.
                let among = (0..row.len())
                    .rev()
                    .filter(|&g| scene.objects[g].crowd == crowd);
                let best = among.max_by(|&a, &b| row[a].total_cmp(&row[b]));
                best.filter(|&g| row[g] >= self.threshold)
            };
            let best = best(false).or_else(|| best(true));
            if best.is_some_and(|g| scene.objects[g].optional) {
                continue;
            }
            class.detections.push(Counted {
                score,
                weight: scene.weight,
                hit: best.is_some_and(|g| !std::mem::replace(&mut taken[g], true)),
            });
        }
    }
}

impl Metric<Detection> for VocAp {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &DetectionBatch<'_>) -> Result<(), MetricError> {
        batch.scenes().for_each(|scene| self.add(&scene));
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Detection>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        let parameters = |state: &Self| (state.threshold, state.interpolation);
        same_parameter(
            parameters(self),
            parameters(other),
            |(threshold, interpolation)| format!("voc_ap at IoU {threshold}, {interpolation:?}"),
        )?;
        self.whole &= other.whole;
        for (&number, theirs) in &other.classes {
            let class = self.classes.entry(number).or_default();
            class.detections.extend(&theirs.detections);
            class.objects += theirs.objects;
        }
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        mean(
            self.classes
                .values()
                .filter(|class| class.objects > 0.0)
                .map(|class| {
                    let mut order = class.detections.clone();
                    order.sort_by(|a, b| b.score.total_cmp(&a.score));
                    let curve = Curve::new(order.into_iter(), class.objects, self.whole);
                    match self.interpolation {
                        Interpolation::EveryPoint => curve.area(),
                        Interpolation::ElevenPoints => curve.sampled(10),
                    }
                }),
        )
    }
}
