//! Pearson's correlation.

use super::moments::Moments;
use crate::metrics::metric::same_metric;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// Pearson's correlation of prediction and target: order and proportion, whatever place and scale.
///
/// `cov(p, t) / sqrt(var(p) var(t))` with weighted moments, without a unit, from -1 to 1, higher is better. `None` if
/// predictions or targets are all equal.
///
/// State: weight, two means and four sums. SciPy: `pearsonr`; torchmetrics: `PearsonCorrCoef`.
#[derive(Clone, Debug, Default)]
pub struct Pearson {
    moments: Moments,
}

impl Pearson {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "pearson",
        summary: "Pearson's correlation of prediction and target",
        formula: "cov(p, t) / sqrt(var(p) var(t))",
        direction: Direction::Higher,
        range: -1.0..=1.0,
    };
}

impl Metric<Regression> for Pearson {
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
        let size = spread.of_predictions.sqrt() * spread.of_targets.sqrt();
        let correlation = spread.of_both / size;
        (size > 0.0 && correlation.is_finite()).then(|| correlation.clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        for (predictions, targets, want) in [
            ([1.0, 3.0, 5.0], [0.0, 4.0, 8.0], Some(1.0)),
            ([3.0, 1.0, 2.0], [1.0, 3.0, 2.0], Some(-1.0)),
            ([1.0, 0.0, 0.0], [0.0, 1.0, 1.0], Some(-1.0)),
            ([5.0, 5.0, 5.0], [1.0, 3.0, 2.0], None),
        ] {
            let mut metric = Pearson::default();
            metric.update(&RegressionBatch::new(&predictions, &targets, None)?)?;
            assert_eq!(metric.value(), want);
        }
        Ok(())
    }
}
