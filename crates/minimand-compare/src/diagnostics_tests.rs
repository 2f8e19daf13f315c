//! Tests of what is told beside the measures.

use super::*;
use crate::data::Target;

#[test]
fn classes_by_hand() {
    let target = Target::Classes {
        labels: vec![0, 0, 1],
        names: vec!["no".into(), "yes".into()],
    };
    let data = Data::of(target);
    let rows = [0, 1, 2];
    let mut truth = Truth::of(&data.target, None, &rows);
    truth.weights = Some(vec![1.0, 2.0, 1.0]);
    let scaled = vec![0.9, 0.1, 0.2, 0.8, 0.0, 1.0];
    let predictions = Predictions::Classes {
        raw: vec![0.6, 0.4, 0.4, 0.6, 0.4, 0.6],
        scaled,
    };
    let found = Diagnostics::of(&predictions, &truth, &data, &rows).unwrap();
    assert_eq!(found.confusion, [1.0, 2.0, 0.0, 1.0]);
    assert_eq!(
        found.reliability[14],
        Bin {
            weight: 1.0,
            confidence: 1.0,
            hits: 1.0
        }
    );
    assert_eq!(found.reliability[12].hits, 0.0);
    assert!((found.raw_reliability[9].weight - 4.0).abs() < 1e-12);
    assert_eq!(
        (found.wrong[16], found.right[18], found.right[19]),
        (2.0, 1.0, 1.0)
    );
    let first = &found.worst[0];
    assert_eq!(
        (first.row, first.truth.as_str(), first.predicted.as_str()),
        (2, "no", "yes")
    );
    assert!((first.loss + 0.2_f64.ln()).abs() < 1e-12);
}

#[test]
fn labels_by_hand() {
    let target = Target::Labels {
        has: vec![true, false, false, false],
        names: vec!["a".into(), "b".into()],
    };
    let data = Data::of(target);
    let truth = Truth::of(&data.target, None, &[0, 1]);
    let probabilities = vec![0.25, 0.75, 0.25, 0.25];
    let predictions = Predictions::Labels {
        raw: probabilities.clone(),
        scaled: probabilities,
    };
    let found = Diagnostics::of(&predictions, &truth, &data, &[0, 1]).unwrap();
    let worst = &found.worst[0];
    assert_eq!((worst.truth.as_str(), worst.predicted.as_str()), ("a", "b"));
    assert!((worst.loss + 2.0 * 0.25_f64.ln()).abs() < 1e-12);
    assert_eq!(found.worst[1].truth, "(none)");
    assert_eq!((found.right[15], found.wrong[15]), (2.0, 2.0));
}

#[test]
fn folds_are_put_together_and_rows_are_listed_once() {
    let targets: Vec<f64> = (0..40).map(f64::from).collect();
    let data = Data::of(Target::Values(targets.clone()));
    let of = |scale: f64| {
        let rows: Vec<usize> = (0..40).collect();
        let values: Vec<f64> = targets.iter().map(|target| target * scale).collect();
        let truth = Truth::of(&data.target, None, &rows);
        let predictions = Predictions::Values {
            values,
            offsets: (0.0, 0.0),
        };
        Diagnostics::of(&predictions, &truth, &data, &rows).unwrap()
    };
    let mut all = Diagnostics::default();
    all.merge(&of(2.0));
    all.merge(&of(4.0));
    assert_eq!(all.scatter.len(), 80);
    assert_eq!(all.worst.len(), WORST);
    let rows: Vec<usize> = all.worst.iter().map(|case| case.row).collect();
    assert_eq!(rows, (0..WORST).map(|step| 40 - step).collect::<Vec<_>>());
    assert_eq!(all.worst[0].loss, 3.0 * 39.0);
}
