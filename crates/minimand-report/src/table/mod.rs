//! Tables and arrays read from files.

mod column;
mod csv;
mod error;
mod npy;

pub use self::csv::read_csv;
pub use column::{Column, ColumnData, Table};
pub use error::{ReadError, WriteError};
pub use npy::{NpyArray, NpyData, read_npy, write_npy};
