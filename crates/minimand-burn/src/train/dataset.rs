//! A table of features and what is to be predicted from them.

use super::error::TrainError;
use minimand::Target;

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
}

/// A table of features with its targets, checked once.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    features: Vec<f32>,
    rows: usize,
    columns: usize,
    targets: Targets,
}

impl Dataset {
    /// `features`: `[rows, columns]`, row by row, finite; `targets`: one per row. Features are used
    /// as they are: scale them first.
    ///
    /// # Errors
    /// No row or no column, lengths that do not fit, a label that is no class, fewer than 2
    /// classes, and numbers that are not finite.
    pub fn new(
        features: Vec<f32>,
        rows: usize,
        columns: usize,
        targets: Targets,
    ) -> Result<Self, TrainError> {
        for (what, size) in [("rows", rows), ("columns", columns)] {
            if size == 0 {
                return Err(TrainError::Empty { what });
            }
        }
        if rows.checked_mul(columns) != Some(features.len()) {
            return Err(TrainError::Length {
                what: "features",
                expected: format!("{rows} rows of {columns} values"),
                got: features.len(),
            });
        }
        check_finite("features", &features, columns)?;
        targets.check(rows)?;
        Ok(Dataset {
            features,
            rows,
            columns,
            targets,
        })
    }

    /// The features, `[rows, columns]`, row by row.
    pub fn features(&self) -> &[f32] {
        &self.features
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of features of a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The targets.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Width of a model's output: the number of classes, or 1.
    pub fn outputs(&self) -> usize {
        match &self.targets {
            Targets::Classes { classes, .. } => *classes,
            Targets::Values(_) => 1,
        }
    }

    /// The features of these rows, one after the other. The rows must exist.
    pub(super) fn gather_features(&self, rows: &[usize]) -> Vec<f32> {
        let mut gathered = Vec::with_capacity(rows.len() * self.columns);
        for &row in rows {
            gathered.extend_from_slice(&self.features[row * self.columns..][..self.columns]);
        }
        gathered
    }

    /// The targets of these rows. The rows must exist.
    pub(super) fn gather_targets(&self, rows: &[usize]) -> Targets {
        match &self.targets {
            Targets::Classes { labels, classes } => Targets::Classes {
                labels: rows.iter().map(|&row| labels[row]).collect(),
                classes: *classes,
            },
            Targets::Values(values) => {
                Targets::Values(rows.iter().map(|&row| values[row]).collect())
            }
        }
    }

    /// Does the list name a row, and only rows that exist?
    pub(super) fn check_rows(&self, what: &'static str, rows: &[usize]) -> Result<(), TrainError> {
        if rows.is_empty() {
            return Err(TrainError::Empty { what });
        }
        match rows.iter().find(|&&row| row >= self.rows) {
            Some(&row) => Err(TrainError::Row {
                what,
                row,
                rows: self.rows,
            }),
            None => Ok(()),
        }
    }
}

impl Targets {
    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        match self {
            Targets::Classes { labels, .. } => labels.len(),
            Targets::Values(values) => values.len(),
        }
    }

    /// As an objective reads them: labels `[n]`, or numbers `[n, 1]`, given `shape = [n, 1]`.
    pub(super) fn as_target<'a>(&'a self, shape: &'a [usize; 2]) -> Target<'a> {
        match self {
            Targets::Classes { labels, .. } => Target::labels(labels, &shape[..1]),
            Targets::Values(values) => Target::dense(values, shape),
        }
    }

    fn check(&self, rows: usize) -> Result<(), TrainError> {
        if self.len() != rows {
            return Err(TrainError::Length {
                what: "targets",
                expected: format!("one entry for each of {rows} rows"),
                got: self.len(),
            });
        }
        match self {
            Targets::Values(values) => check_finite("targets", values, 1),
            Targets::Classes { classes, .. } if *classes < 2 => Err(TrainError::Length {
                what: "classes",
                expected: "at least 2 classes".to_string(),
                got: *classes,
            }),
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

/// Is every entry of an array `[_, columns]` finite?
pub(super) fn check_finite(
    what: &'static str,
    values: &[f32],
    columns: usize,
) -> Result<(), TrainError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(i) => Err(TrainError::NonFinite {
            what,
            row: i / columns,
            column: i % columns,
            value: values[i],
        }),
        None => Ok(()),
    }
}
