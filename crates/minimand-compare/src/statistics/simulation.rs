//! How often the tests cry wolf: learners that are equally good by construction,
//! compared by repeated cross-validation on many simulated data sets.

use minimand_burn::random::{Key, Random};

use super::{Aim, Difference, difference};
use crate::data::{Data, Target};
use crate::folds::{Split, splits};
use crate::outcome::CandidateFolds;
use crate::ranking::ModelRanking;
use crate::ranking::tests::{ranked, with_rmse};
use crate::request::{Model, Request};

const FOLDS: usize = 5;
const REPEATS: usize = 3;
const ROWS: usize = 60;
const LEARNERS: usize = 6;
const TEST_TO_TRAIN: f64 = 1.0 / (FOLDS as f64 - 1.0);

/// Data sets of a check on false alarms, and how many may raise one: 5%.
const SETS: u64 = 200;
const ALARMS: usize = 10;

/// One feature per learner and one for all, normal, and a target that is their sum, with
/// twice the last, plus noise: no learner's feature is better than another's, but in any
/// one sample some look better.
struct Sample {
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
    splits: Vec<Split>,
}

/// What a learner fits to its feature, by least squares.
#[derive(Clone, Copy)]
enum Fit {
    /// A line through the origin.
    Line,
    /// A plane through the origin, over the feature for all as well.
    Plane,
    /// Nothing: the slope of the line is wrong.
    Wrong,
}

impl Sample {
    /// A sample whose rows resemble their predecessors: the correlation of neighbours
    /// is `memory`.
    fn new(seed: u64, rows: usize, memory: f64) -> Self {
        let mut random = Random::new(Key::new(seed), 9);
        let fresh = (1.0 - memory * memory).sqrt();
        let mut series = || {
            let mut last = random.normal();
            let mut next = || {
                let value = last;
                last = memory * last + fresh * random.normal();
                value
            };
            (0..rows).map(|_| next()).collect::<Vec<f64>>()
        };
        let features: Vec<Vec<f64>> = (0..=LEARNERS).map(|_| series()).collect();
        let mut target = series();
        for (learner, feature) in features.iter().enumerate() {
            let weight = if learner == LEARNERS { 2.0 } else { 1.0 };
            let terms = target.iter_mut().zip(feature);
            terms.for_each(|(y, x)| *y += weight * x);
        }
        let request = Request {
            folds: FOLDS,
            repeats: REPEATS,
            seed,
            ..Request::default()
        };
        let splits = splits(&Data::of(Target::Values(target.clone())), &request);
        Self {
            features,
            target,
            splits,
        }
    }

    fn independent(seed: u64) -> Self {
        Self::new(seed, ROWS, 0.0)
    }

    /// The root mean squared test error on every split of a learner with one of the
    /// features.
    fn errors(&self, learner: usize, fit: Fit) -> Vec<f64> {
        let splits = self.splits.iter().map(|split| {
            let train: Vec<usize> = [&split.train[..], &split.validation].concat();
            self.error(learner, fit, &train, &split.test)
        });
        splits.collect()
    }

    fn error(&self, learner: usize, fit: Fit, train: &[usize], test: &[usize]) -> f64 {
        let (x, z, y) = (
            &self.features[learner],
            &self.features[LEARNERS],
            &self.target,
        );
        let sum = |a: &[f64], b: &[f64]| train.iter().map(|row| a[*row] * b[*row]).sum::<f64>();
        let (a, b) = match fit {
            Fit::Line => (sum(x, y) / sum(x, x), 0.0),
            Fit::Wrong => (-3.0, 0.0),
            Fit::Plane => {
                let (xx, xz, zz, xy, zy) = (sum(x, x), sum(x, z), sum(z, z), sum(x, y), sum(z, y));
                let determinant = xx * zz - xz * xz;
                (
                    (xy * zz - zy * xz) / determinant,
                    (zy * xx - xy * xz) / determinant,
                )
            }
        };
        let squares = test
            .iter()
            .map(|row| (y[*row] - a * x[*row] - b * z[*row]).powi(2));
        (squares.sum::<f64>() / test.len() as f64).sqrt()
    }

    /// The first learner as the baseline `mse`, all others, and the first once more
    /// under another name.
    fn candidates(&self, fit: Fit) -> Vec<CandidateFolds> {
        let names = ["mse", "l1", "l2", "l3", "l4", "l5"]
            .into_iter()
            .enumerate();
        let mut all: Vec<CandidateFolds> = names
            .map(|(learner, name)| with_rmse(name, &self.errors(learner, fit)))
            .collect();
        all.push(with_rmse("0.5*mse", &self.errors(0, fit)));
        all
    }

    fn rankings(&self) -> Vec<ModelRanking> {
        ranked(
            &self.candidates(Fit::Line),
            &self.candidates(Fit::Plane),
            TEST_TO_TRAIN,
        )
    }
}

fn lower(candidate: &[f64], reference: &[f64], test_to_train: f64) -> Difference {
    difference(candidate, reference, Aim::Lower, test_to_train).unwrap()
}

/// How many of `sets` data sets raise an alarm.
fn alarms(sets: u64, alarm: impl Fn(u64) -> bool) -> usize {
    (0..sets).filter(|seed| alarm(*seed)).count()
}

