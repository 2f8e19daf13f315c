//! What a model says about rows, and how that is measured.

use minimand::metrics::{
    ClassificationBatch, IntervalBatch, Metric, MetricError, MultilabelBatch, RegressionBatch,
    classification_metric, interval_metric, multilabel_metric, regression, regression_metric,
};

use super::{Measure, Measures, TAIL};
use crate::data::Target;
use crate::request::Task;

/// What a model says about rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Predictions {
    /// Probabilities `[rows, classes]`.
    Classes {
        /// As trained.
        raw: Vec<f64>,
        /// After temperature scaling.
        scaled: Vec<f64>,
    },
    /// Probabilities `[rows, labels]`, likewise.
    Labels { raw: Vec<f64>, scaled: Vec<f64> },
    /// Numbers in the unit of the target.
    Values {
        /// `[rows]`.
        values: Vec<f64>,
        /// What is added for the lower and the upper end of the interval.
        offsets: (f64, f64),
    },
}

/// The truth about rows, with their weights.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Truth {
    pub(crate) target: TruthOf,
    /// Classes or labels; 1 for numbers.
    pub(crate) outputs: usize,
    pub(crate) weights: Option<Vec<f64>>,
}

/// The truth about rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TruthOf {
    Classes(Vec<usize>),
    Labels(Vec<bool>),
    Values(Vec<f64>),
}

impl Truth {
    /// Of `rows`.
    pub(crate) fn of(target: &Target, weights: Option<&[f64]>, rows: &[usize]) -> Self {
        Self {
            target: match target {
                Target::Classes { labels, .. } => {
                    TruthOf::Classes(rows.iter().map(|row| labels[*row] as usize).collect())
                }
                Target::Labels { has, names } => {
                    let row = |row: &usize| has[row * names.len()..][..names.len()].to_vec();
                    TruthOf::Labels(rows.iter().flat_map(row).collect())
                }
                Target::Values(values) => {
                    TruthOf::Values(rows.iter().map(|row| values[*row]).collect())
                }
            },
            outputs: target.outputs(),
            weights: weights.map(|weights| rows.iter().map(|row| weights[*row]).collect()),
        }
    }

    /// `probabilities` of these rows with their truth; `None` for numbers.
    fn batch<'a>(&'a self, probabilities: &'a [f64]) -> Result<Option<Batch<'a>>, MetricError> {
        let weights = self.weights.as_deref();
        Ok(match &self.target {
            TruthOf::Classes(labels) => {
                let batch = ClassificationBatch::new(probabilities, self.outputs, labels, weights)?;
                Some(Batch::Classes(batch))
            }
            TruthOf::Labels(has) => {
                let batch = MultilabelBatch::new(probabilities, self.outputs, has, weights)?;
                Some(Batch::Labels(batch))
            }
            TruthOf::Values(_) => None,
        })
    }

    /// How much a row counts.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// The number of rows of each class, or with each label; empty for numbers.
    pub(crate) fn rows_of_classes(&self) -> Vec<usize> {
        let mut rows = vec![0; self.outputs];
        match &self.target {
            TruthOf::Classes(labels) => labels.iter().for_each(|label| rows[*label] += 1),
            TruthOf::Labels(has) => {
                let cells = has.iter().enumerate().filter(|(_, has)| **has);
                cells.for_each(|(cell, _)| rows[cell % self.outputs] += 1);
            }
            TruthOf::Values(_) => rows.clear(),
        }
        rows
    }

    /// The truth about some of the rows.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let pick = |values: &[f64]| rows.iter().map(|row| values[*row]).collect();
        Self {
            target: match &self.target {
                TruthOf::Classes(labels) => {
                    TruthOf::Classes(rows.iter().map(|row| labels[*row]).collect())
                }
                TruthOf::Labels(has) => TruthOf::Labels(picked(has, self.outputs, rows)),
                TruthOf::Values(values) => TruthOf::Values(pick(values)),
            },
            outputs: self.outputs,
            weights: self.weights.as_deref().map(pick),
        }
    }
}

/// Probabilities with the truth, as metrics read them.
pub(crate) enum Batch<'a> {
    Classes(ClassificationBatch<'a>),
    Labels(MultilabelBatch<'a>),
}

fn picked<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    let row = |row: &usize| values[row * width..][..width].iter().copied();
    rows.iter().flat_map(row).collect()
}

impl Predictions {
    /// Probabilities of classes from raw scores `[rows, classes]`.
    pub(crate) fn classes(scores: &[f32], classes: usize, temperature: f64) -> Self {
        Self::Classes {
            raw: softmax(scores, classes, 1.0),
            scaled: softmax(scores, classes, temperature),
        }
    }

    /// Probabilities of labels from raw scores `[rows, labels]`.
    pub(crate) fn labels(scores: &[f32], temperature: f64) -> Self {
        Self::Labels {
            raw: sigmoid(scores, 1.0),
            scaled: sigmoid(scores, temperature),
        }
    }

    /// What is said about some of the rows.
    pub(crate) fn select(&self, outputs: usize, rows: &[usize]) -> Self {
        let pick = |values: &[f64]| picked(values, outputs, rows);
        match self {
            Self::Classes { raw, scaled } => Self::Classes {
                raw: pick(raw),
                scaled: pick(scaled),
            },
            Self::Labels { raw, scaled } => Self::Labels {
                raw: pick(raw),
                scaled: pick(scaled),
            },
            Self::Values { values, offsets } => Self::Values {
                values: pick(values),
                offsets: *offsets,
            },
        }
    }

