//! Area under the receiver operating characteristic curve.

use crate::metrics::metric::same_metric;
use crate::metrics::{
    ClassScores, Classification, ClassificationBatch, Direction, Metric, MetricError, MetricInfo,
};

/// The area under the receiver operating characteristic curve: how well the probability of a class
/// separates its rows from the others.
///
/// With two classes it is the [area](ClassScores::auroc) of class 1. With more it is the mean over
/// the classes, each against the rest; a class that no row or every row is labelled with has no
/// area and is left out of the mean (scikit-learn refuses such data). If no class is left, the
/// value is `None`. It is in 0..1, higher is better, and 0.5 is no better than chance.
///
/// The value is exact, so the state keeps every row: 9 bytes per row and class, and 8 bytes per
/// row; `value` sorts the rows once per class. scikit-learn: `roc_auc_score(y, p[:, 1])`, and
/// `roc_auc_score(y, p, multi_class="ovr")` with more classes.
#[derive(Clone, Debug, Default)]
pub struct Auroc {
    scores: ClassScores,
}

impl Auroc {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "auroc",
        summary: "area under the ROC curve of class 1, or the mean over classes against the rest",
        formula: "mean_k P(p_ik > p_jk) + P(p_ik = p_jk) / 2, for rows i of class k and j of others",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Classification> for Auroc {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.scores.update(batch)
    }

    fn merge(&mut self, other: &dyn Metric<Classification>) -> Result<(), MetricError> {
        self.scores.merge(&same_metric(self, other)?.scores)
    }

    fn value(&self) -> Option<f64> {
        match self.scores.classes() {
            2 => self.scores.auroc(1),
            _ => self.scores.macro_auroc(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auroc(probabilities: &[f64], classes: usize, labels: &[usize]) -> Option<f64> {
        let batch = ClassificationBatch::new(probabilities, classes, labels, None).unwrap();
        let mut auroc = Auroc::default();
        auroc.update(&batch).unwrap();
        auroc.value()
    }

    #[test]
    fn two_classes_have_the_area_of_the_second() {
        // The tolerance on row sums lets the two classes rank the rows in different ways.
        let probabilities = [0.5, 0.5, 0.5005, 0.5, 0.5, 0.5];
        assert_eq!(auroc(&probabilities, 2, &[0, 0, 1]), Some(0.5));
    }

    #[test]
    fn rounding_does_not_lead_above_one() -> Result<(), MetricError> {
        let probabilities = [0.25, 0.75, 0.5, 0.5, 0.75, 0.25];
        let weights = [0.2, 0.8, 0.8];
        let batch = ClassificationBatch::new(&probabilities, 2, &[1, 1, 0], Some(&weights))?;
        let mut auroc = Auroc::default();
        auroc.update(&batch)?;
        assert_eq!(auroc.value(), Some(1.0));
        Ok(())
    }

    #[test]
    fn one_class_is_undefined() {
        assert_eq!(auroc(&[0.75, 0.25, 0.5, 0.5], 2, &[1, 1]), None);
        assert_eq!(auroc(&[1.0, 1.0], 1, &[0, 0]), None);
    }

    #[test]
    fn classes_without_an_area_are_left_out() {
        let probabilities = [0.75, 0.0, 0.25, 0.25, 0.5, 0.25];
        // class 0: 1; class 1: 1; class 2: no positive row
        assert_eq!(auroc(&probabilities, 3, &[0, 1]), Some(1.0));
    }
}
