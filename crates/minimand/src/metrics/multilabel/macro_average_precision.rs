//! Macro-averaged average precision of labels.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassScores, Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch,
};

/// The mean over labels of the [average precision](ClassScores::average_precision), also called
/// mAP.
///
/// It is in 0..1, higher is better. A label that is true for no row has no average precision and is
/// left out of the mean; scikit-learn and torchmetrics count it as 0. A label that is true for
/// every row has 1, as there.
///
/// The value is exact, so the state keeps every row: 9 bytes per row and label, and 8 bytes per
/// row; `value` sorts the rows once per label. scikit-learn:
/// `average_precision_score(t, p, average="macro")`.
#[derive(Clone, Debug, Default)]
pub struct MacroAveragePrecision {
    scores: ClassScores,
}

impl MacroAveragePrecision {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "macro_average_precision",
        summary: "mean over labels of the average precision (mAP)",
        formula: "mean_k sum_s (R_ks - R_ks') P_ks over the distinct scores s of label k, from the highest",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for MacroAveragePrecision {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        self.scores.update_multilabel(batch)
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.scores.merge(&same_metric(self, other)?.scores)
    }

    fn value(&self) -> Option<f64> {
        self.scores.macro_average_precision()
    }
}
