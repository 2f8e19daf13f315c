//! Why a case cannot be judged.

use std::path::{Path, PathBuf};

use minimand::metrics::MetricError;
use minimand_images::{ReadError, SpacingConflict};
use minimand_report::table;

/// Why a prediction and its target cannot be compared. The message names both files.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", files(predictions, targets.as_deref()))]
pub(crate) struct CaseError {
    /// The file of the predictions.
    pub(crate) predictions: PathBuf,
    /// That of the targets, if there are any.
    pub(crate) targets: Option<PathBuf>,
    /// What is wrong with them.
    pub(crate) problem: Box<CaseProblem>,
}

fn files(predictions: &Path, targets: Option<&Path>) -> String {
    match targets {
        Some(targets) => format!("{} and {}", predictions.display(), targets.display()),
        None => predictions.display().to_string(),
    }
}

/// What is wrong with a case.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaseProblem {
    /// A file that is no image.
    #[error(transparent)]
    Image(#[from] ReadError),
    /// A file that is no array.
    #[error(transparent)]
    Array(#[from] table::ReadError),
    /// Images of different sizes.
    #[error(
        "images of a case must have one shape, got {predictions:?} and {targets:?}; resample one of them"
    )]
    Shapes {
        /// Without channels.
        predictions: Vec<usize>,
        /// Without channels.
        targets: Vec<usize>,
    },
    /// An array that is no image.
    #[error(
        "an array of shape {shape:?} is no image with {axes} axes of pixels; it may have one axis more, in \
         front, for channels"
    )]
    Layout {
        /// Axes of pixels.
        axes: usize,
        /// The shape that came.
        shape: Vec<usize>,
    },
    /// Headers that contradict each other.
    #[error("{0}; give the right one with --spacing")]
    Spacing(#[from] SpacingConflict),
    /// A label beyond the number of classes.
    #[error(
        "label {label} is none of the {classes} classes (0 is the background); raise --classes, or leave it out \
         to measure every label"
    )]
    Label {
        /// The label.
        label: u32,
        /// The background among them.
        classes: usize,
    },
    /// A mask that is none.
    #[error(
        "{labels} different labels are too many for masks of classes, at most {most}; are these grey images or \
         instances? --classes says how many classes there are"
    )]
    ManyLabels {
        /// How many were found.
        labels: usize,
        /// How many are measured.
        most: usize,
    },
    /// The objective refuses the case.
    #[error(transparent)]
    Objective(#[from] minimand::Error),
    /// The measures refuse the case.
    #[error(transparent)]
    Metric(#[from] MetricError),
}
