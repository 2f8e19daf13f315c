//! From a measure of one set of embeddings to a metric.

use super::batch::{CheckedSet, Embedding, EmbeddingBatch};
use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Metric, MetricError, MetricInfo};
use std::fmt::Debug;

/// What judges one set of embeddings.
pub trait Measure: Copy + Debug + Default + PartialEq + Send + Sync + 'static {
    /// The description, of the measure and of the metric that is its mean.
    const INFO: MetricInfo;

    /// The value for a set, or `None` where it is undefined; never NaN or infinite.
    fn of(&self, set: &CheckedSet<'_>) -> Option<f64>;
}

/// The state of a measure's mean over the sets in which it is defined. State: two sums.
#[derive(Clone, Debug, Default)]
pub struct SetMean<M> {
    measure: M,
    mean: WeightedMean,
}

impl<M: Measure> SetMean<M> {
    /// The description of the metric.
    pub const INFO: MetricInfo = M::INFO;

    /// An empty state of this measure.
    pub fn of(measure: M) -> Self {
        Self {
            measure,
            mean: WeightedMean::default(),
        }
    }
}

impl<M: Measure> Metric<Embedding> for SetMean<M> {
    fn info(&self) -> MetricInfo {
        M::INFO
    }

    fn update(&mut self, batch: &EmbeddingBatch<'_>) -> Result<(), MetricError> {
        for set in batch.sets() {
            if let Some(value) = self.measure.of(set) {
                self.mean.add(value, set.weight);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Embedding>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        same_parameter(self.measure, other.measure, |measure| {
            format!("{measure:?}")
        })?;
        self.mean.merge(&other.mean);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.mean.value()
    }
}
