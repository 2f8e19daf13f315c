//! Brier score.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{
    Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
};

/// The mean squared distance between the probabilities and the one-hot label.
///
/// `sum_i w_i sum_k (p_ik - [k = y_i])^2 / sum_i w_i`, in 0..2, lower is better; a proper scoring
/// rule. This is the original sum over all classes (Brier, "Verification of forecasts expressed in
/// terms of probability", 1950), also with two classes.
///
/// State: two sums. scikit-learn: `brier_score_loss(y, p, scale_by_half=False)`; its default for
/// two classes is half of this value.
#[derive(Clone, Debug, Default)]
pub struct Brier {
    distance: WeightedMean,
}

impl Brier {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "brier",
        summary: "mean squared distance between the probabilities and the one-hot label",
        formula: "sum_i w_i sum_k (p_ik - [k = y_i])^2 / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=2.0,
    };
}

impl Metric<Classification> for Brier {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let distance: f64 = row
                .probabilities
                .iter()
                .enumerate()
                .map(|(class, p)| (p - f64::from(class == row.label)).powi(2))
                .sum();
            self.distance.add(distance, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.distance.merge(&other.distance);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.distance.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut brier = Brier::default();
        brier.update(&ClassificationBatch::new(
            &[0.5, 0.25, 0.25, 0.0, 1.0, 0.0],
            3,
            &[0, 2],
            None,
        )?)?;
        // row 0: 1/4 + 1/16 + 1/16; row 1: 1 + 1
        assert_eq!(brier.value(), Some((0.375 + 2.0) / 2.0));
        Ok(())
    }
}
