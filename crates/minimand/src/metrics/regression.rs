//! Batches of predicted numbers, and what a regression metric does with them.

use std::any::Any;
use std::fmt::Debug;

use super::classification::check_weights;
use super::{MetricError, MetricInfo};

/// A checked batch of predictions with their targets.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct RegressionBatch<'a> {
    predictions: &'a [f64],
    targets: &'a [f64],
    weights: Option<&'a [f64]>,
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
        if predictions.len() != targets.len() {
            return Err(MetricError::Shape {
                argument: "predictions (rows)",
                expected: targets.len(),
                got: predictions.len(),
            });
        }
        check_weights(weights, targets.len())?;
        let batch = Self {
            predictions,
            targets,
            weights,
        };
        for (row, values) in batch.numbered_rows() {
            for (argument, value) in [
                ("predictions", values.prediction),
                ("targets", values.target),
            ] {
                if !value.is_finite() {
                    return Err(MetricError::NotFinite { argument, row });
                }
            }
        }
        Ok(batch)
    }

    /// The number of rows, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether the batch has no rows.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The rows with a weight above zero.
    pub(super) fn rows(&self) -> impl Iterator<Item = PredictedRow> {
        self.numbered_rows().map(|(_, row)| row)
    }

    fn numbered_rows(&self) -> impl Iterator<Item = (usize, PredictedRow)> {
        let weights = self.weights;
        self.predictions
            .iter()
            .zip(self.targets)
            .enumerate()
            .map(move |(row, (&prediction, &target))| {
                let weight = weights.map_or(1.0, |weights| weights[row]);
                let values = PredictedRow {
                    prediction,
                    target,
                    weight,
                };
                (row, values)
            })
            .filter(|(_, row)| row.weight > 0.0)
    }
}

/// The state of a measure of predicted numbers against targets.
///
/// The trait is object-safe: states of different metrics can be held in one list as
/// `Box<dyn RegressionMetric>`, made by [`regression_metric`](super::regression_metric).
pub trait RegressionMetric: Any + Debug + Send + Sync {
    /// The description of the metric.
    fn info(&self) -> &'static MetricInfo;

    /// Adds the rows of a batch.
    ///
    /// # Errors
    ///
    /// None of the metrics here fails on a checked batch.
    fn update(&mut self, batch: &RegressionBatch<'_>) -> Result<(), MetricError>;

    /// Adds the rows that another state of the same metric has seen.
    ///
    /// # Errors
    ///
    /// [`MetricError::Incompatible`] if `other` is the state of another metric or has other
    /// parameters.
    fn merge(&mut self, other: &dyn RegressionMetric) -> Result<(), MetricError>;

    /// The value over all rows, or `None` where it is undefined: without rows, in the cases that
    /// a metric names, and when a sum has overflowed. It is never NaN or infinite.
    fn value(&self) -> Option<f64>;
}
