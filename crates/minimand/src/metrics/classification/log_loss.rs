//! Log loss.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{
    Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
};

/// The smallest positive `f64`, a subnormal number.
const SMALLEST: f64 = f64::from_bits(1);

/// The loss of a row whose true class has the probability 0: `-ln(SMALLEST)`, rounded up.
pub(in crate::metrics) const HIGHEST: f64 = 744.4400719213813;

/// The mean negative natural logarithm of the probability given to the true class.
///
/// `-sum_i w_i ln(p_iy) / sum_i w_i`, in nats, lower is better. It is also called cross-entropy or
/// negative log-likelihood (Good, "Rational decisions", 1952).
///
/// A probability of 0 is replaced by the smallest positive `f64` (about 4.9e-324), so one certain
/// mistake costs 744.44 nats and no more; a probability above 1 (which the tolerance on row sums
/// lets through) counts as 1. Rows are not divided by their sum. All other probabilities are used
/// as they are, so a perfect prediction gives exactly 0.
///
/// State: two sums. scikit-learn: `log_loss(y, p)` uses the same formula but clips to
/// `[eps, 1 - eps]` with the machine epsilon of the type of `p` (2.2e-16 for `f64`), so there a
/// certain mistake costs only 36.04 nats.
#[derive(Clone, Debug, Default)]
pub struct LogLoss {
    loss: WeightedMean,
}

impl LogLoss {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "log_loss",
        summary: "mean negative natural logarithm of the probability of the true class (nats)",
        formula: "-sum_i w_i ln(p_iy) / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=HIGHEST,
    };
}

impl Metric<Classification> for LogLoss {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let probability = row.probabilities[row.label].clamp(SMALLEST, 1.0);
            self.loss.add(-probability.ln(), row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
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
        let mut loss = LogLoss::default();
        loss.update(&ClassificationBatch::new(
            &[0.5, 0.5, 0.25, 0.75],
            2,
            &[0, 0],
            None,
        )?)?;
        // (ln 2 + 2 ln 2) / 2
        let expected = 1.5 * std::f64::consts::LN_2;
        assert!((loss.value().unwrap() - expected).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn a_certain_mistake_is_finite() -> Result<(), MetricError> {
        let mut loss = LogLoss::default();
        loss.update(&ClassificationBatch::new(&[0.0, 1.0], 2, &[0], None)?)?;
        assert_eq!(loss.value(), Some(-SMALLEST.ln()));
        assert!(LogLoss::INFO.range.contains(&loss.value().unwrap()));
        Ok(())
    }

    #[test]
    fn a_probability_just_above_one_does_not_make_the_loss_negative() -> Result<(), MetricError> {
        let mut loss = LogLoss::default();
        loss.update(&ClassificationBatch::new(&[1.0005, 0.0], 2, &[0], None)?)?;
        assert_eq!(loss.value(), Some(0.0));
        Ok(())
    }
}
