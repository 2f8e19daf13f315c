//! Agreement with scikit-learn: `fixtures/metrics.json`, made by `fixtures/make_metrics.py`.

use serde_json::Value;

use super::*;

const FIXTURE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/metrics.json"
));

/// The cases of a task with their rows, put together from the columns of the case.
fn cases<R>(task: &str, rows: impl Fn(&Value, &[f64]) -> Vec<R>) -> Vec<(Value, Vec<R>)> {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let cases = fixture[task].as_array().unwrap().iter();
    cases
        .map(|case| {
            let count = case["rows"].as_u64().unwrap() as usize;
            let weights = match &case["weights"] {
                Value::Null => vec![1.0; count],
                weights => numbers(weights),
            };
            (case.clone(), rows(case, &weights))
        })
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

/// Numbers of which some are undefined.
fn values(value: &Value) -> Vec<Option<f64>> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(Value::as_f64)
        .collect()
}

fn columns(case: &Value) -> usize {
    case["columns"].as_u64().unwrap() as usize
}

fn classified() -> Vec<(Value, Vec<LabelledRow>)> {
    cases("classification", |case, weights| {
        let (probabilities, labels) = (numbers(&case["probabilities"]), numbers(&case["labels"]));
        let rows = probabilities.chunks(columns(case)).zip(labels).zip(weights);
        rows.map(|((probabilities, label), &weight)| LabelledRow {
            probabilities: probabilities.to_vec(),
            label: label as usize,
            weight,
        })
        .collect()
    })
}

fn tagged() -> Vec<(Value, Vec<TaggedRow>)> {
    cases("multilabel", |case, weights| {
        let (probabilities, targets) = (numbers(&case["probabilities"]), numbers(&case["targets"]));
        let targets: Vec<bool> = targets.iter().map(|&target| target == 1.0).collect();
        let columns = columns(case);
        let rows = probabilities.chunks(columns).zip(targets.chunks(columns));
        rows.zip(weights)
            .map(|((probabilities, targets), &weight)| TaggedRow {
                probabilities: probabilities.to_vec(),
                targets: targets.to_vec(),
                weight,
            })
            .collect()
    })
}

fn agrees<T: Rows>(cases: &[(Value, Vec<T::Row>)]) {
    assert!(!cases.is_empty());
    for (case, rows) in cases {
        let values = case["values"].as_object().unwrap();
        assert_eq!(values.len(), T::list().len());
        for info in T::list() {
            let got = T::value(info.name, rows);
            let expected = values[info.name].as_f64();
            assert!(
                close(got, expected),
                "{} of {}: {got:?}, expected {expected:?}",
                info.name,
                case["name"]
            );
        }
    }
}

#[test]
fn classification_agrees_with_scikit_learn() {
    agrees::<Classification>(&classified());
}

#[test]
fn multilabel_agrees_with_scikit_learn() {
    agrees::<Multilabel>(&tagged());
}

#[test]
fn regression_agrees_with_scikit_learn() {
    agrees::<Regression>(&cases("regression", |case, weights| {
        let (predictions, targets) = (numbers(&case["predictions"]), numbers(&case["targets"]));
        let rows = predictions.into_iter().zip(targets).zip(weights);
        rows.map(|((prediction, target), &weight)| NumberRow {
            prediction,
            target,
            weight,
        })
        .collect()
    }));
}

#[test]
fn interval_agrees_with_scikit_learn() {
    agrees::<Interval>(&cases("interval", |case, weights| {
        let (lower, upper) = (numbers(&case["lower"]), numbers(&case["upper"]));
        let rows = lower.into_iter().zip(upper).zip(numbers(&case["targets"]));
        rows.zip(weights)
            .map(|(((lower, upper), target), &weight)| IntervalRow {
                lower,
                upper,
                target,
                weight,
            })
            .collect()
    }));
}

/// Compares what each class has with the `per_class` of the case.
fn agrees_by_class(
    case: &Value,
    counts: &ClassCounts,
    scores: &ClassScores,
    bins: &ReliabilityBins,
) {
    let classes = 0..scores.classes();
    let counts = counts.counts();
    let count = |of: fn(&ClassCount) -> Option<f64>| counts.iter().map(of).collect::<Vec<_>>();
    let found = [
        ("precision", count(ClassCount::precision)),
        ("recall", count(ClassCount::recall)),
        ("f1", count(ClassCount::f1)),
        ("support", count(|count| Some(count.support))),
        ("auroc", classes.clone().map(|k| scores.auroc(k)).collect()),
        (
            "average_precision",
            classes.map(|k| scores.average_precision(k)).collect(),
        ),
        ("mce", vec![bins.mce()]),
    ];
    let per_class = case["per_class"].as_object().unwrap();
    assert_eq!(per_class.len(), found.len());
    for (name, found) in found {
        let expected = values(&per_class[name]);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                close(*found, *expected),
                "{name} of {}: {found:?}, expected {expected:?}",
                case["name"]
            );
        }
    }
}

#[test]
fn diagnostics_of_classes_agree_with_scikit_learn() {
    for (case, rows) in classified() {
        let mut matrix = ConfusionMatrix::default();
        let mut scores = ClassScores::default();
        let mut bins = ReliabilityBins::default();
        LabelledRow::batch(&rows, |batch| {
            bins.update(batch);
            scores.update(batch)?;
            matrix.update(batch)
        })
        .unwrap();
        assert_eq!(matrix.counts(), numbers(&case["confusion"]));
        agrees_by_class(&case, &matrix.class_counts(), &scores, &bins);
    }
}

#[test]
fn diagnostics_of_labels_agree_with_scikit_learn() {
    for (case, rows) in tagged() {
        let mut counts = ClassCounts::default();
        let mut scores = ClassScores::default();
        let mut bins = ReliabilityBins::default();
        TaggedRow::batch(&rows, |batch| {
            bins.update_multilabel(batch);
            scores.update_multilabel(batch)?;
            counts.update_multilabel(batch)
        })
        .unwrap();
        agrees_by_class(&case, &counts, &scores, &bins);
    }
}
