//! What is to be predicted, and how much each row counts.

use super::dataset::{Dataset, check_finite};
use super::error::TrainError;
use minimand::{Array, Target};

/// What is to be predicted for each row.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// One class per row.
    Classes {
        /// A label in `0..classes` for each row.
        labels: Vec<u32>,
        /// Number of classes, at least 2: the width of the model's output.
        classes: usize,
    },
    /// One number per row, finite.
    Values(Vec<f32>),
    /// Several yes-or-no questions per row.
    Multilabel {
        /// `[rows, labels]`, row by row, from 0 (no) to 1 (yes).
        values: Vec<f32>,
        /// Number of questions, at least 1: the width of the model's output.
        labels: usize,
    },
}

impl Targets {
    /// Width of a model's output.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Targets::Classes { classes, .. } => *classes,
            Targets::Values(_) => 1,
            Targets::Multilabel { labels, .. } => *labels,
        }
    }

    /// The targets of these rows, which must exist.
    fn gather(&self, rows: &[usize]) -> Self {
        match self {
            Targets::Classes { labels, classes } => Targets::Classes {
                labels: rows.iter().map(|&row| labels[row]).collect(),
                classes: *classes,
            },
            Targets::Values(values) => {
                Targets::Values(rows.iter().map(|&row| values[row]).collect())
            }
            Targets::Multilabel { values, labels } => Targets::Multilabel {
                values: gather(values, *labels, rows),
                labels: *labels,
            },
        }
    }

    /// Are these sound targets of so many rows?
    pub(super) fn check(&self, rows: usize) -> Result<(), TrainError> {
        let length = |what, expected, got| {
            Err(TrainError::Length {
                what,
                expected,
                got,
            })
        };
        match self {
            Targets::Classes { classes, .. } if *classes < 2 => {
                return length("classes", "at least 2 classes".to_string(), *classes);
            }
            Targets::Multilabel { labels: 0, .. } => {
                return Err(TrainError::Empty { what: "labels" });
            }
            _ => {}
        }
        let (got, each) = match self {
            Targets::Classes { labels, .. } => (labels.len(), 1),
            Targets::Values(values) => (values.len(), 1),
            Targets::Multilabel { values, labels } => (values.len(), *labels),
        };
        if rows.checked_mul(each) != Some(got) {
            let entries = match each {
                1 => "one entry".to_string(),
                _ => format!("{each} entries"),
            };
            return length("targets", format!("{entries} for each of {rows} rows"), got);
        }
        match self {
            Targets::Values(values) => check_finite("targets", values, 1),
            Targets::Multilabel { values, labels } => {
                match values.iter().position(|x| !(0.0..=1.0).contains(x)) {
                    Some(i) => Err(TrainError::Share {
                        row: i / labels,
                        label: i % labels,
                        value: values[i],
                    }),
                    None => Ok(()),
                }
            }
            Targets::Classes { labels, classes } => {
                match labels.iter().position(|&label| label as usize >= *classes) {
                    Some(row) => Err(TrainError::Label {
                        row,
                        label: labels[row],
                        classes: *classes,
                    }),
                    None => Ok(()),
                }
            }
        }
    }
}

/// What an objective is told about some rows: their targets and weights.
#[derive(Debug)]
pub(super) struct Expected {
    targets: Targets,
    weights: Option<Vec<f32>>,
    /// `[rows, outputs]`.
    shape: [usize; 2],
    /// Sum of the weights; without weights, the number of rows.
    pub(super) mass: f64,
}

impl Expected {
    /// Of these rows of a data set, which must exist.
    pub(super) fn new(data: &Dataset, rows: &[usize]) -> Self {
        let weights = data.weights().map(|weights| gather(weights, 1, rows));
        Expected {
            targets: data.targets().gather(rows),
            shape: [rows.len(), data.outputs()],
            mass: match &weights {
                Some(weights) => weights.iter().map(|&w| f64::from(w)).sum(),
                None => rows.len() as f64,
            },
            weights,
        }
    }

    /// Labels `[n]`, or numbers of the prediction's shape `[n, outputs]`.
    pub(super) fn target(&self) -> Target<'_> {
        match &self.targets {
            Targets::Classes { labels, .. } => Target::labels(labels, &self.shape[..1]),
            Targets::Values(values) | Targets::Multilabel { values, .. } => {
                Target::dense(values, &self.shape)
            }
        }
    }

    /// One weight per row.
    pub(super) fn weights(&self) -> Option<Array<'_>> {
        let weights = self.weights.as_ref()?;
        Some(Array::new(weights, &self.shape[..1]))
    }

    /// Shape of the raw scores, `[n, outputs]`.
    pub(super) fn shape(&self) -> &[usize; 2] {
        &self.shape
    }
}

/// These rows of an array `[_, columns]`, one after the other. The rows must exist.
pub(super) fn gather(values: &[f32], columns: usize, rows: &[usize]) -> Vec<f32> {
    let mut gathered = Vec::with_capacity(rows.len() * columns);
    for &row in rows {
        gathered.extend_from_slice(&values[row * columns..][..columns]);
    }
    gathered
}
