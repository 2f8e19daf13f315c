//! Tests of rankings, families of tests and cliques.

use super::*;
use crate::measures::Measures;

/// A candidate with these measures fold by fold; `None` stands for a fold that
/// diverged.
fn candidate(expression: &str, folds: Vec<Option<Measures>>) -> CandidateFolds {
    let with_curve = |test: Option<Measures>| test.map(|test| (test, vec![1.0]));
    CandidateFolds::of(expression, folds.into_iter().map(with_curve).collect())
}

/// A candidate with these RMSEs; NaN stands for a fold that diverged.
pub(crate) fn with_rmse(expression: &str, results: &[f64]) -> CandidateFolds {
    let measures = |rmse: f64| Measures::from([(Measure::Rmse, rmse), (Measure::Mae, rmse / 2.0)]);
    let folds = results.iter();
    let folds = folds.map(|rmse| (!rmse.is_nan()).then(|| measures(*rmse)));
    candidate(expression, folds.collect())
}

/// The rankings by RMSE of a linear model and, if given, an MLP.
pub(crate) fn ranked(
    linear: &[CandidateFolds],
    mlp: &[CandidateFolds],
    test_to_train: f64,
) -> Vec<ModelRanking> {
    let models = [(&Model::Linear, linear), (&Model::Mlp(vec![8]), mlp)];
    let used = if mlp.is_empty() {
        &models[..1]
    } else {
        &models
    };
    let measures = [Measure::Rmse, Measure::Mae, Measure::R2];
    rank(used, "mse", Measure::Rmse, &measures, test_to_train)
}

fn linear(candidates: &[CandidateFolds]) -> ModelRanking {
    ranked(candidates, &[], 0.25).remove(0)
}

fn names(ranking: &ModelRanking) -> Vec<&str> {
    let standings = ranking.standings.iter();
    standings.map(|one| one.expression.as_str()).collect()
}

const MSE: [f64; 4] = [2.0, 2.1, 1.9, 2.0];
const HUBER: [f64; 4] = [1.0, 1.2, 1.0, 1.1];
const MAE: [f64; 4] = [3.0, 3.2, 3.1, 3.0];

#[test]
fn best_first_with_tests_against_the_baseline_and_of_all_pairs() {
    let ranking = linear(&[
        with_rmse("mse", &MSE),
        with_rmse("mae", &MAE),
        with_rmse("huber", &HUBER),
    ]);
    assert_eq!(names(&ranking), ["huber", "mse", "mae"]);
    let standings = &ranking.standings;
    assert!(standings[1].is_baseline && standings[1].against_baseline.is_none());
    let better = standings[0].against_baseline.unwrap();
    assert!((better.mean + 0.925).abs() < 1e-12);
    assert_eq!((better.wins, better.losses), (4, 0));
    // Two comparisons: the smaller p counts twice.
    let worse = standings[2].against_baseline.unwrap();
    let smaller = better.p.min(worse.p);
    assert!(
        [better, worse]
            .iter()
            .any(|test| test.p_adjusted == 2.0 * smaller)
    );

    let pairs: Vec<(&str, &str)> = ranking
        .pairs
        .iter()
        .map(|pair| (pair.a.as_str(), pair.b.as_str()))
        .collect();
    assert_eq!(pairs, [("huber", "mse"), ("huber", "mae"), ("mse", "mae")]);
    assert_eq!(ranking.pairs[0].difference.mean, better.mean);
    let smallest = ranking.pairs.iter().map(|pair| pair.difference.p);
    let smallest = smallest.fold(1.0, f64::min);
    let adjusted = ranking.pairs.iter().map(|pair| pair.difference.p_adjusted);
    assert_eq!(adjusted.fold(1.0, f64::min), 3.0 * smallest);

    let mae = standings[0].estimate(Measure::Mae).unwrap();
    assert!((mae.mean - 1.075 / 2.0).abs() < 1e-12);
    assert_eq!(standings[0].estimate(Measure::R2), None, "nobody has it");
    assert_eq!(ranking.lead_of_best, None);
}

#[test]
fn the_first_family_is_that_of_all_models() {
    let shifted = |results: [f64; 4]| results.map(|result| result - 0.5);
    let rankings = ranked(
        &[with_rmse("mse", &MSE), with_rmse("huber", &HUBER)],
        &[
            with_rmse("mse", &shifted(MSE)),
            with_rmse("huber", &shifted(HUBER)),
        ],
        0.25,
    );
    // The MLP has the better baseline.
    assert_eq!(rankings[0].model, Model::Mlp(vec![8]));
    assert_eq!(rankings[1].model, Model::Linear);
    for ranking in &rankings {
        let test = ranking.standings[0].against_baseline.unwrap();
        assert!((test.p_adjusted - 2.0 * test.p).abs() < 1e-12);
        assert_eq!(ranking.pairs[0].difference.p_adjusted, test.p);
    }
    // The MLP is better by the same amount on every fold, which cannot be judged.
    assert_eq!(rankings[1].lead_of_best, None);
}

#[test]
fn the_best_model_leads_the_others() {
    let rankings = ranked(&[with_rmse("mse", &MSE)], &[with_rmse("mse", &HUBER)], 0.25);
    assert_eq!(rankings[0].lead_of_best, None);
    let lead = rankings[1].lead_of_best.unwrap();
    assert!((lead.mean + 0.925).abs() < 1e-12 && lead.is_significant());
    assert_eq!(lead.wins, 4);
}

