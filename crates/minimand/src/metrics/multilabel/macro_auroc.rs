//! Macro-averaged area under the ROC curve of labels.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassScores, Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch,
};

/// The mean over labels of the [area under the receiver operating characteristic
/// curve](ClassScores::auroc).
///
/// It is in 0..1, higher is better, and 0.5 is no better than chance. A label that is true for no
/// row or for every row has no area and is left out of the mean; scikit-learn gives NaN for the
/// mean then, and torchmetrics counts the label as 0.
///
/// The value is exact, so the state keeps every row: 9 bytes per row and label, and 8 bytes per
/// row; `value` sorts the rows once per label. scikit-learn:
/// `roc_auc_score(t, p, average="macro")`.
#[derive(Clone, Debug, Default)]
pub struct MacroAuroc {
    scores: ClassScores,
}

impl MacroAuroc {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "macro_auroc",
        summary: "mean over labels of the area under the ROC curve",
        formula: "mean_k P(p_ik > p_jk) + P(p_ik = p_jk) / 2, for rows i with label k and j without",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for MacroAuroc {
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
        self.scores.macro_auroc()
    }
}
