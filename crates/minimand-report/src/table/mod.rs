//! Tables and arrays read from files and written to them.
//!
//! [`read`] tells delimited text, Parquet and Arrow apart by their content and makes
//! typed columns of them; [`write()`] goes the other way. NumPy arrays have their own
//! functions, because an array has a shape and no column names.

mod arrow;
mod categories;
mod column;
mod csv;
mod date;
mod error;
mod format;
mod names;
mod npy;
mod npy_table;
mod write_error;

pub use self::arrow::{write_arrow, write_parquet};
pub use self::csv::{write_csv, write_csv_to};
pub use column::{Column, ColumnData, Table};
pub use error::ReadError;
pub use format::{read, write};
pub use npy::{NpyArray, NpyData, read_npy, write_npy};
pub use npy_table::read_npy_table;
pub use write_error::{TableError, WriteError};

#[cfg(test)]
mod fuzz_tests;
