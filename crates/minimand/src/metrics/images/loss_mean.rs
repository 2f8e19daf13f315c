//! The mean of a loss over images, as a metric with the loss's parameters keeps it.

use std::fmt::Debug;

use crate::metrics::MetricError;
use crate::metrics::sum::WeightedMean;

/// A loss with its parameters, and a mean of what it says of images.
#[derive(Clone, Debug, Default)]
pub(super) struct LossMean<L> {
    pub(super) loss: L,
    pub(super) mean: WeightedMean,
}

impl<L: PartialEq + Debug> LossMean<L> {
    pub(super) fn new(loss: L) -> Self {
        Self {
            loss,
            mean: WeightedMean::default(),
        }
    }

    /// Takes in the state of the metric of the same name; with other parameters it would be another metric.
    pub(super) fn merge(&mut self, other: &Self, name: &str) -> Result<(), MetricError> {
        if self.loss != other.loss {
            let describe = |loss: &L| format!("{name} with {loss:?}");
            return Err(MetricError::Incompatible {
                left: describe(&self.loss),
                right: describe(&other.loss),
            });
        }
        self.mean.merge(&other.mean);
        Ok(())
    }
}
