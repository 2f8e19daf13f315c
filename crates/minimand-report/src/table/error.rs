//! What can go wrong with a table or array file, in words a user can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read. Every message names the file; lines, rows and
/// columns count from 1, and lines include the header.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("{}: file not found", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{}: this is a folder; name a file in it", path.display())]
    IsFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// The file may not be read.
    #[error("{}: no permission to read the file; change its mode or its owner", path.display())]
    PermissionDenied {
        /// The path as given.
        path: PathBuf,
    },
    /// The file exists but could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The path as given.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The content is of a kind that is not read here.
    #[error("{}: this is {found}; {advice}", path.display())]
    UnsupportedFormat {
        /// The path as given.
        path: PathBuf,
        /// What the content is.
        found: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// The content begins as its format does but cannot be decoded.
    #[error("{}: the {format} data are damaged or cut short ({reason}); write or copy the file again", path.display())]
    Damaged {
        /// The path as given.
        path: PathBuf,
        /// The name of the format.
        format: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// The file has no content besides white space.
    #[error("{}: the file is empty", path.display())]
    Empty {
        /// The path as given.
        path: PathBuf,
    },
    /// There are columns but no rows.
    #[error("{}: there are column names but no data rows", path.display())]
    NoDataRows {
        /// The path as given.
        path: PathBuf,
    },
    /// There are more rows than a table can have.
    #[error("{}: there are more than {} rows; split the file", path.display(), u32::MAX)]
    TooManyRows {
        /// The path as given.
        path: PathBuf,
    },
    /// Two columns have the same name.
    #[error(
        "{}: columns {first} and {second} are both called {name:?}; rename one of them",
        path.display()
    )]
    DuplicateColumn {
        /// The path as given.
        path: PathBuf,
        /// The name.
        name: String,
        /// The position of the column that has the name first.
        first: usize,
        /// The position of the column that has it again.
        second: usize,
    },
    /// The first line of a text file holds data.
    #[error(
        "{}: line 1 holds numbers only ({first}, …) where column names are expected; \
         add a header line",
        path.display()
    )]
    NumbersAsHeader {
        /// The path as given.
        path: PathBuf,
        /// The first of the numbers.
        first: String,
    },
    /// A row has more or fewer fields than the header.
    #[error(
        "{}: {} {found} fields where the header has {expected} \
         (fields are separated by {delimiter:?}){}",
        path.display(),
        lines(*line, *last_line),
        if last_line > line { "; a quote may be open" } else { "" }
    )]
    RaggedRow {
        /// The path as given.
        path: PathBuf,
        /// The line on which the row starts.
        line: u64,
        /// The line on which it ends: a later one if a quoted field spans lines.
        last_line: u64,
        /// The number of fields of the header.
        expected: usize,
        /// The number of fields of the row.
        found: usize,
        /// The delimiter that was told from the first lines.
        delimiter: char,
    },
    /// The file ends inside quotes.
    #[error("{}: a quote opens in the row of line {line} and never closes; close or remove it", path.display())]
    UnterminatedQuote {
        /// The path as given.
        path: PathBuf,
        /// The line on which the row starts.
        line: u64,
    },
    /// A row is so long that something must be wrong.
    #[error(
        "{}: the row of line {line} is longer than {} MiB; a quote may be open there",
        path.display(),
        limit >> 20
    )]
    RowTooLong {
        /// The path as given.
        path: PathBuf,
        /// The line on which the row starts.
        line: u64,
        /// The longest row that is read, in bytes.
        limit: u64,
    },
    /// The text mixes encodings, or is damaged.
    #[error(
        "{}: line {line} has bytes that are not valid {encoding}, as the text before it is; \
         save the file as UTF-8",
        path.display()
    )]
    InvalidText {
        /// The path as given.
        path: PathBuf,
        /// The line of the first such byte.
        line: u64,
        /// The encoding of the text before.
        encoding: &'static str,
    },
    /// A column has a type without a counterpart in a table.
    #[error("{}: column {column:?} is of type {data_type}, which is not read; {advice}", path.display())]
    UnsupportedColumn {
        /// The path as given.
        path: PathBuf,
        /// The name of the column.
        column: String,
        /// Its type, as Arrow writes it.
        data_type: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The file is not a `.npy` file, or its header is damaged.
    #[error("{}: not a readable .npy file: {reason}", path.display())]
    InvalidNpy {
        /// The path as given.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The array has an element type that is not a real number or a boolean.
    #[error(
        "{}: arrays of dtype {dtype} are not supported; save integers, booleans, \
         float16, float32 or float64",
        path.display()
    )]
    UnsupportedDtype {
        /// The path as given.
        path: PathBuf,
        /// The dtype as NumPy writes it, such as `<c16`.
        dtype: String,
    },
    /// The array data end before the shape is filled.
    #[error("{}: the header promises {expected} bytes of data, the file has {found}", path.display())]
    Truncated {
        /// The path as given.
        path: PathBuf,
        /// Bytes according to shape and dtype.
        expected: u64,
        /// Bytes after the header.
        found: u64,
    },
    /// The array has neither one nor two axes, so that it is no table.
    #[error(
        "{}: an array of shape {shape:?} is no table; save one of shape [rows] or [rows, columns]",
        path.display()
    )]
    NotATable {
        /// The path as given.
        path: PathBuf,
        /// The shape of the array.
        shape: Vec<usize>,
    },
}

impl ReadError {
    /// Tells the errors that have a plain cause from other input and output errors.
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::IsADirectory => Self::IsFolder { path },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { path },
            _ => Self::Io { path, source },
        }
    }
}

fn lines(first: u64, last: u64) -> String {
    if first == last {
        format!("line {first} has")
    } else {
        format!("lines {first} to {last} have")
    }
}
