//! What can go wrong in a study.

use std::io;

use minimand_burn::LossError;
use minimand_burn::train::TrainError;

/// Why a study could not be run, judged or shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// No study of this number or name.
    #[error("there is no study `{name}`{hint}; `minimand study list` lists them", hint = suggested(.suggestion))]
    Unknown {
        /// What was asked for.
        name: String,
        /// A study of a similar name.
        suggestion: Option<String>,
    },
    /// Data that a person passed cannot be used.
    #[error("`--data` {path}: {reason}")]
    Data {
        /// The file or folder.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A trial cannot be carried out.
    #[error("study {study}: {reason}")]
    Trial {
        /// Which study.
        study: String,
        /// Why.
        reason: String,
    },
    /// A rule or figure reads a number that no trial measured.
    #[error("no trial measured {measure} of {method} in part {part}")]
    Missing {
        /// The part.
        part: String,
        /// The method.
        method: String,
        /// The measure.
        measure: String,
    },
    /// A training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A loss refused what it was given.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// An objective refused what it was given.
    #[error(transparent)]
    Objective(#[from] minimand::Error),
    /// A metric refused what it was given.
    #[error(transparent)]
    Metric(#[from] minimand::metrics::MetricError),
    /// Another process works with the same results.
    #[error("{path} is in use by another run")]
    Busy {
        /// The file.
        path: String,
    },
    /// A file of an earlier run cannot be understood.
    #[error("{path} is damaged: {reason}; remove it, or run with --fresh")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file cannot be read or written; the message names it.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The run was interrupted. What is finished is kept.
    #[error("interrupted; the same command goes on from here")]
    Stopped,
}

impl StudyError {
    /// Is it for the person to change what was asked for?
    pub fn is_bad_input(&self) -> bool {
        matches!(
            self,
            Self::Unknown { .. } | Self::Data { .. } | Self::Busy { .. } | Self::Damaged { .. }
        )
    }

    /// A failure to read or write, naming the file.
    pub(crate) fn file(path: &std::path::Path, error: &io::Error) -> Self {
        let named = format!("{}: {error}", path.display());
        Self::File(io::Error::new(error.kind(), named))
    }
}

fn suggested(suggestion: &Option<String>) -> String {
    match suggestion {
        Some(name) => format!(", did you mean `{name}`?"),
        None => String::new(),
    }
}
