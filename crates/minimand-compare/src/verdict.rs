//! The answer in words, no stronger than the numbers.

mod details;
mod view;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::measures::Measure;
use crate::ranking::{ModelRanking, Standing};
use crate::statistics::{Aim, FEWEST};
use view::{Effect, Finding, View};
use words::{Words, joined, listed, plural};

/// The answer in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// One sentence to take away.
    pub headline: String,
    /// What else there is to know, sentence by sentence.
    pub details: Vec<String>,
}

impl Verdict {
    /// Judges the rankings of all models, the best model first, by the tests against
    /// the baseline.
    pub(crate) fn new(rankings: &[ModelRanking], measure: Measure) -> Self {
        let aim = Aim::from(measure.direction());
        let views = rankings
            .iter()
            .filter_map(|ranking| View::new(ranking, measure, aim));
        let judge = Judge {
            rankings,
            views: views.collect(),
            words: Words { measure, aim },
        };
        Self {
            headline: judge.headline(),
            details: judge.details(),
        }
    }
}

struct Judge<'a> {
    rankings: &'a [ModelRanking],
    /// The models whose baseline has a mean, the best first.
    views: Vec<View<'a>>,
    words: Words,
}

impl Judge<'_> {
    fn headline(&self) -> String {
        let tested: Vec<&View<'_>> = self
            .views
            .iter()
            .filter(|view| !view.tested.is_empty())
            .collect();
        let [best, others @ ..] = tested.as_slice() else {
            return self.nothing_tested();
        };
        let name = &best.baseline.expression;
        let with = format!("{}{}", self.with(best), self.title(best));
        let better = best.with(Effect::Better);
        if let [first, more @ ..] = better.as_slice() {
            let amount = self.words.amount(&first.difference, name);
            return if more.is_empty() {
                format!("{} beats {name} here{with}: {amount}.", first.name)
            } else {
                format!(
                    "{} of {} objectives beat {name} here{with}; the best of them on average is \
                     {}: {amount}.",
                    better.len(),
                    best.tested.len(),
                    first.name
                )
            };
        }
        let all: BTreeSet<&str> = tested
            .iter()
            .flat_map(|view| view.tested.iter().map(|finding| finding.name))
            .collect();
        let none = format!("No evidence that {} beats {name}", any_of(&all));
        let elsewhere: Vec<String> = others
            .iter()
            .filter_map(|view| {
                let names = names(&view.with(Effect::Better));
                let verb = plural(names.len(), "does", "do");
                let with = self.with(view);
                (!names.is_empty()).then(|| format!(";{with}, {} {verb}", joined(&names)))
            })
            .collect();
        if !elsewhere.is_empty() {
            return format!("{none}{with}{}.", elsewhere.concat());
        }
        match models(&tested).as_slice() {
            several @ [_, _, ..] => format!("{none} here, with {}.", listed(several, "or")),
            _ => format!("{none} here{with}."),
        }
    }

    /// Why there is no test, and what to do.
    fn nothing_tested(&self) -> String {
        let all = || self.rankings.iter().flat_map(|ranking| &ranking.standings);
        let Some(baseline) = all().find(|standing| standing.is_baseline) else {
            return "There is no baseline to compare with.".to_owned();
        };
        let name = &baseline.expression;
        if all().all(|standing| standing.diverged > 0) {
            return "Every objective diverged, so there is nothing to compare: try a smaller \
                    learning rate."
                .to_owned();
        }
        let Some(best) = self.views.first() else {
            return if baseline.diverged > 0 {
                format!(
                    "{name} diverged, so nothing can be compared with it: try a smaller learning \
                     rate or another baseline."
                )
            } else {
                format!(
                    "{name} has no {} on some folds, so nothing can be compared with it: try \
                     another measure or larger folds.",
                    self.words.measure.label()
                )
            };
        };
        let judged: BTreeSet<&str> = self
            .views
            .iter()
            .flat_map(|view| &view.ranking.standings)
            .filter(|standing| !standing.is_baseline && self.has_mean(standing))
            .map(|standing| standing.expression.as_str())
            .collect();
        if judged.is_empty() {
            return format!("Only {name} could be judged: nothing to compare.");
        }
        let question = format!("Whether {} beats {name} cannot be told", any_of(&judged));
        if best.results < FEWEST {
            let results = plural(best.results, "result", "results");
            format!(
                "{question} from {} {results} each: use more folds or repeats.",
                best.results
            )
        } else {
            format!("{question}, because differences are the same on every fold: use more repeats.")
        }
    }

    /// ` with linear`, or nothing where there is only one model.
    fn with(&self, view: &View<'_>) -> String {
        self.with_model(&view.model)
    }

    fn with_model(&self, model: &str) -> String {
        match self.rankings {
            [] | [_] => String::new(),
            _ => format!(" with {model}"),
        }
    }

    /// What the best model is called after its name, as far as tests allow.
    fn title(&self, view: &View<'_>) -> &'static str {
        let [best, others @ ..] = self.views.as_slice() else {
            return "";
        };
        let lead = |other: &View<'_>| other.ranking.lead_of_best;
        let is_clear = |other| lead(other).is_some_and(|lead| lead.is_significant());
        match others {
            [] => "",
            _ if view.model != best.model => "",
            [only] if is_clear(only) => ", the better model",
            all if all.iter().all(is_clear) => ", the best model",
            [_] => ", the model with the better mean",
            _ => ", the model with the best mean",
        }
    }

    fn has_mean(&self, standing: &Standing) -> bool {
        standing.estimate(self.words.measure).is_some()
    }
}

/// `mae` or `any of these 3 objectives`.
fn any_of(names: &BTreeSet<&str>) -> String {
    match names.first() {
        Some(only) if names.len() == 1 => (*only).to_owned(),
        _ => format!("any of these {} objectives", names.len()),
    }
}

fn names<'a>(findings: &[Finding<'a>]) -> Vec<&'a str> {
    findings.iter().map(|finding| finding.name).collect()
}

fn models<'a>(views: &[&'a View<'_>]) -> Vec<&'a str> {
    views.iter().map(|view| view.model.as_str()).collect()
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
