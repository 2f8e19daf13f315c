//! Mean bias error.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The mean of prediction minus target: by how much predictions are too high.
///
/// `sum_i w_i (p_i - t_i) / sum_i w_i`, in the unit of the target, of either sign, best at 0. Errors of both signs
/// cancel, so it says nothing about accuracy alone. Some have the opposite sign (Jadon et al. 2022, paper 039).
///
/// State: two sums.
#[derive(Clone, Debug, Default)]
pub struct Mbe {
    bias: WeightedMean,
}

impl Mbe {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "mbe",
        summary: "mean bias error, by how much predictions are too high on average, in the unit of the target",
        formula: "sum_i w_i (p_i - t_i) / sum_i w_i",
        direction: Direction::Nearest(0.0),
        range: f64::NEG_INFINITY..=f64::INFINITY,
    };
}

impl Metric<Regression> for Mbe {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            self.bias.add(row.prediction - row.target, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        self.bias.merge(&same_metric(self, other)?.bias);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.bias.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(
        predictions: &[f64],
        targets: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<Option<f64>, MetricError> {
        let mut metric = Mbe::default();
        metric.update(&RegressionBatch::new(predictions, targets, weights)?)?;
        Ok(metric.value())
    }

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        // The record's numbers, whose bias is of target minus prediction.
        let bias = value(&[2.5, 0.0, 2.0, 8.0], &[3.0, -0.5, 2.0, 7.0], None)?;
        assert_eq!(bias, Some(0.25));
        assert_eq!(
            value(&[1.0, -2.0], &[0.0, 0.0], Some(&[3.0, 1.0]))?,
            Some(0.25)
        );
        Ok(())
    }
}
