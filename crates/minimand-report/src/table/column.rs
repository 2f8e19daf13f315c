//! Named columns of one type each.

/// One column of a [`Table`].
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name in the header, without surrounding white space.
    pub name: String,
    /// The values, one per row.
    pub data: ColumnData,
}

/// The values of a column, of the narrowest type that holds them all.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Numbers; NaN where a value is missing. A column without any value is of
    /// this type.
    Number(Vec<f64>),
    /// `true` and `false`, in the spellings of Python, R and JSON.
    Boolean(Vec<Option<bool>>),
    /// Anything else, as it stands in the file.
    Text(Vec<Option<String>>),
}

impl ColumnData {
    /// Types a column from its cells; `None` is a missing value.
    pub(super) fn from_cells(cells: Vec<Option<String>>) -> Self {
        if let Some(numbers) = parse_all(&cells, |cell| cell.parse::<f64>().ok()) {
            let missing_as_nan = numbers.into_iter().map(|number| number.unwrap_or(f64::NAN));
            return Self::Number(missing_as_nan.collect());
        }
        match parse_all(&cells, parse_boolean) {
            Some(booleans) => Self::Boolean(booleans),
            None => Self::Text(cells),
        }
    }

    /// The number of missing values.
    pub fn missing(&self) -> usize {
        match self {
            Self::Number(values) => values.iter().filter(|value| value.is_nan()).count(),
            Self::Boolean(values) => values.iter().filter(|value| value.is_none()).count(),
            Self::Text(values) => values.iter().filter(|value| value.is_none()).count(),
        }
    }
}

fn parse_all<T>(
    cells: &[Option<String>],
    parse: impl Fn(&str) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    cells
        .iter()
        .map(|cell| match cell {
            None => Some(None),
            Some(cell) => parse(cell).map(Some),
        })
        .collect()
}

fn parse_boolean(cell: &str) -> Option<bool> {
    match cell {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Columns of equal length, in file order, with distinct names.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

impl Table {
    /// The caller makes sure that every column has `rows` values.
    pub(super) fn new(columns: Vec<Column>, rows: usize) -> Self {
        Self { columns, rows }
    }

    /// The column called `name`, if there is one.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// All columns in file order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The number of data rows, at least one.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column names in file order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(cells: &[&str]) -> ColumnData {
        let cells = cells
            .iter()
            .map(|cell| (!cell.is_empty()).then(|| (*cell).to_owned()));
        ColumnData::from_cells(cells.collect())
    }

    #[test]
    fn the_narrowest_type_wins() {
        assert_eq!(
            typed(&["1", "-2.5e3", "inf"]),
            ColumnData::Number(vec![1.0, -2500.0, f64::INFINITY])
        );
        assert_eq!(
            typed(&["True", "", "FALSE"]),
            ColumnData::Boolean(vec![Some(true), None, Some(false)])
        );
        assert_eq!(
            typed(&["1", "x"]),
            ColumnData::Text(vec![Some("1".into()), Some("x".into())])
        );
        // 0 and 1 stay numbers, and a mixture of both spellings is text.
        assert!(matches!(typed(&["0", "1"]), ColumnData::Number(_)));
        assert!(matches!(typed(&["0", "true"]), ColumnData::Text(_)));
    }

    #[test]
    fn missing_values_are_counted() {
        assert_eq!(typed(&["", "1", ""]).missing(), 2);
        assert_eq!(typed(&["", ""]).missing(), 2);
        assert_eq!(typed(&["", "true"]).missing(), 1);
        assert_eq!(typed(&["a", ""]).missing(), 1);
    }
}
