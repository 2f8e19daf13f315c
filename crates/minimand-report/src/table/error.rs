//! What can go wrong with a table or array file, in words a user can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read. Every message names the file; line numbers
/// count from 1 and include the header.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("{}: file not found", path.display())]
    NotFound {
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
    /// The file has no content besides white space.
    #[error("{}: the file is empty", path.display())]
    Empty {
        /// The path as given.
        path: PathBuf,
    },
    /// There is a header line but nothing below it.
    #[error("{}: there is a header line but no data row", path.display())]
    NoDataRows {
        /// The path as given.
        path: PathBuf,
    },
    /// A row has more or fewer fields than the header.
    #[error(
        "{}: line {line} has {found} fields where the header has {expected} \
         (fields are separated by {delimiter:?})",
        path.display()
    )]
    RaggedRow {
        /// The path as given.
        path: PathBuf,
        /// The line on which the row starts.
        line: u64,
        /// The number of fields of the header.
        expected: usize,
        /// The number of fields of the row.
        found: usize,
        /// The delimiter that was told from the first lines.
        delimiter: char,
    },
    /// Two columns have the same name.
    #[error("{}: the column name {name:?} occurs more than once", path.display())]
    DuplicateColumn {
        /// The path as given.
        path: PathBuf,
        /// The first name that occurs again.
        name: String,
    },
    /// The text is not UTF-8.
    #[error("{}: line {line} is not valid UTF-8; save the file as UTF-8", path.display())]
    InvalidUtf8 {
        /// The path as given.
        path: PathBuf,
        /// The line of the first byte that is not UTF-8.
        line: u64,
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
}

impl ReadError {
    /// Tells a missing file from other input and output errors.
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            _ => Self::Io { path, source },
        }
    }
}

/// Why an array could not be written.
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
    /// The file could not be written; the message names its path.
    #[error(transparent)]
    Io(#[from] io::Error),
}
