//! Agreement with scikit-learn: `fixtures/metrics.json`, made by `fixtures/make_metrics.py`.

use serde_json::Value;

use super::*;

const FIXTURE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/metrics.json"
));

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

fn weights(case: &Value, rows: usize) -> Vec<f64> {
    match &case["weights"] {
        Value::Null => vec![1.0; rows],
        weights => numbers(weights),
    }
}

fn agrees<T: Task>(case: &Value, rows: &[T::Row]) {
    let values = case["values"].as_object().unwrap();
    assert_eq!(values.len(), T::list().len());
    for info in T::list() {
        let got = T::value(&T::state(info.name, rows));
        let expected = values[info.name].as_f64();
        assert!(
            close(got, expected),
            "{} of {}: {got:?}, expected {expected:?}",
            info.name,
            case["name"]
        );
    }
}

#[test]
fn classification_agrees_with_scikit_learn() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    for case in fixture["classification"].as_array().unwrap() {
        let classes = case["classes"].as_u64().unwrap() as usize;
        let probabilities = numbers(&case["probabilities"]);
        let labels = numbers(&case["labels"]);
        let rows: Vec<LabelledRow> = probabilities
            .chunks(classes)
            .zip(&labels)
            .zip(weights(case, labels.len()))
            .map(|((probabilities, &label), weight)| LabelledRow {
                probabilities: probabilities.to_vec(),
                label: label as usize,
                weight,
            })
            .collect();
        agrees::<Classification>(case, &rows);
    }
}

#[test]
fn regression_agrees_with_scikit_learn() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    for case in fixture["regression"].as_array().unwrap() {
        let targets = numbers(&case["targets"]);
        let rows: Vec<NumberRow> = numbers(&case["predictions"])
            .into_iter()
            .zip(&targets)
            .zip(weights(case, targets.len()))
            .map(|((prediction, &target), weight)| NumberRow {
                prediction,
                target,
                weight,
            })
            .collect();
        agrees::<Regression>(case, &rows);
    }
}