    /// The scaled probabilities with the truth, as metrics read them; `None` for numbers.
    ///
    /// # Errors
    ///
    /// A prediction is not finite.
    pub(crate) fn batch<'a>(&'a self, truth: &'a Truth) -> Result<Option<Batch<'a>>, MetricError> {
        match self {
            Self::Classes { scaled, .. } | Self::Labels { scaled, .. } => truth.batch(scaled),
            Self::Values { .. } => Ok(None),
        }
    }

    /// The same of the probabilities as trained.
    ///
    /// # Errors
    ///
    /// A prediction is not finite.
    pub(crate) fn raw_batch<'a>(
        &'a self,
        truth: &'a Truth,
    ) -> Result<Option<Batch<'a>>, MetricError> {
        match self {
            Self::Classes { raw, .. } | Self::Labels { raw, .. } => truth.batch(raw),
            Self::Values { .. } => Ok(None),
        }
    }

    /// These measures of the predictions. One that is not defined on these rows is left
    /// out, and so is one of another task.
    ///
    /// # Errors
    ///
    /// A prediction is not finite.
    pub(crate) fn measure(
        &self,
        truth: &Truth,
        measures: &[Measure],
    ) -> Result<Measures, MetricError> {
        let values = measures
            .iter()
            .map(|measure| Ok((*measure, self.value(truth, *measure)?)));
        let values: Vec<(Measure, Option<f64>)> = values.collect::<Result<_, MetricError>>()?;
        let defined = values
            .into_iter()
            .filter_map(|(measure, value)| Some((measure, value?)));
        Ok(defined.collect())
    }

    fn value(&self, truth: &Truth, measure: Measure) -> Result<Option<f64>, MetricError> {
        if let (Self::Values { values, offsets }, TruthOf::Values(targets)) = (self, &truth.target)
        {
            return measure_values(values, *offsets, targets, truth.weights.as_deref(), measure);
        }
        let batch = if measure.is_raw() {
            self.raw_batch(truth)?
        } else {
            self.batch(truth)?
        };
        match batch {
            Some(Batch::Classes(batch)) => {
                let mut metric = classification_metric(measure.metric(Task::Classification))?;
                metric.update(&batch)?;
                Ok(metric.value())
            }
            Some(Batch::Labels(batch)) => {
                let mut metric = multilabel_metric(measure.metric(Task::Multilabel))?;
                metric.update(&batch)?;
                Ok(metric.value())
            }
            None => Ok(None),
        }
    }
}

fn measure_values(
    values: &[f64],
    offsets: (f64, f64),
    targets: &[f64],
    weights: Option<&[f64]>,
    measure: Measure,
) -> Result<Option<f64>, MetricError> {
    let shifted = |offset: f64| {
        values
            .iter()
            .map(|value| value + offset)
            .collect::<Vec<f64>>()
    };
    match measure {
        Measure::Coverage => {
            let (lower, upper) = (shifted(offsets.0), shifted(offsets.1));
            let mut metric = interval_metric("coverage")?;
            metric.update(&IntervalBatch::new(&lower, &upper, targets, weights)?)?;
            Ok(metric.value())
        }
        Measure::Pinball => {
            let mut sum = 0.0;
            for (offset, quantile) in [(offsets.0, TAIL), (offsets.1, 1.0 - TAIL)] {
                let mut metric = regression::Pinball::new(quantile)?;
                let predictions = shifted(offset);
                metric.update(&RegressionBatch::new(&predictions, targets, weights)?)?;
                let Some(value) = metric.value() else {
                    return Ok(None);
                };
                sum += value;
            }
            Ok(Some(0.5 * sum))
        }
        _ => {
            let mut metric = regression_metric(measure.metric(Task::Regression))?;
            metric.update(&RegressionBatch::new(values, targets, weights)?)?;
            Ok(metric.value())
        }
    }
}

/// The 5% and 95% quantiles of target − prediction, taken one rank outwards as a sample
/// of this size demands (n + 1 places between and beyond n errors).
pub(crate) fn interval_offsets(predictions: &[f64], targets: &[f64]) -> (f64, f64) {
    let mut errors: Vec<f64> = targets
        .iter()
        .zip(predictions)
        .map(|(t, p)| t - p)
        .collect();
    errors.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (errors.first(), errors.last()) else {
        return (0.0, 0.0);
    };
    let rank = (TAIL * (errors.len() as f64 + 1.0)).floor() as usize;
    match rank {
        0 => (*first, *last),
        rank => (errors[rank - 1], errors[errors.len() - rank]),
    }
}

/// Probabilities of scores divided by `temperature`, row by row.
fn softmax(scores: &[f32], classes: usize, temperature: f64) -> Vec<f64> {
    let mut probabilities = Vec::with_capacity(scores.len());
    for row in scores.chunks_exact(classes) {
        let largest = f64::from(row.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b)));
        let start = probabilities.len();
        let weights = row
            .iter()
            .map(|score| ((f64::from(*score) - largest) / temperature).exp());
        probabilities.extend(weights);
        let total: f64 = probabilities[start..].iter().sum();
        probabilities[start..]
            .iter_mut()
            .for_each(|weight| *weight /= total);
    }
    probabilities
}

/// 1 / (1 + e^(−score / temperature)).
fn sigmoid(scores: &[f32], temperature: f64) -> Vec<f64> {
    let probability = |score: &f32| 1.0 / (1.0 + (-f64::from(*score) / temperature).exp());
    scores.iter().map(probability).collect()
}
