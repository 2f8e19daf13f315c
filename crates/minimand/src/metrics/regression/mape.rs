//! Mean absolute percentage error.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The mean absolute difference between prediction and target, as a share of the target.
///
/// `sum_i w_i |p_i - t_i| / |t_i| / sum_i w_i`, a share and not a percentage, from 0 without upper
/// bound, lower is better. It is meant for targets well away from zero, and favours predictions
/// that are too low. `None` if a target is 0; scikit-learn and torchmetrics divide by a tiny number
/// there.
///
/// State: two sums. scikit-learn: `mean_absolute_percentage_error`.
#[derive(Clone, Debug, Default)]
pub struct Mape {
    share: WeightedMean,
}

impl Mape {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "mape",
        summary: "mean absolute error as a share of the target, for targets away from zero",
        formula: "sum_i w_i |p_i - t_i| / |t_i| / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };
}

impl Metric<Regression> for Mape {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            // Not finite for a target of 0, which makes the mean undefined for good.
            let share = (row.prediction - row.target).abs() / row.target.abs();
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
        let mut metric = Mape::default();
        metric.update(&RegressionBatch::new(
            &[1.0, -3.0],
            &[2.0, -2.0],
            Some(&[3.0, 1.0]),
        )?)?;
        assert_eq!(metric.value(), Some(0.5));
        Ok(())
    }

    #[test]
    fn a_target_of_zero_is_undefined() -> Result<(), MetricError> {
        let mut metric = Mape::default();
        metric.update(&RegressionBatch::new(&[1.0, 0.0], &[2.0, 0.0], None)?)?;
        assert_eq!(metric.value(), None);
        Ok(())
    }
}
