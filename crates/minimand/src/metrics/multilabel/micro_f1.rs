//! Micro-averaged F1 of labels.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassCounts, Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch,
};

/// F1, the harmonic mean of precision and recall, of all labels counted together.
///
/// `2 sum_k tp_k / sum_k (support_k + predicted_k)`, in 0..1, higher is better; frequent labels
/// count more. `None` if no label is true or predicted for any row, where scikit-learn and
/// torchmetrics give 0.
///
/// State: three sums per label. scikit-learn: `f1_score(t, p > 0.5, average="micro")`.
#[derive(Clone, Debug, Default)]
pub struct MicroF1 {
    counts: ClassCounts,
}

impl MicroF1 {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "micro_f1",
        summary: "F1 of all labels counted together, at the threshold 0.5",
        formula: "2 sum_k tp_k / sum_k (support_k + predicted_k)",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for MicroF1 {
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
        self.counts.micro_f1()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = MicroF1::default();
        metric.update(&MultilabelBatch::new(
            &[1.0, 0.0, 1.0, 0.0],
            2,
            &[true, true, true, false],
            Some(&[1.0, 3.0]),
        )?)?;
        assert_eq!(metric.value(), Some(8.0 / 9.0));
        Ok(())
    }
}
