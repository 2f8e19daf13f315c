//! Mean width of intervals.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Interval, IntervalBatch, Metric, MetricError, MetricInfo};

/// The mean distance between the bounds of an interval.
///
/// `sum_i w_i (u_i - l_i) / sum_i w_i`, in the unit of the target, from 0 without upper bound,
/// lower is better at equal coverage. Also called sharpness or mean prediction interval width
/// (MPIW).
///
/// State: two sums.
#[derive(Clone, Debug, Default)]
pub struct IntervalWidth {
    width: WeightedMean,
}

impl IntervalWidth {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "interval_width",
        summary: "mean width of the intervals, in the unit of the target",
        formula: "sum_i w_i (u_i - l_i) / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };
}

impl Metric<Interval> for IntervalWidth {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &IntervalBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            self.width.add(row.upper - row.lower, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Interval>) -> Result<(), MetricError> {
        self.width.merge(&same_metric(self, other)?.width);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.width.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = IntervalWidth::default();
        metric.update(&IntervalBatch::new(
            &[1.0, -1.0],
            &[3.0, -1.0],
            &[0.0, 0.0],
            Some(&[1.0, 3.0]),
        )?)?;
        assert_eq!(metric.value(), Some(0.5));
        Ok(())
    }
}
