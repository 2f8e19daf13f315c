//! Interval score.

use super::level::{DEFAULT_LEVEL, check_level};
use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Interval, IntervalBatch, Metric, MetricError, MetricInfo};

/// The interval score: the width of the interval, and a fine for each target outside it.
///
/// `sum_i w_i (u_i - l_i + 2/a max(l_i - t_i, 0) + 2/a max(t_i - u_i, 0)) / sum_i w_i`, where
/// `1 - a` is the nominal level, by default 0.9. It is in the unit of the target, from 0 without
/// upper bound, lower is better, and best in expectation for the quantiles `a/2` and `1 - a/2` of
/// the target (Winkler, "A decision-theoretic approach to interval estimation", 1972; Gneiting and
/// Raftery, "Strictly proper scoring rules, prediction, and estimation", 2007).
///
/// State: two sums. scikit-learn: `2/a` times the sum of `mean_pinball_loss` of the lower bounds at
/// `a/2` and of the upper bounds at `1 - a/2`.
#[derive(Clone, Debug)]
pub struct IntervalScore {
    level: f64,
    score: WeightedMean,
}

impl IntervalScore {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "interval_score",
        summary: "width of the intervals plus a fine for targets outside, for the level 0.9 unless set",
        formula: "sum_i w_i (u_i - l_i + 2/a max(l_i - t_i, 0) + 2/a max(t_i - u_i, 0)) / sum_i w_i, a = 1 - level",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    /// An empty state for intervals of this nominal coverage, strictly between 0 and 1.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for any other level.
    pub fn new(level: f64) -> Result<Self, MetricError> {
        check_level(level)?;
        Ok(Self {
            level,
            score: WeightedMean::default(),
        })
    }
}

impl Default for IntervalScore {
    /// An empty state for intervals of 90 percent.
    fn default() -> Self {
        Self {
            level: DEFAULT_LEVEL,
            score: WeightedMean::default(),
        }
    }
}

impl Metric<Interval> for IntervalScore {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &IntervalBatch<'_>) -> Result<(), MetricError> {
        let fine = 2.0 / (1.0 - self.level);
        for row in batch.rows() {
            let outside = (row.lower - row.target).max(row.target - row.upper);
            let score = row.upper - row.lower + fine * outside.max(0.0);
            self.score.add(score, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Interval>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        same_parameter(self.level, other.level, |level| {
            format!("interval_score for the level {level}")
        })?;
        self.score.merge(&other.score);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.score.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = IntervalScore::new(0.5)?;
        // below, on the lower bound, inside, above
        metric.update(&IntervalBatch::new(
            &[1.0; 4],
            &[3.0; 4],
            &[0.0, 1.0, 2.0, 5.0],
            None,
        )?)?;
        // width 2 four times, and 2 / 0.5 times the distances 1 and 2
        assert_eq!(metric.value(), Some((8.0 + 4.0 * 3.0) / 4.0));
        Ok(())
    }

    #[test]
    fn other_levels_are_refused() -> Result<(), MetricError> {
        for level in [0.0, 1.0, 90.0, f64::NAN] {
            assert!(matches!(
                IntervalScore::new(level),
                Err(MetricError::InvalidParameter { .. })
            ));
        }
        let merged = IntervalScore::new(0.5)?.merge(&IntervalScore::default());
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
        Ok(())
    }
}
