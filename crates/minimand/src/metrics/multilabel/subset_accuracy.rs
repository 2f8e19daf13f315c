//! Subset accuracy.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch};

/// The share of rows whose labels are all decided correctly.
///
/// `sum_i w_i [all k: (p_ik > 0.5) = t_ik] / sum_i w_i`, in 0..1, higher is better; also called
/// exact match ratio.
///
/// State: two sums. scikit-learn: `accuracy_score(t, p > 0.5)`.
#[derive(Clone, Debug, Default)]
pub struct SubsetAccuracy {
    hits: WeightedMean,
}

impl SubsetAccuracy {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "subset_accuracy",
        summary: "share of rows whose labels are all decided correctly, at the threshold 0.5",
        formula: "sum_i w_i [all k: (p_ik > 0.5) = t_ik] / sum_i w_i",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for SubsetAccuracy {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let hit = row
                .decisions()
                .all(|(predicted, target)| predicted == target);
            self.hits.add(f64::from(hit), row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.hits.merge(&same_metric(self, other)?.hits);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.hits.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = SubsetAccuracy::default();
        metric.update(&MultilabelBatch::new(
            &[0.75, 0.5, 0.75, 0.25],
            2,
            &[true, false, true, true],
            Some(&[1.0, 3.0]),
        )?)?;
        assert_eq!(metric.value(), Some(0.25));
        Ok(())
    }
}
