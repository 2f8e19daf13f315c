//! Tests of the words of a verdict.

use super::words::p_value;
use super::*;
use crate::ranking::Pair;
use crate::request::Model;
use crate::statistics::{Difference, Estimate};

const FOLDS: usize = 15;

/// A difference with this mean and adjusted p, half as wide as it is large, from a
/// reference of 2.
fn test(mean: f64, p: f64) -> Option<Difference> {
    let wins = if mean < 0.0 { 12 } else { 3 };
    Some(Difference {
        mean,
        half_width: mean.abs() / 2.0,
        p,
        p_adjusted: p,
        relative: Some(mean / 2.0),
        standardised: Some(1.0),
        wins,
        losses: FOLDS - wins,
        ties: 0,
    })
}

fn standing(name: &str, against_baseline: Option<Difference>) -> Standing {
    let estimate = Estimate {
        mean: 2.0,
        half_width: Some(0.1),
        results: FOLDS,
    };
    let measures = [Measure::Rmse, Measure::R2, Measure::Accuracy];
    Standing {
        expression: name.into(),
        is_baseline: name == "mse",
        measures: measures.map(|measure| (measure, estimate)).into(),
        diverged: 0,
        folds: FOLDS,
        against_baseline,
    }
}

fn with_results(name: &str, results: usize) -> Standing {
    let mut standing = standing(name, None);
    standing.folds = results;
    for estimate in standing.measures.values_mut() {
        estimate.results = results;
    }
    standing
}

fn lacking(name: &str, diverged: usize) -> Standing {
    Standing {
        diverged,
        measures: [].into(),
        ..standing(name, None)
    }
}

/// Pairs of the best with all others, told apart if p says so.
fn linear(standings: Vec<Standing>, p_of_best: &[f64]) -> ModelRanking {
    let pairs = standings.iter().skip(1).zip(p_of_best);
    let pairs = pairs.map(|(other, p)| Pair {
        a: standings[0].expression.clone(),
        b: other.expression.clone(),
        difference: test(-0.1, *p).unwrap(),
    });
    ModelRanking {
        model: Model::Linear,
        pairs: pairs.collect(),
        cliques: Vec::new(),
        lead_of_best: None,
        standings,
    }
}

fn mlp(standings: Vec<Standing>, lead_of_best: Option<Difference>) -> ModelRanking {
    ModelRanking {
        model: Model::Mlp(vec![8]),
        lead_of_best,
        ..linear(standings, &[])
    }
}

fn verdict(rankings: &[ModelRanking]) -> Verdict {
    Verdict::new(rankings, Measure::Rmse)
}

fn has(verdict: &Verdict, detail: &str) {
    let found = verdict.details.iter().any(|found| found == detail);
    assert!(found, "{detail}\nis not in {verdict:#?}");
}

fn has_not(verdict: &Verdict, start: &str) {
    let found = verdict.details.iter().any(|found| found.starts_with(start));
    assert!(!found, "{start}\nis in {verdict:#?}");
}

#[test]
fn no_evidence_is_a_verdict() {
    let standings = vec![
        standing("mae", test(-0.1, 0.3)),
        standing("mse", None),
        standing("huber", test(0.2, 0.9)),
    ];
    let found = verdict(&[linear(standings, &[0.3, 0.2])]);
    assert_eq!(
        found.headline,
        "No evidence that any of these 2 objectives beats mse here."
    );
    has(
        &found,
        "mae has the best mean RMSE; it cannot be told apart from any other.",
    );
    has(
        &found,
        "Where no difference from mse is clear, the intervals allow up to ±0.30 (15% of mse's): \
         that is no evidence of equality; more rows would narrow them.",
    );
    has(
        &found,
        "p-values are from corrected resampled t-tests, adjusted by Holm's method for 2 \
         comparisons; each interval is for one comparison.",
    );
    let found = verdict(&[linear(
        vec![standing("mse", None), standing("mae", test(0.002, 0.3))],
        &[0.3],
    )]);
    assert_eq!(found.headline, "No evidence that mae beats mse here.");
    has(
        &found,
        "Where no difference from mse is clear, the intervals allow up to ±0.0030 (0.15% of \
         mse's): if there is any, it is small.",
    );
    has_not(&found, "p-values");
}

#[test]
fn what_is_better_and_what_is_worse() {
    let standings = vec![
        standing("mae", test(-0.2, 0.01)),
        standing("mse", None),
        standing("huber", test(0.4, 0.0001)),
    ];
    let found = verdict(&[linear(standings, &[0.01, 0.0001])]);
    assert_eq!(
        found.headline,
        "mae beats mse here: RMSE lower by 0.20, 10% of mse's (95% interval 0.10 to 0.30, \
         p = 0.010, better on 12 of 15 folds)."
    );
    has(
        &found,
        "Worse than mse: huber (RMSE higher by 0.40, 20% of mse's, p < 0.001).",
    );
    has(
        &found,
        "mae has the best mean RMSE; it can be told apart from all others.",
    );
    has_not(&found, "Better");
    has_not(&found, "Clear but small");
    has_not(&found, "Where no difference");

    let standings = vec![
        standing("mae", test(-0.2, 0.01)),
        standing("huber", test(-0.1, 0.02)),
        standing("mse", None),
    ];
    let found = verdict(&[linear(standings, &[0.4, 0.01])]);
    assert!(
        found
            .headline
            .starts_with("2 of 2 objectives beat mse here; the best of them on average is mae:"),
        "{found:#?}"
    );
    assert!(
        found.details[0].starts_with("Better than mse: mae (RMSE lower by 0.20, ")
            && found.details[0].contains("; huber ("),
        "{found:#?}"
    );
    has(
        &found,
        "mae has the best mean RMSE; it cannot be told apart from huber.",
    );
}

