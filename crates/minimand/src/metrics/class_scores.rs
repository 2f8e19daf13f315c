//! How well the scores of each class rank its rows before the others.

use super::batch::{Weights, check_classes, check_finite, check_length};
use super::sum::{Sum, mean_of_defined, ratio};
use super::{ClassificationBatch, MetricError, MultilabelBatch};

/// The score of every row for every class, with which classes are true: the state of the areas
/// under the ROC curve and the precision-recall curve of each class against the rest.
///
/// The areas are exact, so the state keeps every row of a weight above zero: 9 bytes per row and
/// class, and 8 bytes per row. Reading an area sorts the rows of the class, O(n log n).
#[derive(Clone, Debug, Default)]
pub struct ClassScores {
    classes: usize,
    /// `[rows, classes]`
    scores: Vec<f64>,
    /// `[rows, classes]`
    targets: Vec<bool>,
    /// `[rows]`
    weights: Vec<f64>,
}

/// The rows that share a score, as one class sees them.
struct Tied {
    positive: f64,
    negative: f64,
}

impl ClassScores {
    /// Puts a state together from its parts: `scores` and `targets` have the shape
    /// `[rows, classes]`, row after row, and `weights` has one value per row. Rows of weight 0 are
    /// left out.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the lengths do not fit together, [`MetricError::NotFinite`] for an
    /// infinite value or NaN, and [`MetricError::NegativeWeight`].
    pub fn from_parts(
        classes: usize,
        scores: &[f64],
        targets: &[bool],
        weights: &[f64],
    ) -> Result<Self, MetricError> {
        if classes == 0 {
            // What an empty state gives.
            check_length("weights (rows)", weights.len(), 0)?;
        }
        let expected = weights.len().saturating_mul(classes);
        check_length("scores (rows x classes)", scores.len(), expected)?;
        check_length("targets (rows x classes)", targets.len(), expected)?;
        let mut state = Self {
            classes,
            ..Self::default()
        };
        for (row, weight) in Weights::new(Some(weights), weights.len())?.counted() {
            let cells = row * classes..(row + 1) * classes;
            for &score in &scores[cells.clone()] {
                check_finite("scores", row, score)?;
            }
            state.scores.extend_from_slice(&scores[cells.clone()]);
            state.targets.extend_from_slice(&targets[cells]);
            state.weights.push(weight);
        }
        Ok(state)
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if an earlier batch had another number of classes.
    pub fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.fit(batch.classes())?;
        for row in batch.rows() {
            self.scores.extend_from_slice(row.probabilities);
            let targets = (0..self.classes).map(|class| class == row.label);
            self.targets.extend(targets);
            self.weights.push(row.weight);
        }
        Ok(())
    }

    /// Adds the rows of a batch with any number of true labels.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if an earlier batch had another number of labels.
    pub fn update_multilabel(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.fit(batch.labels())?;
        for row in batch.rows() {
            self.scores.extend_from_slice(row.probabilities);
            self.targets.extend_from_slice(row.targets);
            self.weights.push(row.weight);
        }
        Ok(())
    }

    /// Adds the rows of another state.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the numbers of classes differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        if other.classes == 0 {
            return Ok(());
        }
        self.fit(other.classes)?;
        self.scores.extend_from_slice(&other.scores);
        self.targets.extend_from_slice(&other.targets);
        self.weights.extend_from_slice(&other.weights);
        Ok(())
    }

    /// The number of classes (or labels), 0 before the first row.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The scores `[rows, classes]`, row after row.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// Which classes are true, `[rows, classes]`, row after row.
    pub fn targets(&self) -> &[bool] {
        &self.targets
    }

    /// The weights of the rows.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The area under the receiver operating characteristic curve of a class against the rest.
    ///
    /// It is the chance that a row of the class has a higher score for it than another row,
    /// `sum_{i in k, j not in k} w_i w_j ([s_i > s_j] + [s_i = s_j] / 2)` divided by
    /// `(sum_{i in k} w_i) (sum_{j not in k} w_j)`; ties count half. It is in 0..1, higher is
    /// better, and 0.5 is no better than chance (Hanley and McNeil, "The meaning and use of the
    /// area under a receiver operating characteristic (ROC) curve", 1982).
    ///
    /// `None` if the class is true for no row or for every row, and if there is no such class.
    pub fn auroc(&self, class: usize) -> Option<f64> {
        let groups = self.ranked(class)?;
        let negatives = sum(groups.iter().map(|tied| tied.negative)).value();
        let (mut area, mut below) = (Sum::default(), Sum::default());
        let mut positives = Sum::default();
        for tied in groups.iter().rev() {
            // A share, so that weights of any size neither overflow nor vanish in the product.
            let outranked = ratio(below.value() + tied.negative / 2.0, negatives)?;
            area.add(tied.positive * outranked);
            positives.add(tied.positive);
            below.add(tied.negative);
        }
        // Rounding may lead just above 1.
        ratio(area.value(), positives.value()).map(|area| area.min(1.0))
    }

    /// The average precision of a class: the area under its precision-recall curve, as steps.
    ///
    /// `sum_s (R_s - R_s') P_s` over the distinct scores `s` from the highest to the lowest, where
    /// precision and recall are those of predicting the class from `s` on, and `s'` is the score
    /// before. It is in 0..1, higher is better; the share of rows of the class is no better than
    /// chance. Points are not joined by straight lines, which would be too favourable (Davis and
    /// Goadrich, "The relationship between precision-recall and ROC curves", 2006).
    ///
    /// `None` if the class is true for no row (scikit-learn and torchmetrics give 0 there), and if
    /// there is no such class; 1 if it is true for every row. scikit-learn:
    /// `average_precision_score`.
    pub fn average_precision(&self, class: usize) -> Option<f64> {
        let groups = self.ranked(class)?;
        let (mut area, mut hits, mut rows) = (Sum::default(), Sum::default(), Sum::default());
        for tied in &groups {
            hits.add(tied.positive);
            rows.add(tied.positive);
            rows.add(tied.negative);
            area.add(tied.positive * ratio(hits.value(), rows.value())?);
        }
        ratio(area.value(), hits.value()).map(|area| area.min(1.0))
    }

    /// The mean [`auroc`](Self::auroc) of the classes that have one.
    pub fn macro_auroc(&self) -> Option<f64> {
        mean_of_defined((0..self.classes).map(|class| self.auroc(class)))
    }

    /// The mean [`average_precision`](Self::average_precision) of the classes that have one.
    pub fn macro_average_precision(&self) -> Option<f64> {
        mean_of_defined((0..self.classes).map(|class| self.average_precision(class)))
    }

    /// The weights of the rows of and not of a class, by score from the highest to the lowest.
    fn ranked(&self, class: usize) -> Option<Vec<Tied>> {
        if class >= self.classes {
            return None;
        }
        let scores = self.scores.iter().skip(class).step_by(self.classes);
        let targets = self.targets.iter().skip(class).step_by(self.classes);
        let cells = scores.zip(targets).zip(&self.weights);
        // The weights of the other rows are negative: two numbers to move while sorting, not three.
        let mut rows: Vec<(f64, f64)> = cells
            .map(|((&score, &target), &weight)| (score, if target { weight } else { -weight }))
            .collect();
        rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let groups = rows.chunk_by(|a, b| a.0 == b.0).map(|tied| {
            let weights = |sign: f64| tied.iter().map(move |row| (sign * row.1).max(0.0));
            Tied {
                positive: sum(weights(1.0)).value(),
                negative: sum(weights(-1.0)).value(),
            }
        });
        Some(groups.collect())
    }

    fn fit(&mut self, classes: usize) -> Result<(), MetricError> {
        check_classes(self.classes, classes)?;
        self.classes = classes;
        Ok(())
    }
}

