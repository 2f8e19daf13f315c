//! One test per kind of bad input, and the rules of the lists.

use super::regression::{Mae, Rmse};
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
    let tag = |probabilities: &[f64], labels, targets: &[bool]| {
        MultilabelBatch::new(probabilities, labels, targets, None).unwrap_err()
    };
    assert_eq!(
        tag(&GOOD, 2, &[true; 3]),
        shape("targets (rows x labels)", 2, 3)
    );
    assert_eq!(
        tag(&GOOD, 2, &[true; 2]),
        shape("probabilities (rows x labels)", 2, 4)
    );
    assert_eq!(
        MultilabelBatch::new(&GOOD, 2, &[true; 4], Some(&[1.0])).unwrap_err(),
        shape("weights (rows)", 2, 1)
    );
    for (lower, upper, argument) in [
        (&[1.0][..], &[2.0, 2.0][..], "lower (rows)"),
        (&[1.0, 1.0], &[2.0], "upper (rows)"),
    ] {
        assert_eq!(
            IntervalBatch::new(lower, upper, &[1.0, 2.0], None).unwrap_err(),
            shape(argument, 2, 1)
        );
    }
    for error in [classify(&[], 0, &[], None), tag(&[], 0, &[])] {
        assert!(matches!(error, MetricError::InvalidParameter { .. }));
    }
    assert!(MultilabelBatch::new(&[], usize::MAX, &[], None).is_ok());
    assert!(matches!(
        classify(&GOOD, usize::MAX, &[0, 1], None),
        MetricError::Shape { .. }
    ));
}

#[test]
fn a_number_of_classes_without_rows_costs_no_memory() {
    let batch = ClassificationBatch::new(&[], usize::MAX, &[], None).unwrap();
    assert!(batch.is_empty());
    ConfusionMatrix::default().update(&batch).unwrap();
    for info in CLASSIFICATION {
        let mut metric = classification_metric(info.name).unwrap();
        metric.update(&batch).unwrap();
        assert_eq!(metric.value(), None);
    }
    let batch = MultilabelBatch::new(&[], usize::MAX, &[], None).unwrap();
    for info in MULTILABEL {
        let mut metric = multilabel_metric(info.name).unwrap();
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
    for value in [-0.25, 1.25] {
        assert_eq!(
            MultilabelBatch::new(&[0.5, 0.5, 0.5, value], 2, &[true; 4], None).unwrap_err(),
            MetricError::NotAProbability {
                row: 1,
                class: 1,
                value
            }
        );
    }
    assert_eq!(
        IntervalBatch::new(&[0.0, 2.0], &[0.0, 1.0], &[0.0; 2], None)
            .unwrap_err()
            .to_string(),
        "row 1: the lower bound 2 is above the upper bound 1: sort the two"
    );

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
        assert_eq!(
            MultilabelBatch::new(&[0.5, bad], 1, &[true; 2], None).unwrap_err(),
            at("probabilities")
        );
        let enclose = |lower: &[f64], upper: &[f64], targets: &[f64]| {
            IntervalBatch::new(lower, upper, targets, None).unwrap_err()
        };
        assert_eq!(enclose(&[1.0, bad], &[1.0; 2], &[1.0; 2]), at("lower"));
        assert_eq!(enclose(&[1.0; 2], &[1.0, bad], &[1.0; 2]), at("upper"));
        assert_eq!(enclose(&[1.0; 2], &[1.0; 2], &[1.0, bad]), at("targets"));
    }
}

/// An overflow gives `None` and no panic; a count of rows does not overflow.
fn overflow<T: Rows>(rows: &[T::Row], defined: &[&str]) {
    for info in T::list() {
        let value = T::value(info.name, rows);
        assert_eq!(value.is_some(), defined.contains(&info.name), "{info:?}");
    }
}

#[test]
fn an_overflow_is_undefined_and_does_not_panic() {
    let number = |target| NumberRow {
        prediction: f64::MAX,
        target,
        weight: 1.0,
    };
    overflow::<Regression>(&[number(-f64::MAX), number(f64::MAX)], &[]);
    let interval = IntervalRow {
        lower: -f64::MAX,
        upper: f64::MAX,
        target: 0.0,
        weight: 1.0,
    };
    overflow::<Interval>(&[interval], &["coverage"]);
    let labelled = LabelledRow {
        probabilities: vec![0.25, 0.75],
        label: 1,
        weight: f64::MAX,
    };
    let other = LabelledRow {
        label: 0,
        ..labelled.clone()
    };
    overflow::<Classification>(&[labelled.clone(), labelled, other.clone(), other], &[]);
    let tagged = |target| TaggedRow {
        probabilities: vec![0.75],
        targets: vec![target],
        weight: f64::MAX,
    };
    let tagged = [true, true, false, false].map(tagged);
    overflow::<Multilabel>(&tagged, &[]);
    let segmented = SegmentedRow {
        spacing: [f64::MAX; 2],
        prediction: vec![1, 0, 0, 0, 0, 0],
        truth: vec![0, 0, 0, 0, 0, 1],
        weight: 1.0,
    };
    let counts = SEGMENTATION.iter().filter(|info| {
        let measured = [
            "volume_difference",
            "hausdorff",
            "hausdorff95",
            "assd",
            "masd",
        ];
        !measured.contains(&info.name)
    });
    let counts: Vec<_> = counts.map(|info| info.name).collect();
    overflow::<Segmentation>(&[segmented], &counts);
}

