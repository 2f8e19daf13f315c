//! What comparisons find.

use std::sync::atomic::{AtomicUsize, Ordering};

use minimand_compare::outcome::FoldResult;
use minimand_compare::progress::Status;
use minimand_compare::{
    Builtin, CompareError, Comparison, Measure, Model, Outcome, Progress, Request, Store, run,
};

use crate::support::{small, timeless};

fn on_threads(request: &Request, threads: usize) -> Outcome {
    let comparison = Comparison::new(request.clone()).unwrap();
    let store = Store::in_memory(comparison.plan());
    comparison.train(&store, None, Some(threads), &()).unwrap();
    timeless(comparison.outcome(&store).unwrap())
}

#[test]
fn the_number_of_threads_changes_nothing_and_the_seed_everything() {
    let with = |threads, seed| {
        let request = Request {
            seed,
            ..small(Builtin::Iris, &["cross_entropy", "squentropy"])
        };
        on_threads(&request, threads)
    };
    let one = with(1, 4);
    assert_eq!(one, with(2, 4));
    assert_eq!(one, with(5, 4));
    assert_ne!(one.results, with(1, 5).results);
}

#[test]
fn classification_learns_and_is_measured() {
    let mut request = small(Builtin::Iris, &["focal", "poly_cross_entropy"]);
    request.models = vec![Model::Linear, Model::Mlp(vec![8])];
    request.slices = vec!["class".into()];
    let outcome = run(&request, &()).unwrap();
    assert_eq!(outcome.baseline, "cross_entropy");
    assert_eq!((outcome.rankings.len(), outcome.trials), (2, 2));
    assert!((outcome.test_to_train - 0.5).abs() < 1e-9);
    for (ranking, results) in outcome.rankings.iter().zip(&outcome.results) {
        assert_eq!((ranking.standings.len(), ranking.pairs.len()), (3, 3));
        for candidate in &results.candidates {
            assert_eq!(candidate.folds.len(), 6);
            let accuracy = candidate.values(Measure::Accuracy).unwrap();
            let mean = accuracy.iter().sum::<f64>() / 6.0;
            assert!(mean > 0.8, "{}: {accuracy:?}", candidate.expression);
            for fit in candidate.fits() {
                assert!(fit.temperature.unwrap() > 0.0);
                let best = fit.validation_curve[fit.best_epoch - 1];
                assert!(fit.validation_curve.iter().all(|score| *score >= best));
                // The kept trial is the best of those tried.
                let scores = fit.trials.iter().map(|trial| trial.score.unwrap());
                assert_eq!(scores.fold(f64::INFINITY, f64::min), best);
                let classes: Vec<&str> = fit
                    .slices
                    .iter()
                    .map(|slice| slice.value.as_str())
                    .collect();
                assert_eq!(classes, ["0", "1", "2"]);
            }
            // Every row is tested once in each repeat.
            let tested: f64 = candidate.diagnostics.confusion.iter().sum();
            assert_eq!(tested, 300.0);
        }
        let means: Vec<f64> = ranking
            .standings
            .iter()
            .map(|standing| standing.estimate(Measure::LogLoss).unwrap().mean)
            .collect();
        assert!(means.is_sorted(), "{means:?}");
    }
}

#[test]
fn regression_is_measured_in_the_unit_of_the_target() {
    let request = small(Builtin::Diabetes, &["mse", "mae", "0.5*mse + huber"]);
    let outcome = run(&request, &()).unwrap();
    for standing in &outcome.rankings[0].standings {
        // The standard deviation of the target is 77.
        let mean = |measure| standing.estimate(measure).unwrap().mean;
        let rmse = mean(Measure::Rmse);
        assert!(
            (45.0..70.0).contains(&rmse),
            "{}: {rmse}",
            standing.expression
        );
        assert!(mean(Measure::R2) > 0.2);
        assert!((0.8..0.98).contains(&mean(Measure::Coverage)));
        assert!((2.0..12.0).contains(&mean(Measure::Pinball)));
    }
}

