//! The COCO numbers that are metrics by name.

use super::batch::{Detection, DetectionBatch};
use super::scores::{DetectionScores, Selection};
use crate::metrics::metric::same_metric;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo};

/// A metric that is read from [`DetectionScores`].
macro_rules! read_from_scores {
    ($(
        $(#[$doc:meta])*
        $name:ident = $text:literal, $summary:literal, $formula:literal, $scores:ident => $value:expr;
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            scores: DetectionScores,
        }

        impl $name {
            /// The description of the metric.
            pub const INFO: MetricInfo = MetricInfo {
                name: $text,
                summary: $summary,
                formula: $formula,
                direction: Direction::Higher,
                range: 0.0..=1.0,
            };
        }

        impl Metric<Detection> for $name {
            fn info(&self) -> MetricInfo {
                Self::INFO
            }

            fn update(&mut self, batch: &DetectionBatch<'_>) -> Result<(), MetricError> {
                self.scores.update(batch);
                Ok(())
            }

            fn merge(&mut self, other: &dyn Metric<Detection>) -> Result<(), MetricError> {
                self.scores.merge(&same_metric(self, other)?.scores)
            }

            fn value(&self) -> Option<f64> {
                let $scores = &self.scores;
                $value
            }
        }
    )*};
}

read_from_scores! {
    /// COCO's average precision: mean over classes and the IoU thresholds 0.5, 0.55, …, 0.95.
    ///
    /// See [`DetectionScores::average_precision`]; at most 100 detections of a class count in an image.
    CocoAp = "coco_ap",
        "average precision, mean over the IoU thresholds 0.5 to 0.95 (COCO)",
        "mean over k, IoU 0.5, 0.55, ..., 0.95 and recall r = 0, 0.01, ..., 1 of max precision at recall >= r",
        scores => scores.average_precision(&Selection::default());
    /// COCO's average precision at IoU 0.5.
    CocoAp50 = "coco_ap50",
        "average precision at IoU 0.5 (COCO)",
        "mean over k and recall r = 0, 0.01, ..., 1 of max precision at recall >= r; IoU >= 0.5",
        scores => scores.average_precision(&Selection { iou: Some(0.5), ..Selection::default() });
    /// COCO's average precision at IoU 0.75.
    CocoAp75 = "coco_ap75",
        "average precision at IoU 0.75 (COCO)",
        "mean over k and recall r = 0, 0.01, ..., 1 of max precision at recall >= r; IoU >= 0.75",
        scores => scores.average_precision(&Selection { iou: Some(0.75), ..Selection::default() });
    /// COCO's average recall with at most 100 detections of a class in an image.
    CocoAr = "coco_ar",
        "recall with 100 detections per class and image, mean over the IoU thresholds 0.5 to 0.95 (COCO)",
        "mean over k and IoU 0.5, 0.55, ..., 0.95 of (objects found) / (objects)",
        scores => scores.average_recall(&Selection::default());
}
