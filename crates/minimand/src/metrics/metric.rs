//! What a metric does, for any kind of prediction.

use std::any::Any;
use std::fmt::Debug;

use super::{MetricError, MetricInfo};

/// A kind of prediction, which decides what a batch holds.
pub trait Task: Debug + 'static {
    /// A checked batch of predictions with what they should have been.
    type Batch<'a>;
}

/// The state of a measure of the predictions of a task.
///
/// The trait is object-safe: states of different metrics can be held in one list as
/// `Box<dyn Metric<T>>`, made by the look-up function of the task, such as
/// [`classification_metric`](super::classification_metric).
pub trait Metric<T: Task>: Any + Debug + Send + Sync {
    /// The description of the metric, with the parameters of this state.
    fn info(&self) -> MetricInfo;

    /// Adds the rows of a batch.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the metric works by class (or label) and an earlier batch had
    /// another number of them.
    fn update(&mut self, batch: &T::Batch<'_>) -> Result<(), MetricError>;

    /// Adds the rows that another state of the same metric has seen.
    ///
    /// # Errors
    ///
    /// [`MetricError::Incompatible`] if `other` is the state of another metric or has other
    /// parameters, and [`MetricError::Shape`] as in [`update`](Self::update).
    fn merge(&mut self, other: &dyn Metric<T>) -> Result<(), MetricError>;

    /// The value over all rows, or `None` where it is undefined: without rows, in the cases that
    /// a metric names, and when a sum has overflowed. It is never NaN or infinite.
    fn value(&self) -> Option<f64>;
}

/// Reads `other`, which is to be merged into `state`, as a state of the same metric.
///
/// # Errors
///
/// [`MetricError::Incompatible`] if it is the state of another metric.
pub(super) fn same_metric<'a, T: Task, M: Metric<T>>(
    state: &M,
    other: &'a dyn Metric<T>,
) -> Result<&'a M, MetricError> {
    let any: &dyn Any = other;
    any.downcast_ref().ok_or_else(|| MetricError::Incompatible {
        left: state.info().name.to_owned(),
        right: other.info().name.to_owned(),
    })
}

/// Checks that two states of one metric have the same parameter.
///
/// # Errors
///
/// [`MetricError::Incompatible`] with `describe` of both parameters if they differ.
pub(super) fn same_parameter<P: PartialEq + Copy>(
    left: P,
    right: P,
    describe: impl Fn(P) -> String,
) -> Result<(), MetricError> {
    if left == right {
        return Ok(());
    }
    Err(MetricError::Incompatible {
        left: describe(left),
        right: describe(right),
    })
}
