//! The error type of the metrics.

/// What can be wrong with the input of a metric.
///
/// Rows are counted from zero within the batch. A failed `update` or `merge` leaves the state as
/// it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// An argument has the wrong length, or two states have different numbers of classes (or
    /// labels).
    #[error("{argument}: expected {expected}, got {got}")]
    Shape {
        /// The argument and what is counted in it.
        argument: &'static str,
        /// The count that the other arguments call for.
        expected: usize,
        /// The count that was given.
        got: usize,
    },
    /// A label is not below the number of classes.
    #[error("row {row}: label {label} is out of range for {classes} classes")]
    LabelOutOfRange {
        /// The row of the label.
        row: usize,
        /// The label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A value is infinite or not a number.
    #[error("{argument}: row {row} holds a value that is not finite")]
    NotFinite {
        /// The argument that holds the value.
        argument: &'static str,
        /// The row of the value.
        row: usize,
    },
    /// A weight is negative.
    #[error("row {row}: weight {weight} is negative")]
    NegativeWeight {
        /// The row of the weight.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// A probability is negative, or that of a label is above one.
    #[error("row {row}: {value} for class {class} is not a probability")]
    NotAProbability {
        /// The row of the value.
        row: usize,
        /// The class (or label) of the value.
        class: usize,
        /// The value.
        value: f64,
    },
    /// The probabilities of a row do not sum to one.
    #[error("row {row}: the probabilities sum to {sum}, not to 1 (within 1e-3)")]
    NotNormalized {
        /// The row.
        row: usize,
        /// The sum of its probabilities.
        sum: f64,
    },
    /// The lower bound of an interval is above its upper bound.
    #[error("row {row}: the lower bound {lower} is above the upper bound {upper}: sort the two")]
    CrossedBounds {
        /// The row.
        row: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A parameter of a metric, a number of classes, or a part of a state is not allowed.
    #[error("{parameter} = {value} is not allowed: it must be {allowed}")]
    InvalidParameter {
        /// The name of the parameter.
        parameter: &'static str,
        /// The value that was given.
        value: f64,
        /// The values that are allowed, in words.
        allowed: &'static str,
    },
    /// Two states of different metrics, or of one metric with different parameters, were merged.
    #[error("cannot merge a state of {right} into a state of {left}")]
    Incompatible {
        /// The state that was to be changed.
        left: String,
        /// The state that was to be merged into it.
        right: String,
    },
    /// No metric of this task has this name.
    #[error("unknown metric `{name}`; known: {}", known.join(", "))]
    UnknownMetric {
        /// The name that was given.
        name: String,
        /// The names that exist.
        known: Vec<&'static str>,
    },
}
