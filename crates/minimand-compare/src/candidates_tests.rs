//! Tests of the candidates.

use super::*;
use crate::request::{Builtin, Source};

fn candidates(builtin: Builtin, change: impl FnOnce(&mut Request)) -> Result<Candidates, String> {
    let mut request = Request {
        source: Source::Builtin(builtin),
        ..Request::default()
    };
    change(&mut request);
    let data = Data::load(&request).unwrap();
    Candidates::new(&request, &Purpose::from(&data)).map_err(|error| {
        assert!(error.is_bad_input());
        error.to_string()
    })
}

fn named(expressions: &[&str]) -> Vec<String> {
    expressions
        .iter()
        .map(|expression| (*expression).to_owned())
        .collect()
}

#[test]
fn defaults_suit_their_task_and_are_distinct() {
    for (builtin, baseline, count) in [
        (Builtin::Digits, "cross_entropy", 7),
        (Builtin::BreastCancer, "cross_entropy", 7),
        (Builtin::Diabetes, "mse", 6),
    ] {
        let found = candidates(builtin, |_| {}).unwrap();
        assert_eq!(found.all.len(), count);
        assert_eq!(found.baseline_expression(), baseline);
    }
}

#[test]
fn the_baseline_takes_part_once() {
    let expressions = |candidates: &[&str], baseline: Option<&str>| {
        let found = candidates_of(candidates, baseline).unwrap();
        (found.expressions(), found.baseline)
    };
    fn candidates_of(names: &[&str], baseline: Option<&str>) -> Result<Candidates, String> {
        candidates(Builtin::Iris, |request| {
            request.candidates = named(names);
            request.baseline = baseline.map(str::to_owned);
        })
    }
    assert_eq!(
        expressions(&["squentropy"], None),
        (named(&["cross_entropy", "squentropy"]), 0)
    );
    assert_eq!(
        expressions(&["squentropy", "cross_entropy()"], None),
        (named(&["squentropy", "cross_entropy"]), 1)
    );
    assert_eq!(
        expressions(&["cross_entropy"], Some("squentropy")),
        (named(&["squentropy", "cross_entropy"]), 0)
    );
    let error = candidates_of(&["squentropy", "squentropy()"], None).unwrap_err();
    assert_eq!(error, "candidate `squentropy` is given twice");
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let refused = |builtin, expression: &str| {
        candidates(builtin, |request| request.candidates = named(&[expression])).unwrap_err()
    };
    let error = refused(Builtin::Digits, "focl");
    assert!(error.starts_with("candidate `focl`: "), "{error}");
    assert!(error.contains("focal"), "{error}");
    let error = refused(Builtin::Digits, "cross_entropy + mse");
    assert!(
        error.contains("does not fit classification: `mse` is a regression loss"),
        "{error}"
    );
    let error = refused(Builtin::Diabetes, "cross_entropy");
    assert!(error.contains("does not fit regression"), "{error}");
    let error = refused(Builtin::Diabetes, "poisson_nll");
    assert!(error.contains("does not fit regression"), "{error}");
}

#[test]
fn images_take_losses_of_pixels_and_of_regions() {
    let purpose = Purpose {
        task: Task::Segmentation,
        outputs: 3,
        space: vec![16, 16],
    };
    let request = Request::segmentation("a".as_ref(), "b".as_ref());
    let found = Candidates::new(&request, &purpose).unwrap();
    assert_eq!(found.all.len(), defaults(Task::Segmentation).len());
    assert_eq!(found.baseline_expression(), "dice + cross_entropy");
    let volume = Purpose {
        space: vec![8, 8, 8],
        ..purpose.clone()
    };
    assert!(Candidates::new(&request, &volume).is_ok());
    let refused = |expression: &str| {
        let request = Request {
            candidates: named(&[expression]),
            ..request.clone()
        };
        let error = Candidates::new(&request, &purpose).unwrap_err();
        assert!(error.is_bad_input());
        error.to_string()
    };
    let error = refused("mse");
    assert!(
        error.contains("does not fit segmentation: `mse` is a regression loss"),
        "{error}"
    );
    let error = refused("focal(alpha=[1, 2])");
    assert!(error.contains("does not fit segmentation"), "{error}");
}
