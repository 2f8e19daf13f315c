//! Coefficient of determination.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::{Sum, ratio};
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Regression, RegressionBatch};

/// The coefficient of determination: the share of the variance of the target that is explained.
///
/// `1 - sum_i w_i (t_i - p_i)^2 / sum_i w_i (t_i - mean)^2`, where `mean` is the weighted mean of
/// the targets. It has no unit, is at most 1 and has no lower bound; higher is better, and 0 is
/// as good as predicting the mean. If all targets are equal, which includes a single row, the value
/// is `None`; scikit-learn returns 1 or 0 there, depending on whether the prediction is exact.
///
/// State: the weight, mean and squared deviations of the targets, and the squared residuals. Rows
/// are added as by Welford ("Note on a method for calculating corrected sums of squares and
/// products", 1962), and states are merged as by Chan, Golub and LeVeque ("Algorithms for computing
/// the sample variance", 1983). The mean is kept in twice the precision, so targets with a large
/// offset and a small spread keep the value accurate. scikit-learn: `r2_score`.
#[derive(Clone, Debug, Default)]
pub struct R2 {
    weight: Sum,
    mean: Sum,
    deviations: Sum,
    residuals: Sum,
}

impl R2 {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "r2",
        summary: "coefficient of determination, the share of the target's variance explained",
        formula: "1 - sum_i w_i (t_i - p_i)^2 / sum_i w_i (t_i - mean(t))^2",
        direction: Direction::Higher,
        range: f64::NEG_INFINITY..=1.0,
    };
}

impl R2 {
    /// Adds the rows of another state.
    fn join(&mut self, other: &Self) {
        let (mine, theirs) = (self.weight.value(), other.weight.value());
        if theirs == 0.0 {
            return;
        }
        if mine == 0.0 {
            // Moving an empty mean by the distance would round the mean to one `f64`.
            self.clone_from(other);
            return;
        }
        self.weight.merge(&other.weight);
        let share = theirs / self.weight.value();
        let distance = other.mean.minus(&self.mean);
        self.mean.add(distance * share);
        self.deviations.merge(&other.deviations);
        self.deviations.add(mine * share * distance.powi(2));
        self.residuals.merge(&other.residuals);
    }
}

impl Metric<Regression> for R2 {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let residual = row.target - row.prediction;
            self.join(&Self {
                weight: Sum::from(row.weight),
                mean: Sum::from(row.target),
                deviations: Sum::default(),
                residuals: Sum::from(row.weight * residual.powi(2)),
            });
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Regression>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.join(other);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        ratio(self.residuals.value(), self.deviations.value()).map(|unexplained| 1.0 - unexplained)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(predictions: &[f64], targets: &[f64]) -> R2 {
        let mut r2 = R2::default();
        r2.update(&RegressionBatch::new(predictions, targets, None).unwrap())
            .unwrap();
        r2
    }

    #[test]
    fn worked_values() {
        // residuals 1 + 0 + 1, deviations 4 + 0 + 4
        let r2 = state(&[0.0, 3.0, 4.0], &[1.0, 3.0, 5.0]);
        assert_eq!(r2.value(), Some(0.75));
    }

    #[test]
    fn equal_targets_are_undefined_in_any_split() -> Result<(), MetricError> {
        let mut r2 = state(&[0.1, 0.2], &[0.1, 0.1]);
        assert_eq!(r2.value(), None);
        r2.merge(&state(&[0.3, 0.1, 0.1], &[0.1, 0.1, 0.1]))?;
        assert_eq!(r2.value(), None);
        Ok(())
    }

    #[test]
    fn a_large_offset_does_not_cancel() -> Result<(), MetricError> {
        let targets: Vec<f64> = (0..1000).map(|i| 1e12 + f64::from(i % 10)).collect();
        let predictions: Vec<f64> = targets.iter().map(|target| target + 0.5).collect();
        // residuals 0.25 and deviations 8.25 on average
        let expected = 1.0 - 0.25 / 8.25;
        let whole = state(&predictions, &targets);
        assert!((whole.value().unwrap() - expected).abs() < 1e-13);
        let mut merged = R2::default();
        for part in [0..1, 1..400, 400..1000] {
            merged.merge(&state(&predictions[part.clone()], &targets[part]))?;
        }
        assert!((merged.value().unwrap() - expected).abs() < 1e-13);
        Ok(())
    }
}
