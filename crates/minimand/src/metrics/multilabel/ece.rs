//! Expected calibration error of labels.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch, ReliabilityBins,
};

/// The expected calibration error of labels: how far their probabilities are from how often they
/// are true.
///
/// Every probability of every row is the confidence that its label is true. All of them, whatever
/// the label, are put into 15 [bins](ReliabilityBins) of equal width, and
/// `sum_b |sum_{i,k in b} w_i (p_ik - t_ik)| / sum_{i,k} w_i` is the weighted mean distance between
/// the mean probability and the share of true labels in a bin (the l1 norm). It is in 0..1, lower
/// is better. Pooling the labels lets their errors cancel within a bin, and lets frequent low
/// probabilities dominate: a rare label that is badly calibrated hardly shows.
///
/// State: three sums per bin. torchmetrics:
/// `binary_calibration_error(p.ravel(), t.ravel(), n_bins=15, norm="l1")`, which does not take
/// weights.
#[derive(Clone, Debug, Default)]
pub struct Ece {
    bins: ReliabilityBins,
}

impl Ece {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "ece",
        summary: "expected calibration error of all labels together, 15 bins of equal width",
        formula: "sum_b |sum_{i,k in b} w_i (p_ik - t_ik)| / sum_{i,k} w_i",
        direction: Direction::Lower,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for Ece {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        self.bins.update_multilabel(batch);
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.bins.merge(&same_metric(self, other)?.bins)
    }

    fn value(&self) -> Option<f64> {
        self.bins.ece()
    }
}
