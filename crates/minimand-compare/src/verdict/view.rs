//! What the tests against the baseline found, model by model.

use crate::measures::Measure;
use crate::ranking::{ModelRanking, Standing};
use crate::statistics::{Aim, Difference};

/// A difference below this share is called small, however clear it is.
pub(super) const SMALL: f64 = 0.01;

/// A model whose baseline has a mean to compare with.
pub(super) struct View<'a> {
    /// The model in words.
    pub(super) model: String,
    pub(super) ranking: &'a ModelRanking,
    pub(super) baseline: &'a Standing,
    /// The baseline's mean of the primary measure.
    pub(super) mean: f64,
    /// How many results it is of.
    pub(super) results: usize,
    /// What was tested, best first.
    pub(super) tested: Vec<Finding<'a>>,
}

/// A candidate that was tested against the baseline.
#[derive(Clone, Copy)]
pub(super) struct Finding<'a> {
    pub(super) name: &'a str,
    pub(super) difference: Difference,
    pub(super) effect: Effect,
}

/// What a test says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Better,
    Worse,
    Unclear,
}

impl<'a> View<'a> {
    pub(super) fn new(ranking: &'a ModelRanking, measure: Measure, aim: Aim) -> Option<Self> {
        let baseline = ranking.standings.iter().find(|one| one.is_baseline)?;
        let estimate = baseline.estimate(measure)?;
        let tested = ranking.standings.iter().filter_map(|standing| {
            let difference = standing.against_baseline?;
            Some(Finding {
                name: &standing.expression,
                difference,
                effect: match aim.gain(difference.mean) {
                    _ if !difference.is_significant() => Effect::Unclear,
                    gain if gain > 0.0 => Effect::Better,
                    _ => Effect::Worse,
                },
            })
        });
        Some(Self {
            model: ranking.model.describe(),
            ranking,
            baseline,
            mean: estimate.mean,
            results: estimate.results,
            tested: tested.collect(),
        })
    }

    /// The candidates of which the tests say this.
    pub(super) fn with(&self, effect: Effect) -> Vec<Finding<'a>> {
        let found = self.tested.iter().copied();
        found.filter(|finding| finding.effect == effect).collect()
    }

    /// What the tests say of the candidate of this name.
    pub(super) fn effect(&self, name: &str) -> Option<Effect> {
        let found = self.tested.iter().find(|finding| finding.name == name);
        found.map(|finding| finding.effect)
    }

    /// Whether a difference of this amount, and this share of the baseline's mean, is
    /// too small to matter in most uses: the share is below 1%. A measure that is
    /// better the higher it is ends at 1, and near the end little is left: there the
    /// amount must also be below 1% of the rest.
    pub(super) fn is_small(&self, amount: f64, share: Option<f64>, aim: Aim) -> bool {
        let of_mean = share.is_some_and(|share| share.abs() < SMALL);
        let of_rest = amount.abs() < SMALL * (1.0 - self.mean).abs();
        of_mean && (of_rest || aim != Aim::Higher)
    }
}

impl Finding<'_> {
    /// Whether candidate and baseline are equal on every fold.
    pub(super) fn is_equal(&self) -> bool {
        self.difference.wins + self.difference.losses == 0
    }
}
