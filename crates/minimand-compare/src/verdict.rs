//! The answer in words, no stronger than the numbers.

use minimand::metrics::Direction;
use minimand_report::number::significant;
use serde::{Deserialize, Serialize};

use crate::measures::Measure;
use crate::ranking::Standing;
use crate::statistics::Difference;

/// The answer in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// One sentence to take away.
    pub headline: String,
    /// What else there is to know, sentence by sentence.
    pub details: Vec<String>,
}

impl Verdict {
    /// Judges a ranking, best first, by the tests against the baseline.
    pub(crate) fn new(ranking: &[Standing], measure: Measure) -> Self {
        let judge = Judge { ranking, measure };
        let mut details = Vec::new();
        let headline = match ranking.iter().find(|standing| standing.is_baseline) {
            _ if ranking.iter().all(|standing| standing.diverged > 0) => {
                "Every objective diverged, so there is nothing to compare: try a smaller \
                 learning rate."
                    .to_owned()
            }
            Some(baseline) if baseline.diverged > 0 => format!(
                "{} diverged, so nothing can be compared with it: try a smaller learning \
                 rate or another baseline.",
                baseline.expression
            ),
            Some(baseline) => judge.against(baseline, &mut details),
            None => "There is no baseline to compare with.".to_owned(),
        };
        judge.diverged(&mut details);
        Self { headline, details }
    }
}

struct Judge<'a> {
    ranking: &'a [Standing],
    measure: Measure,
}

impl Judge<'_> {
    /// The headline, and in `details` what the tests against `baseline` say.
    fn against(&self, baseline: &Standing, details: &mut Vec<String>) -> String {
        let name = baseline.expression.as_str();
        let tested: Vec<(&Standing, Difference)> = self
            .ranking
            .iter()
            .filter_map(|standing| Some((standing, standing.against_baseline?)))
            .collect();
        let (better, worse): (Vec<(&Standing, Difference)>, Vec<_>) = tested
            .iter()
            .copied()
            .filter(|(_, difference)| difference.is_significant())
            .partition(|(_, difference)| self.gain(difference) > 0.0);

        let headline = match better.as_slice() {
            [] if tested.is_empty() => format!("Only {name} could be judged: nothing to compare."),
            [] if tested.len() == 1 => {
                format!(
                    "No evidence that {} beats {name} here.",
                    tested[0].0.expression
                )
            }
            [] => format!(
                "No evidence that any of these {} objectives beats {name} here.",
                tested.len()
            ),
            [(standing, difference)] => {
                format!(
                    "{} beats {name} here: {}.",
                    standing.expression,
                    self.amount(difference)
                )
            }
            [(standing, difference), ..] => format!(
                "{} of {} objectives beat {name} here; the best of them on average is {}: {}.",
                better.len(),
                tested.len(),
                standing.expression,
                self.amount(difference)
            ),
        };
        if let [_, _, ..] = better.as_slice() {
            details.push(format!("Better than {name}: {}.", self.list(&better)));
        }
        if !worse.is_empty() {
            details.push(format!("Worse than {name}: {}.", self.list(&worse)));
        }
        self.best(details);
        if tested.len() > 1 {
            details.push(format!(
                "p-values are from corrected resampled t-tests, adjusted by Holm's method for \
                 {} comparisons.",
                tested.len()
            ));
        }
        headline
    }

    /// Who is best on average, and from whom that cannot be told apart.
    fn best(&self, details: &mut Vec<String>) {
        let Some((best, others)) = self.ranking.split_first() else {
            return;
        };
        let equal: Vec<&str> = others
            .iter()
            .filter(|other| {
                other
                    .against_best
                    .is_some_and(|test| !test.is_significant())
            })
            .map(|other| other.expression.as_str())
            .collect();
        let judged = others
            .iter()
            .filter(|other| other.against_best.is_some())
            .count();
        if judged == 0 {
            return;
        }
        let comparison = match equal.as_slice() {
            [] => "it can be told apart from all others".to_owned(),
            all if all.len() == judged && judged > 1 => {
                "it cannot be told apart from any other".to_owned()
            }
            names => format!("it cannot be told apart from {}", joined(names)),
        };
        details.push(format!(
            "{} has the best mean {}; {comparison}.",
            best.expression,
            self.measure.label()
        ));
    }

    fn diverged(&self, details: &mut Vec<String>) {
        for standing in self.ranking.iter().filter(|standing| standing.diverged > 0) {
            details.push(format!(
                "{} diverged in {} of {} folds; it is ranked last and not tested.",
                standing.expression, standing.diverged, standing.folds
            ));
        }
    }

    fn list(&self, entries: &[(&Standing, Difference)]) -> String {
        let entries = entries.iter().map(|(standing, difference)| {
            let p = p_value(difference.p_adjusted);
            format!("{} ({}, {p})", standing.expression, self.change(difference))
        });
        entries.collect::<Vec<_>>().join(", ")
    }

    /// By how much the candidate is better; negative if it is worse.
    fn gain(&self, difference: &Difference) -> f64 {
        match self.measure.direction() {
            Direction::Lower => -difference.estimate.mean,
            Direction::Higher => difference.estimate.mean,
        }
    }

    /// `log-loss lower by 0.012`.
    fn change(&self, difference: &Difference) -> String {
        let mean = difference.estimate.mean;
        let word = if mean < 0.0 { "lower" } else { "higher" };
        format!(
            "{} {word} by {}",
            self.measure.label(),
            significant(mean.abs(), 2)
        )
    }

    fn amount(&self, difference: &Difference) -> String {
        let (mean, half_width) = (
            difference.estimate.mean.abs(),
            difference.estimate.half_width,
        );
        format!(
            "{} (95% interval {} to {}, {})",
            self.change(difference),
            significant(mean - half_width, 2),
            significant(mean + half_width, 2),
            p_value(difference.p_adjusted)
        )
    }
}

/// `p = 0.031`, or a bound where more digits would say nothing.
pub(crate) fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        p if p < 0.1 => format!("p = {p:.3}"),
        p => format!("p = {p:.2}"),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
