//! Mean absolute error.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The mean absolute difference between prediction and target.
///
/// `sum_i w_i |p_i - t_i| / sum_i w_i`, in the unit of the target, from 0 without upper bound,
/// lower is better.
///
/// State: two sums. scikit-learn: `mean_absolute_error`.
#[derive(Clone, Debug, Default)]
pub struct Mae {
    distance: WeightedMean,
}

impl Mae {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "mae",
        summary: "mean absolute error, in the unit of the target",
        formula: "sum_i w_i |p_i - t_i| / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };
}

impl Metric<Regression> for Mae {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let distance = (row.prediction - row.target).abs();
            self.distance.add(distance, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
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
        let mut mae = Mae::default();
        let weights = [1.0, 3.0];
        mae.update(&RegressionBatch::new(
            &[1.0, -2.0],
            &[0.0, 0.0],
            Some(&weights),
        )?)?;
        assert_eq!(mae.value(), Some(7.0 / 4.0));
        Ok(())
    }
}