#[test]
fn a_candidate_that_diverged_is_last_and_not_tested_but_counts() {
    let ranking = linear(&[
        with_rmse("mae", &[0.1, f64::NAN, 0.1, f64::NAN]),
        with_rmse("mse", &MSE),
        with_rmse("huber", &HUBER),
    ]);
    assert_eq!(names(&ranking), ["huber", "mse", "mae"]);
    let last = &ranking.standings[2];
    assert_eq!((last.diverged, last.folds), (2, 4));
    assert!(last.measures.is_empty() && last.against_baseline.is_none());
    // Both families were fixed before it diverged: two comparisons, three pairs.
    let test = ranking.standings[0].against_baseline.unwrap();
    assert_eq!(test.p_adjusted, 2.0 * test.p);
    assert_eq!(ranking.pairs.len(), 1);
    assert_eq!(ranking.pairs[0].difference.p_adjusted, 3.0 * test.p);
}

#[test]
fn nothing_is_tested_against_a_baseline_that_diverged() {
    let rankings = ranked(
        &[
            with_rmse("mse", &[f64::NAN, 2.1, 2.0]),
            with_rmse("mae", &[1.0, 1.0, 1.2]),
            with_rmse("huber", &[1.1, 1.0, 1.1]),
        ],
        &[with_rmse("mse", &MSE[..3]), with_rmse("mae", &MAE[..3])],
        0.25,
    );
    // A model without a baseline to judge it by comes last.
    let [mlp, linear] = &rankings[..] else {
        panic!("{rankings:?}")
    };
    assert_eq!(mlp.model, Model::Mlp(vec![8]));
    assert!(mlp.standings[1].against_baseline.is_some());
    assert_eq!(linear.standings[2].expression, "mse");
    let mut tests = linear.standings.iter().map(|one| one.against_baseline);
    assert!(tests.all(|test| test.is_none()));
    assert_eq!((linear.pairs.len(), linear.lead_of_best), (1, None));
}

#[test]
fn a_fold_counts_if_any_candidate_has_the_measure_there() {
    let auroc = |values: &[Option<f64>]| {
        let measures = |value: &Option<f64>| {
            let auroc = value.map(|value| (Measure::Auroc, value));
            Some(auroc.into_iter().collect::<Measures>())
        };
        values.iter().map(measures).collect::<Vec<_>>()
    };
    let candidates = [
        // No candidate has an AUROC on the second fold: a class is missing there.
        candidate("mse", auroc(&[Some(0.7), None, Some(0.8), Some(0.75)])),
        candidate("mae", auroc(&[Some(0.8), None, Some(0.8), Some(0.85)])),
        // These lack it elsewhere.
        candidate("huber", auroc(&[Some(0.9), None, None, Some(0.95)])),
        candidate(
            "log_cosh",
            auroc(&[Some(0.9), None, Some(f64::NAN), Some(0.9)]),
        ),
    ];
    let models = [(&Model::Linear, &candidates[..])];
    let ranking = rank(&models, "mse", Measure::Auroc, &[Measure::Auroc], 0.25).remove(0);
    assert_eq!(names(&ranking), ["mae", "mse", "huber", "log_cosh"]);
    let found = ranking.standings[0].estimate(Measure::Auroc).unwrap();
    assert_eq!(found.results, 3);
    assert!((found.mean - 2.45 / 3.0).abs() < 1e-12);
    let test = ranking.standings[0].against_baseline.unwrap();
    assert_eq!((test.wins, test.ties), (2, 1));
    for lacking in &ranking.standings[2..] {
        assert_eq!((lacking.diverged, lacking.against_baseline), (0, None));
        assert_eq!(lacking.estimate(Measure::Auroc), None);
    }
}

#[test]
fn few_results_are_ranked_but_not_tested() {
    for results in [1, 2] {
        let ranking = linear(&[
            with_rmse("mse", &MSE[..results]),
            with_rmse("huber", &HUBER[..results]),
        ]);
        assert_eq!(names(&ranking), ["huber", "mse"]);
        let best = &ranking.standings[0];
        let estimate = best.estimate(Measure::Rmse).unwrap();
        assert_eq!((estimate.half_width, best.against_baseline), (None, None));
        assert!(ranking.pairs.is_empty() && ranking.cliques.is_empty());
    }
    // No folds at all.
    let ranking = linear(&[with_rmse("mse", &[]), with_rmse("huber", &[])]);
    assert_eq!(names(&ranking), ["mse", "huber"]);
    assert!(ranking.standings[0].measures.is_empty());
}

/// A ranking of this many places, of which the pairs of `apart` are told apart.
fn groups(places: usize, apart: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut test = difference(&MSE, &HUBER, Aim::Lower, 0.25).unwrap();
    let mut pairs = Vec::new();
    for (a, b) in (0..places).flat_map(|a| (a + 1..places).map(move |b| (a, b))) {
        test.p_adjusted = if apart.contains(&(a, b)) { 0.01 } else { 0.5 };
        pairs.push((a, b, Some(test)));
    }
    let cliques = cliques(places, &pairs);
    cliques
        .iter()
        .map(|clique| (clique.from, clique.to))
        .collect()
}

#[test]
fn cliques_are_maximal_runs_without_a_difference() {
    assert_eq!(groups(4, &[]), [(0, 3)]);
    assert_eq!(groups(4, &[(0, 3)]), [(0, 2), (1, 3)]);
    assert_eq!(
        groups(4, &[(0, 2), (0, 3), (1, 3)]),
        [(0, 1), (1, 2), (2, 3)]
    );
    // Only the last two are equal; a difference between neighbours splits.
    assert_eq!(groups(3, &[(0, 1), (0, 2)]), [(1, 2)]);
    // The inner difference splits although the ends are not told apart.
    assert_eq!(groups(4, &[(1, 2)]), [(0, 1), (2, 3)]);
    assert_eq!(groups(2, &[(0, 1)]), []);
    assert_eq!(groups(1, &[]), []);
}
