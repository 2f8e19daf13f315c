//! Area under the receiver operating characteristic curve.

use super::sum::{Sum, WeightedMean, ratio};
use super::{ClassificationBatch, ClassificationMetric, Direction, MetricError, MetricInfo};

/// The area under the receiver operating characteristic curve: how well the probability of a class
/// separates its rows from the others.
///
/// It is the chance that a row of the class has a higher probability for it than a row of another
/// class, `sum_{i in k, j not in k} w_i w_j ([p_ik > p_jk] + [p_ik = p_jk] / 2)` divided by
/// `(sum_{i in k} w_i) (sum_{j not in k} w_j)`; ties count half. It is in 0..1, higher is better,
/// and 0.5 is no better than chance (Hanley and McNeil, "The meaning and use of the area under a
/// receiver operating characteristic (ROC) curve", 1982).
///
/// With two classes the class is 1. With more it is the mean over classes, each against the rest; a
/// class that no row or every row is labelled with has no area and is left out of the mean
/// (scikit-learn refuses such data). If no class is left, the value is `None`.
///
/// The value is exact, so the state keeps every row: memory O(rows) with two classes, O(rows x
/// classes) with more; `value` sorts the rows once per class. scikit-learn:
/// `roc_auc_score(y, p[:, 1])`, and `roc_auc_score(y, p, multi_class="ovr")` with more classes.
#[derive(Clone, Debug, Default)]
pub struct Auroc {
    /// The number of classes, 0 before the first row.
    classes: usize,
    /// The probability of class 1 with two classes, otherwise of every class; row after row.
    scores: Vec<f64>,
    labels: Vec<usize>,
    weights: Vec<f64>,
}

/// A row as one class sees it.
struct Scored {
    score: f64,
    positive: bool,
    weight: f64,
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

    /// The first class with scores, and the number of classes with scores.
    fn scored(classes: usize) -> (usize, usize) {
        if classes == 2 { (1, 1) } else { (0, classes) }
    }

    fn fit(&mut self, classes: usize) -> Result<(), MetricError> {
        if self.classes == 0 {
            self.classes = classes;
        }
        if self.classes != classes {
            return Err(MetricError::Shape {
                argument: "classes",
                expected: self.classes,
                got: classes,
            });
        }
        Ok(())
    }

    fn area(&self, class: usize) -> Option<f64> {
        let (first, stride) = Self::scored(self.classes);
        let scores = self.scores.iter().skip(class - first).step_by(stride);
        let mut rows: Vec<Scored> = scores
            .zip(&self.labels)
            .zip(&self.weights)
            .map(|((&score, &label), &weight)| Scored {
                score,
                positive: label == class,
                weight,
            })
            .collect();
        rows.sort_unstable_by(|a, b| a.score.total_cmp(&b.score));

        let (mut positives, mut negatives) = (Sum::default(), Sum::default());
        let mut area = Sum::default();
        for tied in rows.chunk_by(|a, b| a.score == b.score) {
            let (mut positive, mut negative) = (Sum::default(), Sum::default());
            for row in tied {
                let side = if row.positive {
                    &mut positive
                } else {
                    &mut negative
                };
                side.add(row.weight);
            }
            area.add(positive.value() * (negatives.value() + negative.value() / 2.0));
            positives.merge(&positive);
            negatives.merge(&negative);
        }
        // Rounding may lead just above 1.
        ratio(area.value(), positives.value() * negatives.value()).map(|area| area.min(1.0))
    }
}

impl ClassificationMetric for Auroc {
    fn info(&self) -> &'static MetricInfo {
        &Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.fit(batch.classes())?;
        let (first, count) = Self::scored(self.classes);
        for row in batch.rows() {
            self.scores
                .extend_from_slice(&row.probabilities[first..first + count]);
            self.labels.push(row.label);
            self.weights.push(row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn ClassificationMetric) -> Result<(), MetricError> {
        let other: &Self = Self::INFO.downcast(other, other.info())?;
        if other.classes == 0 {
            return Ok(());
        }
        self.fit(other.classes)?;
        self.scores.extend_from_slice(&other.scores);
        self.labels.extend_from_slice(&other.labels);
        self.weights.extend_from_slice(&other.weights);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        let (first, count) = Self::scored(self.classes);
        let mut mean = WeightedMean::default();
        for area in (first..first + count).filter_map(|class| self.area(class)) {
            mean.add(area, 1.0);
        }
        mean.value()
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
    fn ties_count_half() {
        let probabilities = [0.75, 0.25, 0.5, 0.5, 0.5, 0.5, 0.25, 0.75];
        // pairs (positive, negative): 0.5 = 0.5 and 0.5 > 0.25, 0.75 above both
        assert_eq!(auroc(&probabilities, 2, &[0, 0, 1, 1]), Some(3.5 / 4.0));
        assert_eq!(auroc(&probabilities, 2, &[1, 1, 0, 0]), Some(0.5 / 4.0));
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
