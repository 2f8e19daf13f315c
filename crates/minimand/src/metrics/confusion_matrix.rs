//! Which class is taken for which.

use super::batch::{check_classes, check_length, check_part};
use super::class_counts::{ClassCounts, Tally};
use super::sum::{Sum, ratio};
use super::{ClassificationBatch, MetricError};

/// The largest number of classes: a matrix of this size takes 256 MiB.
const MAX_CLASSES: usize = 1 << 12;

/// The weight of the rows of each class that are predicted as each class.
///
/// The predicted class is the one of the highest probability, the lowest of several. The memory is
/// quadratic in the number of classes, of which there are at most 4096;
/// [`ClassCounts`] is enough for precision, recall and F1.
///
/// scikit-learn: `confusion_matrix(y, p.argmax(axis=1), sample_weight=w)`.
#[derive(Clone, Debug, Default)]
pub struct ConfusionMatrix {
    classes: usize,
    /// `[true class, predicted class]`.
    counts: Vec<Sum>,
}

impl ConfusionMatrix {
    /// Puts a matrix together from what [`counts`](Self::counts) gave.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if there are not `classes` x `classes` counts, and
    /// [`MetricError::InvalidParameter`] for too many classes and for a count that is negative or
    /// not finite.
    pub fn from_counts(classes: usize, counts: &[f64]) -> Result<Self, MetricError> {
        check_length(
            "counts (classes x classes)",
            counts.len(),
            classes.saturating_mul(classes),
        )?;
        let mut matrix = Self::default();
        matrix.fit(classes)?;
        for (mine, &count) in matrix.counts.iter_mut().zip(counts) {
            check_part("counts", count)?;
            *mine = count.into();
        }
        Ok(matrix)
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if an earlier batch had another number of classes, and
    /// [`MetricError::InvalidParameter`] if there are too many.
    pub fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.fit(batch.classes())?;
        for row in batch.rows() {
            self.counts[row.label * self.classes + row.predicted()].add(row.weight);
        }
        Ok(())
    }

    /// Adds the counts of another matrix.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the numbers of classes differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        if other.classes == 0 {
            return Ok(());
        }
        self.fit(other.classes)?;
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            mine.merge(theirs);
        }
        Ok(())
    }

    /// The number of classes, 0 before the first row.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The counts `[true class, predicted class]`, row after row.
    pub fn counts(&self) -> Vec<f64> {
        self.counts.iter().map(Sum::value).collect()
    }

    /// The share of all rows that is on the diagonal, in 0..1; `None` without rows.
    pub fn accuracy(&self) -> Option<f64> {
        let mut total = Sum::default();
        let mut hits = Sum::default();
        for (cell, count) in self.counts.iter().enumerate() {
            total.merge(count);
            // The diagonal of a matrix [n, n] is every (n + 1)st cell.
            if cell.is_multiple_of(self.classes + 1) {
                hits.merge(count);
            }
        }
        ratio(hits.value(), total.value())
    }

    /// The diagonal and the margins, which precision, recall, F1 and their means are made of.
    pub fn class_counts(&self) -> ClassCounts {
        let total = |first: usize, step: usize| {
            let mut total = Sum::default();
            let cells = self.counts.iter().skip(first).step_by(step);
            cells.take(self.classes).for_each(|cell| total.merge(cell));
            total
        };
        let tally = |class| Tally {
            true_positives: self.counts[class * (self.classes + 1)],
            support: total(class * self.classes, 1),
            predicted: total(class, self.classes),
        };
        ClassCounts {
            classes: (0..self.classes).map(tally).collect(),
        }
    }

    fn fit(&mut self, classes: usize) -> Result<(), MetricError> {
        check_classes(self.classes, classes)?;
        if classes > MAX_CLASSES {
            return Err(MetricError::InvalidParameter {
                parameter: "classes of a confusion matrix",
                value: classes as f64,
                allowed: "at most 4096",
            });
        }
        self.classes = classes;
        self.counts.resize(classes * classes, Sum::default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_truth_and_columns_the_prediction() -> Result<(), MetricError> {
        let probabilities = [0.75, 0.25, 0.25, 0.75, 0.25, 0.75, 0.5, 0.5];
        let weights = [1.0, 2.0, 4.0, 8.0];
        let batch = ClassificationBatch::new(&probabilities, 2, &[0, 0, 1, 1], Some(&weights))?;
        let mut matrix = ConfusionMatrix::default();
        matrix.update(&batch)?;
        assert_eq!(matrix.counts(), [1.0, 2.0, 8.0, 4.0]);
        assert_eq!(matrix.accuracy(), Some(5.0 / 15.0));
        let class = matrix.class_counts().counts()[0];
        assert_eq!(class.precision(), Some(1.0 / 9.0));
        assert_eq!(class.recall(), Some(1.0 / 3.0));
        Ok(())
    }

    #[test]
    fn too_many_classes_are_refused_before_they_cost_memory() -> Result<(), MetricError> {
        let mut matrix = ConfusionMatrix::default();
        let mut probabilities = vec![0.0; MAX_CLASSES + 1];
        probabilities[0] = 1.0;
        let batch = ClassificationBatch::new(&probabilities, MAX_CLASSES + 1, &[0], None)?;
        assert!(matches!(
            matrix.update(&batch),
            Err(MetricError::InvalidParameter { .. })
        ));
        assert_eq!(matrix.classes(), 0);
        Ok(())
    }
}
