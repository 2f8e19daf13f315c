//! Classes, labels or numbers: what the target columns say.

use minimand_report::table::{Column, ColumnData};

use super::from_table::{coded, distinct};
use super::roles::kind;
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
}

/// Turns columns into the target for `task`, or for the task that their values tell:
/// several columns are labels; text and booleans are classes; numbers are classes if
/// all are whole and they have two distinct values, or at most 20 that are at most 5%
/// of the rows.
///
/// # Errors
///
/// Values are missing, all equal, infinite or above 1e100, or not what the task can
/// use.
pub(super) fn convert(
    named: Named<'_>,
    columns: &[&Column],
    task: Option<Task>,
) -> Result<Target, CompareError> {
    columns
        .iter()
        .try_for_each(|column| named.check_complete(column))?;
    match (columns, task) {
        (columns, Some(Task::Multilabel)) => named.labels(columns),
        ([column], task) => {
            let target = named.single(column, task)?;
            named.check_not_constant(column, target)
        }
        (columns, None) => named.labels(columns),
        (columns, Some(task)) => Err(CompareError::SeveralTargets {
            data: named.data.to_owned(),
            count: columns.len(),
            task: task.name(),
        }),
    }
}

impl Named<'_> {
    fn check_complete(self, column: &Column) -> Result<(), CompareError> {
        let Some(first) = column.data.first_missing() else {
            return Ok(());
        };
        Err(CompareError::MissingTarget {
            data: self.data.to_owned(),
            target: column.name.clone(),
            count: column.data.missing(),
            rows: column.data.len(),
            first_row: first + 1,
        })
    }

    fn unusable(self, column: &Column, task: Task, found: String) -> CompareError {
        CompareError::TargetType {
            data: self.data.to_owned(),
            target: column.name.clone(),
            task: task.name(),
            found,
        }
    }

    /// Booleans, or 0 and 1, in every column.
    fn labels(self, columns: &[&Column]) -> Result<Target, CompareError> {
        let mut has =
            vec![false; columns.len() * columns.first().map_or(0, |column| column.data.len())];
        for (label, column) in columns.iter().enumerate() {
            let cells = has.iter_mut().skip(label).step_by(columns.len());
            match &column.data {
                ColumnData::Boolean(values) => {
                    cells
                        .zip(values)
                        .for_each(|(cell, value)| *cell = *value == Some(true));
                }
                ColumnData::Number(values) => {
                    if let Some(row) = values
                        .iter()
                        .position(|value| *value != 0.0 && *value != 1.0)
                    {
                        let found = format!("{} in data row {}", values[row], row + 1);
                        return Err(self.unusable(column, Task::Multilabel, found));
                    }
                    cells
                        .zip(values)
                        .for_each(|(cell, value)| *cell = *value == 1.0);
                }
                other => {
                    return Err(self.unusable(column, Task::Multilabel, kind(other).to_owned()));
                }
            }
        }
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let target = Target::Labels { has, names };
        let rows = target.len();
        for (column, count) in columns.iter().zip(target.counts()) {
            if count == 0 || count == rows {
                return Err(self.constant(column, u8::from(count == rows).to_string()));
            }
        }
        Ok(target)
    }

    fn single(self, column: &Column, task: Option<Task>) -> Result<Target, CompareError> {
        match &column.data {
            ColumnData::Number(values) => self.numbers(column, values, task),
            other if task == Some(Task::Regression) => {
                Err(self.unusable(column, Task::Regression, kind(other).to_owned()))
            }
            ColumnData::Date(_) => {
                Err(self.unusable(column, task.unwrap_or(Task::Regression), "dates".to_owned()))
            }
            other => {
                let (codes, names) = coded(other);
                Ok(Target::Classes {
                    labels: codes.into_iter().flatten().collect(),
                    names,
                })
            }
        }
    }

    fn numbers(
        self,
        column: &Column,
        values: &[f64],
        task: Option<Task>,
    ) -> Result<Target, CompareError> {
        if let Some(row) = values.iter().position(|value| value.abs() > LARGEST) {
            return Err(CompareError::ValueTooLarge {
                data: self.data.to_owned(),
                column: column.name.clone(),
                value: values[row],
                row: row + 1,
            });
        }
        let distinct = distinct(values);
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let few = distinct.len() == 2
            || distinct.len() <= MOST_CLASSES && distinct.len() * ROWS_PER_CLASS <= values.len();
        let told = if whole && few {
            Task::Classification
        } else {
            Task::Regression
        };
        match task.unwrap_or(told) {
            Task::Classification if !whole => Err(self.unusable(
                column,
                Task::Classification,
                "numbers with fractions".to_owned(),
            )),
            Task::Classification => {
                let (codes, names) = coded(&column.data);
                Ok(Target::Classes {
                    labels: codes.into_iter().flatten().collect(),
                    names,
                })
            }
            Task::Segmentation => {
                let found = "one value in each row".to_owned();
                Err(self.unusable(column, Task::Segmentation, found))
            }
            Task::Regression | Task::Multilabel => Ok(Target::Values(values.to_vec())),
        }
    }

    fn check_not_constant(self, column: &Column, target: Target) -> Result<Target, CompareError> {
        let only = match &target {
            Target::Classes { names, .. } if names.len() < 2 => names.first().cloned(),
            Target::Values(values) if values.iter().all(|value| *value == values[0]) => {
                values.first().map(f64::to_string)
            }
            _ => return Ok(target),
        };
        Err(self.constant(column, only.unwrap_or_default()))
    }

    fn constant(self, column: &Column, value: String) -> CompareError {
        CompareError::ConstantTarget {
            data: self.data.to_owned(),
            target: column.name.clone(),
            value,
        }
    }
}
