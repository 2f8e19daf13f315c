//! Macro-averaged F1.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassCounts, Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
};

/// The mean over classes of F1, the harmonic mean of precision and recall.
///
/// `mean_k 2 tp_k / (labelled_k + predicted_k)`, in 0..1, higher is better, where `tp_k` is the
/// weight of the rows of class `k` that are predicted as `k`. A class that is neither a label nor a
/// prediction of any row is left out of the mean; a class that is only one of the two counts
/// as 0. This is scikit-learn's rule when no `labels` are passed. Ties go to the lowest class.
///
/// State: three sums per class. scikit-learn: `f1_score(y, p.argmax(axis=1), average="macro")`.
#[derive(Clone, Debug, Default)]
pub struct MacroF1 {
    counts: ClassCounts,
}

impl MacroF1 {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "macro_f1",
        summary: "mean over classes of F1, the harmonic mean of precision and recall",
        formula: "mean_k (2 tp_k / (labelled_k + predicted_k))",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Classification> for MacroF1 {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.counts.update(batch)
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        self.counts.merge(&same_metric(self, other)?.counts)
    }

    fn value(&self) -> Option<f64> {
        self.counts.macro_f1()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let probabilities = [
            1.0, 0.0, 0.0, 0.0, // class 0, correct
            1.0, 0.0, 0.0, 0.0, // class 1, wrong
            0.0, 0.0, 1.0, 0.0, // class 0, wrong; class 3 is on neither side
        ];
        let mut metric = MacroF1::default();
        metric.update(&ClassificationBatch::new(
            &probabilities,
            4,
            &[0, 1, 0],
            None,
        )?)?;
        // class 0: 2 * 1 / (2 + 2); classes 1 and 2: 0
        assert_eq!(metric.value(), Some(0.5 / 3.0));
        Ok(())
    }

    #[test]
    fn batches_must_agree_on_the_classes() -> Result<(), MetricError> {
        let two = ClassificationBatch::new(&[1.0, 0.0], 2, &[0], None)?;
        let three = ClassificationBatch::new(&[1.0, 0.0, 0.0], 3, &[0], None)?;
        let shape = MetricError::Shape {
            argument: "classes (or labels)",
            expected: 2,
            got: 3,
        };
        let mut metric = MacroF1::default();
        metric.update(&two)?;
        assert_eq!(metric.update(&three), Err(shape.clone()));
        let mut other = MacroF1::default();
        other.update(&three)?;
        assert_eq!(metric.merge(&other), Err(shape));
        assert_eq!(metric.value(), Some(1.0));
        Ok(())
    }
}
