//! Accuracy.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{
    Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
};

/// The share of rows whose most probable class is the true one.
///
/// `sum_i w_i [argmax_k p_ik = y_i] / sum_i w_i`, in 0..1, higher is better. Where several classes
/// share the highest probability, the lowest of them is the prediction (as `numpy.argmax`).
///
/// State: two sums. scikit-learn: `accuracy_score(y, p.argmax(axis=1))`.
#[derive(Clone, Debug, Default)]
pub struct Accuracy {
    hits: WeightedMean,
}

impl Accuracy {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "accuracy",
        summary: "share of rows whose most probable class is the true one",
        formula: "sum_i w_i [argmax_k p_ik = y_i] / sum_i w_i",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Classification> for Accuracy {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let hit = row.predicted() == row.label;
            self.hits.add(f64::from(hit), row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.hits.merge(&other.hits);
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
    fn a_tie_goes_to_the_lowest_class() -> Result<(), MetricError> {
        let probabilities = [0.5, 0.5, 0.5, 0.5, 0.1, 0.9];
        let mut accuracy = Accuracy::default();
        accuracy.update(&ClassificationBatch::new(
            &probabilities,
            2,
            &[0, 1, 1],
            None,
        )?)?;
        assert_eq!(accuracy.value(), Some(2.0 / 3.0));
        Ok(())
    }
}
