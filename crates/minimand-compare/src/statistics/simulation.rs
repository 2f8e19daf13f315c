//! How often the test cries wolf: learners that are equally good by construction,
//! compared by repeated cross-validation on many simulated data sets.

use minimand_burn::random::{Key, Random};

use super::{Difference, difference, holm};
use crate::data::Target;
use crate::folds::splits;

const FOLDS: usize = 5;
const REPEATS: usize = 2;
const ROWS: usize = 60;
const LEARNERS: usize = 7;
const TEST_TO_TRAIN: f64 = 1.0 / (FOLDS as f64 - 1.0);

/// One feature per learner, all normal, and a target that is their sum plus noise:
/// no feature is better than another, but in any one sample some look better.
struct Sample {
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
}

impl Sample {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(Key::new(seed), 9);
        let mut normal = move || random.normal();
        let features: Vec<Vec<f64>> = (0..LEARNERS)
            .map(|_| (0..ROWS).map(|_| normal()).collect())
            .collect();
        let sum = |row: usize| features.iter().map(|feature| feature[row]).sum::<f64>();
        let target = (0..ROWS).map(|row| sum(row) + normal()).collect();
        Self { features, target }
    }

    /// The mean squared test error, per fold, of the least-squares line through the
    /// origin on one feature, whose slope is `slope` if given.
    fn errors(&self, seed: u64, learner: usize, slope: Option<f64>) -> Vec<f64> {
        let x = &self.features[learner];
        let y = &self.target;
        let splits = splits(&Target::Values(y.clone()), FOLDS, REPEATS, 5, seed);
        let errors = splits.iter().map(|split| {
            let rows = || split.train.iter().chain(&split.validation);
            let fitted = rows().map(|row| x[*row] * y[*row]).sum::<f64>()
                / rows().map(|row| x[*row] * x[*row]).sum::<f64>();
            let slope = slope.unwrap_or(fitted);
            let squares = split
                .test
                .iter()
                .map(|row| (y[*row] - slope * x[*row]).powi(2));
            squares.sum::<f64>() / split.test.len() as f64
        });
        errors.collect()
    }

    fn compare(&self, seed: u64, learner: usize) -> Difference {
        let baseline = self.errors(seed, 0, None);
        difference(&self.errors(seed, learner, None), &baseline, TEST_TO_TRAIN).unwrap()
    }
}

#[test]
fn equal_learners_are_rarely_declared_different() {
    let sets = 1000;
    let alarms = (0..sets)
        .filter(|seed| Sample::new(*seed).compare(*seed, 1).is_significant())
        .count();
    assert!(alarms <= sets as usize / 20, "{alarms} of {sets}");
}

#[test]
fn a_family_of_equal_learners_is_rarely_split() {
    let sets = 400;
    let alarms = (0..sets).filter(|seed| {
        let sample = Sample::new(*seed);
        let mut family: Vec<Difference> = (1..LEARNERS)
            .map(|learner| sample.compare(*seed, learner))
            .collect();
        holm(&mut family);
        family.iter().any(Difference::is_significant)
    });
    let alarms = alarms.count();
    assert!(alarms <= sets as usize / 20, "{alarms} of {sets}");
}

#[test]
fn one_learner_under_two_names_is_never_declared_different() {
    for seed in 0..200 {
        assert_eq!(Sample::new(seed).compare(seed, 0).p, 1.0);
    }
}

#[test]
fn a_learner_that_is_worse_is_found() {
    let found = (0..50).filter(|seed| {
        let sample = Sample::new(*seed);
        let (fitted, wrong) = (
            sample.errors(*seed, 0, None),
            sample.errors(*seed, 0, Some(-3.0)),
        );
        difference(&wrong, &fitted, TEST_TO_TRAIN)
            .unwrap()
            .is_significant()
    });
    let found = found.count();
    assert!(found >= 40, "{found} of 50");
}