#[test]
fn another_measure_decides_if_asked() {
    let mut request = small(Builtin::BreastCancer, &["cross_entropy", "squentropy"]);
    request.metric = Some(Measure::Auroc);
    let outcome = run(&request, &()).unwrap();
    assert_eq!(outcome.primary, Measure::Auroc);
    let means: Vec<f64> = outcome.rankings[0]
        .standings
        .iter()
        .map(|standing| -standing.estimate(Measure::Auroc).unwrap().mean)
        .collect();
    assert!(means.is_sorted() && means[0] < -0.9, "{means:?}");
    assert!(outcome.table().contains("AUROC ↑"));
    request.metric = Some(Measure::Rmse);
    let error = run(&request, &()).unwrap_err().to_string();
    assert!(
        error.starts_with("`metric` must be a measure of classification: log_loss, accuracy"),
        "{error}"
    );
}

#[test]
fn tuning_chooses_among_variants() {
    let mut request = small(Builtin::Iris, &["cross_entropy", "focal(gamma=2)"]);
    request.tune = true;
    let outcome = run(&request, &()).unwrap();
    assert_eq!(outcome.trials, 6);
    let chosen: Vec<&str> = outcome.results[0].candidates[1]
        .fits()
        .map(|fit| fit.expression.as_str())
        .collect();
    let known = [
        "focal(gamma=1)",
        "focal",
        "focal(gamma=4)",
        "focal(gamma=2)",
    ];
    assert!(chosen.iter().all(|name| known.contains(name)), "{chosen:?}");
}

#[test]
fn a_candidate_that_diverges_is_reported() {
    let mut request = small(Builtin::Diabetes, &["mse", "1e30*mse"]);
    request.budget.learning_rates = vec![1e25];
    let outcome = run(&request, &()).unwrap();
    let standings = &outcome.rankings[0].standings;
    assert!(
        standings.iter().any(|standing| standing.diverged > 0),
        "{standings:?}"
    );
    assert!(outcome.table().contains("diverged"));
    let page = outcome.report().render();
    assert!(page.contains("diverged in repeat 1, fold 1") && !page.contains("NaN"));
    for candidate in &outcome.results[0].candidates {
        for fold in &candidate.folds {
            if let FoldResult::Diverged { reason } = &fold.result {
                assert!(reason.contains("at learning rate"), "{reason}");
            }
        }
    }
}

/// Counts what it is told, and stops the run after `limit` jobs.
pub(crate) struct Counter {
    limit: usize,
    pub(crate) begun: AtomicUsize,
    pub(crate) done: AtomicUsize,
    ended: AtomicUsize,
}

impl Counter {
    pub(crate) fn new(limit: usize) -> Self {
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
    fn begin(&self, jobs: usize, finished: usize) {
        self.begun.store(jobs, Ordering::Relaxed);
        self.done.store(finished, Ordering::Relaxed);
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
    let request = small(Builtin::Iris, &["cross_entropy", "squentropy"]);
    let counter = Counter::new(usize::MAX);
    let on_one_thread = |counter: &Counter| {
        let comparison = Comparison::new(request.clone()).unwrap();
        let store = Store::in_memory(comparison.plan());
        let result = comparison.train(&store, None, Some(1), counter);
        (store.finished(), result)
    };
    on_one_thread(&counter).1.unwrap();
    let told = [&counter.begun, &counter.done, &counter.ended];
    assert_eq!(
        told.map(|number| number.load(Ordering::Relaxed)),
        [12, 12, 1]
    );

    let counter = Counter::new(3);
    let (finished, result) = on_one_thread(&counter);
    assert!(matches!(result, Err(CompareError::Cancelled)), "{result:?}");
    assert_eq!(finished, 3);
    assert_eq!(counter.ended.load(Ordering::Relaxed), 1);
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
