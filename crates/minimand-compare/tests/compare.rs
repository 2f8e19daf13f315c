//! Whole comparisons on small data, through the public interface.

use std::sync::atomic::{AtomicUsize, Ordering};

use minimand_compare::outcome::FoldResult;
use minimand_compare::progress::Status;
use minimand_compare::{
    Budget, Builtin, CompareError, Measure, Model, Outcome, Progress, Request, Source, run,
};

/// Few epochs of a linear model on `builtin`.
fn small(builtin: Builtin, candidates: &[&str]) -> Request {
    Request {
        source: Source::Builtin(builtin),
        candidates: candidates
            .iter()
            .map(|candidate| (*candidate).to_owned())
            .collect(),
        model: Model::Linear,
        folds: 3,
        budget: Budget {
            learning_rate: 0.05,
            max_epochs: 25,
            ..Budget::default()
        },
        threads: Some(2),
        ..Request::default()
    }
}

/// The outcome without the times that it took.
fn timeless(mut outcome: Outcome) -> Outcome {
    outcome.seconds = 0.0;
    for fold in outcome
        .candidates
        .iter_mut()
        .flat_map(|candidate| &mut candidate.folds)
    {
        fold.seconds = 0.0;
    }
    outcome
}

#[test]
fn the_number_of_threads_changes_nothing_and_the_seed_everything() {
    let with = |threads, seed| {
        let request = Request {
            threads: Some(threads),
            seed,
            ..small(Builtin::Iris, &["cross_entropy", "squentropy"])
        };
        timeless(run(&request, &()).unwrap())
    };
    let one = with(1, 4);
    assert_eq!(one, with(2, 4));
    assert_eq!(one, with(5, 4));
    assert_ne!(one.candidates, with(1, 5).candidates);
}

#[test]
fn classification_learns_and_is_measured() {
    let outcome = run(&small(Builtin::Iris, &["focal", "poly_cross_entropy"]), &()).unwrap();
    assert_eq!(outcome.settings.baseline, "cross_entropy");
    assert_eq!(outcome.ranking.len(), 3);
    assert!((outcome.test_to_train - 0.5).abs() < 1e-9);
    for candidate in &outcome.candidates {
        assert_eq!(candidate.folds.len(), 6);
        let accuracy = candidate.values(Measure::Accuracy).unwrap();
        assert!(
            accuracy.iter().sum::<f64>() / 6.0 > 0.8,
            "{}: {accuracy:?}",
            candidate.expression
        );
        for fold in &candidate.folds {
            let fit = fold.result.fit().unwrap();
            assert!(fit.temperature.unwrap() > 0.0);
            let best = fit.validation_curve[fit.best_epoch - 1];
            assert!(fit.validation_curve.iter().all(|score| *score >= best));
        }
    }
    let means: Vec<f64> = outcome
        .ranking
        .iter()
        .map(|standing| standing.estimate(Measure::LogLoss).unwrap().mean)
        .collect();
    assert!(means.is_sorted(), "{means:?}");
}

#[test]
fn regression_is_measured_in_the_unit_of_the_target() {
    let request = small(Builtin::Diabetes, &["mse", "mae", "0.5*mse + huber"]);
    let outcome = run(&request, &()).unwrap();
    for standing in &outcome.ranking {
        // The standard deviation of the target is 77.
        let rmse = standing.estimate(Measure::Rmse).unwrap().mean;
        assert!(
            (45.0..70.0).contains(&rmse),
            "{}: {rmse}",
            standing.expression
        );
        assert!(standing.estimate(Measure::R2).unwrap().mean > 0.2);
    }
}

#[test]
fn one_loss_under_two_names_is_not_declared_different() {
    let names = ["cross_entropy", "focal(gamma=0)", "2*cross_entropy"];
    for seed in 0..5 {
        let outcome = run(
            &Request {
                seed,
                ..small(Builtin::Iris, &names)
            },
            &(),
        )
        .unwrap();
        for standing in outcome
            .ranking
            .iter()
            .filter(|standing| !standing.is_baseline)
        {
            assert!(
                !standing.against_baseline.unwrap().is_significant(),
                "{standing:?}"
            );
        }
        assert!(
            outcome.verdict.headline.starts_with("No evidence"),
            "{:?}",
            outcome.verdict
        );
    }
}

#[test]
fn a_candidate_that_diverges_is_reported() {
    let mut request = small(Builtin::Diabetes, &["mse", "1e30*mse"]);
    request.budget.learning_rate = 1e25;
    let outcome = run(&request, &()).unwrap();
    let diverged: usize = outcome
        .ranking
        .iter()
        .map(|standing| standing.diverged)
        .sum();
    assert!(diverged > 0, "{:?}", outcome.ranking);
    assert!(outcome.table().contains("diverged"));
    assert!(
        outcome
            .report()
            .render()
            .contains("diverged in repeat 1, fold 1")
    );
    let reasons = outcome
        .candidates
        .iter()
        .flat_map(|candidate| &candidate.folds);
    for fold in reasons {
        if let FoldResult::Diverged { reason } = &fold.result {
            assert!(!reason.is_empty());
        }
    }
}

