//! What can go wrong with an image file, in words a user can act on.

use std::io;
use std::path::{Path, PathBuf};

use minimand_report::table;

use crate::numbers::MAX_VALUES;

/// Why an image could not be read. The message names the file.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ReadError {
    /// The path as given.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with an image file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There is no such file.
    #[error("file not found")]
    NotFound,
    /// The path is a folder.
    #[error("this is a folder; name a file in it")]
    IsFolder,
    /// The file may not be read.
    #[error("no permission to read the file; change its mode or its owner")]
    PermissionDenied,
    /// The file exists but could not be read.
    #[error("{0}")]
    Io(io::Error),
    /// The file has no content.
    #[error("the file is empty")]
    Empty,
    /// The content is of a kind that is not read here.
    #[error("this is {found}; {advice}")]
    Format {
        /// What the content is.
        found: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// A part of the format that is not read here.
    #[error("{what} in {format} files are not read; {advice}")]
    Unsupported {
        /// The name of the format.
        format: &'static str,
        /// What is met in the file, in the plural.
        what: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The content begins as its format does but cannot be decoded.
    #[error("the {format} data are damaged or cut short ({reason}); write or copy the file again")]
    Damaged {
        /// The name of the format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The data end before the shape is filled.
    #[error(
        "the {format} header promises {expected} bytes of data, the file has {found}; copy it again"
    )]
    Truncated {
        /// The name of the format.
        format: &'static str,
        /// Bytes according to the header.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// An array of a shape that no image has.
    #[error(
        "an array of shape {shape:?} is no image; save [rows, columns], [slices, rows, columns] or \
         [channels, slices, rows, columns]"
    )]
    Shape {
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// There are more numbers than are read.
    #[error(
        "shape {shape:?} has more than {MAX_VALUES} values; split the image or reduce its size"
    )]
    TooLarge {
        /// The shape in the header, in the order of the file.
        shape: Vec<usize>,
    },
    /// A number that is not kept exactly enough.
    #[error(
        "the value {value} at position {position} is beyond what is read (integers of 32 bits, numbers \
         of single precision); rescale the image"
    )]
    Range {
        /// Place of the value in the array, counted from 0.
        position: usize,
        /// The value.
        value: String,
    },
    /// A mask with several numbers for each pixel.
    #[error(
        "a mask has one label for each pixel, this file has {channels} channels; save it as grey or \
         palette image, or as one volume"
    )]
    Colours {
        /// Number of channels.
        channels: usize,
    },
    /// A value of a mask that is no label.
    #[error(
        "the value {value} at position {position} is no label; labels are integers from 0 (threshold \
         probabilities first)"
    )]
    NotALabel {
        /// Place of the value, counted from 0.
        position: usize,
        /// The value.
        value: String,
    },
}

impl Problem {
    /// With the file it is about.
    pub(crate) fn of(self, path: &Path) -> ReadError {
        ReadError {
            path: path.to_path_buf(),
            problem: self,
        }
    }

    pub(crate) fn damaged(format: &'static str, reason: impl ToString) -> Self {
        Self::Damaged {
            format,
            reason: reason.to_string(),
        }
    }

    /// Tells the errors that have a plain cause from other input and output errors.
    pub(crate) fn from_io(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::IsADirectory => Self::IsFolder,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            _ => Self::Io(source),
        }
    }

    /// The same, of the reader of arrays.
    pub(crate) fn from_npy(error: table::ReadError) -> Self {
        const FORMAT: &str = ".npy";
        match error {
            table::ReadError::NotFound { .. } => Self::NotFound,
            table::ReadError::IsFolder { .. } => Self::IsFolder,
            table::ReadError::PermissionDenied { .. } => Self::PermissionDenied,
            table::ReadError::Io { source, .. } => Self::Io(source),
            table::ReadError::Empty { .. } => Self::Empty,
            table::ReadError::Truncated {
                expected, found, ..
            } => Self::Truncated {
                format: FORMAT,
                expected,
                found,
            },
            table::ReadError::UnsupportedDtype { dtype, .. } => Self::Unsupported {
                format: FORMAT,
                what: format!("arrays of dtype {dtype}"),
                advice: "save integers, booleans, float16, float32 or float64",
            },
            table::ReadError::InvalidNpy { reason, .. } => Self::damaged(FORMAT, reason),
            other => Self::damaged(FORMAT, other),
        }
    }
}

/// Why an image could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The numbers do not fill the grid.
    #[error("{found} values do not fill an image of {expected}")]
    Length {
        /// Numbers that the grid has.
        expected: usize,
        /// Numbers that came.
        found: usize,
    },
    /// The name says no format that is written.
    #[error("{}: masks are written as .nii, .nii.gz or .png; rename the file", path.display())]
    Format {
        /// The path as given.
        path: PathBuf,
    },
    /// The mask does not fit the format.
    #[error("{}: {reason}", path.display())]
    Unfit {
        /// The path as given.
        path: PathBuf,
        /// What does not fit, and what to do.
        reason: String,
    },
    /// The file could not be written. The message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
}
