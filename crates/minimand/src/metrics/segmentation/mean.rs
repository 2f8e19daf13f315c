//! From a measure of one class of one case to a metric.

use super::MaskPair;
use crate::kernels::parallel;
use crate::metrics::batch::check_classes;
use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::sum::{Sum, WeightedMean, mean_of_defined};
use crate::metrics::{Metric, MetricError, MetricInfo, Segmentation, SegmentationBatch};
use std::fmt::Debug;

/// What judges one class of one case.
pub trait Measure: Copy + Debug + Default + PartialEq + Send + Sync + 'static {
    /// The description, of the measure and of the metric that is its mean.
    const INFO: MetricInfo;

    /// The value for a pair of masks, or `None` where it is undefined; never NaN or infinite.
    fn of(&self, pair: &MaskPair) -> Option<f64>;
}

/// The state of a measure's mean over cases, for each class but the background.
///
/// Its value is the mean of the classes that have one. State: three sums for each class.
#[derive(Clone, Debug, Default)]
pub struct CaseMean<M> {
    measure: M,
    classes: Vec<ClassMean>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ClassMean {
    mean: WeightedMean,
    undefined: Sum,
}

impl<M: Measure> CaseMean<M> {
    /// The description of the metric.
    pub const INFO: MetricInfo = M::INFO;

    /// An empty state of this measure.
    pub fn of(measure: M) -> Self {
        Self {
            measure,
            classes: Vec::new(),
        }
    }

    /// The mean over cases of each class, beginning with class 1; empty before the first case.
    pub fn per_class(&self) -> Vec<Option<f64>> {
        self.classes
            .iter()
            .map(|class| class.mean.value())
            .collect()
    }

    /// The weight of the cases in which the measure of a class is undefined, beginning with class 1.
    pub fn undefined(&self) -> Vec<f64> {
        let classes = self.classes.iter();
        classes.map(|class| class.undefined.value()).collect()
    }

    /// Makes room for this number of classes, which the background is one of.
    fn fit(&mut self, classes: usize) -> Result<(), MetricError> {
        let seen = match self.classes.len() {
            0 => 0,
            measured => measured + 1,
        };
        check_classes(seen, classes)?;
        self.classes.resize(classes - 1, ClassMean::default());
        Ok(())
    }
}

impl<M: Measure> Metric<Segmentation> for CaseMean<M> {
    fn info(&self) -> MetricInfo {
        M::INFO
    }

    fn update(&mut self, batch: &SegmentationBatch<'_>) -> Result<(), MetricError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.fit(batch.classes())?;
        for (pairs, weight) in batch.cases() {
            let mut pairs: Vec<_> = pairs.iter().collect();
            let values = parallel::run(&mut pairs, || (), |(), pair| self.measure.of(pair));
            for (class, value) in self.classes.iter_mut().zip(values) {
                match value {
                    Some(value) => class.mean.add(value, weight),
                    None => class.undefined.add(weight),
                }
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Segmentation>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        same_parameter(self.measure, other.measure, |measure| {
            format!("{measure:?}")
        })?;
        if other.classes.is_empty() {
            return Ok(());
        }
        self.fit(other.classes.len() + 1)?;
        for (class, other) in self.classes.iter_mut().zip(&other.classes) {
            class.mean.merge(&other.mean);
            class.undefined.merge(&other.undefined);
        }
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        mean_of_defined(self.classes.iter().map(|class| class.mean.value()))
    }
}
