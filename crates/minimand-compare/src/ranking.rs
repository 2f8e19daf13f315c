//! From fold results to a ranking with intervals and tests.
//!
//! Two families of tests are fixed before the run. The first answers the question:
//! every candidate of every model against the baseline of the same model, with Holm's
//! method over all models together. The second says what can be told apart from
//! what: within each model all pairs, with Holm's method over the pairs. A third, for
//! several models, is the models themselves, all trained with the baseline.
//!
//! The best mean of many is flattered by chance: expect a little less of the winner
//! on new data than its mean says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measures::Measure;
use crate::outcome::{CandidateFolds, FoldOutcome};
use crate::request::Model;
use crate::statistics::{Aim, Difference, Estimate, difference, estimate, holm};

/// The candidates of one model, ranked and compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRanking {
    /// The model that they trained.
    pub model: Model,
    /// The candidates, best first.
    pub standings: Vec<Standing>,
    /// All pairs that could be tested, in the order of the ranking, adjusted for all
    /// pairs of this model.
    pub pairs: Vec<Pair>,
    /// Maximal groups of neighbours in the ranking of which no pair is significantly
    /// different. A candidate may be in several; one on its own is in none.
    pub cliques: Vec<Clique>,
    /// The best model (the first) minus this one in the primary measure, both trained
    /// with the baseline, adjusted for all pairs of models. `None` for the best model
    /// itself, and where the two could not be tested.
    pub lead_of_best: Option<Difference>,
}

/// A candidate's place among the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The objective.
    pub expression: String,
    /// Whether it is the one that the others are tested against.
    pub is_baseline: bool,
    /// Mean and interval of every measure. Empty if a fold diverged, because a mean
    /// over the folds that went well would flatter the candidate. A measure that no
    /// candidate has on a fold (AUROC without a class) skips that fold; one that only
    /// this candidate lacks somewhere is left out.
    pub measures: BTreeMap<Measure, Estimate>,
    /// Folds that diverged.
    pub diverged: usize,
    /// Folds in all.
    pub folds: usize,
    /// Difference from the baseline of the same model in the primary measure, adjusted
    /// for all candidates of all models. `None` for the baseline itself, and where the
    /// two could not be tested: one of them diverged or lacks the measure, there are
    /// too few results, or they differ by the same amount on every fold.
    pub against_baseline: Option<Difference>,
}

impl Standing {
    /// Mean and interval of `measure`, if the candidate has one.
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        self.measures.get(&measure).copied()
    }
}

/// Two candidates of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The one that ranks before the other.
    pub a: String,
    /// The other one, the reference.
    pub b: String,
    /// `a` minus `b` in the primary measure.
    pub difference: Difference,
}

/// Neighbours in a ranking that cannot be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clique {
    /// Position of the first in the ranking, counted from 0.
    pub from: usize,
    /// Position of the last.
    pub to: usize,
}

/// Ranks the candidates of each model by their mean of `primary`, best first; those
/// without one (they diverged, or lack the measure on a fold) come last. Equal means
/// keep the order of the candidates. The best model comes first, by the mean of the
/// baseline. All models have the same folds.
pub(crate) fn rank(
    models: &[(&Model, &[CandidateFolds])],
    baseline: &str,
    primary: Measure,
    measures: &[Measure],
    test_to_train: f64,
) -> Vec<ModelRanking> {
    let candidates: Vec<&[CandidateFolds]> = models.iter().map(|(_, folds)| *folds).collect();
    let field = Field {
        results: results(&candidates, primary),
        baselines: candidates
            .iter()
            .map(|folds| folds.iter().position(|one| one.expression == baseline))
            .collect(),
        aim: Aim::from(primary.direction()),
        test_to_train,
    };
    let of_measures: Vec<_> = measures
        .iter()
        .map(|measure| (*measure, results(&candidates, *measure)))
        .collect();
    let standing = |model: usize, candidate: usize, against_baseline| {
        let folds = &candidates[model][candidate];
        let estimates = of_measures.iter().filter_map(|(measure, results)| {
            let results = results[model][candidate].as_deref()?;
            Some((*measure, estimate(results, test_to_train)?))
        });
        Standing {
            expression: folds.expression.clone(),
            is_baseline: Some(candidate) == field.baselines[model],
            measures: estimates.collect(),
            diverged: folds.diverged(),
            folds: folds.folds.len(),
            against_baseline,
        }
    };

    let tests = field.against_baselines();
    let rankings = field.leads().into_iter().map(|(at, lead_of_best)| {
        let (model, folds) = models[at];
        let results: Vec<Option<&[f64]>> = field.results[at].iter().map(Option::as_deref).collect();
        let order = field.order(&results);
        let pairs = field.pairs(&order, &results);
        let name = |place: usize| folds[order[place]].expression.clone();
        let named = pairs.iter().filter_map(|(a, b, found)| {
            found.map(|difference| Pair {
                a: name(*a),
                b: name(*b),
                difference,
            })
        });
        ModelRanking {
            model: model.clone(),
            standings: order
                .iter()
                .map(|candidate| standing(at, *candidate, tests[at][*candidate]))
                .collect(),
            pairs: named.collect(),
            cliques: cliques(results.iter().flatten().count(), &pairs),
            lead_of_best,
        }
    });
    rankings.collect()
}

