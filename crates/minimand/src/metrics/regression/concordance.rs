//! Concordance correlation coefficient.

use super::moments::Moments;
use crate::metrics::metric::same_metric;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// Lin's concordance correlation coefficient: agreement in place, scale and order.
///
/// `2 cov / (var(p) + var(t) + (mean(p) - mean(t))^2)` with weighted moments, divisor `sum_i w_i`; without a unit, from -1
/// to 1, higher is better. It is 1 only for predictions that are the targets. `None` if predictions and targets are
/// all one number (Lin, "A concordance correlation coefficient to evaluate reproducibility", 1989).
///
/// State: weight, two means and four sums. torchmetrics: `ConcordanceCorrCoef`, with divisor n - 1.
#[derive(Clone, Debug, Default)]
pub struct Concordance {
    moments: Moments,
}

impl Concordance {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "concordance",
        summary: "concordance correlation, agreement of prediction and target in place, scale and order",
        formula: "2 cov(p, t) / (var(p) + var(t) + (mean(p) - mean(t))^2)",
        direction: Direction::Higher,
        range: -1.0..=1.0,
    };
}

impl Metric<Regression> for Concordance {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        self.moments.update(batch);
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        self.moments.merge(&same_metric(self, other)?.moments);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        let spread = self.moments.spread()?;
        // The size is the mean squared error and twice the covariance, each of which is exact where both sides agree.
        let size = spread.error + 2.0 * spread.of_both;
        let agreement = 2.0 * spread.of_both / size;
        (size > 0.0 && agreement.is_finite()).then(|| agreement.clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        for (predictions, targets, want) in [
            ([1.0, 3.0], [0.0, 4.0], Some(0.8)),
            ([3.0, 1.0], [1.0, 3.0], Some(-1.0)),
            ([5.0, 5.0], [1.0, 3.0], Some(0.0)),
            ([5.0, 5.0], [5.0, 5.0], None),
        ] {
            let mut metric = Concordance::default();
            metric.update(&RegressionBatch::new(&predictions, &targets, None)?)?;
            assert_eq!(metric.value(), want);
        }
        Ok(())
    }
}
