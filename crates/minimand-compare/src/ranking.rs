//! From fold results to a ranking with intervals and tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measures::Measure;
use crate::outcome::CandidateFolds;
use crate::request::Task;
use crate::statistics::{Difference, Estimate, difference, estimate, holm};

/// A candidate's place among the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The objective.
    pub expression: String,
    /// Whether it is the one that the others are tested against.
    pub is_baseline: bool,
    /// Mean and interval of every measure; empty if a fold diverged, because a mean
    /// over the folds that went well would flatter the candidate.
    pub measures: BTreeMap<Measure, Estimate>,
    /// Folds that diverged.
    pub diverged: usize,
    /// Folds in all.
    pub folds: usize,
    /// Difference from the baseline in the primary measure, adjusted for all
    /// candidates tested against it. `None` for the baseline itself, and where one
    /// of the two diverged.
    pub against_baseline: Option<Difference>,
    /// Difference from the candidate with the best mean, adjusted likewise. `None`
    /// for the best itself, and where the candidate diverged.
    pub against_best: Option<Difference>,
}

impl Standing {
    /// Mean and interval of `measure`, if no fold diverged.
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        self.measures.get(&measure).copied()
    }
}

/// Ranks candidates by their mean of the primary measure, best first; those that
/// diverged come last. Equal means keep the order of `candidates`.
pub(crate) fn rank(
    candidates: &[CandidateFolds],
    baseline: &str,
    task: Task,
    test_to_train: f64,
) -> Vec<Standing> {
    let primary = Measure::primary(task);
    let values: Vec<Option<Vec<f64>>> = candidates
        .iter()
        .map(|candidate| candidate.values(primary))
        .collect();
    let mean = |index: usize| {
        let values = values[index].as_ref()?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    };
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| primary.direction().best_first(mean(*a), mean(*b)));

    let best = order.first().and_then(|best| values[*best].as_deref());
    let baseline_at = candidates
        .iter()
        .position(|candidate| candidate.expression == baseline);
    let baseline_values = baseline_at.and_then(|index| values[index].as_deref());
    let mut against_baseline = family(&values, baseline_values, baseline_at, test_to_train);
    let mut against_best = family(&values, best, order.first().copied(), test_to_train);

    let standings = order.iter().map(|index| {
        let candidate = &candidates[*index];
        let estimates = Measure::of(task).iter().filter_map(|measure| {
            let values = candidate.values(*measure)?;
            Some((*measure, estimate(&values, test_to_train)?))
        });
        let diverged = candidate.diverged();
        Standing {
            expression: candidate.expression.clone(),
            is_baseline: Some(*index) == baseline_at,
            measures: if diverged == 0 {
                estimates.collect()
            } else {
                BTreeMap::new()
            },
            diverged,
            folds: candidate.folds.len(),
            against_baseline: against_baseline[*index].take(),
            against_best: against_best[*index].take(),
        }
    });
    standings.collect()
}

/// The adjusted differences of all candidates from `reference`, the one at `skip`.
fn family(
    values: &[Option<Vec<f64>>],
    reference: Option<&[f64]>,
    skip: Option<usize>,
    test_to_train: f64,
) -> Vec<Option<Difference>> {
    let mut found: Vec<Option<Difference>> = values
        .iter()
        .enumerate()
        .map(|(index, values)| {
            if Some(index) == skip {
                return None;
            }
            difference(values.as_deref()?, reference?, test_to_train)
        })
        .collect();
    let mut tested: Vec<Difference> = found.iter().flatten().copied().collect();
    holm(&mut tested);
    found
        .iter_mut()
        .flatten()
        .zip(tested)
        .for_each(|(slot, adjusted)| *slot = adjusted);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Measures;
    use crate::outcome::{Fit, FoldOutcome, FoldResult};

    /// A candidate with these RMSEs; NaN stands for a fold that diverged.
    fn candidate(expression: &str, results: &[f64]) -> CandidateFolds {
        let folds = results.iter().enumerate().map(|(fold, rmse)| FoldOutcome {
            repeat: 1,
            fold: fold + 1,
            result: if rmse.is_nan() {
                FoldResult::Diverged {
                    reason: "the loss became NaN".into(),
                }
            } else {
                FoldResult::Finished(Fit {
                    test: Measures::from([(Measure::Rmse, *rmse), (Measure::Mae, rmse / 2.0)]),
                    temperature: None,
                    best_epoch: 1,
                    validation_curve: vec![*rmse],
                })
            },
            seconds: 0.0,
        });
        CandidateFolds {
            expression: expression.into(),
            folds: folds.collect(),
        }
    }

    fn ranked(candidates: &[CandidateFolds]) -> Vec<Standing> {
        rank(candidates, "mse", Task::Regression, 0.25)
    }

    #[test]
    fn best_first_with_tests_against_baseline_and_best() {
        let ranking = ranked(&[
            candidate("mse", &[2.0, 2.1, 1.9, 2.0]),
            candidate("mae", &[3.0, 3.2, 3.1, 3.0]),
            candidate("huber", &[1.0, 1.2, 1.0, 1.1]),
        ]);
        let names: Vec<&str> = ranking
            .iter()
            .map(|standing| standing.expression.as_str())
            .collect();
        assert_eq!(names, ["huber", "mse", "mae"]);
        assert!(ranking[1].is_baseline && ranking[1].against_baseline.is_none());
        assert!(ranking[0].against_best.is_none());
        let better = ranking[0].against_baseline.unwrap();
        assert!((better.estimate.mean + 0.925).abs() < 1e-12);
        // Two comparisons: the smaller p counts twice.
        let p: Vec<Difference> = ranking
            .iter()
            .filter_map(|standing| standing.against_baseline)
            .collect();
        let smaller = p[0].p.min(p[1].p);
        assert!(p.iter().any(|test| test.p_adjusted == 2.0 * smaller));
        assert!((ranking[0].estimate(Measure::Mae).unwrap().mean - 1.075 / 2.0).abs() < 1e-12);
        assert_eq!(
            ranking[0].estimate(Measure::R2),
            None,
            "not in the fold results"
        );
    }

    #[test]
    fn a_candidate_that_diverged_is_last_and_not_tested() {
        let ranking = ranked(&[
            candidate("mae", &[0.1, f64::NAN, 0.1, f64::NAN]),
            candidate("mse", &[2.0, 2.1, 1.9, 2.0]),
        ]);
        assert_eq!(ranking[1].expression, "mae");
        assert_eq!((ranking[1].diverged, ranking[1].folds), (2, 4));
        assert!(ranking[1].measures.is_empty() && ranking[1].against_baseline.is_none());
    }

    #[test]
    fn nothing_is_tested_against_a_baseline_that_diverged() {
        let ranking = ranked(&[
            candidate("mse", &[f64::NAN, 2.1]),
            candidate("mae", &[1.0, 1.0]),
            candidate("huber", &[1.1, 1.0]),
        ]);
        assert_eq!(ranking[2].expression, "mse");
        assert!(
            ranking
                .iter()
                .all(|standing| standing.against_baseline.is_none())
        );
        assert!(ranking[1].against_best.is_some());
    }
}
