//! Properties of the states that are not in the lists: what merges, what derives from what, and
//! that parts make the whole again.

use proptest::sample::Index;

use super::*;

/// A state of either kind of batch, to test them alike.
trait Diagnostic: Default + Clone {
    /// What the state holds, as one list.
    fn content(&self) -> Vec<Option<f64>>;
    fn merge(&mut self, other: &Self) -> Result<(), MetricError>;
    /// The same state, from its parts.
    fn rebuilt(&self) -> Result<Self, MetricError>;
    fn classified(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError>;
    /// Adds a multi-label batch, if the state can.
    fn tagged(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError>;
}

impl Diagnostic for ConfusionMatrix {
    fn content(&self) -> Vec<Option<f64>> {
        let mut content: Vec<_> = self.counts().into_iter().map(Some).collect();
        content.push(self.accuracy());
        content.extend(self.class_counts().content());
        content
    }

    fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        self.merge(other)
    }

    fn rebuilt(&self) -> Result<Self, MetricError> {
        Self::from_counts(self.classes(), &self.counts())
    }

    fn classified(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.update(batch)
    }

    fn tagged(&mut self, _: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        Ok(())
    }
}

impl Diagnostic for ClassCounts {
    fn content(&self) -> Vec<Option<f64>> {
        let mut content = vec![self.balanced_accuracy(), self.macro_f1(), self.micro_f1()];
        for count in self.counts() {
            content.extend([Some(count.support), Some(count.predicted)]);
            content.extend([count.precision(), count.recall(), count.f1()]);
        }
        content
    }

    fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        self.merge(other)
    }

    fn rebuilt(&self) -> Result<Self, MetricError> {
        Self::from_counts(&self.counts())
    }

    fn classified(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.update(batch)
    }

    fn tagged(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        self.update_multilabel(batch)
    }
}

impl Diagnostic for ReliabilityBins {
    fn content(&self) -> Vec<Option<f64>> {
        let mut content = vec![self.ece(), self.mce()];
        for bin in self.bins() {
            content.extend([Some(bin.weight), bin.mean_confidence(), bin.accuracy()]);
        }
        content
    }

    fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        self.merge(other)
    }

    fn rebuilt(&self) -> Result<Self, MetricError> {
        Self::from_bins(&self.bins())
    }

    fn classified(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.update(batch);
        Ok(())
    }

    fn tagged(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        self.update_multilabel(batch);
        Ok(())
    }
}

impl Diagnostic for ClassScores {
    fn content(&self) -> Vec<Option<f64>> {
        let mut content = vec![self.macro_auroc(), self.macro_average_precision()];
        for class in 0..self.classes() {
            content.extend([self.auroc(class), self.average_precision(class)]);
        }
        content
    }

    fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        self.merge(other)
    }

    fn rebuilt(&self) -> Result<Self, MetricError> {
        Self::from_parts(
            self.classes(),
            self.scores(),
            self.targets(),
            self.weights(),
        )
    }

    fn classified(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        self.update(batch)
    }

    fn tagged(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        self.update_multilabel(batch)
    }
}

fn same<D: Diagnostic>(a: &D, b: &D) -> Result<(), TestCaseError> {
    let (a, b) = (a.content(), b.content());
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(&b) {
        prop_assert!(close(*a, *b), "{a:?} {b:?}");
    }
    Ok(())
}

/// The parts `first` and `second` of the rows of `whole` give the same when merged, and states that
/// were taken apart and put together again as well.
fn merges<D: Diagnostic>(whole: &D, first: &D, second: &D) -> Result<(), TestCaseError> {
    let mut merged = first.clone();
    merged.merge(second).unwrap();
    same(&merged, whole)?;
    let mut reversed = second.rebuilt().unwrap();
    reversed.merge(&first.rebuilt().unwrap()).unwrap();
    same(&reversed, whole)?;
    let mut with_empty = D::default().rebuilt().unwrap();
    with_empty.merge(whole).unwrap();
    with_empty.merge(&D::default()).unwrap();
    same(&with_empty, whole)
}

fn classified<D: Diagnostic>(rows: &[LabelledRow]) -> D {
    let mut state = D::default();
    LabelledRow::batch(rows, |batch| state.classified(batch)).unwrap();
    state
}

fn tagged<D: Diagnostic>(rows: &[TaggedRow]) -> D {
    let mut state = D::default();
    TaggedRow::batch(rows, |batch| state.tagged(batch)).unwrap();
    state
}

