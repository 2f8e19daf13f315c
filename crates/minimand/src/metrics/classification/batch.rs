//! Batches of classified rows.

use crate::metrics::batch::{Weights, check_columns, check_finite, check_length};
use crate::metrics::{MetricError, Task};

/// How far the probabilities of a row may be from summing to one.
const SUM_TOLERANCE: f64 = 1e-3;

/// The task of giving probabilities to classes, one of which is true for a row.
#[derive(Clone, Copy, Debug)]
pub enum Classification {}

impl Task for Classification {
    type Batch<'a> = ClassificationBatch<'a>;
}

/// A checked batch of predicted probabilities with their labels.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct ClassificationBatch<'a> {
    probabilities: &'a [f64],
    classes: usize,
    labels: &'a [usize],
    weights: Weights<'a>,
}

/// One row of a batch with a weight above zero.
#[derive(Clone, Copy, Debug)]
pub(in crate::metrics) struct ClassifiedRow<'a> {
    /// One probability per class.
    pub(in crate::metrics) probabilities: &'a [f64],
    /// The true class.
    pub(in crate::metrics) label: usize,
    /// The weight of the row.
    pub(in crate::metrics) weight: f64,
}

impl ClassifiedRow<'_> {
    /// The class of the highest probability; the lowest such class where several share it.
    pub(in crate::metrics) fn predicted(&self) -> usize {
        let mut best = 0;
        for (class, &probability) in self.probabilities.iter().enumerate() {
            if probability > self.probabilities[best] {
                best = class;
            }
        }
        best
    }
}

impl<'a> ClassificationBatch<'a> {
    /// Checks and wraps a batch.
    ///
    /// `probabilities` has the shape `[rows, classes]`, row after row; `labels` and `weights`
    /// have one value per row. Without weights every row counts once. Rows of weight 0 are absent:
    /// their probabilities and labels are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::InvalidParameter`] if `classes` is 0;
    /// - [`MetricError::Shape`] if the lengths do not fit together;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN;
    /// - [`MetricError::NegativeWeight`], [`MetricError::LabelOutOfRange`] and
    ///   [`MetricError::NotAProbability`] for values out of range;
    /// - [`MetricError::NotNormalized`] if the probabilities of a row do not sum to one within
    ///   1e-3.
    pub fn new(
        probabilities: &'a [f64],
        classes: usize,
        labels: &'a [usize],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        check_columns("classes", classes)?;
        check_length(
            "probabilities (rows x classes)",
            probabilities.len(),
            labels.len().saturating_mul(classes),
        )?;
        let batch = Self {
            probabilities,
            classes,
            labels,
            weights: Weights::new(weights, labels.len())?,
        };
        for (row, values) in batch.numbered_rows() {
            check_row(row, &values, classes)?;
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

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The rows with a weight above zero.
    pub(in crate::metrics) fn rows(&self) -> impl Iterator<Item = ClassifiedRow<'a>> {
        self.numbered_rows().map(|(_, row)| row)
    }

    fn numbered_rows(&self) -> impl Iterator<Item = (usize, ClassifiedRow<'a>)> {
        let Self {
            probabilities,
            classes,
            labels,
            weights,
        } = *self;
        weights.counted().map(move |(row, weight)| {
            let values = ClassifiedRow {
                probabilities: &probabilities[row * classes..][..classes],
                label: labels[row],
                weight,
            };
            (row, values)
        })
    }
}

fn check_row(row: usize, values: &ClassifiedRow<'_>, classes: usize) -> Result<(), MetricError> {
    if values.label >= classes {
        return Err(MetricError::LabelOutOfRange {
            row,
            label: values.label,
            classes,
        });
    }
    for (class, &value) in values.probabilities.iter().enumerate() {
        check_finite("probabilities", row, value)?;
        if value < 0.0 {
            return Err(MetricError::NotAProbability { row, class, value });
        }
    }
    let sum: f64 = values.probabilities.iter().sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        return Err(MetricError::NotNormalized { row, sum });
    }
    Ok(())
}
