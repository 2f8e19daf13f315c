//! Named columns of one type each.

use std::collections::HashMap;

use super::TableError;
use super::categories::CategoryBuilder;

/// One column of a [`Table`].
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name, not empty.
    pub name: String,
    /// The values, one per row.
    pub data: ColumnData,
}

impl Column {
    /// The column with only these rows, in their order.
    ///
    /// # Panics
    ///
    /// If the column has fewer rows than one of them says.
    pub fn select(&self, rows: &[usize]) -> Self {
        fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|row| values[*row]).collect()
        }
        let data = match &self.data {
            ColumnData::Number(values) => ColumnData::Number(pick(values, rows)),
            ColumnData::Boolean(values) => ColumnData::Boolean(pick(values, rows)),
            ColumnData::Date(values) => ColumnData::Date(pick(values, rows)),
            ColumnData::Category { codes, names } => {
                let text = |row: &usize| codes[*row].map(|code| names[code as usize].as_str());
                ColumnData::category(rows.iter().map(text))
            }
        };
        Self {
            name: self.name.clone(),
            data,
        }
    }
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Numbers, infinities included; NaN where a value is missing. A column of a text
    /// file without any value is of this type.
    Number(Vec<f64>),
    /// `true` and `false`.
    Boolean(Vec<Option<bool>>),
    /// Seconds since 1970-01-01T00:00:00Z; NaN where a value is missing. A time
    /// without a zone counts as UTC, a date without a time as its midnight.
    Date(Vec<f64>),
    /// Text, as numbers of its distinct values.
    Category {
        /// Each row's position in `names`; `None` where missing.
        codes: Vec<Option<u32>>,
        /// The distinct texts, sorted by bytes; each occurs in some row.
        names: Vec<String>,
    },
}

impl ColumnData {
    /// A category column from the text of each row; `None` is a missing value.
    pub fn category<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut builder = CategoryBuilder::default();
        texts.into_iter().for_each(|text| builder.push(text));
        builder.finish()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(values) | Self::Date(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Category { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first row without a value, counted from 0.
    pub fn first_missing(&self) -> Option<usize> {
        match self {
            Self::Number(values) | Self::Date(values) => {
                values.iter().position(|value| value.is_nan())
            }
            Self::Boolean(values) => values.iter().position(Option::is_none),
            Self::Category { codes, .. } => codes.iter().position(Option::is_none),
        }
    }

    /// The number of missing values.
    pub fn missing(&self) -> usize {
        match self {
            Self::Number(values) | Self::Date(values) => {
                values.iter().filter(|value| value.is_nan()).count()
            }
            Self::Boolean(values) => values.iter().filter(|value| value.is_none()).count(),
            Self::Category { codes, .. } => codes.iter().filter(|code| code.is_none()).count(),
        }
    }
}

/// Columns of equal length with distinct names.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    positions: HashMap<String, usize>,
    rows: usize,
}

impl Table {
    /// A table of these columns, in this order.
    ///
    /// # Errors
    ///
    /// There is no column or no row; columns differ in length; a name is empty or
    /// occurs twice; a category column has codes without a name, or names that are
    /// not sorted, not distinct or in no row.
    pub fn new(columns: Vec<Column>) -> Result<Self, TableError> {
        let rows = columns.first().map_or(0, |column| column.data.len());
        if rows == 0 {
            return Err(TableError::Empty);
        }
        let mut positions = HashMap::with_capacity(columns.len());
        for (position, column) in columns.iter().enumerate() {
            let found = column.data.len();
            if found != rows {
                return Err(TableError::Length {
                    column: column.name.clone(),
                    expected: rows,
                    found,
                });
            }
            if column.name.is_empty() {
                return Err(TableError::EmptyName {
                    position: position + 1,
                });
            }
            if let Some(first) = positions.insert(column.name.clone(), position) {
                return Err(TableError::DuplicateName {
                    name: column.name.clone(),
                    first: first + 1,
                    second: position + 1,
                });
            }
            if let ColumnData::Category { codes, names } = &column.data {
                check_categories(&column.name, codes, names)?;
            }
        }
        Ok(Self {
            columns,
            positions,
            rows,
        })
    }

    /// A table of columns that are right by construction.
    pub(super) fn of_checked(columns: Vec<Column>, rows: usize) -> Self {
        let names = columns.iter().map(|column| column.name.clone());
        Self {
            positions: names.zip(0..).collect(),
            columns,
            rows,
        }
    }

    /// The column called `name`, if there is one.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(*self.positions.get(name)?)
    }

    /// All columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The number of rows, at least one.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

fn check_categories(
    column: &str,
    codes: &[Option<u32>],
    names: &[String],
) -> Result<(), TableError> {
    let mut occurs = vec![false; names.len()];
    for (row, code) in codes.iter().enumerate() {
        let Some(code) = code else { continue };
        match occurs.get_mut(*code as usize) {
            Some(occurs) => *occurs = true,
            None => {
                return Err(TableError::UnknownCode {
                    column: column.to_owned(),
                    row: row + 1,
                    code: *code,
                    names: names.len(),
                });
            }
        }
    }
    let sorted = names.is_sorted_by(|a, b| a < b);
    if !sorted || occurs.contains(&false) {
        return Err(TableError::CategoryNames {
            column: column.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, data: ColumnData) -> Column {
        Column {
            name: name.to_owned(),
            data,
        }
    }

    fn numbers(name: &str, rows: usize) -> Column {
        column(name, ColumnData::Number(vec![0.5; rows]))
    }

    fn codes(codes: &[Option<u32>], names: &[&str]) -> Column {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let codes = codes.to_vec();
        column("c", ColumnData::Category { codes, names })
    }

    #[test]
    fn columns_are_found_by_name() {
        let table = Table::new(vec![numbers("x", 2), numbers("y", 2)]).unwrap();
        assert_eq!(table.rows(), 2);
        assert_eq!(table.names().collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(table.column("y"), Some(&table.columns()[1]));
        assert_eq!(table.column("Y"), None);
    }

    #[test]
    fn categories_are_numbered_by_name() {
        let data = ColumnData::category([Some("b"), None, Some("a"), Some("b")]);
        assert_eq!(data.missing(), 1);
        assert_eq!(
            column("c", data),
            codes(&[Some(1), None, Some(0), Some(1)], &["a", "b"])
        );
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refusal = |columns| Table::new(columns).unwrap_err().to_string();
        assert!(refusal(vec![]).contains("at least one column"));
        assert!(refusal(vec![numbers("x", 0)]).contains("one row"));
        assert!(refusal(vec![numbers("x", 2), numbers("y", 3)]).contains("\"y\" has 3 rows"));
        assert!(refusal(vec![numbers("x", 2), numbers("", 2)]).contains("column 2"));
        let twice = vec![numbers("x", 1), numbers("y", 1), numbers("x", 1)];
        assert!(refusal(twice).contains("columns 1 and 3"));
        assert!(refusal(vec![codes(&[Some(2)], &["a", "b"])]).contains("code 2"));
        for names in [["b", "a"], ["a", "a"]] {
            assert!(refusal(vec![codes(&[Some(0), Some(1)], &names)]).contains("sorted"));
        }
        assert!(refusal(vec![codes(&[Some(0), None], &["a", "b"])]).contains("sorted"));
    }
}