#[test]
fn clear_differences_may_be_small() {
    let standings = || {
        vec![
            standing("mae", test(-0.01, 0.001)),
            standing("mse", None),
            standing("huber", test(0.015, 0.001)),
            standing("log_cosh", test(0.03, 0.001)),
        ]
    };
    let found = verdict(&[linear(standings(), &[0.01; 3])]);
    has(
        &found,
        "Clear but small, below 1% of mse's RMSE on average: mae and huber.",
    );
    // An R² of 0.999 leaves 0.001: half of that is not small.
    let mut standings = standings();
    for estimate in standings
        .iter_mut()
        .flat_map(|one| one.measures.values_mut())
    {
        estimate.mean = 0.999;
    }
    let found = Verdict::new(&[linear(standings, &[0.01; 3])], Measure::R2);
    assert!(
        found
            .headline
            .starts_with("2 of 3 objectives beat mse here")
    );
    has_not(&found, "Clear but small");
}

#[test]
fn models_that_agree() {
    let standings = |mae: f64| vec![standing("mae", test(mae, 0.01)), standing("mse", None)];
    let found = verdict(&[
        mlp(standings(-0.2), None),
        ModelRanking {
            lead_of_best: test(-0.3, 0.001),
            ..linear(standings(-0.1), &[0.01])
        },
    ]);
    assert!(
        found
            .headline
            .starts_with("mae beats mse here with mlp(8), the better model: RMSE lower by 0.20"),
        "{found:#?}"
    );
    has(
        &found,
        "mlp(8) does better than linear with mse: RMSE lower by 0.30, 15% of linear's (95% \
         interval 0.15 to 0.45, p = 0.001, better on 12 of 15 folds).",
    );
    has(
        &found,
        "Better than mse with linear: mae (RMSE lower by 0.10, 5.0% of mse's, p = 0.010).",
    );
    has(
        &found,
        "The models agree: mae beats mse with mlp(8) and linear.",
    );

    let no = |model: fn(Vec<Standing>) -> ModelRanking| {
        model(vec![
            standing("mae", test(-0.2, 0.4)),
            standing("huber", test(-0.1, 0.4)),
            standing("mse", None),
        ])
    };
    let found = verdict(&[
        no(|standings| mlp(standings, None)),
        no(|standings| ModelRanking {
            lead_of_best: test(-0.3, 0.2),
            ..linear(standings, &[0.4, 0.4])
        }),
    ]);
    assert_eq!(
        found.headline,
        "No evidence that any of these 2 objectives beats mse here, with mlp(8) or linear."
    );
    assert!(
        found.details[0].starts_with("mlp(8) cannot be told apart from linear with mse: RMSE"),
        "{found:#?}"
    );
    assert!(found.details.last().unwrap().contains("for 4 comparisons"));
}

#[test]
fn models_that_differ() {
    let with = |mae: Option<Difference>, huber: Option<Difference>| {
        vec![
            standing("mae", mae),
            standing("huber", huber),
            standing("mse", None),
        ]
    };
    let found = verdict(&[
        mlp(with(test(-0.2, 0.3), test(0.2, 0.01)), None),
        ModelRanking {
            lead_of_best: test(-0.3, 0.2),
            ..linear(with(test(-0.1, 0.01), test(-0.2, 0.01)), &[])
        },
    ]);
    assert_eq!(
        found.headline,
        "No evidence that any of these 2 objectives beats mse with mlp(8), the model with the \
         better mean; with linear, mae and huber do."
    );
    has(
        &found,
        "mae beats mse with linear; with mlp(8) it is unclear, which does not show that the \
         models differ in this.",
    );
    has(
        &found,
        "The models disagree: huber beats mse with linear, but not with mlp(8), where it is the \
         other way round.",
    );
}

#[test]
fn too_few_results_to_tell() {
    let of = |results, names: &[&str]| {
        let standings = names.iter().map(|name| with_results(name, results));
        verdict(&[linear(standings.collect(), &[])])
    };
    let found = of(1, &["mae", "mse", "huber"]);
    assert_eq!(
        found.headline,
        "Whether any of these 2 objectives beats mse cannot be told from 1 result each: use more \
         folds or repeats."
    );
    assert_eq!(found.details, ["mae has the best mean RMSE."]);
    assert_eq!(
        of(2, &["mae", "mse"]).headline,
        "Whether mae beats mse cannot be told from 2 results each: use more folds or repeats."
    );
    let two = [
        mlp(vec![with_results("mse", 2), with_results("mae", 2)], None),
        linear(vec![with_results("mse", 2), with_results("mae", 2)], &[]),
    ];
    assert_eq!(
        verdict(&two).details[0],
        "mlp(8) has a better mean than linear with mse; whether that is more than chance cannot \
         be told."
    );
}

