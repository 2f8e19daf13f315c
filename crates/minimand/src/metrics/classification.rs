//! Batches of classified rows, and what a classification metric does with them.

use std::any::Any;
use std::fmt::Debug;

use super::{MetricError, MetricInfo};

/// How far the probabilities of a row may be from summing to one.
const SUM_TOLERANCE: f64 = 1e-3;

/// A checked batch of predicted probabilities with their labels.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct ClassificationBatch<'a> {
    probabilities: &'a [f64],
    classes: usize,
    labels: &'a [usize],
    weights: Option<&'a [f64]>,
}

/// One row of a batch with a weight above zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassifiedRow<'a> {
    /// One probability per class.
    pub(super) probabilities: &'a [f64],
    /// The true class.
    pub(super) label: usize,
    /// The weight of the row.
    pub(super) weight: f64,
}

impl ClassifiedRow<'_> {
    /// The class of the highest probability; the lowest such class where several share it.
    pub(super) fn predicted(&self) -> usize {
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
        if classes == 0 {
            return Err(MetricError::InvalidParameter {
                parameter: "classes",
                value: 0.0,
                allowed: "at least 1",
            });
        }
        let expected = labels.len().saturating_mul(classes);
        if probabilities.len() != expected {
            return Err(MetricError::Shape {
                argument: "probabilities (rows x classes)",
                expected,
                got: probabilities.len(),
            });
        }
        check_weights(weights, labels.len())?;
        let batch = Self {
            probabilities,
            classes,
            labels,
            weights,
        };
        for (row, values) in batch.numbered_rows() {
            check_row(row, &values, classes)?;
        }
        Ok(batch)
    }

    /// The number of rows, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether the batch has no rows.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The rows with a weight above zero.
    pub(super) fn rows(&self) -> impl Iterator<Item = ClassifiedRow<'a>> {
        self.numbered_rows().map(|(_, row)| row)
    }

    fn numbered_rows(&self) -> impl Iterator<Item = (usize, ClassifiedRow<'a>)> {
        let weights = self.weights;
        self.probabilities
            .chunks_exact(self.classes)
            .zip(self.labels)
            .enumerate()
            .map(move |(row, (probabilities, &label))| {
                let weight = weights.map_or(1.0, |weights| weights[row]);
                let values = ClassifiedRow {
                    probabilities,
                    label,
                    weight,
                };
                (row, values)
            })
            .filter(|(_, row)| row.weight > 0.0)
    }
}

/// Checks that there is one finite weight of at least zero per row.
pub(super) fn check_weights(weights: Option<&[f64]>, rows: usize) -> Result<(), MetricError> {
    let Some(weights) = weights else {
        return Ok(());
    };
    if weights.len() != rows {
        return Err(MetricError::Shape {
            argument: "weights (rows)",
            expected: rows,
            got: weights.len(),
        });
    }
    for (row, &weight) in weights.iter().enumerate() {
        if !weight.is_finite() {
            return Err(MetricError::NotFinite {
                argument: "weights",
                row,
            });
        }
        if weight < 0.0 {
            return Err(MetricError::NegativeWeight { row, weight });
        }
    }
    Ok(())
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
        if !value.is_finite() {
            return Err(MetricError::NotFinite {
                argument: "probabilities",
                row,
            });
        }
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

/// The state of a measure of predicted probabilities against labels.
///
/// The trait is object-safe: states of different metrics can be held in one list as
/// `Box<dyn ClassificationMetric>`, made by
/// [`classification_metric`](super::classification_metric).
pub trait ClassificationMetric: Any + Debug + Send + Sync {
    /// The description of the metric.
    fn info(&self) -> &'static MetricInfo;

    /// Adds the rows of a batch.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the metric works by class and an earlier batch had another
    /// number of classes.
    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError>;

    /// Adds the rows that another state of the same metric has seen.
    ///
    /// # Errors
    ///
    /// [`MetricError::Incompatible`] if `other` is the state of another metric or has other
    /// parameters, and [`MetricError::Shape`] as in [`update`](Self::update).
    fn merge(&mut self, other: &dyn ClassificationMetric) -> Result<(), MetricError>;

    /// The value over all rows, or `None` where it is undefined: without rows, in the cases that
    /// a metric names, and when a sum has overflowed. It is never NaN or infinite.
    fn value(&self) -> Option<f64>;
}
