//! Tests of the words of a verdict.

use std::collections::BTreeMap;

use super::*;
use crate::statistics::Estimate;

fn test(mean: f64, p: f64) -> Option<Difference> {
    let estimate = Estimate {
        mean,
        half_width: mean.abs() / 2.0,
    };
    Some(Difference {
        estimate,
        p,
        p_adjusted: p,
    })
}

fn standing(name: &str, baseline: Option<Difference>, best: Option<Difference>) -> Standing {
    Standing {
        expression: name.into(),
        is_baseline: name == "mse",
        measures: BTreeMap::new(),
        diverged: 0,
        folds: 10,
        against_baseline: baseline,
        against_best: best,
    }
}

fn diverged(name: &str) -> Standing {
    Standing {
        diverged: 3,
        ..standing(name, None, None)
    }
}

fn verdict(ranking: &[Standing]) -> Verdict {
    Verdict::new(ranking, Measure::Rmse)
}

#[test]
fn no_evidence_is_a_verdict() {
    let found = verdict(&[
        standing("mae", test(-0.1, 0.3), None),
        standing("mse", None, test(0.1, 0.3)),
        standing("huber", test(0.2, 0.9), test(0.3, 0.2)),
    ]);
    assert_eq!(
        found.headline,
        "No evidence that any of these 2 objectives beats mse here."
    );
    assert_eq!(
        found.details[0],
        "mae has the best mean RMSE; it cannot be told apart from any other."
    );
    let found = verdict(&[
        standing("mse", None, None),
        standing("mae", test(0.1, 0.3), None),
    ]);
    assert_eq!(found.headline, "No evidence that mae beats mse here.");
}

#[test]
fn what_is_better_and_what_is_worse() {
    let found = verdict(&[
        standing("mae", test(-0.2, 0.01), None),
        standing("mse", None, test(0.2, 0.01)),
        standing("huber", test(0.4, 0.0001), test(0.6, 0.0001)),
    ]);
    assert_eq!(
        found.headline,
        "mae beats mse here: RMSE lower by 0.20 (95% interval 0.10 to 0.30, p = 0.010)."
    );
    assert_eq!(
        found.details[0],
        "Worse than mse: huber (RMSE higher by 0.40, p < 0.001)."
    );
    assert_eq!(
        found.details[1],
        "mae has the best mean RMSE; it can be told apart from all others."
    );
    let found = verdict(&[
        standing("mae", test(-0.2, 0.01), None),
        standing("huber", test(-0.1, 0.02), test(0.1, 0.4)),
        standing("mse", None, test(0.2, 0.01)),
    ]);
    assert!(
        found
            .headline
            .starts_with("2 of 2 objectives beat mse here; the best"),
        "{found:?}"
    );
    assert!(
        found.details[1].ends_with("it cannot be told apart from huber."),
        "{found:?}"
    );
}

#[test]
fn candidates_that_diverged_are_named() {
    let found = verdict(&[
        standing("mse", None, None),
        standing("mae", test(0.1, 0.5), test(0.1, 0.5)),
        diverged("huber"),
    ]);
    assert_eq!(found.headline, "No evidence that mae beats mse here.");
    assert_eq!(
        found.details.last().unwrap(),
        "huber diverged in 3 of 10 folds; it is ranked last and not tested."
    );
    let found = verdict(&[standing("mae", None, None), diverged("mse")]);
    assert!(
        found
            .headline
            .starts_with("mse diverged, so nothing can be compared"),
        "{found:?}"
    );
    let found = verdict(&[diverged("mae"), diverged("mse")]);
    assert!(
        found.headline.starts_with("Every objective diverged"),
        "{found:?}"
    );
    let found = verdict(&[standing("mse", None, None)]);
    assert_eq!(
        found.headline,
        "Only mse could be judged: nothing to compare."
    );
}

#[test]
fn p_values_and_lists() {
    assert_eq!(p_value(0.0), "p < 0.001");
    assert_eq!(p_value(0.0314), "p = 0.031");
    assert_eq!(p_value(1.0), "p = 1.00");
    assert_eq!(joined(&["a", "b", "c"]), "a, b and c");
}
