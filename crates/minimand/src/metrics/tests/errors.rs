//! One test per kind of bad input, and the rules of the lists.

use super::*;

const GOOD: [f64; 4] = [0.5, 0.5, 0.25, 0.75];

fn classify(
    probabilities: &[f64],
    classes: usize,
    labels: &[usize],
    weights: Option<&[f64]>,
) -> MetricError {
    ClassificationBatch::new(probabilities, classes, labels, weights).unwrap_err()
}

#[test]
fn lengths_must_fit() {
    let shape = |argument, expected, got| MetricError::Shape {
        argument,
        expected,
        got,
    };
    assert_eq!(
        classify(&GOOD, 2, &[0], None),
        shape("probabilities (rows x classes)", 2, 4)
    );
    assert_eq!(
        classify(&GOOD, 2, &[0, 1], Some(&[1.0])),
        shape("weights (rows)", 2, 1)
    );
    assert_eq!(
        RegressionBatch::new(&[1.0], &[1.0, 2.0], None).unwrap_err(),
        shape("predictions (rows)", 2, 1)
    );
    assert_eq!(
        RegressionBatch::new(&[1.0], &[1.0], Some(&[])).unwrap_err(),
        shape("weights (rows)", 1, 0)
    );
    assert!(matches!(
        classify(&[], 0, &[], None),
        MetricError::InvalidParameter { .. }
    ));
    assert!(matches!(
        classify(&GOOD, usize::MAX, &[0, 1], None),
        MetricError::Shape { .. }
    ));
}

#[test]
fn a_number_of_classes_without_rows_costs_no_memory() {
    let batch = ClassificationBatch::new(&[], usize::MAX, &[], None).unwrap();
    assert!(batch.is_empty());
    for info in CLASSIFICATION {
        let mut metric = classification_metric(info.name).unwrap();
        metric.update(&batch).unwrap();
        assert_eq!(metric.value(), None);
    }
}

#[test]
fn values_must_be_in_range() {
    assert_eq!(
        classify(&GOOD, 2, &[0, 2], None),
        MetricError::LabelOutOfRange {
            row: 1,
            label: 2,
            classes: 2
        }
    );
    assert_eq!(
        classify(&[0.5, 0.5, 1.25, -0.25], 2, &[0, 1], None),
        MetricError::NotAProbability {
            row: 1,
            class: 1,
            value: -0.25
        }
    );
    let error = classify(&[0.5, 0.5, 0.5, 0.25], 2, &[0, 1], None);
    assert_eq!(error, MetricError::NotNormalized { row: 1, sum: 0.75 });
    assert_eq!(
        error.to_string(),
        "row 1: the probabilities sum to 0.75, not to 1 (within 1e-3)"
    );
    assert!(ClassificationBatch::new(&[0.4995, 0.5], 2, &[0], None).is_ok());

    let negative = MetricError::NegativeWeight {
        row: 1,
        weight: -1.0,
    };
    assert_eq!(classify(&GOOD, 2, &[0, 1], Some(&[1.0, -1.0])), negative);
    assert_eq!(
        RegressionBatch::new(&[1.0; 2], &[1.0; 2], Some(&[1.0, -1.0])).unwrap_err(),
        negative
    );
}

#[test]
fn values_must_be_finite() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let at = |argument| MetricError::NotFinite { argument, row: 1 };
        assert_eq!(
            classify(&[0.5, 0.5, bad, 0.5], 2, &[0, 1], None),
            at("probabilities")
        );
        assert_eq!(
            classify(&GOOD, 2, &[0, 1], Some(&[1.0, bad])),
            at("weights")
        );
        let regress = |predictions: &[f64], targets: &[f64]| {
            RegressionBatch::new(predictions, targets, None).unwrap_err()
        };
        assert_eq!(regress(&[1.0, bad], &[1.0; 2]), at("predictions"));
        assert_eq!(regress(&[1.0; 2], &[1.0, bad]), at("targets"));
    }
}

#[test]
fn an_overflow_is_undefined_and_does_not_panic() {
    let batch = RegressionBatch::new(&[f64::MAX; 2], &[-f64::MAX, f64::MAX], None).unwrap();
    for info in REGRESSION {
        let mut metric = regression_metric(info.name).unwrap();
        metric.update(&batch).unwrap();
        assert_eq!(metric.value(), None, "{}", info.name);
    }
}

#[test]
fn states_of_different_metrics_do_not_merge() {
    for a in CLASSIFICATION {
        for b in CLASSIFICATION {
            let mut state = classification_metric(a.name).unwrap();
            let merged = state.merge(classification_metric(b.name).unwrap().as_ref());
            let incompatible = MetricError::Incompatible {
                left: a.name.to_owned(),
                right: b.name.to_owned(),
            };
            let expected = if a == b { Ok(()) } else { Err(incompatible) };
            assert_eq!(merged, expected);
        }
    }
    let mut rmse = Rmse::default();
    assert_eq!(
        rmse.merge(&Mae::default()).unwrap_err().to_string(),
        "cannot merge a state of mae into a state of rmse"
    );
}

#[test]
fn every_name_is_listed_once_and_finds_its_metric() {
    let names: Vec<&str> = CLASSIFICATION
        .iter()
        .chain(REGRESSION)
        .map(|info| info.name)
        .collect();
    for name in &names {
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1);
    }
    for info in CLASSIFICATION {
        assert_eq!(classification_metric(info.name).unwrap().info(), info);
    }
    for info in REGRESSION {
        assert_eq!(regression_metric(info.name).unwrap().info(), info);
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    assert_eq!(
        regression_metric("ece").unwrap_err().to_string(),
        "unknown metric `ece`; known: rmse, mae, r2, pinball"
    );
}
