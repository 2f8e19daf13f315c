//! A table of features and what is to be predicted from them.

use super::error::TrainError;
use super::targets::{Targets, gather};

/// A table of features with its targets, checked once.
///
/// Trainings borrow it: any number of them, side by side, need one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    features: Vec<f32>,
    rows: usize,
    columns: usize,
    targets: Targets,
    weights: Option<Vec<f32>>,
}

impl Dataset {
    /// `features`: `[rows, columns]`, row by row, finite; `targets`: one per row. Features are used
    /// as they are: scale them first. Every row counts once.
    ///
    /// # Errors
    /// No row or no column, lengths that do not fit, a label that is no class, fewer than 2
    /// classes, no question to answer, and numbers that are not finite or not within 0 to 1 where
    /// they must be.
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
            weights: None,
        })
    }

    /// With a weight for each row, finite and ≥ 0: losses become weighted means.
    ///
    /// # Errors
    /// Not one weight per row, a weight that is negative or not finite, and only zeros.
    pub fn with_weights(mut self, weights: Vec<f32>) -> Result<Self, TrainError> {
        if weights.len() != self.rows {
            return Err(TrainError::Length {
                what: "weights",
                expected: format!("one entry for each of {} rows", self.rows),
                got: weights.len(),
            });
        }
        match weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            Some(row) => Err(TrainError::Weight {
                row,
                value: weights[row],
            }),
            None if weights.iter().all(|&w| w == 0.0) => {
                Err(TrainError::Weightless { what: "weights" })
            }
            None => {
                self.weights = Some(weights);
                Ok(self)
            }
        }
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

    /// The weight of each row, if they differ.
    pub fn weights(&self) -> Option<&[f32]> {
        self.weights.as_deref()
    }

    /// Width of a model's output: the number of classes or of questions, or 1.
    pub fn outputs(&self) -> usize {
        self.targets.outputs()
    }

    /// The features of these rows, one after the other. The rows must exist.
    pub(super) fn gather_features(&self, rows: &[usize]) -> Vec<f32> {
        gather(&self.features, self.columns, rows)
    }

    /// Are these rows of the table?
    pub(super) fn check_rows(&self, what: &'static str, rows: &[usize]) -> Result<(), TrainError> {
        match rows.iter().find(|&&row| row >= self.rows) {
            Some(&row) => Err(TrainError::Row {
                what,
                row,
                rows: self.rows,
            }),
            None => Ok(()),
        }
    }

    /// Is there a row, are all of them rows of the table, and does one of them count?
    pub(super) fn check_part(&self, what: &'static str, rows: &[usize]) -> Result<(), TrainError> {
        if rows.is_empty() {
            return Err(TrainError::Empty { what });
        }
        self.check_rows(what, rows)?;
        match &self.weights {
            Some(weights) if rows.iter().all(|&row| weights[row] == 0.0) => {
                Err(TrainError::Weightless { what })
            }
            _ => Ok(()),
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
