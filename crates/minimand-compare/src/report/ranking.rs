//! Ranking, differences from the baseline, and who can be told apart from whom.

use minimand::metrics::Direction;
use minimand_report::html::{HtmlTable, Section};
use minimand_report::number::{fixed, significant};
use minimand_report::svg::{Better, CriticalDifference, IntervalPlot, IntervalRow};

use super::{Part, better, probability};
use crate::ranking::Standing;
use crate::statistics::Difference;

impl Part<'_> {
    pub(super) fn ranking_section(&self) -> Section {
        let (outcome, primary) = (self.outcome, self.outcome.primary);
        let mut plot =
            IntervalPlot::new(format!("Ranking by {}", primary.label())).axis_label(format!(
                "{} on test {}, {}",
                outcome.primary_unit(),
                primary.measured_on(),
                better(primary)
            ));
        for (index, standing) in self.ranking.standings.iter().enumerate() {
            let estimate = standing.estimate(primary);
            let mean = estimate.map_or(f64::NAN, |estimate| estimate.mean);
            let interval = estimate.and_then(|estimate| estimate.interval());
            let row = IntervalRow::new(name(standing), mean, interval);
            plot = plot.row(if index == 0 { row.highlighted() } else { row });
        }
        let baseline = self
            .ranking
            .standings
            .iter()
            .find(|standing| standing.is_baseline);
        if let Some(estimate) = baseline.and_then(|baseline| baseline.estimate(primary)) {
            plot = plot.reference(estimate.mean, outcome.baseline.clone());
        }
        let results = self
            .results
            .candidates
            .first()
            .map_or(0, |one| one.folds.len());
        let caption = format!(
            "Mean over {results} folds with its 95% interval, best first. The interval is corrected \
             for overlapping training sets. All objectives meet the same hard and easy folds, \
             so overlapping intervals do not mean that two of them are equal: see the \
             differences below."
        );
        Section::new("Ranking").figure(&caption, &plot)
    }

    pub(super) fn differences_section(&self) -> Section {
        let (outcome, primary, baseline) =
            (self.outcome, self.outcome.primary, &self.outcome.baseline);
        let section = Section::new(format!("Differences from {baseline}"));
        let mut plot = IntervalPlot::new(format!("Differences from {baseline}"))
            .axis_label(format!(
                "Difference in {}, {}",
                primary.label(),
                better(primary)
            ))
            .reference(0.0, "no difference");
        let mut table = HtmlTable::new()
            .text_column("Objective")
            .number_column(format!("Δ {}", primary.label()))
            .number_column("95% interval")
            .number_column("relative")
            .number_column("d")
            .number_column("folds better")
            .number_column("p")
            .number_column("p (Holm)");
        let decimals = outcome.difference_decimals();
        let mut rows = 0;
        for standing in &self.ranking.standings {
            let Some(test) = standing.against_baseline else {
                continue;
            };
            let row = IntervalRow::new(
                standing.expression.clone(),
                test.mean,
                Some(test.interval()),
            );
            plot = plot.row(if test.is_significant() {
                row.highlighted()
            } else {
                row
            });
            let mut cells = vec![standing.expression.clone()];
            cells.extend(self.numbers(&test, decimals));
            if test.is_significant() {
                table.highlighted_row(cells)
            } else {
                table.row(cells)
            }
            rows += 1;
        }
        if rows == 0 {
            return section.paragraph("No objective could be tested against the baseline.");
        }
        let caption = format!(
            "Mean difference, fold by fold, with its 95% interval (not widened for the number of \
             objectives). Shaded: different from {baseline} after Holm's adjustment for the {} \
             comparisons of all models, p < 0.05.",
            outcome.comparisons()
        );
        section.figure(&caption, &plot).table(&table).paragraph(
            "relative: the difference as a share of the baseline's mean. d: the mean of the \
             fold-by-fold differences in units of their standard deviation; it says how steady a \
             difference is over these folds, not how large it would be felt.",
        )
    }

    /// Cells for a difference: mean, interval, effect sizes, p-values.
    fn numbers(&self, test: &Difference, decimals: usize) -> [String; 7] {
        let (low, high) = test.interval();
        let number = |value: f64| signed(value, decimals);
        let ties = if test.ties > 0 {
            format!(", {} equal", test.ties)
        } else {
            String::new()
        };
        let folds = test.wins + test.losses + test.ties;
        [
            number(test.mean),
            format!("{} to {}", number(low), number(high)),
            test.relative.map_or_else(String::new, |share| {
                format!("{}%", signed(100.0 * share, 1))
            }),
            test.standardised.map_or_else(String::new, |d| signed(d, 2)),
            format!("{}/{folds}{ties}", test.wins),
            probability(test.p),
            probability(test.p_adjusted),
        ]
    }

    pub(super) fn pairs_section(&self) -> Section {
        let primary = self.outcome.primary;
        let section = Section::new("Who can be told apart");
        // Distances from the right value, where neither low nor high is better.
        let (way, value): (_, fn(f64, f64) -> f64) = match primary.direction() {
            Direction::Higher => (Better::Higher, |mean, _| mean),
            Direction::Lower => (Better::Lower, |mean, _| mean),
            Direction::Nearest(_) => (Better::Lower, |mean, best| (mean - best).abs()),
        };
        let best = match primary.direction() {
            Direction::Nearest(best) => best,
            _ => 0.0,
        };
        let label = match primary.direction() {
            Direction::Nearest(best) => format!("distance of {} from {best}", primary.label()),
            _ => format!("{}, {}", self.outcome.primary_unit(), better(primary)),
        };
        let mut plot = CriticalDifference::new(format!("Groups by {}", primary.label()), way)
            .axis_label(label);
        for standing in &self.ranking.standings {
            let mean = standing
                .estimate(primary)
                .map_or(f64::NAN, |estimate| value(estimate.mean, best));
            plot = plot.item(name(standing), mean);
        }
        for clique in &self.ranking.cliques {
            plot = plot.group(clique.from, clique.to);
        }
        let pairs = self.ranking.pairs.len();
        let caption = format!(
            "A bar joins objectives of which no two can be told apart: all {pairs} pairs tested by \
             corrected resampled t-tests, Holm-adjusted among themselves, p < 0.05."
        );
        let mut table = HtmlTable::new()
            .text_column("Objective")
            .text_column("against")
            .number_column(format!("Δ {}", primary.label()))
            .number_column("95% interval")
            .number_column("relative")
            .number_column("d")
            .number_column("folds better")
            .number_column("p")
            .number_column("p (Holm)");
        let decimals = self.outcome.difference_decimals();
        for pair in &self.ranking.pairs {
            let mut cells = vec![pair.a.clone(), pair.b.clone()];
            cells.extend(self.numbers(&pair.difference, decimals));
            if pair.difference.is_significant() {
                table.highlighted_row(cells)
            } else {
                table.row(cells)
            }
        }
        section
            .figure(&caption, &plot)
            .fold(&Section::new("Every pair").table(&table))
    }

    /// Every fold of every candidate.
    pub(super) fn folds_section(&self) -> Section {
        let mut table = HtmlTable::new().text_column("Repeat, fold");
        let candidates = &self.results.candidates;
        for candidate in candidates {
            table = table.number_column(candidate.expression.clone());
        }
        let folds = candidates
            .first()
            .map_or(0, |candidate| candidate.folds.len());
        for index in 0..folds {
            let results: Vec<_> = candidates
                .iter()
                .filter_map(|one| one.folds.get(index))
                .collect();
            let place = results
                .first()
                .map(|fold| format!("{}, {}", fold.repeat, fold.fold));
            let mut cells = vec![place.unwrap_or_default()];
            cells.extend(results.iter().map(|fold| match fold.result.fit() {
                None => "diverged".to_owned(),
                Some(fit) => {
                    let value = fit.test.get(&self.outcome.primary);
                    value.map_or_else(String::new, |value| significant(*value, 4))
                }
            }));
            table.row(cells);
        }
        let text = format!("Test {} of every fold.", self.outcome.primary.label());
        Section::new("Every fold").paragraph(&text).table(&table)
    }
}

fn name(standing: &Standing) -> String {
    match standing.diverged {
        0 => standing.expression.clone(),
        diverged => format!(
            "{} (diverged {diverged}/{})",
            standing.expression, standing.folds
        ),
    }
}

/// A difference with its sign.
fn signed(value: f64, decimals: usize) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", fixed(value, decimals))
}
