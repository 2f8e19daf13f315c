//! The counts by class that precision, recall and F1 are made of.

use super::batch::{check_classes, check_part};
use super::sum::{Sum, mean_of_defined, ratio};
use super::{ClassificationBatch, MetricError, MultilabelBatch};

/// How often each class is right, true and predicted: the state of precision, recall and F1.
///
/// A class is predicted where it has the highest probability, the lowest of several; a label of a
/// multi-label task where its probability is above 0.5.
///
/// These are the diagonal and the two margins of a [`ConfusionMatrix`](super::ConfusionMatrix), so
/// the memory is linear in the number of classes.
#[derive(Clone, Debug, Default)]
pub struct ClassCounts {
    pub(super) classes: Vec<Tally>,
}

/// The weights counted for one class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassCount {
    /// The weight of the rows where the class is true and predicted.
    pub true_positives: f64,
    /// The weight of the rows where the class is true.
    pub support: f64,
    /// The weight of the rows where the class is predicted.
    pub predicted: f64,
}

impl ClassCount {
    /// The share of the rows predicted as the class that are of the class, in 0..1; `None` if the
    /// class is never predicted (scikit-learn and torchmetrics give 0 there).
    pub fn precision(&self) -> Option<f64> {
        ratio(self.true_positives, self.predicted)
    }

    /// The share of the rows of the class that are predicted as such, in 0..1; `None` if no row is
    /// of the class (scikit-learn and torchmetrics give 0 there).
    pub fn recall(&self) -> Option<f64> {
        ratio(self.true_positives, self.support)
    }

    /// The harmonic mean of precision and recall, `2 tp / (support + predicted)`, in 0..1; `None`
    /// if the class is neither true nor predicted for any row (scikit-learn and torchmetrics give 0
    /// there).
    pub fn f1(&self) -> Option<f64> {
        ratio(2.0 * self.true_positives, self.support + self.predicted)
    }
}

/// A [`ClassCount`] that can still be added to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) true_positives: Sum,
    pub(super) support: Sum,
    pub(super) predicted: Sum,
}

impl Tally {
    fn merge(&mut self, other: &Self) {
        self.true_positives.merge(&other.true_positives);
        self.support.merge(&other.support);
        self.predicted.merge(&other.predicted);
    }

    fn count(&self) -> ClassCount {
        ClassCount {
            true_positives: self.true_positives.value(),
            support: self.support.value(),
            predicted: self.predicted.value(),
        }
    }
}

impl ClassCounts {
    /// Puts a state together from what [`counts`](Self::counts) gave, one entry per class.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for a count that is negative or not finite.
    pub fn from_counts(counts: &[ClassCount]) -> Result<Self, MetricError> {
        let tally = |count: &ClassCount| {
            for part in [count.true_positives, count.support, count.predicted] {
                check_part("counts", part)?;
            }
            Ok(Tally {
                true_positives: count.true_positives.into(),
                support: count.support.into(),
                predicted: count.predicted.into(),
            })
        };
        let classes = counts.iter().map(tally).collect::<Result<_, _>>()?;
        Ok(Self { classes })
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
            let predicted = row.predicted();
            self.classes[row.label].support.add(row.weight);
            self.classes[predicted].predicted.add(row.weight);
            if predicted == row.label {
                self.classes[predicted].true_positives.add(row.weight);
            }
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
            for (tally, (predicted, target)) in self.classes.iter_mut().zip(row.decisions()) {
                if target {
                    tally.support.add(row.weight);
                }
                if predicted {
                    tally.predicted.add(row.weight);
                }
                if predicted && target {
                    tally.true_positives.add(row.weight);
                }
            }
        }
        Ok(())
    }

    /// Adds the counts of another state.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the numbers of classes differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        if other.classes.is_empty() {
            return Ok(());
        }
        self.fit(other.classes.len())?;
        for (mine, theirs) in self.classes.iter_mut().zip(&other.classes) {
            mine.merge(theirs);
        }
        Ok(())
    }

    /// The counts of every class, in the order of the classes; empty before the first row.
    pub fn counts(&self) -> Vec<ClassCount> {
        self.classes.iter().map(Tally::count).collect()
    }

    /// The mean recall of the classes that have one.
    pub fn balanced_accuracy(&self) -> Option<f64> {
        mean_of_defined(self.classes.iter().map(|class| class.count().recall()))
    }

    /// The mean F1 of the classes that have one.
    pub fn macro_f1(&self) -> Option<f64> {
        mean_of_defined(self.classes.iter().map(|class| class.count().f1()))
    }

    /// The F1 of all classes counted as one; with one true class per row it is the accuracy.
    pub fn micro_f1(&self) -> Option<f64> {
        let mut total = Tally::default();
        for class in &self.classes {
            total.merge(class);
        }
        total.count().f1()
    }

    fn fit(&mut self, classes: usize) -> Result<(), MetricError> {
        check_classes(self.classes.len(), classes)?;
        self.classes.resize(classes, Tally::default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_is_never_predicted_has_no_precision() {
        let count = ClassCount {
            true_positives: 0.0,
            support: 3.0,
            predicted: 0.0,
        };
        assert_eq!(count.precision(), None);
        assert_eq!(count.recall(), Some(0.0));
        assert_eq!(count.f1(), Some(0.0));
        assert_eq!(ClassCount::default().f1(), None);
    }

    #[test]
    fn labels_are_counted_apart() -> Result<(), MetricError> {
        let probabilities = [0.75, 0.5, 0.0, 0.25, 1.0, 0.0];
        let targets = [true, true, false, true, true, false];
        let batch = MultilabelBatch::new(&probabilities, 3, &targets, Some(&[1.0, 2.0]))?;
        let mut counts = ClassCounts::default();
        counts.update_multilabel(&batch)?;
        let count = |true_positives, support, predicted| ClassCount {
            true_positives,
            support,
            predicted,
        };
        let expected = [
            count(1.0, 3.0, 1.0),
            count(2.0, 3.0, 2.0),
            count(0.0, 0.0, 0.0),
        ];
        assert_eq!(counts.counts(), expected);
        assert_eq!(counts.macro_f1(), Some((2.0 / 4.0 + 4.0 / 5.0) / 2.0));
        assert_eq!(counts.micro_f1(), Some(6.0 / 9.0));
        Ok(())
    }
}