/// Counts what it is told, and stops the run after `limit` trainings.
struct Counter {
    limit: usize,
    begun: AtomicUsize,
    done: AtomicUsize,
    ended: AtomicUsize,
}

impl Counter {
    fn new(limit: usize) -> Self {
        let zero = || AtomicUsize::new(0);
        Self {
            limit,
            begun: zero(),
            done: zero(),
            ended: zero(),
        }
    }
}

impl Progress for Counter {
    fn begin(&self, trainings: usize) {
        self.begun.store(trainings, Ordering::Relaxed);
    }

    fn update(&self, status: &Status<'_>) {
        assert_eq!(
            status.best.is_some(),
            status.done >= 2,
            "two candidates make a fold"
        );
        self.done.fetch_max(status.done, Ordering::Relaxed);
    }

    fn should_stop(&self) -> bool {
        self.done.load(Ordering::Relaxed) >= self.limit
    }

    fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn progress_is_told_and_can_stop() {
    let mut request = small(Builtin::Iris, &["cross_entropy", "squentropy"]);
    request.threads = Some(1);
    let counter = Counter::new(usize::MAX);
    run(&request, &counter).unwrap();
    let told = [&counter.begun, &counter.done, &counter.ended];
    assert_eq!(
        told.map(|number| number.load(Ordering::Relaxed)),
        [12, 12, 1]
    );

    let counter = Counter::new(3);
    let error = run(&request, &counter).unwrap_err();
    assert!(matches!(error, CompareError::Cancelled), "{error}");
    assert_eq!(counter.done.load(Ordering::Relaxed), 3);
    assert_eq!(counter.ended.load(Ordering::Relaxed), 1);
}

#[test]
fn a_table_with_everything_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flats.csv");
    let mut text = "size;district;lift;empty;rent\n".to_owned();
    for row in 0..60 {
        let size = if row % 7 == 0 {
            String::new()
        } else {
            (30 + row).to_string()
        };
        let district = ["north", "south", ""][row % 3];
        let rent = 10.5 * (30 + row) as f64 + if row % 3 == 0 { 100.0 } else { 0.0 };
        text.push_str(&format!("{size};{district};{};;{rent}\n", row % 2 == 0));
    }
    std::fs::write(&path, text).unwrap();
    let request = Request {
        source: Source::Csv(path),
        target: Some("rent".to_owned()),
        ..small(Builtin::Digits, &["mae"])
    };
    let outcome = run(&request, &()).unwrap();
    assert_eq!(outcome.data.features, 4);
    assert!(outcome.data.task_was_told);

    let written = outcome.write(&folder.path().join("out")).unwrap();
    let json = std::fs::read_to_string(&written.json).unwrap();
    let read: Outcome = serde_json::from_str(&json).unwrap();
    assert_eq!(read.settings, outcome.settings);
    assert_eq!(read.ranking.len(), outcome.ranking.len());
    let html = std::fs::read_to_string(&written.report).unwrap();
    for expected in [
        &outcome.verdict.headline,
        "Learning curves",
        "--target rent",
        "mae",
        "mse",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("NaN"));
    assert_eq!(
        std::fs::read_dir(folder.path().join("out"))
            .unwrap()
            .count(),
        2
    );
}

#[test]
fn classes_of_two_rows_are_refused_for_two_folds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairs.csv");
    let rows: String = (0..12).map(|row| format!("{row},c{}\n", row / 2)).collect();
    std::fs::write(&path, format!("x,y\n{rows}")).unwrap();
    let request = Request {
        source: Source::Csv(path),
        target: Some("y".to_owned()),
        folds: 2,
        ..small(Builtin::Iris, &[])
    };
    let error = run(&request, &()).unwrap_err();
    assert!(
        matches!(error, CompareError::NoValidation { .. }),
        "{error}"
    );
}

#[test]
fn what_cannot_run_is_told_before_anything_runs() {
    let counter = Counter::new(usize::MAX);
    for request in [
        Request {
            folds: 1,
            ..small(Builtin::Iris, &[])
        },
        Request {
            folds: 60,
            ..small(Builtin::Iris, &[])
        },
        small(Builtin::Iris, &["cross_entropy", "nonsense"]),
    ] {
        assert!(run(&request, &counter).unwrap_err().is_bad_input());
    }
    assert_eq!(counter.begun.load(Ordering::Relaxed), 0);
}
