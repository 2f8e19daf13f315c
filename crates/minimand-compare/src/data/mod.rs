//! The rows to compare on: features, and a target that is classes or numbers.

mod builtin;
mod from_table;
mod hash;
mod target;

use minimand_report::table::read_csv;

use crate::error::CompareError;
use crate::request::{Request, Source, Task};

/// Numbers larger than this are refused: their squares could not be summed.
const LARGEST: f64 = 1e100;

/// A data set in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The name of the built-in set, or of the file.
    pub name: String,
    /// The columns to predict from, at least one.
    pub features: Vec<Feature>,
    /// The name of the target column.
    pub target_name: String,
    /// What to predict, one per row.
    pub target: Target,
    /// Whether the task was told from the target rather than asked for.
    pub task_was_told: bool,
}

/// One column to predict from.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The column's name.
    pub name: String,
    /// One value per row.
    pub values: FeatureValues,
}

/// The values of a feature.
#[derive(Debug, Clone, PartialEq)]
pub enum FeatureValues {
    /// Numbers; NaN where missing, otherwise finite.
    Numbers(Vec<f64>),
    /// Categories.
    Categories {
        /// Each row's position in `names`; `None` where missing.
        codes: Vec<Option<u32>>,
        /// The distinct categories, sorted.
        names: Vec<String>,
    },
}

/// What to predict, one per row, none missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// One of several classes.
    Classes {
        /// Each row's position in `names`.
        labels: Vec<u32>,
        /// The distinct classes: numbers ascending, text sorted.
        names: Vec<String>,
    },
    /// A finite number.
    Values(Vec<f64>),
}

impl Target {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of classes; 0 for regression.
    pub fn classes(&self) -> usize {
        match self {
            Self::Classes { names, .. } => names.len(),
            Self::Values(_) => 0,
        }
    }

    /// The rows of every class; empty for regression.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes()];
        if let Self::Classes { labels, .. } = self {
            labels.iter().for_each(|label| counts[*label as usize] += 1);
        }
        counts
    }
}

impl Data {
    /// Loads what `request` asks for and makes sure that it can be compared on.
    ///
    /// # Errors
    ///
    /// The file cannot be read; the target is unknown, constant, missing in some
    /// rows or of the wrong type for the task; a number is infinite or above 1e100;
    /// there is no feature; there are too few rows, or too few of a class.
    pub fn load(request: &Request) -> Result<Self, CompareError> {
        let data = match &request.source {
            Source::Builtin(builtin) => {
                if let Some(target) = &request.target {
                    return Err(CompareError::TargetOfBuiltin {
                        data: builtin.name().to_owned(),
                        target: target.clone(),
                    });
                }
                builtin::load(*builtin, request.task)?
            }
            Source::Csv(path) => {
                let table = read_csv(path)?;
                let name = path.display().to_string();
                from_table::load(&table, name, request.target.as_deref(), request.task)?
            }
        };
        data.check_rows(request.folds)?;
        Ok(data)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.target.len()
    }

    /// Classification or regression.
    pub fn task(&self) -> Task {
        match self.target {
            Target::Classes { .. } => Task::Classification,
            Target::Values(_) => Task::Regression,
        }
    }

    /// A fingerprint of names, values and target in order, so that a results file
    /// can tell whether it belongs to this data. It notices accidents, not malice.
    pub fn hash(&self) -> String {
        hash::of(self)
    }

    fn check_rows(&self, folds: usize) -> Result<(), CompareError> {
        // Two rows of every part, where a validation part needs no more than a fold.
        let needed = (2 * folds).max(10);
        if self.rows() < needed {
            return Err(CompareError::TooFewRows {
                data: self.name.clone(),
                rows: self.rows(),
                folds,
                needed,
            });
        }
        let Target::Classes { names, .. } = &self.target else {
            return Ok(());
        };
        let counts = self.target.class_counts();
        match names.iter().zip(counts).min_by_key(|(_, count)| *count) {
            Some((class, count)) if count < folds => Err(CompareError::RareClass {
                data: self.name.clone(),
                class: class.clone(),
                count,
                folds,
                task_was_told: self.task_was_told,
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
