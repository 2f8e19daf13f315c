//! Coverage of intervals.

use super::level::{DEFAULT_LEVEL, check_level};
use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Interval, IntervalBatch, Metric, MetricError, MetricInfo};

/// The share of targets that lie within their interval, bounds included.
///
/// `sum_i w_i [l_i <= t_i <= u_i] / sum_i w_i`, in 0..1. The best value is the nominal level, by
/// default 0.9: less means that the intervals promise too much, more that they are wider than need
/// be.
///
/// State: two sums. Also called prediction interval coverage probability (PICP).
#[derive(Clone, Debug)]
pub struct Coverage {
    level: f64,
    covered: WeightedMean,
}

impl Coverage {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "coverage",
        summary: "share of targets within their interval; best at the nominal level, 0.9 unless set",
        formula: "sum_i w_i [l_i <= t_i <= u_i] / sum_i w_i",
        direction: Direction::Nearest(DEFAULT_LEVEL),
        range: 0.0..=1.0,
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
            covered: WeightedMean::default(),
        })
    }
}

impl Default for Coverage {
    /// An empty state for intervals of 90 percent.
    fn default() -> Self {
        Self {
            level: DEFAULT_LEVEL,
            covered: WeightedMean::default(),
        }
    }
}

impl Metric<Interval> for Coverage {
    fn info(&self) -> MetricInfo {
        MetricInfo {
            direction: Direction::Nearest(self.level),
            ..Self::INFO
        }
    }

    fn update(&mut self, batch: &IntervalBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let covered = (row.lower..=row.upper).contains(&row.target);
            self.covered.add(f64::from(covered), row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Interval>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        same_parameter(self.level, other.level, |level| {
            format!("coverage for the level {level}")
        })?;
        self.covered.merge(&other.covered);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.covered.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = Coverage::new(0.5)?;
        // below, on the lower bound, inside, above
        metric.update(&IntervalBatch::new(
            &[1.0; 4],
            &[3.0; 4],
            &[0.0, 1.0, 2.0, 5.0],
            None,
        )?)?;
        assert_eq!(metric.value(), Some(0.5));
        Ok(())
    }

    #[test]
    fn the_level_is_the_best_value() -> Result<(), MetricError> {
        assert_eq!(Coverage::default().info().best(), 0.9);
        assert_eq!(Coverage::new(0.5)?.info().best(), 0.5);
        Ok(())
    }

    #[test]
    fn other_levels_are_refused() -> Result<(), MetricError> {
        for level in [0.0, 1.0, 90.0, f64::NAN] {
            assert!(matches!(
                Coverage::new(level),
                Err(MetricError::InvalidParameter { .. })
            ));
        }
        let merged = Coverage::new(0.5)?.merge(&Coverage::default());
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
        Ok(())
    }
}
