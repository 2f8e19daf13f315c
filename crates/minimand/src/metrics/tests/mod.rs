//! Tests that hold for every metric in the lists.

mod errors;
mod properties;
mod reference;

use std::fmt::Debug;

use proptest::prelude::*;

use super::*;

/// What differs between the two tasks, so that one test covers both.
trait Task {
    type Row: Clone + Debug;
    type State: Debug;

    fn list() -> &'static [MetricInfo];
    fn empty(name: &str) -> Self::State;
    fn update(state: &mut Self::State, rows: &[Self::Row]);
    fn merge(state: &mut Self::State, other: &Self::State);
    fn value(state: &Self::State) -> Option<f64>;
    fn weight(row: &mut Self::Row) -> &mut f64;
    /// The same row with a perfect prediction.
    fn perfect(row: &Self::Row) -> Self::Row;
    /// A row whose values would be refused if its weight were not zero.
    fn padding(row: &Self::Row) -> Self::Row;
    fn rows() -> BoxedStrategy<Vec<Self::Row>>;

    /// The state after one batch.
    fn state(name: &str, rows: &[Self::Row]) -> Self::State {
        let mut state = Self::empty(name);
        Self::update(&mut state, rows);
        state
    }
}

#[derive(Clone, Debug)]
struct LabelledRow {
    probabilities: Vec<f64>,
    label: usize,
    weight: f64,
}

struct Classification;

impl Task for Classification {
    type Row = LabelledRow;
    type State = Box<dyn ClassificationMetric>;

    fn list() -> &'static [MetricInfo] {
        CLASSIFICATION
    }

    fn empty(name: &str) -> Self::State {
        classification_metric(name).unwrap()
    }

    fn update(state: &mut Self::State, rows: &[Self::Row]) {
        let classes = rows.first().map_or(3, |row| row.probabilities.len());
        let probabilities: Vec<f64> = rows.iter().flat_map(|r| r.probabilities.clone()).collect();
        let labels: Vec<usize> = rows.iter().map(|row| row.label).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
        // Without weights where they say nothing, so that both forms are covered.
        let weights = weights.iter().any(|&w| w != 1.0).then_some(&weights[..]);
        let batch = ClassificationBatch::new(&probabilities, classes, &labels, weights).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn merge(state: &mut Self::State, other: &Self::State) {
        state.merge(other.as_ref()).unwrap();
    }

    fn value(state: &Self::State) -> Option<f64> {
        state.value()
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        let mut row = row.clone();
        row.probabilities.fill(0.0);
        row.probabilities[row.label] = 1.0;
        row
    }

    fn padding(row: &Self::Row) -> Self::Row {
        LabelledRow {
            probabilities: vec![f64::NAN; row.probabilities.len()],
            label: usize::MAX,
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Few distinct values, so that ties occur.
        let row = |classes: usize| {
            (
                prop::collection::vec(0_u8..6, classes),
                0..classes,
                weight(),
            )
                .prop_map(|(mut units, label, weight)| {
                    units[label] += 1;
                    let sum: f64 = units.iter().map(|&unit| f64::from(unit)).sum();
                    LabelledRow {
                        probabilities: units.iter().map(|&unit| f64::from(unit) / sum).collect(),
                        label,
                        weight,
                    }
                })
        };
        (1_usize..5)
            .prop_flat_map(move |classes| prop::collection::vec(row(classes), 1..30))
            .boxed()
    }
}

#[derive(Clone, Debug)]
struct NumberRow {
    prediction: f64,
    target: f64,
    weight: f64,
}

struct Regression;

impl Task for Regression {
    type Row = NumberRow;
    type State = Box<dyn RegressionMetric>;

    fn list() -> &'static [MetricInfo] {
        REGRESSION
    }

    fn empty(name: &str) -> Self::State {
        regression_metric(name).unwrap()
    }

    fn update(state: &mut Self::State, rows: &[Self::Row]) {
        let predictions: Vec<f64> = rows.iter().map(|row| row.prediction).collect();
        let targets: Vec<f64> = rows.iter().map(|row| row.target).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
        let weights = weights.iter().any(|&w| w != 1.0).then_some(&weights[..]);
        let batch = RegressionBatch::new(&predictions, &targets, weights).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn merge(state: &mut Self::State, other: &Self::State) {
        state.merge(other.as_ref()).unwrap();
    }

    fn value(state: &Self::State) -> Option<f64> {
        state.value()
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        NumberRow {
            prediction: row.target,
            ..*row
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        NumberRow {
            prediction: f64::NAN,
            target: f64::INFINITY,
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        let row = |offset: f64| {
            (-5.0..5.0, -5.0..5.0, weight()).prop_map(move |(prediction, target, weight)| {
                NumberRow {
                    prediction: offset + prediction,
                    target: offset + target,
                    weight,
                }
            })
        };
        prop::sample::select(vec![0.0, 1e3, 1e9, -1e12])
            .prop_flat_map(move |offset| prop::collection::vec(row(offset), 1..30))
            .boxed()
    }
}

/// Mostly small whole numbers, some fractions.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![3 => Just(1.0), 2 => (1_u8..4).prop_map(f64::from), 1 => 0.01..10.0]
}

/// Whether two values agree within 1e-12 relative, or absolute where they are near zero.
fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs() + 1e-14,
        (None, None) => true,
        _ => false,
    }
}
