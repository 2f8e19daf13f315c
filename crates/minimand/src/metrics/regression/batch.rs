//! Batches of predicted numbers.

use crate::metrics::batch::{Weights, check_finite, check_length};
use crate::metrics::{MetricError, Task};

/// The task of predicting a number.
#[derive(Clone, Copy, Debug)]
pub enum Regression {}

impl Task for Regression {
    type Batch<'a> = RegressionBatch<'a>;
}

/// A checked batch of predictions with their targets.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct RegressionBatch<'a> {
    predictions: &'a [f64],
    targets: &'a [f64],
    weights: Weights<'a>,
}

/// One row of a batch with a weight above zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct PredictedRow {
    /// The predicted value.
    pub(super) prediction: f64,
    /// The true value, in the same unit.
    pub(super) target: f64,
    /// The weight of the row.
    pub(super) weight: f64,
}

impl<'a> RegressionBatch<'a> {
    /// Checks and wraps a batch; all slices have one value per row.
    ///
    /// Without weights every row counts once. Rows of weight 0 are absent: their predictions and
    /// targets are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::Shape`] if the lengths differ;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN;
    /// - [`MetricError::NegativeWeight`] for a weight below zero.
    pub fn new(
        predictions: &'a [f64],
        targets: &'a [f64],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        check_length("predictions (rows)", predictions.len(), targets.len())?;
        let batch = Self {
            predictions,
            targets,
            weights: Weights::new(weights, targets.len())?,
        };
        for (row, _) in batch.weights.counted() {
            check_finite("predictions", row, predictions[row])?;
            check_finite("targets", row, targets[row])?;
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
    pub(super) fn rows(&self) -> impl Iterator<Item = PredictedRow> {
        let (predictions, targets) = (self.predictions, self.targets);
        self.weights
            .counted()
            .map(move |(row, weight)| PredictedRow {
                prediction: predictions[row],
                target: targets[row],
                weight,
            })
    }
}
