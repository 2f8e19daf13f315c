//! The counts by class that balanced accuracy and F1 are made of.

use super::sum::Sum;
use super::{ClassificationBatch, MetricError};

/// The diagonal and the two margins of the confusion matrix, one entry per class.
///
/// The off-diagonal cells are not needed, so the memory is linear in the number of classes.
#[derive(Clone, Debug, Default)]
pub(super) struct ClassCounts {
    classes: Vec<ClassCount>,
}

/// The weights counted for one class.
#[derive(Clone, Copy, Debug, Default)]
struct ClassCount {
    hits: Sum,
    labelled: Sum,
    predicted: Sum,
}

impl ClassCounts {
    /// Adds the rows of a batch.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if an earlier batch had another number of classes.
    pub(super) fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.fit(batch.classes())?;
        for row in batch.rows() {
            let predicted = row.predicted();
            self.classes[row.label].labelled.add(row.weight);
            self.classes[predicted].predicted.add(row.weight);
            if predicted == row.label {
                self.classes[predicted].hits.add(row.weight);
            }
        }
        Ok(())
    }

    /// Adds the counts of another state.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if the numbers of classes differ.
    pub(super) fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        if other.classes.is_empty() {
            return Ok(());
        }
        self.fit(other.classes.len())?;
        for (mine, theirs) in self.classes.iter_mut().zip(&other.classes) {
            mine.hits.merge(&theirs.hits);
            mine.labelled.merge(&theirs.labelled);
            mine.predicted.merge(&theirs.predicted);
        }
        Ok(())
    }

    /// For each class the weights of its correct, labelled and predicted rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.classes.iter().map(|class| {
            (
                class.hits.value(),
                class.labelled.value(),
                class.predicted.value(),
            )
        })
    }

    fn fit(&mut self, classes: usize) -> Result<(), MetricError> {
        if self.classes.is_empty() {
            self.classes = vec![ClassCount::default(); classes];
        }
        if self.classes.len() != classes {
            return Err(MetricError::Shape {
                argument: "classes",
                expected: self.classes.len(),
                got: classes,
            });
        }
        Ok(())
    }
}
