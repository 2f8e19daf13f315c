//! Classes or numbers: what the target column says.

use super::{LARGEST, Target};
use crate::error::CompareError;
use crate::request::Task;

/// Whole numbers are classes if they have at most this many distinct values…
const MOST_CLASSES: usize = 20;

/// …and there are at least this many rows for each of them (distinct values are at
/// most 5% of the rows). Two distinct values are always classes.
const ROWS_PER_CLASS: usize = 20;

/// Where a target comes from, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) data: &'a str,
    pub(super) target: &'a str,
}

/// A target column as it is read; missing values are NaN or `None`.
pub(super) enum RawTarget<'a> {
    Numbers(&'a [f64]),
    Booleans(&'a [Option<bool>]),
    Text(&'a [Option<String>]),
}

/// Turns a column into the target for `task`, or for the task that its values tell:
/// text and booleans are classes; numbers are classes if all are whole and they have
/// two distinct values, or at most 20 that are at most 5% of the rows.
///
/// # Errors
///
/// Values are missing, all equal, infinite or above 1e100, or not numbers though
/// regression is asked for, or not whole though classification is.
pub(super) fn convert(
    named: Named<'_>,
    raw: RawTarget<'_>,
    task: Option<Task>,
) -> Result<Target, CompareError> {
    let is_missing: Vec<bool> = match &raw {
        RawTarget::Numbers(values) => values.iter().map(|value| value.is_nan()).collect(),
        RawTarget::Booleans(values) => values.iter().map(Option::is_none).collect(),
        RawTarget::Text(values) => values.iter().map(Option::is_none).collect(),
    };
    if let Some(first) = is_missing.iter().position(|missing| *missing) {
        return Err(CompareError::MissingTarget {
            data: named.data.to_owned(),
            target: named.target.to_owned(),
            count: is_missing.iter().filter(|missing| **missing).count(),
            rows: is_missing.len(),
            first_row: first + 1,
        });
    }
    let target = match raw {
        RawTarget::Numbers(values) => numbers(named, values, task)?,
        RawTarget::Booleans(values) => {
            let text = values.iter().flatten().map(bool::to_string).collect();
            categories(named, text, task, "true and false")?
        }
        RawTarget::Text(values) => {
            let text = values.iter().flatten().cloned().collect();
            categories(named, text, task, "text")?
        }
    };
    check_not_constant(named, target)
}

fn numbers(named: Named<'_>, values: &[f64], task: Option<Task>) -> Result<Target, CompareError> {
    if let Some(row) = values.iter().position(|value| value.abs() > LARGEST) {
        return Err(CompareError::ValueTooLarge {
            data: named.data.to_owned(),
            column: named.target.to_owned(),
            value: values[row],
            row: row + 1,
        });
    }
    let mut distinct = values.to_vec();
    distinct.sort_by(f64::total_cmp);
    // -0 and 0 are one value.
    distinct.dedup_by(|a, b| a == b);
    let whole = values.iter().all(|value| value.fract() == 0.0);
    let few = distinct.len() == 2
        || distinct.len() <= MOST_CLASSES && distinct.len() * ROWS_PER_CLASS <= values.len();
    let told = if whole && few {
        Task::Classification
    } else {
        Task::Regression
    };
    match task.unwrap_or(told) {
        Task::Regression => Ok(Target::Values(values.to_vec())),
        Task::Classification if !whole => Err(CompareError::TargetType {
            data: named.data.to_owned(),
            target: named.target.to_owned(),
            task: Task::Classification.name(),
            found: "numbers with fractions".to_owned(),
        }),
        Task::Classification => {
            let position = |value: &f64| distinct.partition_point(|other| other < value) as u32;
            Ok(Target::Classes {
                labels: values.iter().map(position).collect(),
                // Adding 0 turns -0 into 0.
                names: distinct
                    .iter()
                    .map(|value| (value + 0.0).to_string())
                    .collect(),
            })
        }
    }
}

fn categories(
    named: Named<'_>,
    text: Vec<String>,
    task: Option<Task>,
    found: &str,
) -> Result<Target, CompareError> {
    if task == Some(Task::Regression) {
        return Err(CompareError::TargetType {
            data: named.data.to_owned(),
            target: named.target.to_owned(),
            task: Task::Regression.name(),
            found: found.to_owned(),
        });
    }
    let (codes, names) = super::from_table::coded(text.into_iter().map(Some));
    Ok(Target::Classes {
        labels: codes.into_iter().flatten().collect(),
        names,
    })
}

fn check_not_constant(named: Named<'_>, target: Target) -> Result<Target, CompareError> {
    let only = match &target {
        Target::Classes { names, .. } if names.len() < 2 => names.first().cloned(),
        Target::Values(values) if values.iter().all(|value| *value == values[0]) => {
            values.first().map(f64::to_string)
        }
        _ => return Ok(target),
    };
    Err(CompareError::ConstantTarget {
        data: named.data.to_owned(),
        target: named.target.to_owned(),
        value: only.unwrap_or_default(),
    })
}
