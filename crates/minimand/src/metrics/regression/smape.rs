//! Symmetric mean absolute percentage error.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The mean absolute difference between prediction and target, as a share of their mean size.
///
/// `sum_i w_i 2 |p_i - t_i| / (|p_i| + |t_i|) / sum_i w_i`, a share and not a percentage, in 0..2,
/// lower is better; 0 where prediction and target are both 0. This is the definition of the M4
/// competition (Makridakis, Spiliotis and Assimakopoulos, "The M4 Competition: 100,000 time series
/// and 61 forecasting methods", 2020), up to its factor of 100; others leave out the 2.
///
/// State: two sums. scikit-learn does not have this metric; torchmetrics:
/// `symmetric_mean_absolute_percentage_error`, which does not take weights.
#[derive(Clone, Debug, Default)]
pub struct Smape {
    share: WeightedMean,
}

impl Smape {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "smape",
        summary: "mean absolute error as a share of the mean size of prediction and target",
        formula: "sum_i w_i 2 |p_i - t_i| / (|p_i| + |t_i|) / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=2.0,
    };
}

impl Metric<Regression> for Smape {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let distance = (row.prediction - row.target).abs();
            let size = row.prediction.abs() + row.target.abs();
            let share = if size == 0.0 {
                0.0
            } else {
                2.0 * (distance / size)
            };
            self.share.add(share, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        self.share.merge(&same_metric(self, other)?.share);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.share.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = Smape::default();
        metric.update(&RegressionBatch::new(
            &[1.0, -1.0, 0.0],
            &[3.0, 2.0, 0.0],
            None,
        )?)?;
        assert_eq!(metric.value(), Some((1.0 + 2.0 + 0.0) / 3.0));
        Ok(())
    }
}