fn classified_parts<D: Diagnostic>(rows: &[LabelledRow], at: usize) -> Result<(), TestCaseError> {
    let part = classified::<D>;
    merges(&part(rows), &part(&rows[..at]), &part(&rows[at..]))
}

fn tagged_parts<D: Diagnostic>(rows: &[TaggedRow], at: usize) -> Result<(), TestCaseError> {
    let part = tagged::<D>;
    merges(&part(rows), &part(&rows[..at]), &part(&rows[at..]))
}

proptest! {
    #[test]
    fn parts_of_classified_rows(rows in Classification::rows(), at in any::<Index>()) {
        let at = at.index(rows.len());
        classified_parts::<ConfusionMatrix>(&rows, at)?;
        classified_parts::<ClassCounts>(&rows, at)?;
        classified_parts::<ReliabilityBins>(&rows, at)?;
        classified_parts::<ClassScores>(&rows, at)?;
    }

    #[test]
    fn parts_of_rows_with_labels(rows in Multilabel::rows(), at in any::<Index>()) {
        let at = at.index(rows.len());
        tagged_parts::<ClassCounts>(&rows, at)?;
        tagged_parts::<ReliabilityBins>(&rows, at)?;
        tagged_parts::<ClassScores>(&rows, at)?;
    }

    /// The matrix says what the metrics say.
    #[test]
    fn metrics_derive_from_the_confusion_matrix(rows in Classification::rows()) {
        let matrix: ConfusionMatrix = classified(&rows);
        let counts = matrix.class_counts();
        same(&counts, &classified(&rows))?;
        for (derived, name) in [
            (matrix.accuracy(), "accuracy"),
            (counts.micro_f1(), "accuracy"),
            (counts.balanced_accuracy(), "balanced_accuracy"),
            (counts.macro_f1(), "macro_f1"),
        ] {
            let value = Classification::value(name, &rows);
            prop_assert!(close(derived, value), "{name}: {derived:?} {value:?}");
        }
    }

    /// No bin is worse than the worst one.
    #[test]
    fn the_maximum_calibration_error_is_at_least_the_expected_one(rows in Multilabel::rows()) {
        let bins: ReliabilityBins = tagged(&rows);
        let (ece, mce) = (bins.ece().unwrap(), bins.mce().unwrap());
        prop_assert!(ece <= mce + 1e-15 && mce <= 1.0, "{ece} {mce}");
    }

    /// The areas are what their definitions say, pair by pair and threshold by threshold.
    #[test]
    fn areas_by_definition(rows in Multilabel::rows()) {
        let scores: ClassScores = tagged(&rows);
        for class in 0..scores.classes() {
            let rows: Vec<(f64, f64, bool)> = rows
                .iter()
                .map(|row| (row.probabilities[class], row.weight, row.targets[class]))
                .collect();
            let (mut area, mut pairs, mut precisions) = (0.0, 0.0, 0.0);
            for &(score, weight, _) in rows.iter().filter(|row| row.2) {
                for &(other, other_weight, _) in rows.iter().filter(|row| !row.2) {
                    let order = score.total_cmp(&other) as i8;
                    area += weight * other_weight * (1.0 + f64::from(order)) / 2.0;
                    pairs += weight * other_weight;
                }
                let from = |only_true: bool| -> f64 {
                    let rows = rows.iter().filter(|row| row.0 >= score && (row.2 || !only_true));
                    rows.map(|row| row.1).sum()
                };
                precisions += weight * from(true) / from(false);
            }
            let positives: f64 = rows.iter().filter(|row| row.2).map(|row| row.1).sum();
            let expected = (pairs > 0.0).then(|| area / pairs);
            prop_assert!(close(scores.auroc(class), expected));
            let expected = (positives > 0.0).then(|| precisions / positives);
            prop_assert!(close(scores.average_precision(class), expected));
        }
    }
}

#[test]
fn parts_that_are_no_weights_are_refused() {
    let refused = |error: MetricError| matches!(error, MetricError::InvalidParameter { .. });
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let count = ClassCount {
            support: bad,
            ..ClassCount::default()
        };
        assert!(refused(ClassCounts::from_counts(&[count]).unwrap_err()));
        assert!(refused(
            ConfusionMatrix::from_counts(1, &[bad]).unwrap_err()
        ));
        let bin = ReliabilityBin {
            hits: bad,
            ..ReliabilityBin::default()
        };
        assert!(refused(ReliabilityBins::from_bins(&[bin]).unwrap_err()));
    }
    assert_eq!(
        ConfusionMatrix::from_counts(2, &[1.0; 3])
            .unwrap_err()
            .to_string(),
        "counts (classes x classes): expected 4, got 3"
    );
}
