//! Negative control: the whole pipeline, told to compare a loss with itself.

use std::fmt::Write;

use minimand_compare::{Budget, Builtin, Request, Source, run};

use crate::support::{file, named, small};

#[test]
fn one_loss_under_two_names_is_not_declared_different() {
    let names = ["cross_entropy", "focal(gamma=0)", "2*cross_entropy"];
    for seed in 0..5 {
        let request = Request {
            seed,
            ..small(Builtin::Iris, &names)
        };
        let outcome = run(&request, &()).unwrap();
        let ranking = &outcome.rankings[0];
        for standing in ranking
            .standings
            .iter()
            .filter(|standing| !standing.is_baseline)
        {
            assert!(
                !standing.against_baseline.unwrap().is_significant(),
                "{standing:?}"
            );
        }
        assert!(
            ranking
                .pairs
                .iter()
                .all(|pair| !pair.difference.is_significant())
        );
        assert!(
            outcome.verdict.headline.contains("No evidence"),
            "{:?}",
            outcome.verdict
        );
    }
}

/// Noisy points on a plane: a data set of its own for every seed.
fn plane(seed: u64) -> String {
    let mut text = "a,b,y\n".to_owned();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    for _ in 0..40 {
        let (a, b) = (uniform(), uniform());
        writeln!(text, "{a},{b},{}", a - 2.0 * b + uniform()).unwrap();
    }
    text
}

/// Within 1e6 of the target, Huber's loss is half of the squared error, which AdamW
/// cannot tell from all of it but for its ε: the numbers differ, and mean nothing.
#[test]
fn over_200_data_sets_the_same_loss_is_never_declared_different() {
    let mut differences = 0;
    for seed in 0..200 {
        let (_folder, path) = file("plane.csv", &plane(seed));
        let request = Request {
            source: Source::File(path),
            targets: named(&["y"]),
            seed,
            folds: 4,
            repeats: 1,
            budget: Budget {
                learning_rates: vec![0.1],
                max_epochs: 5,
                ..Budget::default()
            },
            ..small(Builtin::Digits, &["mse", "huber(delta=1000000)"])
        };
        let outcome = run(&request, &()).unwrap();
        let tests = outcome.rankings[0]
            .standings
            .iter()
            .filter_map(|one| one.against_baseline);
        for test in tests {
            assert!(!test.is_significant(), "data set {seed}: {test:?}");
        }
        let values = |index: usize| {
            let candidate = &outcome.results[0].candidates[index];
            candidate.values(minimand_compare::Measure::Rmse).unwrap()
        };
        differences += usize::from(values(0) != values(1));
    }
    assert!(
        differences > 100,
        "a control with equal bits would control nothing"
    );
}