fn sum(terms: impl Iterator<Item = f64>) -> Sum {
    let mut sum = Sum::default();
    terms.for_each(|term| sum.add(term));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(scores: &[f64], targets: &[bool], weights: &[f64]) -> ClassScores {
        ClassScores::from_parts(1, scores, targets, weights).unwrap()
    }

    #[test]
    fn ties_count_half() {
        let scores = [0.25, 0.5, 0.5, 0.75];
        // pairs (positive, negative): 0.5 = 0.5 and 0.5 > 0.25, 0.75 above both
        let rising = state(&scores, &[false, false, true, true], &[1.0; 4]);
        assert_eq!(rising.auroc(0), Some(3.5 / 4.0));
        let falling = state(&scores, &[true, true, false, false], &[1.0; 4]);
        assert_eq!(falling.auroc(0), Some(0.5 / 4.0));
    }

    #[test]
    fn average_precision_takes_ties_as_one_step() {
        let scores = [0.75, 0.5, 0.5, 0.25];
        let ranked = state(&scores, &[true, true, false, true], &[1.0; 4]);
        // precision 1, 2/3 and 3/4, each for a third of the positives
        let expected = (1.0 + 2.0 / 3.0 + 3.0 / 4.0) / 3.0;
        assert!((ranked.average_precision(0).unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn one_sided_classes() {
        let all = state(&[0.5, 0.25], &[true; 2], &[1.0; 2]);
        assert_eq!(all.auroc(0), None);
        assert_eq!(all.average_precision(0), Some(1.0));
        let none = state(&[0.5, 0.25], &[false; 2], &[1.0; 2]);
        assert_eq!(none.auroc(0), None);
        assert_eq!(none.average_precision(0), None);
        assert_eq!(none.auroc(1), None);
        assert_eq!(ClassScores::default().average_precision(0), None);
    }

    #[test]
    fn the_size_of_the_weights_does_not_matter() {
        let areas = |weight: f64| {
            let weights = [weight, 2.0 * weight, weight];
            let state = state(&[0.25, 0.5, 0.75], &[false, true, false], &weights);
            (state.auroc(0), state.average_precision(0))
        };
        assert_eq!(areas(1.0), (Some(0.5), Some(2.0 / 3.0)));
        assert_eq!(areas(1e-300), areas(1.0));
        assert_eq!(areas(1e300), areas(1.0));
        // All rows together are too heavy, those on each side are not.
        assert_eq!(areas(f64::MAX / 2.0), (Some(0.5), None));
    }

    #[test]
    fn parts_must_fit() {
        let shape = |argument, expected, got| MetricError::Shape {
            argument,
            expected,
            got,
        };
        let refused = |classes, scores: &[f64], targets: &[bool], weights: &[f64]| {
            ClassScores::from_parts(classes, scores, targets, weights).unwrap_err()
        };
        assert_eq!(
            refused(2, &[0.5], &[true; 2], &[1.0]),
            shape("scores (rows x classes)", 2, 1)
        );
        assert_eq!(
            refused(2, &[0.5; 2], &[true], &[1.0]),
            shape("targets (rows x classes)", 2, 1)
        );
        assert_eq!(refused(0, &[], &[], &[1.0]), shape("weights (rows)", 0, 1));
        assert!(matches!(
            refused(1, &[f64::NAN], &[true], &[1.0]),
            MetricError::NotFinite { .. }
        ));
        assert!(ClassScores::from_parts(1, &[f64::NAN], &[true], &[0.0]).is_ok());
    }
}
