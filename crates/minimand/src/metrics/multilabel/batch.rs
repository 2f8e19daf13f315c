//! Batches of rows with any number of true labels.

use crate::metrics::batch::{Weights, check_columns, check_finite, check_length};
use crate::metrics::{MetricError, Task};

/// Probabilities above this one predict their label.
const THRESHOLD: f64 = 0.5;

/// The task of giving a probability to each label; any number of them may be true for a row.
#[derive(Clone, Copy, Debug)]
pub enum Multilabel {}

impl Task for Multilabel {
    type Batch<'a> = MultilabelBatch<'a>;
}

/// A checked batch of predicted probabilities of labels, with which of them are true.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct MultilabelBatch<'a> {
    probabilities: &'a [f64],
    labels: usize,
    targets: &'a [bool],
    weights: Weights<'a>,
}

/// One row of a batch with a weight above zero.
#[derive(Clone, Copy, Debug)]
pub(in crate::metrics) struct MultilabelRow<'a> {
    /// One probability per label.
    pub(in crate::metrics) probabilities: &'a [f64],
    /// Which labels are true.
    pub(in crate::metrics) targets: &'a [bool],
    /// The weight of the row.
    pub(in crate::metrics) weight: f64,
}

impl<'a> MultilabelRow<'a> {
    /// The probability and the truth of every label.
    pub(in crate::metrics) fn entries(&self) -> impl Iterator<Item = (f64, bool)> + use<'a> {
        let probabilities = self.probabilities.iter().copied();
        probabilities.zip(self.targets.iter().copied())
    }

    /// For every label whether it is predicted and whether it is true.
    pub(in crate::metrics) fn decisions(&self) -> impl Iterator<Item = (bool, bool)> + use<'a> {
        self.entries()
            .map(|(probability, target)| (probability > THRESHOLD, target))
    }

    /// The mean over the labels of a function of probability and truth.
    pub(in crate::metrics) fn mean(&self, of: impl Fn(f64, bool) -> f64) -> f64 {
        let sum: f64 = self.entries().map(|(p, target)| of(p, target)).sum();
        sum / self.targets.len() as f64
    }
}

impl<'a> MultilabelBatch<'a> {
    /// Checks and wraps a batch.
    ///
    /// `probabilities` and `targets` have the shape `[rows, labels]`, row after row; a target says
    /// whether the label is true for the row. The probabilities of a row are independent and need
    /// not sum to one. `weights` has one value per row; without weights every row counts once. Rows
    /// of weight 0 are absent: their probabilities are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::InvalidParameter`] if `labels` is 0;
    /// - [`MetricError::Shape`] if the lengths do not fit together, or are no whole number of rows;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN;
    /// - [`MetricError::NegativeWeight`] and [`MetricError::NotAProbability`] for values out of
    ///   range.
    pub fn new(
        probabilities: &'a [f64],
        labels: usize,
        targets: &'a [bool],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        check_columns("labels", labels)?;
        let rows = targets.len() / labels;
        check_length("targets (rows x labels)", targets.len(), rows * labels)?;
        check_length(
            "probabilities (rows x labels)",
            probabilities.len(),
            targets.len(),
        )?;
        let batch = Self {
            probabilities,
            labels,
            targets,
            weights: Weights::new(weights, rows)?,
        };
        for (row, values) in batch.numbered_rows() {
            for (class, &value) in values.probabilities.iter().enumerate() {
                check_finite("probabilities", row, value)?;
                if !(0.0..=1.0).contains(&value) {
                    return Err(MetricError::NotAProbability { row, class, value });
                }
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

    /// The number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The rows with a weight above zero.
    pub(in crate::metrics) fn rows(&self) -> impl Iterator<Item = MultilabelRow<'a>> {
        self.numbered_rows().map(|(_, row)| row)
    }

    fn numbered_rows(&self) -> impl Iterator<Item = (usize, MultilabelRow<'a>)> {
        let Self {
            probabilities,
            labels,
            targets,
            weights,
        } = *self;
        weights.counted().map(move |(row, weight)| {
            let values = MultilabelRow {
                probabilities: &probabilities[row * labels..][..labels],
                targets: &targets[row * labels..][..labels],
                weight,
            };
            (row, values)
        })
    }
}
