//! What can go wrong on the command line, and the exit code that says so.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use minimand::metrics::MetricError;
use minimand_images::PairError;
use minimand_report::table::{ReadError, TableError, WriteError};

use crate::eval::CaseError;
use crate::output;

/// Why a command did not give its result. Every message is one line that names the argument or
/// file, what was expected and what came.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The expression cannot be read, or the batch does not fit it.
    #[error("{0}{hint}", hint = hint(.0))]
    Objective(#[from] minimand::Error),
    /// An input file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An array of an element type that its role cannot have.
    #[error("`{argument}` must be {expected}, but {} holds {found}", path.display())]
    Dtype {
        /// The option.
        argument: &'static str,
        /// Its file.
        path: PathBuf,
        /// What it may hold.
        expected: &'static str,
        /// What it holds.
        found: &'static str,
    },
    /// A mask with numbers other than 0 and 1.
    #[error(
        "`--mask` must hold true and false, or 1 and 0; {} holds {value} at position {position}",
        path.display()
    )]
    MaskValue {
        /// The file.
        path: PathBuf,
        /// Flat position.
        position: usize,
        /// The number there.
        value: String,
    },
    /// Weights or a mask that do not lie as the items do.
    #[error("`{argument}` must have shape {expected}; {} has shape {found:?}", path.display())]
    Shape {
        /// The option.
        argument: &'static str,
        /// Its file.
        path: PathBuf,
        /// The shapes that fit.
        expected: String,
        /// The shape that came.
        found: Vec<usize>,
    },
    /// A loss that compares has nothing to compare with.
    #[error("`{expression}` compares the predictions with targets; name them with --targets")]
    NoTargets {
        /// The objective.
        expression: String,
    },
    /// A prediction and its target do not fit, or cannot be read.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Some cases were left out; the reasons have been told.
    #[error("{failed} of {all} cases could not be judged")]
    Cases {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// The files of two folders do not pair up.
    #[error(transparent)]
    Pairs(#[from] PairError),
    /// A folder on one side only.
    #[error(
        "{}: this is a folder, but {} is none; name two folders or two files",
        folder.display(),
        file.display()
    )]
    FolderAndFile {
        /// The folder.
        folder: PathBuf,
        /// The other path.
        file: PathBuf,
    },
    /// An image cannot be read.
    #[cfg(feature = "compare")]
    #[error(transparent)]
    Image(#[from] minimand_images::ReadError),
    /// A mask cannot be written.
    #[cfg(feature = "compare")]
    #[error("cannot write {0}")]
    Mask(#[from] minimand_images::WriteError),
    /// A measure of masks has a parameter out of range.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// A table under a name that says no format.
    #[error(transparent)]
    Table(WriteError),
    /// The rows of a result make no table.
    #[error("cannot make a table of the result: {0}")]
    Rows(#[from] TableError),
    /// Two options that contradict each other.
    #[error("{0}")]
    Usage(&'static str),
    /// A result would overwrite another file of the same command.
    #[error("`{output}` would overwrite the file of `{other}`, {}", path.display())]
    Overwrite {
        /// The option that writes.
        output: &'static str,
        /// The option whose file it is.
        other: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A comparison failed.
    #[cfg(feature = "compare")]
    #[error("{0}{hint}", hint = crate::compare::hint(.0))]
    Compare(#[from] minimand_compare::CompareError),
    /// A study failed.
    #[cfg(feature = "studies")]
    #[error(transparent)]
    Study(#[from] minimand_studies::StudyError),
    /// Some studies could not be run; the reasons have been told.
    #[cfg(feature = "studies")]
    #[error("{failed} of {all} studies {what}")]
    Studies {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
        /// What is wrong with them.
        what: &'static str,
    },
    /// A result file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Another file cannot be written; the message names it.
    #[error("cannot write {0}")]
    File(io::Error),
    /// The threads cannot be started.
    #[error("cannot start {threads} threads: {source}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// The reason.
        source: rayon::ThreadPoolBuildError,
    },
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The reader of standard output has gone, as `head` does: nothing to complain about.
    #[error("standard output was closed")]
    Closed,
}

impl CliError {
    /// Says what is wrong on standard error, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if matches!(self, Self::Closed) {
            return ExitCode::SUCCESS;
        }
        // Line breaks in an expression or a file name must not make it look like two messages.
        let message = self.to_string().replace(['\n', '\r'], " ");
        output::note(&format!("error: {message}"));
        ExitCode::from(if self.is_bad_input() { 2 } else { 1 })
    }

    /// Is it for the user to change what was asked for?
    fn is_bad_input(&self) -> bool {
        match self {
            #[cfg(feature = "compare")]
            Self::Compare(error) => error.is_bad_input(),
            #[cfg(feature = "studies")]
            Self::Study(error) => error.is_bad_input(),
            #[cfg(feature = "studies")]
            Self::Studies { .. } => false,
            #[cfg(feature = "compare")]
            Self::Image(_) => true,
            #[cfg(feature = "compare")]
            Self::Mask(error) => !matches!(error, minimand_images::WriteError::Io(_)),
            Self::Write(_)
            | Self::Cases { .. }
            | Self::Rows(_)
            | Self::File(_)
            | Self::Threads { .. }
            | Self::Output(_)
            | Self::Closed => false,
            Self::Objective(_)
            | Self::Read(_)
            | Self::Dtype { .. }
            | Self::MaskValue { .. }
            | Self::Shape { .. }
            | Self::NoTargets { .. }
            | Self::Case(_)
            | Self::Pairs(_)
            | Self::FolderAndFile { .. }
            | Self::Metric(_)
            | Self::Table(_)
            | Self::Usage(_)
            | Self::Overwrite { .. } => true,
        }
    }
}

/// Where to look when no name was near enough to suggest.
fn hint(error: &minimand::Error) -> &'static str {
    match error {
        minimand::Error::UnknownLoss {
            suggestion: None, ..
        } => "; `minimand losses` lists them",
        _ => "",
    }
}