#[test]
fn equal_results_and_differences_without_spread() {
    let equal = Difference {
        mean: 0.0,
        half_width: 0.0,
        relative: Some(0.0),
        standardised: None,
        wins: 0,
        losses: 0,
        ties: FOLDS,
        ..test(0.0, 1.0).unwrap()
    };
    let found = verdict(&[linear(
        vec![
            standing("mse", None),
            standing("0.5*mse", Some(equal)),
            standing("mae", None),
        ],
        &[],
    )]);
    assert_eq!(found.headline, "No evidence that 0.5*mse beats mse here.");
    has(&found, "0.5*mse gave the same RMSE as mse on every fold.");
    has(
        &found,
        "mae differs from mse by the same amount on every fold; without any spread that cannot \
         be tested.",
    );
    has_not(&found, "Where no difference");
    let found = verdict(&[linear(
        vec![standing("mae", None), standing("mse", None)],
        &[],
    )]);
    assert!(
        found
            .headline
            .starts_with("Whether mae beats mse cannot be told, because"),
        "{found:#?}"
    );
}

#[test]
fn candidates_and_folds_that_are_left_out_are_named() {
    let found = verdict(&[linear(
        vec![
            standing("mse", None),
            standing("mae", test(0.1, 0.5)),
            lacking("huber", 3),
            lacking("log_cosh", 0),
        ],
        &[0.5],
    )]);
    assert_eq!(found.headline, "No evidence that mae beats mse here.");
    has(
        &found,
        "huber diverged in 3 of 15 folds; it is ranked last and not tested.",
    );
    has(
        &found,
        "log_cosh has no RMSE on some folds; it is ranked last and not tested.",
    );
    // The family was fixed before anything diverged.
    assert!(found.details.last().unwrap().contains("for 3 comparisons"));

    let mut standings = vec![standing("mse", None), standing("mae", test(0.1, 0.5))];
    for standing in &mut standings {
        standing.folds = FOLDS + 2;
    }
    has(
        &verdict(&[linear(standings, &[0.5])]),
        "RMSE is not defined on 2 of 17 folds, which are left out.",
    );
}

#[test]
fn a_baseline_that_cannot_be_compared_with() {
    let of = |standings: Vec<Standing>| verdict(&[linear(standings, &[])]).headline;
    let start = |headline: String, start: &str| {
        assert!(headline.starts_with(start), "{headline}");
    };
    start(
        of(vec![standing("mae", None), lacking("mse", 3)]),
        "mse diverged, so nothing can be compared with it",
    );
    start(
        of(vec![standing("mae", None), lacking("mse", 0)]),
        "mse has no RMSE on some folds, so nothing",
    );
    start(
        of(vec![lacking("mae", 3), lacking("mse", 3)]),
        "Every objective diverged",
    );
    start(
        of(vec![standing("mse", None), lacking("mae", 3)]),
        "Only mse could be judged",
    );
    start(of(vec![standing("mae", None)]), "There is no baseline");
    start(verdict(&[]).headline, "There is no baseline");

    // With two models, the one that can be judged is.
    let found = verdict(&[
        mlp(
            vec![standing("mse", None), standing("mae", test(0.1, 0.5))],
            None,
        ),
        linear(vec![standing("mae", None), lacking("mse", 3)], &[]),
    ]);
    assert_eq!(
        found.headline,
        "No evidence that mae beats mse here with mlp(8)."
    );
    has(
        &found,
        "mse diverged in 3 of 15 folds with linear; nothing can be compared with it.",
    );
    has_not(&found, "mae differs");
}

#[test]
fn changes_in_words() {
    let change = |measure, aim, mean| {
        let words = Words { measure, aim };
        words.change(&test(mean, 0.5).unwrap(), "mse")
    };
    assert_eq!(
        change(Measure::Accuracy, Aim::Higher, 0.02),
        "accuracy higher by 0.020, 1.0% of mse's"
    );
    assert_eq!(
        change(Measure::Rmse, Aim::Nearest(0.9), -0.02),
        "RMSE nearer to 0.9 by 0.020, 1.0% of mse's"
    );
    let words = Words {
        measure: Measure::R2,
        aim: Aim::Higher,
    };
    let without_share = Difference {
        relative: None,
        ..test(-0.02, 0.5).unwrap()
    };
    assert_eq!(words.change(&without_share, "mse"), "R² lower by 0.020");
}

#[test]
fn p_values_and_lists() {
    assert_eq!(p_value(0.0), "p < 0.001");
    assert_eq!(p_value(0.0314), "p = 0.031");
    assert_eq!(p_value(1.0), "p = 1.00");
    assert_eq!(joined(&["a", "b", "c"]), "a, b and c");
    assert_eq!(listed(&["a", "b"], "or"), "a or b");
}