/// The results of `measure`, model by model and candidate by candidate, on the folds
/// where any candidate has it. `None` for a candidate that lacks it on one of them
/// (or has a value that is not finite), and for one that diverged.
fn results(models: &[&[CandidateFolds]], measure: Measure) -> Vec<Vec<Option<Vec<f64>>>> {
    let value = |fold: &FoldOutcome| {
        let value = fold.result.fit()?.test.get(&measure).copied();
        value.filter(|value| value.is_finite())
    };
    let all = || models.iter().copied().flatten();
    let folds = all().map(|one| one.folds.len()).max().unwrap_or(0);
    let has = |fold: usize| all().any(|one| one.folds.get(fold).and_then(value).is_some());
    let counts: Vec<bool> = (0..folds).map(has).collect();
    let of_candidate = |candidate: &CandidateFolds| {
        let counted = candidate.folds.iter().zip(&counts);
        let values = counted.filter(|(_, counts)| **counts);
        let values: Option<Vec<f64>> = values.map(|(fold, _)| value(fold)).collect();
        values.filter(|values| candidate.diverged() == 0 && !values.is_empty())
    };
    models
        .iter()
        .map(|candidates| candidates.iter().map(of_candidate).collect())
        .collect()
}

/// The results of the primary measure and how they are compared.
struct Field {
    /// Model by model and candidate by candidate.
    results: Vec<Vec<Option<Vec<f64>>>>,
    /// The place of each model's baseline among its candidates.
    baselines: Vec<Option<usize>>,
    aim: Aim,
    test_to_train: f64,
}

/// Two places in a ranking, the better one first, and how the first differs from the
/// second.
type Compared = (usize, usize, Option<Difference>);

impl Field {
    fn difference(&self, a: Option<&[f64]>, reference: Option<&[f64]>) -> Option<Difference> {
        difference(a?, reference?, self.aim, self.test_to_train)
    }

    fn baseline(&self, model: usize) -> Option<&[f64]> {
        self.results[model][self.baselines[model]?].as_deref()
    }

    /// The first family: the tests of all candidates of all models.
    fn against_baselines(&self) -> Vec<Vec<Option<Difference>>> {
        let mut found: Vec<Vec<Option<Difference>>> = self
            .results
            .iter()
            .map(|candidates| vec![None; candidates.len()])
            .collect();
        let candidates = || {
            let places = self.results.iter().enumerate();
            let places = places.flat_map(|(model, all)| (0..all.len()).map(move |at| (model, at)));
            places.filter(|(model, at)| Some(*at) != self.baselines[*model])
        };
        let compare = |(model, at): (usize, usize)| {
            self.difference(self.results[model][at].as_deref(), self.baseline(model))
        };
        let mut family: Vec<Option<Difference>> = candidates().map(compare).collect();
        holm(&mut family);
        for ((model, at), test) in candidates().zip(family) {
            found[model][at] = test;
        }
        found
    }

    /// The models, the best first, and how that one leads each of them, all with the
    /// baseline.
    fn leads(&self) -> Vec<(usize, Option<Difference>)> {
        let baselines: Vec<Option<&[f64]>> = (0..self.results.len())
            .map(|model| self.baseline(model))
            .collect();
        let order = self.order(&baselines);
        let pairs = self.pairs(&order, &baselines);
        let lead = |other: usize| pairs.iter().find(|(a, b, _)| (*a, *b) == (0, other))?.2;
        let places = order.iter().enumerate();
        places.map(|(place, model)| (*model, lead(place))).collect()
    }

    /// Positions of `results`, the best mean first.
    fn order(&self, results: &[Option<&[f64]>]) -> Vec<usize> {
        let mean = |at: &usize| results[*at].and_then(|results| self.aim.mean(results));
        let mut order: Vec<usize> = (0..results.len()).collect();
        order.sort_by(|a, b| self.aim.best_first(mean(a), mean(b)));
        order
    }

    /// The family of all pairs of `results`, by their places in `order`.
    fn pairs(&self, order: &[usize], results: &[Option<&[f64]>]) -> Vec<Compared> {
        let places = (0..order.len()).flat_map(|a| (a + 1..order.len()).map(move |b| (a, b)));
        let places: Vec<(usize, usize)> = places.collect();
        let compare =
            |(a, b): &(usize, usize)| self.difference(results[order[*a]], results[order[*b]]);
        let mut family: Vec<Option<Difference>> = places.iter().map(compare).collect();
        holm(&mut family);
        let pairs = places.into_iter().zip(family);
        pairs.map(|((a, b), found)| (a, b, found)).collect()
    }
}

/// The cliques among the first `places` of a ranking; none if nothing was tested.
fn cliques(places: usize, pairs: &[Compared]) -> Vec<Clique> {
    let told_apart = |from: usize, to: usize| {
        let within = pairs.iter().filter(|(a, b, _)| from <= *a && *b <= to);
        let mut tests = within.filter_map(|(_, _, test)| *test);
        tests.any(|test| test.is_significant())
    };
    let mut found: Vec<Clique> = Vec::new();
    if pairs.iter().all(|(_, _, test)| test.is_none()) {
        return found;
    }
    for from in 0..places {
        let reached = (from + 1..places).take_while(|to| !told_apart(from, *to));
        let contained = |to: usize| found.last().is_some_and(|clique| clique.to >= to);
        if let Some(to) = reached.last().filter(|to| !contained(*to)) {
            found.push(Clique { from, to });
        }
    }
    found
}

#[cfg(test)]
#[path = "ranking_tests.rs"]
pub(crate) mod tests;
