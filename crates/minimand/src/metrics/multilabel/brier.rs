//! Brier score, averaged over rows and labels.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch};

/// The mean squared distance between the probability of a label and whether it is true.
///
/// `sum_i w_i mean_k (p_ik - t_ik)^2 / sum_i w_i`, in 0..1, lower is better; a proper scoring rule
/// (Brier, "Verification of forecasts expressed in terms of probability", 1950). A label counts
/// once, not once for being true and once for being false, so the range is half of that of [the
/// score of classes](crate::metrics::classification::Brier).
///
/// State: two sums. scikit-learn: `brier_score_loss(t.ravel(), p.ravel())`.
#[derive(Clone, Debug, Default)]
pub struct Brier {
    distance: WeightedMean,
}

impl Brier {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "brier",
        summary: "mean squared distance between the probability of a label and its truth",
        formula: "sum_i w_i mean_k (p_ik - t_ik)^2 / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=1.0,
    };
}

impl Metric<Multilabel> for Brier {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let distance = row.mean(|p, target| (p - f64::from(target)).powi(2));
            self.distance.add(distance, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.distance.merge(&same_metric(self, other)?.distance);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.distance.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = Brier::default();
        metric.update(&MultilabelBatch::new(
            &[0.5, 0.25, 1.0, 0.0],
            2,
            &[true, false, false, false],
            Some(&[3.0, 1.0]),
        )?)?;
        // row 0: 1/4 + 1/16; row 1: 1 + 0
        assert_eq!(metric.value(), Some((3.0 * 0.3125 / 2.0 + 0.5) / 4.0));
        Ok(())
    }
}
