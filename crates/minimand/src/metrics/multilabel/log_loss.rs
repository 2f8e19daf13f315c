//! Binary log loss, averaged over rows and labels.

use crate::metrics::classification::log_loss::HIGHEST;
use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch};

/// The mean negative natural logarithm of the probability given to what is true, over rows and
/// labels.
///
/// `-sum_i w_i mean_k ln(p_ik if label k is true, else 1 - p_ik) / sum_i w_i`, in nats, lower is
/// better: the mean of the binary log loss of the single labels. A probability of 0 for what is
/// true costs 744.44 nats and no more, as in [the log loss of
/// classes](crate::metrics::classification::LogLoss); `1 - p` is not rounded before the logarithm.
///
/// State: two sums. scikit-learn: `log_loss(t.ravel(), p.ravel())`, which clips earlier; its
/// `log_loss` of a label matrix is another measure, that of classes.
#[derive(Clone, Debug, Default)]
pub struct LogLoss {
    loss: WeightedMean,
}

impl LogLoss {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "log_loss",
        summary: "mean binary log loss over rows and labels (nats)",
        formula: "-sum_i w_i mean_k ln(p_ik if t_ik else 1 - p_ik) / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=HIGHEST,
    };
}

impl Metric<Multilabel> for LogLoss {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let loss = row.mean(|p, target| {
                let loss = if target { -p.ln() } else { -(-p).ln_1p() };
                loss.min(HIGHEST)
            });
            self.loss.add(loss, row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        self.loss.merge(&same_metric(self, other)?.loss);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.loss.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = LogLoss::default();
        metric.update(&MultilabelBatch::new(
            &[0.5, 0.25, 0.5, 0.75],
            2,
            &[true, false, false, true],
            None,
        )?)?;
        let expected = (2.0 * 2_f64.ln() + 2.0 * (4.0_f64 / 3.0).ln()) / 4.0;
        assert!((metric.value().unwrap() - expected).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn the_ends_of_the_range() -> Result<(), MetricError> {
        let loss = |probability: f64, target: bool| {
            let mut metric = LogLoss::default();
            metric.update(&MultilabelBatch::new(&[probability], 1, &[target], None)?)?;
            Ok::<_, MetricError>(metric.value())
        };
        assert_eq!(loss(1.0, true)?, Some(0.0));
        assert_eq!(loss(0.0, false)?, Some(0.0));
        assert_eq!(loss(0.0, true)?, Some(HIGHEST));
        assert_eq!(loss(1.0, false)?, Some(HIGHEST));
        assert_eq!(loss(1e-20, false)?, Some(1e-20));
        Ok(())
    }
}
