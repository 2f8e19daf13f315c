//! One typed error per way in which a training run can be wrong.

use crate::loss::LossError;
use crate::net::NetError;

/// Why a data set was refused or a training run failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// Something that must hold at least one thing.
    #[error("`{what}` is empty")]
    Empty {
        /// What is empty.
        what: &'static str,
    },
    /// An array of the wrong length.
    #[error("`{what}` must have {expected}, got {got}")]
    Length {
        /// Which array.
        what: &'static str,
        /// The length that would fit.
        expected: String,
        /// The length that came.
        got: usize,
    },
    /// A class label that is no class.
    #[error("label {label} of row {row} is not in 0..{classes}")]
    Label {
        /// Row of the data set.
        row: usize,
        /// The label.
        label: u32,
        /// Number of classes.
        classes: usize,
    },
    /// NaN or infinity in the data.
    #[error(
        "`{what}` has the value {value} in row {row}, column {column}; every value must be finite"
    )]
    NonFinite {
        /// Which array.
        what: &'static str,
        /// Row.
        row: usize,
        /// Column.
        column: usize,
        /// The value.
        value: f32,
    },
    /// An answer that is neither yes nor no nor between them.
    #[error("the target {value} in row {row}, label {label} must be from 0 to 1")]
    Share {
        /// Row.
        row: usize,
        /// Which of the questions, counted from 0.
        label: usize,
        /// The target.
        value: f32,
    },
    /// A weight that is no weight.
    #[error("the weight {value} of row {row} must be finite and at least 0")]
    Weight {
        /// Row.
        row: usize,
        /// The weight.
        value: f32,
    },
    /// Nothing counts.
    #[error("`{what}` has no row with a weight above 0")]
    Weightless {
        /// The weights, or a list of rows.
        what: &'static str,
    },
    /// A row that the data set does not have.
    #[error("`{what}` names row {row}, but the data set has {rows} rows")]
    Row {
        /// Which list of rows.
        what: &'static str,
        /// The row.
        row: usize,
        /// Number of rows.
        rows: usize,
    },
    /// A setting outside its range.
    #[error("the setting `{name}` must be {expected}, got {got}")]
    Setting {
        /// Which setting.
        name: &'static str,
        /// Its range.
        expected: &'static str,
        /// What came.
        got: String,
    },
    /// The objective refused the data.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// Training ran away: a number is no longer finite.
    #[error(
        "training diverged in epoch {epoch}: {what} is not finite; a smaller learning rate may help"
    )]
    Diverged {
        /// Epoch, counted from 0.
        epoch: usize,
        /// What is not finite: the loss, the weights or the raw scores.
        what: &'static str,
    },
    /// Training ran away: a number is no longer finite.
    #[error(
        "training diverged at step {step}: {what} is not finite; a smaller learning rate may help"
    )]
    DivergedAt {
        /// Step, counted from 0.
        step: usize,
        /// What is not finite: the loss, a weight or a logit.
        what: &'static str,
    },
    /// The network refused its settings or the images.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The caller's score is not a number.
    #[error("the validation score of epoch {epoch} is NaN")]
    Score {
        /// Epoch, counted from 0.
        epoch: usize,
    },
    /// The caller's `should_stop` asked for it.
    #[error("the training was stopped in epoch {epoch}")]
    Stopped {
        /// Epoch, counted from 0.
        epoch: usize,
    },
    /// The operating system gave no thread to train on.
    #[error("cannot start a training thread: {reason}")]
    Thread {
        /// What it said.
        reason: String,
    },
}
