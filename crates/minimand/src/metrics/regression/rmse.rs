//! Root mean squared error.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The root of the mean squared difference between prediction and target.
///
/// `sqrt(sum_i w_i (p_i - t_i)^2 / sum_i w_i)`, in the unit of the target, from 0 without upper
/// bound, lower is better.
///
/// State: two sums. scikit-learn: `root_mean_squared_error`.
#[derive(Clone, Debug, Default)]
pub struct Rmse {
    squares: WeightedMean,
}

impl Rmse {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "rmse",
        summary: "root of the mean squared error, in the unit of the target",
        formula: "sqrt(sum_i w_i (p_i - t_i)^2 / sum_i w_i)",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };
}

impl Metric<Regression> for Rmse {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let squared = (row.prediction - row.target).powi(2);
            self.squares.add(squared, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.squares.merge(&other.squares);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.squares.value().map(f64::sqrt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut rmse = Rmse::default();
        rmse.update(&RegressionBatch::new(&[1.0, 7.0], &[0.0, 0.0], None)?)?;
        assert_eq!(rmse.value(), Some(5.0));
        Ok(())
    }
}
