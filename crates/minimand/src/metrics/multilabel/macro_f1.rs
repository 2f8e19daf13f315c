//! Macro-averaged F1 of labels.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassCounts, Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch,
};

/// The mean over labels of F1, the harmonic mean of precision and recall.
///
/// `mean_k 2 tp_k / (support_k + predicted_k)`, in 0..1, higher is better. A label that is neither
/// true nor predicted for any row has no F1 and is left out of the mean; scikit-learn and
/// torchmetrics count it as 0. A label that is only one of the two counts as 0 everywhere.
///
/// State: three sums per label. scikit-learn:
/// `f1_score(t, p > 0.5, average="macro", zero_division=numpy.nan)`.
#[derive(Clone, Debug, Default)]
pub struct MacroF1 {
    counts: ClassCounts,
}

impl MacroF1 {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "macro_f1",
        summary: "mean over labels of F1, at the threshold 0.5",
        formula: "mean_k (2 tp_k / (support_k + predicted_k))",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for MacroF1 {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        self.counts.update_multilabel(batch)
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.counts.merge(&same_metric(self, other)?.counts)
    }

    fn value(&self) -> Option<f64> {
        self.counts.macro_f1()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_on_one_side_only_counts_as_zero() -> Result<(), MetricError> {
        let mut metric = MacroF1::default();
        metric.update(&MultilabelBatch::new(
            &[1.0, 0.0, 0.0, 1.0, 0.0, 1.0],
            3,
            &[true, true, false, true, false, false],
            None,
        )?)?;
        // labels 0, 1 and 2: 1, 0 and 0
        assert_eq!(metric.value(), Some(1.0 / 3.0));
        Ok(())
    }

    #[test]
    fn a_label_on_neither_side_is_left_out() -> Result<(), MetricError> {
        let mut metric = MacroF1::default();
        metric.update(&MultilabelBatch::new(&[1.0, 0.0], 2, &[true, false], None)?)?;
        assert_eq!(metric.value(), Some(1.0));
        Ok(())
    }
}
