//! Batches of predicted intervals.

use crate::metrics::batch::{Weights, check_finite, check_length};
use crate::metrics::{MetricError, Task};

/// The task of predicting an interval that covers a number.
#[derive(Clone, Copy, Debug)]
pub enum Interval {}

impl Task for Interval {
    type Batch<'a> = IntervalBatch<'a>;
}

/// A checked batch of predicted bounds with the targets that they should enclose.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct IntervalBatch<'a> {
    lower: &'a [f64],
    upper: &'a [f64],
    targets: &'a [f64],
    weights: Weights<'a>,
}

/// One row of a batch with a weight above zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntervalRow {
    /// The lower bound, at most the upper one.
    pub(super) lower: f64,
    /// The upper bound.
    pub(super) upper: f64,
    /// The true value, in the same unit.
    pub(super) target: f64,
    /// The weight of the row.
    pub(super) weight: f64,
}

impl<'a> IntervalBatch<'a> {
    /// Checks and wraps a batch; all slices have one value per row, in one unit.
    ///
    /// A lower bound must not be above its upper bound. Quantiles that were fitted apart may cross;
    /// sorting the two bounds of a row is the usual repair, and brings them no further from the true
    /// quantiles (Chernozhukov, Fernández-Val and Galichon, "Quantile and probability curves without
    /// crossing", 2010).
    ///
    /// Without weights every row counts once. Rows of weight 0 are absent: their bounds and targets
    /// are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::Shape`] if the lengths differ;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN;
    /// - [`MetricError::CrossedBounds`] for a lower bound above its upper bound;
    /// - [`MetricError::NegativeWeight`] for a weight below zero.
    pub fn new(
        lower: &'a [f64],
        upper: &'a [f64],
        targets: &'a [f64],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        check_length("lower (rows)", lower.len(), targets.len())?;
        check_length("upper (rows)", upper.len(), targets.len())?;
        let batch = Self {
            lower,
            upper,
            targets,
            weights: Weights::new(weights, targets.len())?,
        };
        for (row, _) in batch.weights.counted() {
            check_finite("lower", row, lower[row])?;
            check_finite("upper", row, upper[row])?;
            check_finite("targets", row, targets[row])?;
            if lower[row] > upper[row] {
                return Err(MetricError::CrossedBounds {
                    row,
                    lower: lower[row],
                    upper: upper[row],
                });
            }
        }
        Ok(batch)
    }

    /// The number of rows, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.weights.rows()
    }

    /// Whether the batch has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows with a weight above zero.
    pub(super) fn rows(&self) -> impl Iterator<Item = IntervalRow> {
        let (lower, upper, targets) = (self.lower, self.upper, self.targets);
        self.weights
            .counted()
            .map(move |(row, weight)| IntervalRow {
                lower: lower[row],
                upper: upper[row],
                target: targets[row],
                weight,
            })
    }
}
