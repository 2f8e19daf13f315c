//! What can go wrong on the way from values to a file.

use std::io;
use std::path::PathBuf;

/// Why columns are not a table. Columns and rows count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is nothing in it.
    #[error("a table has at least one column and one row")]
    Empty,
    /// A column has no name.
    #[error("column {position} has an empty name")]
    EmptyName {
        /// The position of the column.
        position: usize,
    },
    /// Two columns have the same name.
    #[error("columns {first} and {second} are both called {name:?}")]
    DuplicateName {
        /// The name.
        name: String,
        /// The position of the column that has the name first.
        first: usize,
        /// The position of the column that has it again.
        second: usize,
    },
    /// A column is longer or shorter than the first.
    #[error("column {column:?} has {found} rows where the first column has {expected}")]
    Length {
        /// The name of the column.
        column: String,
        /// The rows of the first column.
        expected: usize,
        /// The rows of this column.
        found: usize,
    },
    /// A category column has a code that stands for nothing.
    #[error("column {column:?}: row {row} has code {code}, but there are {names} names")]
    UnknownCode {
        /// The name of the column.
        column: String,
        /// The first such row.
        row: usize,
        /// The code.
        code: u32,
        /// The number of names.
        names: usize,
    },
    /// The names of a category column are not as they must be.
    #[error("column {column:?}: the names must be sorted, distinct and each in some row")]
    CategoryNames {
        /// The name of the column.
        column: String,
    },
}

/// Why a file could not be written. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The number of values is not the product of the shape.
    #[error("{}: {found} values do not fill an array of shape {shape:?}", path.display())]
    ShapeMismatch {
        /// The path as given.
        path: PathBuf,
        /// The shape as given.
        shape: Vec<usize>,
        /// The number of values given.
        found: usize,
    },
    /// The name of the file does not say what to write.
    #[error("{}: tables are written as .csv, .parquet or .arrow; choose one of these endings", path.display())]
    UnknownExtension {
        /// The path as given.
        path: PathBuf,
    },
    /// A date cannot be written as one.
    #[error(
        "{}: column {column:?}, row {row}: {seconds} seconds from 1970 are beyond the years \
         -9999 to 9999; leave the date missing or write the column as numbers",
        path.display()
    )]
    DateOutOfRange {
        /// The path as given.
        path: PathBuf,
        /// The name of the column.
        column: String,
        /// The first such row, from 1.
        row: usize,
        /// The date.
        seconds: f64,
    },
    /// The file could not be written, as when the disk is full; the message names its
    /// path.
    #[error(transparent)]
    Io(#[from] io::Error),
}
