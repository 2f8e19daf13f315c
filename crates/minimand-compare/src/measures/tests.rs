//! Tests of the measures.

use super::predictions::{TruthOf, interval_offsets};
use super::*;

fn truth(target: TruthOf, outputs: usize) -> Truth {
    Truth {
        target,
        outputs,
        weights: None,
    }
}

fn classes(scores: &[f32], labels: &[usize], temperature: f64) -> Measures {
    let truth = truth(TruthOf::Classes(labels.to_vec()), 2);
    let predictions = Predictions::classes(scores, 2, temperature);
    predictions
        .measure(&truth, Measure::of(Task::Classification))
        .unwrap()
}

#[test]
fn scaled_and_raw_probabilities_are_kept_apart() {
    // The odds are e² raw and e at temperature 2.
    let found = classes(&[2.0, 0.0, 0.0, 2.0], &[0, 1], 2.0);
    assert!((found[&Measure::RawLogLoss] - (1.0 + (-2_f64).exp()).ln()).abs() < 1e-12);
    assert!((found[&Measure::LogLoss] - (1.0 + (-1_f64).exp()).ln()).abs() < 1e-12);
    assert_eq!(found[&Measure::Accuracy], 1.0);
    assert_eq!(found.len(), Measure::of(Task::Classification).len());
    assert!(found[&Measure::Ece] > found[&Measure::RawEce]);
}

#[test]
fn labels_by_hand() {
    let truth = truth(TruthOf::Labels(vec![true, false, true, true]), 2);
    let predictions = Predictions::labels(&[1.0, -1.0, 1.0, -1.0], 1.0);
    let found = predictions
        .measure(&truth, Measure::of(Task::Multilabel))
        .unwrap();
    let (right, wrong) = ((1.0 + (-1_f64).exp()).ln(), (1.0 + 1_f64.exp()).ln());
    assert!((found[&Measure::LogLoss] - (3.0 * right + wrong) / 4.0).abs() < 1e-12);
    assert_eq!(found[&Measure::HammingLoss], 0.25);
    assert_eq!(found[&Measure::SubsetAccuracy], 0.5);
    // 2 true positives, no false one, 1 missed.
    assert!((found[&Measure::MicroF1] - 4.0 / 5.0).abs() < 1e-12);
}

#[test]
fn regression_by_hand() {
    let truth = truth(TruthOf::Values(vec![1.0, 2.0, 3.0]), 1);
    let predictions = Predictions::Values {
        values: vec![1.0, 2.0, 5.0],
        offsets: (-1.0, 1.0),
    };
    let found = predictions
        .measure(&truth, Measure::of(Task::Regression))
        .unwrap();
    assert!((found[&Measure::Rmse] - (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    assert!((found[&Measure::Mae] - 2.0 / 3.0).abs() < 1e-12);
    assert!((found[&Measure::R2] - (1.0 - 4.0 / 2.0)).abs() < 1e-12);
    assert!((found[&Measure::Coverage] - 2.0 / 3.0).abs() < 1e-12);
    // Lower ends 0, 1, 4 at 5%: losses 0.05, 0.05, 0.95. Upper ends 2, 3, 6 at 95%:
    // losses 0.05, 0.05, 0.15.
    assert!((found[&Measure::Pinball] - (1.05 + 0.25) / 6.0).abs() < 1e-12);
}

#[test]
fn weights_count_rows() {
    let twice = Truth {
        weights: Some(vec![2.0, 1.0]),
        ..truth(TruthOf::Values(vec![0.0, 3.0]), 1)
    };
    let predictions = Predictions::Values {
        values: vec![0.0, 0.0],
        offsets: (0.0, 0.0),
    };
    let found = predictions.measure(&twice, &[Measure::Mae]).unwrap();
    assert!((found[&Measure::Mae] - 1.0).abs() < 1e-12);
    let second = predictions
        .select(1, &[1])
        .measure(&twice.select(&[1]), &[Measure::Mae])
        .unwrap();
    assert_eq!(second[&Measure::Mae], 3.0);
}

#[test]
fn intervals_hold_nine_of_ten_errors() {
    // Errors 1 to 99: rank 5 from both ends.
    let targets: Vec<f64> = (1..=99).map(f64::from).collect();
    assert_eq!(interval_offsets(&vec![0.0; 99], &targets), (5.0, 95.0));
    // Too few for a tail of 5%: the widest there is.
    assert_eq!(interval_offsets(&[0.0; 3], &[1.0, -2.0, 0.5]), (-2.0, 1.0));
    assert_eq!(interval_offsets(&[], &[]), (0.0, 0.0));
}

#[test]
fn scores_that_are_not_finite_are_refused() {
    let one = truth(TruthOf::Classes(vec![0]), 2);
    for scores in [[f32::NAN, 0.0], [f32::INFINITY, 0.0]] {
        let predictions = Predictions::classes(&scores, 2, 1.0);
        assert!(predictions.measure(&one, &[Measure::LogLoss]).is_err());
    }
    let predictions = Predictions::Values {
        values: vec![f64::NAN],
        offsets: (0.0, 0.0),
    };
    let one = truth(TruthOf::Values(vec![0.0]), 1);
    assert!(predictions.measure(&one, &[Measure::Rmse]).is_err());
}

#[test]
fn names_in_files_and_on_the_command_line() {
    let measures = Measures::from([(Measure::RawEce, 0.5), (Measure::R2, 1.0)]);
    assert_eq!(
        serde_json::to_string(&measures).unwrap(),
        r#"{"raw_ece":0.5,"r2":1.0}"#
    );
    for measure in Measure::ALL {
        let name = serde_json::to_string(&measure).unwrap();
        assert_eq!(name, format!("\"{}\"", measure.name()));
        assert_eq!(Measure::named(measure.name()), Some(measure));
    }
    for task in [Task::Classification, Task::Multilabel, Task::Regression] {
        assert_eq!(Measure::of(task)[0], Measure::primary(task));
        let shown = Measure::shown(task, Measure::of(task)[1]);
        assert!(shown.len() >= 3 && shown[0] == Measure::of(task)[1]);
    }
}

#[test]
fn lower_badness_is_better() {
    assert!(Measure::Rmse.badness(1.0) < Measure::Rmse.badness(2.0));
    assert!(Measure::Auroc.badness(0.9) < Measure::Auroc.badness(0.8));
    assert!(Measure::Coverage.badness(0.91) < Measure::Coverage.badness(0.8));
    assert!(Measure::Coverage.badness(0.91) < Measure::Coverage.badness(1.0));
}
