//! Expected calibration error of the predicted class.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
    ReliabilityBins,
};

/// The expected calibration error of the predicted class: how far confidence is from accuracy.
///
/// The confidence of a row is its highest probability. Rows are put into [bins](ReliabilityBins) of
/// equal width by confidence, and
/// `sum_b |sum_{i in b} w_i (confidence_i - [correct_i])| / sum_i w_i` is the weighted mean
/// distance between the confidence and the accuracy of a bin (the l1 norm). It is in 0..1, lower is
/// better. The value depends on the number of bins, 15 by default.
///
/// State: three sums per bin. scikit-learn does not have this metric; torchmetrics:
/// `multiclass_calibration_error(p, y, n_bins=15, norm="l1")`, which does not take weights.
#[derive(Clone, Debug, Default)]
pub struct Ece {
    bins: ReliabilityBins,
}

impl Ece {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "ece",
        summary: "expected calibration error of the predicted class, 15 bins of equal width",
        formula: "sum_b |sum_{i in b} w_i (max_k p_ik - [argmax_k p_ik = y_i])| / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=1.0,
    };

    /// An empty state with this number of bins, from 1 to 65536.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for any other number.
    pub fn with_bins(bins: usize) -> Result<Self, MetricError> {
        let bins = ReliabilityBins::new(bins)?;
        Ok(Self { bins })
    }
}

impl Metric<Classification> for Ece {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.bins.update(batch);
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        self.bins.merge(&same_metric(self, other)?.bins)
    }

    fn value(&self) -> Option<f64> {
        self.bins.ece()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_just_above_one_counts_as_one() -> Result<(), MetricError> {
        let mut ece = Ece::default();
        ece.update(&ClassificationBatch::new(&[1.0005, 0.0], 2, &[0], None)?)?;
        assert_eq!(ece.value(), Some(0.0));
        Ok(())
    }

    #[test]
    fn states_with_other_bins_do_not_merge() -> Result<(), MetricError> {
        let merged = Ece::with_bins(10)?.merge(&Ece::default());
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
        Ok(())
    }
}