#[test]
fn families_of_equal_learners_are_rarely_split() {
    let (mut baseline, mut pairs) = (0, [0; 2]);
    for seed in 0..SETS {
        let rankings = Sample::independent(seed).rankings();
        let standings = rankings.iter().flat_map(|ranking| &ranking.standings);
        let mut tests = standings.filter_map(|standing| standing.against_baseline);
        baseline += usize::from(tests.any(|test| test.is_significant()));
        for (alarms, ranking) in pairs.iter_mut().zip(&rankings) {
            let mut tests = ranking.pairs.iter().map(|pair| pair.difference);
            *alarms += usize::from(tests.any(|test| test.is_significant()));
            let is_whole = ranking.cliques.len() == 1;
            assert!(
                is_whole
                    || ranking
                        .pairs
                        .iter()
                        .any(|pair| pair.difference.is_significant())
            );
        }
    }
    assert!(baseline <= ALARMS, "{baseline} of {SETS}");
    assert!(
        pairs.iter().all(|alarms| *alarms <= ALARMS),
        "{pairs:?} of {SETS}"
    );
}

#[test]
fn one_learner_under_two_names_is_never_declared_different() {
    for seed in 0..SETS {
        for ranking in Sample::independent(seed).rankings() {
            let two = ["mse", "0.5*mse"];
            let pair = ranking.pairs.iter();
            let mut pair = pair.filter(|pair| two.contains(&&*pair.a) && two.contains(&&*pair.b));
            let standing = ranking
                .standings
                .iter()
                .find(|one| one.expression == two[1]);
            for test in [
                standing.unwrap().against_baseline.unwrap(),
                pair.next().unwrap().difference,
            ] {
                assert_eq!((test.p_adjusted, test.ties), (1.0, FOLDS * REPEATS));
            }
        }
    }
}

#[test]
fn a_single_pair_of_equal_learners_is_rarely_declared_different() {
    let sets = 1000;
    let found = alarms(sets, |seed| {
        let sample = Sample::independent(seed);
        let (a, b) = (sample.errors(1, Fit::Line), sample.errors(0, Fit::Line));
        lower(&a, &b, TEST_TO_TRAIN).is_significant()
    });
    assert!(found <= sets as usize / 20, "{found} of {sets}");
}

/// Why results are pooled over the repeats: their means, fold by fold, spread less
/// than the correction expects.
#[test]
fn averaging_the_repeats_first_cries_wolf() {
    let sets = 1000;
    let found = alarms(sets, |seed| {
        let sample = Sample::independent(seed);
        let means = |learner: usize| -> Vec<f64> {
            let errors = sample.errors(learner, Fit::Line);
            let of_fold = |fold: usize| errors.iter().skip(fold).step_by(FOLDS).sum::<f64>();
            (0..FOLDS)
                .map(|fold| of_fold(fold) / REPEATS as f64)
                .collect()
        };
        lower(&means(1), &means(0), TEST_TO_TRAIN).is_significant()
    });
    assert!(found > sets as usize / 20, "{found} of {sets}");
}

#[test]
fn forward_chaining_is_cautious() {
    for (folds, memory) in [(3, 0.0), (5, 0.0), (5, 0.8), (8, 0.8)] {
        let found = alarms(SETS, |seed| {
            let sample = Sample::new(seed, 120, memory);
            // Each part of the series is tested once, with all before it to train on.
            let part = 120 / (folds + 1);
            let rows: Vec<usize> = (0..120).collect();
            let errors = |learner: usize| -> Vec<f64> {
                let test = |fold: usize| {
                    let (train, rest) = rows.split_at(fold * part);
                    sample.error(learner, Fit::Line, train, &rest[..part])
                };
                (1..=folds).map(test).collect()
            };
            let ratio = (1..=folds).map(|fold| 1.0 / fold as f64).sum::<f64>() / folds as f64;
            lower(&errors(1), &errors(0), ratio).is_significant()
        });
        assert!(
            found <= ALARMS,
            "{folds} folds, memory {memory}: {found} of {SETS}"
        );
    }
}

#[test]
fn what_is_worse_is_found() {
    let sets = 50;
    let (mut candidate, mut model) = (0, 0);
    for seed in 0..sets {
        let sample = Sample::new(seed, 2 * ROWS, 0.0);
        let with_wrong = |fit: Fit| {
            let wrong = with_rmse("wrong", &sample.errors(0, Fit::Wrong));
            [sample.candidates(fit), vec![wrong]].concat()
        };
        let (line, plane) = (with_wrong(Fit::Line), with_wrong(Fit::Plane));
        let rankings = ranked(&line, &plane, TEST_TO_TRAIN);
        candidate += usize::from(rankings.iter().all(|ranking| {
            let wrong = ranking
                .standings
                .iter()
                .find(|one| one.expression == "wrong");
            let test = wrong.unwrap().against_baseline.unwrap();
            test.is_significant() && test.mean > 0.0
        }));
        // The linear model, which sees one feature only, comes last.
        let is_behind = rankings[1].model == Model::Linear;
        let lead = rankings[1].lead_of_best.unwrap();
        model += usize::from(is_behind && lead.is_significant());
    }
    assert!(candidate >= 40, "{candidate} of {sets}");
    assert!(model >= 40, "{model} of {sets}");
}
