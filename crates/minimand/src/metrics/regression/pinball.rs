//! Pinball loss.

use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The pinball (quantile) loss: how well predictions serve as a quantile of the target.
///
/// `sum_i w_i max(q (t_i - p_i), (q - 1) (t_i - p_i)) / sum_i w_i`, in the unit of the target, from
/// 0 without upper bound, lower is better (Koenker and Bassett, "Regression quantiles", 1978). The
/// default `q` is 0.5, the median, where the loss is half of the mean absolute error.
///
/// State: two sums. scikit-learn: `mean_pinball_loss(t, p, alpha=q)`.
#[derive(Clone, Debug)]
pub struct Pinball {
    quantile: f64,
    loss: WeightedMean,
}

impl Pinball {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "pinball",
        summary: "pinball (quantile) loss, for the median unless another quantile is set",
        formula: "sum_i w_i max(q (t_i - p_i), (q - 1) (t_i - p_i)) / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    /// An empty state for a quantile strictly between 0 and 1.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for any other quantile.
    pub fn new(quantile: f64) -> Result<Self, MetricError> {
        if !(quantile > 0.0 && quantile < 1.0) {
            return Err(MetricError::InvalidParameter {
                parameter: "quantile",
                value: quantile,
                allowed: "above 0 and below 1",
            });
        }
        Ok(Self {
            quantile,
            loss: WeightedMean::default(),
        })
    }
}

impl Default for Pinball {
    /// An empty state for the median.
    fn default() -> Self {
        Self {
            quantile: 0.5,
            loss: WeightedMean::default(),
        }
    }
}

impl Metric<Regression> for Pinball {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let error = row.target - row.prediction;
            let loss = (self.quantile * error).max((self.quantile - 1.0) * error);
            self.loss.add(loss, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        same_parameter(self.quantile, other.quantile, |quantile| {
            format!("pinball for the quantile {quantile}")
        })?;
        self.loss.merge(&other.loss);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.loss.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut pinball = Pinball::new(0.75)?;
        // 4 too low costs 0.75 * 4, 4 too high costs 0.25 * 4
        pinball.update(&RegressionBatch::new(&[0.0, 8.0], &[4.0, 4.0], None)?)?;
        assert_eq!(pinball.value(), Some(2.0));
        Ok(())
    }

    #[test]
    fn other_quantiles_are_refused() -> Result<(), MetricError> {
        for quantile in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(matches!(
                Pinball::new(quantile),
                Err(MetricError::InvalidParameter { .. })
            ));
        }
        let merged = Pinball::new(0.25)?.merge(&Pinball::default());
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
        Ok(())
    }
}