/// Whatever a batch accepts gives a finite value or none.
fn finite<T: Rows>(batch: Result<T::Batch<'_>, MetricError>) -> Result<(), TestCaseError> {
    let Ok(batch) = batch else {
        return Ok(());
    };
    for info in T::list() {
        let mut state = T::empty(info.name);
        state.update(&batch).unwrap();
        let value = state.value();
        prop_assert!(value.is_none_or(f64::is_finite), "{}: {value:?}", info.name);
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_panics(
        numbers in prop::collection::vec(prop::num::f64::ANY, 0..6),
        others in prop::collection::vec(prop::num::f64::ANY, 0..6),
        probabilities in prop::collection::vec(-0.1..1.1, 0..6),
        labels in prop::collection::vec(0_usize..3, 0..6),
        weights in prop::option::of(prop::collection::vec(prop::num::f64::POSITIVE, 0..6)),
        columns in 0_usize..4,
        same_length in any::<bool>(),
    ) {
        // Mostly lengths differ; where they do not, the values get further.
        let length = if same_length { numbers.len().min(others.len()) } else { 6 };
        let cut = |values: &[f64]| values[..values.len().min(length)].to_vec();
        let (numbers, others) = (cut(&numbers), cut(&others));
        let weights = weights.as_deref();
        finite::<Regression>(RegressionBatch::new(&numbers, &others, None))?;
        finite::<Regression>(RegressionBatch::new(&numbers, &others, weights))?;
        let (lower, upper): (Vec<f64>, Vec<f64>) =
            numbers.iter().zip(&others).map(|(a, b)| (a.min(*b), a.max(*b))).unzip();
        finite::<Interval>(IntervalBatch::new(&lower, &upper, &others, weights))?;
        finite::<Interval>(IntervalBatch::new(&numbers, &others, &lower, None))?;
        let targets: Vec<bool> = labels.iter().map(|label| *label == 1).collect();
        finite::<Multilabel>(MultilabelBatch::new(&probabilities, columns, &targets, weights))?;
        finite::<Multilabel>(MultilabelBatch::new(&numbers, columns, &targets, None))?;
        finite::<Classification>(ClassificationBatch::new(&numbers, columns, &labels, weights))?;
        let pairs: Vec<f64> = probabilities.iter().flat_map(|p| [*p, 1.0 - p]).collect();
        finite::<Classification>(ClassificationBatch::new(&pairs, 2, &labels, None))?;
    }
}

/// Only states of one metric merge.
fn incompatible<T: Rows>() {
    for a in T::list() {
        for b in T::list() {
            let merged = T::empty(a.name).merge(T::empty(b.name).as_ref());
            let incompatible = MetricError::Incompatible {
                left: a.name.to_owned(),
                right: b.name.to_owned(),
            };
            let expected = if a == b { Ok(()) } else { Err(incompatible) };
            assert_eq!(merged, expected);
        }
    }
}

#[test]
fn states_of_different_metrics_do_not_merge() {
    incompatible::<Classification>();
    incompatible::<Multilabel>();
    incompatible::<Regression>();
    incompatible::<Interval>();
    incompatible::<Ranking>();
    incompatible::<Segmentation>();
    incompatible::<Embedding>();
    assert_eq!(
        Rmse::default()
            .merge(&Mae::default())
            .unwrap_err()
            .to_string(),
        "cannot merge a state of mae into a state of rmse"
    );
}

/// States by label refuse another number of labels, the others do not mind, and a refusal changes
/// nothing.
#[test]
fn batches_must_agree_on_the_labels() {
    let row = |labels| TaggedRow {
        probabilities: vec![0.75; labels],
        targets: vec![true; labels],
        weight: 1.0,
    };
    for info in MULTILABEL {
        let by_label = [
            "macro_f1",
            "micro_f1",
            "macro_auroc",
            "macro_average_precision",
        ];
        let mut state = Multilabel::state(info.name, &[row(2)]);
        let before = state.value();
        let merged = state.merge(Multilabel::state(info.name, &[row(3)]).as_ref());
        let updated = TaggedRow::batch(&[row(3)], |batch| state.update(batch));
        if by_label.contains(&info.name) {
            let shape = MetricError::Shape {
                argument: "classes (or labels)",
                expected: 2,
                got: 3,
            };
            assert_eq!(merged, Err(shape.clone()), "{}", info.name);
            assert_eq!(updated, Err(shape), "{}", info.name);
            assert_eq!(state.value(), before, "{}", info.name);
        } else {
            assert_eq!((merged, updated), (Ok(()), Ok(())), "{}", info.name);
        }
    }
}

/// Every name is listed once and finds its metric.
fn names<T: Rows>() {
    for info in T::list() {
        let same = T::list().iter().filter(|other| other.name == info.name);
        assert_eq!(same.count(), 1);
        assert_eq!(T::empty(info.name).info(), *info);
    }
}

#[test]
fn every_name_is_listed_once_and_finds_its_metric() {
    names::<Classification>();
    names::<Multilabel>();
    names::<Regression>();
    names::<Interval>();
    names::<Ranking>();
    names::<Segmentation>();
    names::<Embedding>();
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    assert_eq!(
        regression_metric("ece").unwrap_err().to_string(),
        "unknown metric `ece`; known: rmse, mae, r2, mape, smape, pinball, mbe, rmsle, concordance, pearson"
    );
}
