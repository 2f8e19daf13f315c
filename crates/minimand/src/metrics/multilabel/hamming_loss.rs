//! Hamming loss.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch};

/// The share of labels that are decided wrongly.
///
/// `sum_i w_i mean_k [(p_ik > 0.5) != t_ik] / sum_i w_i`, in 0..1, lower is better. One minus it is
/// the accuracy over all labels, which for rare labels is high without any skill.
///
/// State: two sums. scikit-learn: `hamming_loss(t, p > 0.5)`.
#[derive(Clone, Debug, Default)]
pub struct HammingLoss {
    errors: WeightedMean,
}

impl HammingLoss {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "hamming_loss",
        summary: "share of labels decided wrongly, at the threshold 0.5",
        formula: "sum_i w_i mean_k [(p_ik > 0.5) != t_ik] / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for HammingLoss {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let wrong = row
                .decisions()
                .filter(|(predicted, target)| predicted != target);
            let share = wrong.count() as f64 / batch.labels() as f64;
            self.errors.add(share, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.errors.merge(&same_metric(self, other)?.errors);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.errors.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = HammingLoss::default();
        metric.update(&MultilabelBatch::new(
            &[0.5, 0.75, 1.0, 0.0],
            2,
            &[true, false, true, false],
            Some(&[1.0, 3.0]),
        )?)?;
        // both labels of row 0, of a weight of 1 in 4; a probability of 0.5 does not predict
        assert_eq!(metric.value(), Some(0.25));
        Ok(())
    }
}
