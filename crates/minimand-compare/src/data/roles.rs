//! Columns with a part of their own: weights, groups, time, and values to measure by.

use minimand_report::table::{Column, ColumnData, Table};

use super::Grouping;
use crate::error::CompareError;

/// Measures are taken for at most this many values of a column.
const MOST_SLICES: usize = 50;

/// What a column is asked to be, for messages.
pub(super) struct Part<'a> {
    pub(super) data: &'a str,
    /// The option that names the column.
    pub(super) option: &'static str,
}

impl Part<'_> {
    /// The column called `name`.
    pub(super) fn column<'t>(
        &self,
        table: &'t Table,
        name: &str,
    ) -> Result<&'t Column, CompareError> {
        table
            .column(name)
            .ok_or_else(|| CompareError::UnknownColumn {
                data: self.data.to_owned(),
                option: self.option,
                column: name.to_owned(),
                nearest: super::from_table::nearest(name, table.names()),
                columns: table.names().map(str::to_owned).collect(),
            })
    }

    fn refused(&self, column: &Column, expected: &str, found: String) -> CompareError {
        CompareError::ColumnType {
            data: self.data.to_owned(),
            option: self.option,
            column: column.name.clone(),
            expected: expected.to_owned(),
            found,
        }
    }

    /// Numbers from 0, not all 0.
    pub(super) fn weights(&self, column: &Column) -> Result<Vec<f64>, CompareError> {
        const EXPECTED: &str = "a number from 0 in every row";
        let ColumnData::Number(values) = &column.data else {
            return Err(self.refused(column, EXPECTED, kind(&column.data).to_owned()));
        };
        let is_weight = |value: &f64| (0.0..=super::LARGEST).contains(value);
        if let Some(row) = values.iter().position(|value| !is_weight(value)) {
            let found = format!("{} in data row {}", values[row], row + 1);
            return Err(self.refused(column, EXPECTED, found));
        }
        if values.iter().all(|value| *value == 0.0) {
            return Err(self.refused(column, "above 0 in some row", "0 in every row".to_owned()));
        }
        Ok(values.clone())
    }

    /// Dates or numbers, none missing.
    pub(super) fn times(&self, column: &Column) -> Result<Vec<f64>, CompareError> {
        const EXPECTED: &str =
            "a date (as 2024-01-31 or 2024-01-31T12:00:00) or a number in every row";
        let (ColumnData::Number(values) | ColumnData::Date(values)) = &column.data else {
            return Err(self.refused(column, EXPECTED, kind(&column.data).to_owned()));
        };
        match values.iter().position(|value| !value.is_finite()) {
            Some(row) => {
                let found = format!("{} in data row {}", values[row], row + 1);
                Err(self.refused(column, EXPECTED, found))
            }
            None => Ok(values.clone()),
        }
    }

    /// The distinct values, none missing.
    pub(super) fn groups(&self, column: &Column) -> Result<Grouping, CompareError> {
        if let Some(row) = column.data.first_missing() {
            let found = format!("nothing in data row {}", row + 1);
            return Err(self.refused(column, "a value in every row", found));
        }
        let (codes, names) = super::from_table::coded(&column.data);
        Ok(Grouping {
            column: column.name.clone(),
            codes: codes.into_iter().flatten().collect(),
            names,
        })
    }

    /// The distinct values, of which there are few; rows without one are put together.
    pub(super) fn slices(&self, column: &Column) -> Result<Grouping, CompareError> {
        let (codes, mut names) = super::from_table::coded(&column.data);
        if names.len() > MOST_SLICES {
            let expected = format!("at most {MOST_SLICES} distinct values");
            return Err(self.refused(column, &expected, format!("{} of them", names.len())));
        }
        let missing = names.len() as u32;
        if codes.iter().any(Option::is_none) {
            names.push("(missing)".to_owned());
        }
        Ok(Grouping {
            column: column.name.clone(),
            codes: codes
                .into_iter()
                .map(|code| code.unwrap_or(missing))
                .collect(),
            names,
        })
    }
}

/// What a column holds, in words.
pub(crate) fn kind(data: &ColumnData) -> &'static str {
    match data {
        ColumnData::Number(_) => "numbers",
        ColumnData::Boolean(_) => "true and false",
        ColumnData::Date(_) => "dates",
        ColumnData::Category { .. } => "text",
    }
}
