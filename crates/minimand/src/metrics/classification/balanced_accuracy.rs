//! Balanced accuracy.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassCounts, Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
};

/// The mean over classes of the share of their rows that are predicted correctly.
///
/// `mean_k recall_k` with `recall_k = sum_i w_i [y_i = k = argmax_j p_ij] / sum_i w_i [y_i = k]`,
/// in 0..1, higher is better (Brodersen et al., "The balanced accuracy and its posterior
/// distribution", 2010). Classes without a labelled row have no recall and are left out of the
/// mean, as in scikit-learn. Ties go to the lowest class.
///
/// State: three sums per class. scikit-learn: `balanced_accuracy_score(y, p.argmax(axis=1))`.
#[derive(Clone, Debug, Default)]
pub struct BalancedAccuracy {
    counts: ClassCounts,
}

impl BalancedAccuracy {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "balanced_accuracy",
        summary: "mean over classes of the share of their rows predicted correctly",
        formula: "mean_k (sum_i w_i [y_i = k = argmax_j p_ij] / sum_i w_i [y_i = k])",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Classification> for BalancedAccuracy {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.counts.update(batch)
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        self.counts.merge(&same_metric(self, other)?.counts)
    }

    fn value(&self) -> Option<f64> {
        self.counts.balanced_accuracy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let probabilities = [
            1.0, 0.0, 0.0, // class 0, correct
            0.0, 1.0, 0.0, // class 0, wrong
            0.0, 1.0, 0.0, // class 1, correct
            0.0, 0.0, 1.0, // class 1, wrong; class 2 is never the label
        ];
        let weights = [3.0, 1.0, 1.0, 1.0];
        let mut metric = BalancedAccuracy::default();
        metric.update(&ClassificationBatch::new(
            &probabilities,
            3,
            &[0, 0, 1, 1],
            Some(&weights),
        )?)?;
        assert_eq!(metric.value(), Some((0.75 + 0.5) / 2.0));
        Ok(())
    }
}
