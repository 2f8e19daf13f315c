//! Closed forms against the search, and both against what is published.

use super::*;
use crate::catalog::Catalog;

fn objective(expression: &str) -> Objective {
    expression.parse().unwrap()
}

fn searched(expression: &str, classes: usize, regret: f64) -> f64 {
    let mut least = f64::INFINITY;
    let objective = objective(expression);
    for p in search::with_regret(classes, regret) {
        let point = Point::new(&objective, &p);
        least = least.min(point.least(Some(classes - 1)).unwrap() - point.least(None).unwrap());
    }
    least
}

#[test]
fn the_calibration_function_of_comp_sum_has_its_published_values() {
    // Paper 001, test vectors: T(0.2) and T(0.6) for three classes.
    for (tau, small, large) in [
        (0.0, 0.0202041029, 0.2),
        (0.5, 0.0190341731, 0.186962715),
        (1.0, 0.0201355136, 0.192744757),
        (1.5, 0.0228675771, 0.191900120),
        (2.0, 0.0666666667, 0.2),
    ] {
        let loss = objective(&format!("comp_sum(tau={tau})"));
        for (regret, expected) in [(0.2, small), (0.6, large)] {
            let answer = calibration_function(&loss, 3, regret).unwrap();
            let Answer::Proved(value) = answer else {
                panic!("{answer:?}")
            };
            assert!((value - expected).abs() < 1e-9, "{tau} {regret}: {value}");
        }
    }
}

/// With two classes the closed forms are tight, so that the search must find the same.
#[test]
fn closed_forms_are_what_a_search_finds() {
    let mut compared = 0;
    for entry in Catalog::builtin().entries() {
        let loss = entry.build(&[]).unwrap();
        let Some((_, calibration)) = closed_form(&loss, 2) else {
            continue;
        };
        for regret in [0.1, 0.5, 0.9] {
            let expected = calibration.at(2, regret);
            let found = searched(entry.name, 2, regret);
            assert!(
                (found - expected).abs() < 2e-6,
                "{} {regret}: {found} {expected}",
                entry.name
            );
            compared += 1;
        }
    }
    assert!(compared >= 3 * 6, "{compared}");
    for expression in [
        "comp_sum(tau=0.5)",
        "comp_sum(tau=1.5)",
        "comp_sum(tau=2)",
        "hinge(margin=2)",
    ] {
        let expected = calibration_function(&objective(expression), 2, 0.4).unwrap();
        let found = searched(expression, 2, 0.4);
        assert!(
            (found - expected.clone().value().unwrap()).abs() < 2e-6,
            "{expression}: {found} {expected:?}"
        );
    }
    // With three the closed form is a lower bound.
    for tau in [0.0, 1.0, 1.5, 2.0] {
        let expression = format!("comp_sum(tau={tau})");
        let bound = calibration_function(&objective(&expression), 3, 0.4).unwrap();
        let found = searched(&expression, 3, 0.4);
        assert!(
            found >= bound.clone().value().unwrap() - 2e-6,
            "{tau}: {found} {bound:?}"
        );
    }
}

#[test]
fn the_inverse_undoes_the_calibration_function() {
    for expression in [
        "cross_entropy",
        "comp_sum(tau=0)",
        "generalized_cross_entropy",
    ] {
        let loss = objective(expression);
        for classes in [2, 10, 1000] {
            for regret in [0.05, 0.5, 0.95] {
                let t = calibration_function(&loss, classes, regret)
                    .unwrap()
                    .value()
                    .unwrap();
                let back = excess_error(&loss, classes, t).unwrap().value().unwrap();
                assert!(
                    (back - regret).abs() < 1e-6,
                    "{expression} {classes} {regret}: {back}"
                );
            }
        }
        assert_eq!(excess_error(&loss, 3, 1e9).unwrap().value(), Some(1.0));
    }
    // Twice the loss: the same errors for twice the excess.
    let twice = excess_error(&objective("2*cross_entropy"), 5, 0.2).unwrap();
    let once = excess_error(&objective("cross_entropy"), 5, 0.1).unwrap();
    assert!((twice.value().unwrap() - once.value().unwrap()).abs() < 1e-9);
}

#[test]
fn which_losses_are_calibrated() {
    for (expression, classes, expected) in [
        ("cross_entropy", 50, Answer::Proved(true)),
        ("squentropy", 3, Answer::Searched(true)),
        ("focal(gamma=2)", 3, Answer::Searched(true)),
        ("cross_entropy + 0.5*squentropy", 3, Answer::Searched(true)),
        // Calibrated for two classes, not for three without a majority.
        ("crammer_singer", 2, Answer::Searched(true)),
        ("crammer_singer", 3, Answer::Searched(false)),
        ("hinge", 2, Answer::Proved(true)),
        // The perceptron's least risk is at 0, for whatever class.
        ("hinge(margin=0)", 2, Answer::Searched(false)),
        ("squentropy", 4, Answer::Unknown(Reason::Classes(4))),
        ("hinge(margin=0)", 3, Answer::Unknown(Reason::Classes(3))),
        // Not judged by a sign, or by the largest score.
        ("mse", 2, Answer::Unknown(Reason::Shape)),
        ("harmonic", 3, Answer::Unknown(Reason::Shape)),
        ("cross_entropy + mse", 2, Answer::Unknown(Reason::Shape)),
        ("dice", 2, Answer::Unknown(Reason::Shape)),
    ] {
        let answer = is_calibrated(&objective(expression), classes).unwrap();
        assert_eq!(answer, expected, "{expression} {classes}");
    }
}

#[test]
fn risks_and_gaps() {
    let loss = objective("cross_entropy");
    let p = [0.7, 0.2, 0.1];
    let entropy: f64 = p.iter().map(|p: &f64| -p * p.ln()).sum();
    let least = least_risk(&loss, &p).unwrap().value().unwrap();
    assert!((least - entropy).abs() < 1e-9, "{least} {entropy}");
    let scores = [1.0, 0.0, -1.0];
    let risk = conditional_risk(&loss, &p, &scores).unwrap();
    let log_sum = scores.iter().map(|s: &f64| s.exp()).sum::<f64>().ln();
    assert!((risk - (log_sum - 0.7 + 0.1)).abs() < 1e-12);
    let rows = [p, [0.2, 0.4, 0.4]].concat();
    let gap = minimizability_gap(&loss, 1.2, &rows, 3)
        .unwrap()
        .value()
        .unwrap();
    let other: f64 = [0.2, 0.4, 0.4].iter().map(|p: &f64| -p * p.ln()).sum();
    assert!((gap - (1.2 - 0.5 * (entropy + other))).abs() < 1e-8);
}

#[test]
fn bad_input_is_refused() {
    let loss = objective("cross_entropy");
    for bad in [vec![0.5, 0.6], vec![-0.1, 1.1], vec![f64::NAN, 1.0]] {
        let error = least_risk(&loss, &bad).unwrap_err().to_string();
        assert!(error.contains("probabilities"), "{error}");
    }
    for (regret, excess) in [(1.5, -1.0), (f64::NAN, f64::NAN)] {
        assert!(calibration_function(&loss, 3, regret).is_err());
        assert!(excess_error(&loss, 3, excess).is_err());
    }
    assert!(minimizability_gap(&loss, 1.0, &[0.5, 0.5, 1.0], 2).is_err());
    assert!(minimizability_gap(&loss, 1.0, &[], 0).is_err());
}
