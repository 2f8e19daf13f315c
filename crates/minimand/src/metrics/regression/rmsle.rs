//! Root mean squared logarithmic error.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The root of the mean squared difference of ln(1 + prediction) and ln(1 + target).
///
/// `sqrt(sum_i w_i (ln(1 + p_i) - ln(1 + t_i))^2 / sum_i w_i)`, without a unit, from 0 without upper bound, lower is
/// better; for numbers that grow by factors. `None` if a prediction or a target is -1 or below; scikit-learn refuses
/// them too.
///
/// State: two sums. scikit-learn: `root_mean_squared_log_error`.
#[derive(Clone, Debug, Default)]
pub struct Rmsle {
    squares: WeightedMean,
}

impl Rmsle {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "rmsle",
        summary: "root mean squared difference of ln(1 + x), for numbers that grow by factors",
        formula: "sqrt(sum_i w_i (ln(1 + p_i) - ln(1 + t_i))^2 / sum_i w_i)",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };
}

impl Metric<Regression> for Rmsle {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            // By the quotient, which does not cancel where both are large.
            let quotient = (row.prediction - row.target) / (1.0 + row.target);
            let defined = row.prediction > -1.0 && row.target > -1.0;
            // Not finite beyond, which makes the mean undefined for good.
            let difference = if defined { quotient.ln_1p() } else { f64::NAN };
            self.squares.add(difference * difference, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        self.squares.merge(&same_metric(self, other)?.squares);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.squares.value().map(f64::sqrt)
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
        let mut metric = Rmsle::default();
        metric.update(&RegressionBatch::new(predictions, targets, weights)?)?;
        Ok(metric.value())
    }

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let error = value(&[2.5, 5.0, 4.0, 8.0], &[3.0, 5.0, 2.5, 7.0], None)?;
        assert!((error.unwrap() - 0.199_324_165_581).abs() < 1e-12);
        assert_eq!(value(&[-1.0, 2.0], &[1.0, 2.0], None)?, None);
        assert_eq!(value(&[1.0, 2.0], &[1.0, -3.0], None)?, None);
        Ok(())
    }
}
