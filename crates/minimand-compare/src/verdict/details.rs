//! What else there is to know, beside the headline.

use std::collections::{BTreeMap, BTreeSet};

use minimand_report::number::significant;

use super::view::{Effect, SMALL, View};
use super::words::{joined, p_value, percent, plural};
use super::{Judge, models, names};
use crate::ranking::{ModelRanking, Standing};
use crate::statistics::{Aim, FEWEST};

/// With this many results, more of them hardly narrow an interval: the correction for
/// overlapping training sets does not shrink with their number.
const MANY: usize = 15;

impl Judge<'_> {
    pub(super) fn details(&self) -> Vec<String> {
        let mut details = self.models();
        details.extend(self.views.iter().flat_map(|view| self.lists(view)));
        details.extend(self.agreement());
        details.extend(self.views.iter().flat_map(|view| self.sizes(view)));
        details.extend(self.best());
        details.extend(self.left_out());
        details.extend(
            self.rankings
                .iter()
                .flat_map(|ranking| self.not_tested(ranking)),
        );
        details.extend(self.method());
        details
    }

    /// How much better the best model is, trained with the baseline.
    fn models(&self) -> Vec<String> {
        let [best, others @ ..] = self.views.as_slice() else {
            return Vec::new();
        };
        let name = &best.baseline.expression;
        let compare = |other: &View<'_>| {
            let models = |verb: &str| format!("{} {verb} {} with {name}", best.model, other.model);
            match other.ranking.lead_of_best {
                Some(lead) => {
                    let verb = if lead.is_significant() {
                        "does better than"
                    } else {
                        "cannot be told apart from"
                    };
                    let amount = self.words.amount(&lead, &other.model);
                    format!("{}: {amount}.", models(verb))
                }
                None => format!(
                    "{}; whether that is more than chance cannot be told.",
                    models("has a better mean than")
                ),
            }
        };
        others.iter().map(compare).collect()
    }

    /// All that is better and worse, as far as the headline does not say it.
    fn lists(&self, view: &View<'_>) -> Vec<String> {
        let name = &view.baseline.expression;
        let is_best = self
            .views
            .first()
            .is_some_and(|best| best.model == view.model);
        let list = |(word, effect): (&str, Effect)| {
            let found = view.with(effect);
            let is_told = is_best && effect == Effect::Better && found.len() == 1;
            let entries = found.iter().map(|finding| {
                let change = self.words.change(&finding.difference, name);
                let p = p_value(finding.difference.p_adjusted);
                format!("{} ({change}, {p})", finding.name)
            });
            let entries = entries.collect::<Vec<_>>().join("; ");
            (!found.is_empty() && !is_told)
                .then(|| format!("{word} than {name}{}: {entries}.", self.with(view)))
        };
        let lists = [("Better", Effect::Better), ("Worse", Effect::Worse)];
        lists.into_iter().filter_map(list).collect()
    }

    /// Whether what is better with one model is better with the others.
    fn agreement(&self) -> Vec<String> {
        let Some(name) = self.views.first().map(|view| &view.baseline.expression) else {
            return Vec::new();
        };
        // Candidates by what each model says of them.
        let mut groups: BTreeMap<Vec<Option<Effect>>, Vec<&str>> = BTreeMap::new();
        let better = self.views.iter().flat_map(|view| view.with(Effect::Better));
        for candidate in better.map(|finding| finding.name).collect::<BTreeSet<_>>() {
            let effects = self.views.iter().map(|view| view.effect(candidate));
            groups.entry(effects.collect()).or_default().push(candidate);
        }
        let tell = |(effects, candidates): (Vec<Option<Effect>>, Vec<&str>)| {
            let of = |wanted: Effect| {
                let views = self.views.iter().zip(&effects);
                let views = views.filter(|(_, effect)| **effect == Some(wanted));
                models(&views.map(|(view, _)| view).collect::<Vec<_>>())
            };
            let (better, worse, unclear) =
                (of(Effect::Better), of(Effect::Worse), of(Effect::Unclear));
            let (what, verb) = (
                joined(&candidates),
                plural(candidates.len(), "beats", "beat"),
            );
            let with = joined(&better);
            if !worse.is_empty() {
                let worse = joined(&worse);
                Some(format!(
                    "The models disagree: {what} {verb} {name} with {with}, but not with {worse}, \
                     where it is the other way round."
                ))
            } else if !unclear.is_empty() {
                let unclear = joined(&unclear);
                Some(format!(
                    "{what} {verb} {name} with {with}; with {unclear} it is unclear, which does \
                     not show that the models differ in this."
                ))
            } else {
                (better.len() > 1)
                    .then(|| format!("The models agree: {what} {verb} {name} with {with}."))
            }
        };
        groups.into_iter().filter_map(tell).collect()
    }

    /// Which clear differences are small, and how large those may be that are not
    /// clear.
    fn sizes(&self, view: &View<'_>) -> Vec<String> {
        let (name, with) = (&view.baseline.expression, self.with(view));
        let label = self.words.measure.label();
        let mut details = Vec::new();
        let mut clear = [view.with(Effect::Better), view.with(Effect::Worse)].concat();
        clear.retain(|finding| {
            let difference = &finding.difference;
            view.is_small(difference.mean, difference.relative, self.words.aim)
        });
        if !clear.is_empty() {
            details.push(format!(
                "Clear but small{with}, below {}% of {name}'s {label} on average: {}.",
                100.0 * SMALL,
                joined(&names(&clear))
            ));
        }
        let mut unclear = view.with(Effect::Unclear);
        unclear.retain(|finding| !finding.is_equal());
        let bounds = unclear
            .iter()
            .map(|finding| finding.difference.mean.abs() + finding.difference.half_width);
        let Some(bound) = bounds.reduce(f64::max) else {
            return details;
        };
        let has_share = unclear
            .iter()
            .all(|finding| finding.difference.relative.is_some())
            && !matches!(self.words.aim, Aim::Nearest(_));
        let share = has_share.then(|| bound / view.mean.abs());
        let allowed = format!(
            "Where no difference from {name} is clear{with}, the intervals allow up to ±{}{}",
            significant(bound, 2),
            share.map_or_else(String::new, |share| format!(
                " ({} of {name}'s)",
                percent(share)
            ))
        );
        let rows = self.words.measure.measured_on();
        let more = if view.results < MANY {
            format!("more repeats and more {rows}")
        } else {
            format!("more {rows}")
        };
        details.push(if view.is_small(bound, share, self.words.aim) {
            format!("{allowed}: if there is any, it is small.")
        } else {
            format!("{allowed}: that is no evidence of equality; {more} would narrow them.")
        });
        details
    }

    /// Who is best on average with the best model, and from whom that cannot be told
    /// apart.
    fn best(&self) -> Vec<String> {
        let Some(view) = self.views.first() else {
            return Vec::new();
        };
        let Some(best) = view.ranking.standings.first() else {
            return Vec::new();
        };
        let judged = view
            .ranking
            .standings
            .iter()
            .filter(|one| self.has_mean(one));
        if judged.count() < 2 {
            return Vec::new();
        }
        let pairs = view.ranking.pairs.iter();
        let pairs: Vec<_> = pairs.filter(|pair| pair.a == best.expression).collect();
        let equal: Vec<&str> = pairs
            .iter()
            .filter(|pair| !pair.difference.is_significant())
            .map(|pair| pair.b.as_str())
            .collect();
        let comparison = match equal.as_slice() {
            _ if pairs.is_empty() => String::new(),
            [] => "; it can be told apart from all others".to_owned(),
            all if all.len() == pairs.len() && all.len() > 1 => {
                "; it cannot be told apart from any other".to_owned()
            }
            names => format!("; it cannot be told apart from {}", joined(names)),
        };
        vec![format!(
            "{} has the best mean {}{}{comparison}.",
            best.expression,
            self.words.measure.label(),
            self.with(view)
        )]
    }

    /// Folds on which the measure is not defined.
    fn left_out(&self) -> Option<String> {
        let view = self.views.first()?;
        let folds = view.baseline.folds;
        (view.results < folds).then(|| {
            format!(
                "{} is not defined on {} of {folds} folds, which are left out.",
                self.words.measure.label(),
                folds - view.results
            )
        })
    }

    /// Candidates without a test, or with one that says nothing, and why.
    fn not_tested(&self, ranking: &ModelRanking) -> Vec<String> {
        let label = self.words.measure.label();
        let with = self.with_model(&ranking.model.describe());
        let Some(baseline) = ranking.standings.iter().find(|one| one.is_baseline) else {
            return Vec::new();
        };
        let reference = &baseline.expression;
        let has_tests = baseline
            .estimate(self.words.measure)
            .is_some_and(|estimate| estimate.results >= FEWEST);
        let tell = |standing: &Standing| {
            let name = &standing.expression;
            let consequence = if standing.is_baseline {
                "nothing can be compared with it"
            } else {
                "it is ranked last and not tested"
            };
            match standing.against_baseline {
                _ if standing.diverged > 0 => Some(format!(
                    "{name} diverged in {} of {} folds{with}; {consequence}.",
                    standing.diverged, standing.folds
                )),
                _ if !self.has_mean(standing) => Some(format!(
                    "{name} has no {label} on some folds{with}; {consequence}."
                )),
                Some(test) if test.wins + test.losses == 0 => Some(format!(
                    "{name} gave the same {label} as {reference} on every fold{with}."
                )),
                None if has_tests && !standing.is_baseline => Some(format!(
                    "{name} differs from {reference} by the same amount on every fold{with}; \
                     without any spread that cannot be tested."
                )),
                _ => None,
            }
        };
        ranking.standings.iter().filter_map(tell).collect()
    }

    /// How the tests were made, if there were several.
    fn method(&self) -> Option<String> {
        let any = self.views.iter().any(|view| !view.tested.is_empty());
        let of = |ranking: &ModelRanking| {
            let others = ranking.standings.iter().filter(|one| !one.is_baseline);
            others.count()
        };
        let family: usize = self.rankings.iter().map(of).sum();
        (any && family > 1).then(|| {
            format!(
                "p-values are from corrected resampled t-tests, adjusted by Holm's method for \
                 {family} comparisons; each interval is for one comparison."
            )
        })
    }
}
