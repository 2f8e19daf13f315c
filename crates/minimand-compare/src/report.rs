//! The result as a page: the verdict and the numbers.

mod background;

use minimand_report::html::{HtmlTable, Page, Section};
use minimand_report::number::{fixed, significant};
use minimand_report::svg::{IntervalPlot, IntervalRow};

use crate::measures::Measure;
use crate::outcome::{FoldResult, Outcome};
use crate::ranking::Standing;
use crate::request::Task;
use crate::table::{cell, significance};

impl Outcome {
    /// The page for people: verdict, ranking, differences, learning curves, settings.
    /// It loads nothing from elsewhere.
    pub fn report(&self) -> Page {
        let page = Page::new(format!("Which objective for {}?", self.data.name))
            .subtitle(self.description())
            .headline(self.verdict.headline.clone())
            .section(self.ranking_section())
            .section(self.differences_section())
            .section(self.measures_section())
            .section(self.curves_section())
            .section(self.method_section())
            .section(self.settings_section());
        page.footer(format!(
            "minimand {} · {} trainings in {} s · data {}",
            self.version,
            self.candidates
                .iter()
                .map(|candidate| candidate.folds.len())
                .sum::<usize>(),
            fixed(self.seconds, 1),
            self.data.hash
        ))
    }

    fn ranking_section(&self) -> Section {
        let primary = self.primary;
        let mut plot = IntervalPlot::new(format!("Ranking by {}", primary.label())).axis_label(
            format!("{} on test rows, {}", self.primary_unit(), better(primary)),
        );
        for (index, standing) in self.ranking.iter().enumerate() {
            let estimate = standing.estimate(primary);
            let mean = estimate.map_or(f64::NAN, |estimate| estimate.mean);
            let interval = estimate.map(|e| (e.mean - e.half_width, e.mean + e.half_width));
            let row = IntervalRow::new(name(standing), mean, interval);
            plot = plot.row(if index == 0 { row.highlighted() } else { row });
        }
        let baseline = self.ranking.iter().find(|standing| standing.is_baseline);
        if let Some(estimate) = baseline.and_then(|baseline| baseline.estimate(primary)) {
            plot = plot.reference(estimate.mean, self.settings.baseline.clone());
        }
        let caption = format!(
            "Mean over {} folds with its 95% interval, best first. The interval is corrected \
             for overlapping training sets. All objectives meet the same hard and easy folds, \
             so overlapping intervals do not mean that two of them are equal: see the \
             differences below.",
            self.settings.folds * self.settings.repeats
        );
        let section = Section::new("Ranking");
        let details = self.verdict.details.iter();
        details
            .fold(section, |section, text| section.paragraph(text))
            .figure(&caption, &plot)
    }

    fn differences_section(&self) -> Section {
        let (primary, baseline) = (self.primary, &self.settings.baseline);
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
            .number_column("p")
            .number_column("p (Holm)")
            .number_column("p against best (Holm)");
        let decimals = self.difference_decimals();
        let mut rows = 0;
        for standing in &self.ranking {
            let Some(test) = standing.against_baseline else {
                continue;
            };
            let (mean, half_width) = (test.estimate.mean, test.estimate.half_width);
            let interval = (mean - half_width, mean + half_width);
            let row = IntervalRow::new(standing.expression.clone(), mean, Some(interval));
            plot = plot.row(if test.is_significant() {
                row.highlighted()
            } else {
                row
            });
            let against_best = standing
                .against_best
                .map_or_else(|| "best".to_owned(), |test| probability(test.p_adjusted));
            let number = |value: f64| signed(value, decimals);
            let cells = [
                standing.expression.clone(),
                number(mean),
                format!("{} to {}", number(interval.0), number(interval.1)),
                probability(test.p),
                probability(test.p_adjusted),
                against_best,
            ];
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
             objectives). Shaded: different from {baseline} after Holm's adjustment, p < 0.05."
        );
        section.figure(&caption, &plot).table(&table)
    }

    fn measures_section(&self) -> Section {
        let measures = Measure::of(self.data.task);
        let mut table = HtmlTable::new().text_column("Objective");
        for measure in measures {
            table = table.number_column(measure.label_with_arrow());
        }
        table = table.number_column("p (Holm)");
        for (index, standing) in self.ranking.iter().enumerate() {
            let mut cells = vec![standing.expression.clone()];
            cells.extend(
                measures
                    .iter()
                    .map(|measure| cell(standing, *measure, self.decimals(*measure))),
            );
            cells.push(significance(standing));
            if index == 0 {
                table.highlighted_row(cells)
            } else {
                table.row(cells)
            }
        }
        let section = Section::new("All measures").paragraph(
            "Mean over the folds ± half-width of the 95% interval, on test rows. Arrows point to \
             better values.",
        );
        let section = match self.data.task {
            Task::Regression => section,
            Task::Classification => section.paragraph(
                "Measures of probabilities are taken after temperature scaling, which is fitted \
                 on the validation rows, so that no objective is punished for the scale of its \
                 scores; the raw ones are as trained.",
            ),
        };
        section.table(&table).fold(&self.folds_section())
    }

    /// Every fold of every candidate.
    fn folds_section(&self) -> Section {
        let mut table = HtmlTable::new().text_column("Repeat, fold");
        for candidate in &self.candidates {
            table = table.number_column(candidate.expression.clone());
        }
        let folds = self
            .candidates
            .first()
            .map_or(0, |candidate| candidate.folds.len());
        for index in 0..folds {
            let results: Vec<_> = self
                .candidates
                .iter()
                .filter_map(|one| one.folds.get(index))
                .collect();
            let place = results
                .first()
                .map(|fold| format!("{}, {}", fold.repeat, fold.fold));
            let mut cells = vec![place.unwrap_or_default()];
            cells.extend(results.iter().map(|fold| match &fold.result {
                FoldResult::Diverged { .. } => "diverged".to_owned(),
                FoldResult::Finished(fit) => {
                    let value = fit.test.get(&self.primary);
                    let value = value.map_or_else(String::new, |value| significant(*value, 4));
                    format!("{value} ({})", fit.best_epoch)
                }
            }));
            table.row(cells);
        }
        let reasons = self.candidates.iter().flat_map(|candidate| {
            candidate
                .folds
                .iter()
                .filter_map(move |fold| match &fold.result {
                    FoldResult::Finished(_) => None,
                    FoldResult::Diverged { reason } => Some(format!(
                        "{} diverged in repeat {}, fold {}: {reason}.",
                        candidate.expression, fold.repeat, fold.fold
                    )),
                })
        });
        let section = Section::new("Every fold").paragraph(&format!(
            "Test {}; in brackets the epoch whose weights were kept.",
            self.primary.label()
        ));
        reasons.fold(section.table(&table), |section, reason| {
            section.paragraph(&reason)
        })
    }

    /// The primary measure with its unit or meaning.
    fn primary_unit(&self) -> String {
        match self.data.task {
            Task::Classification => "log-loss (nats)".to_owned(),
            Task::Regression => format!("RMSE (in units of {})", self.data.target),
        }
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

fn better(measure: Measure) -> &'static str {
    match measure.direction() {
        minimand::metrics::Direction::Lower => "lower is better",
        minimand::metrics::Direction::Higher => "higher is better",
    }
}

/// A difference with its sign.
fn signed(value: f64, decimals: usize) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", fixed(value, decimals))
}

fn probability(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}
