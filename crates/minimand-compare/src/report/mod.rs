//! The result as a page: the verdict, then for every model the numbers behind it.

mod background;
mod cases;
mod choices;
mod diagnosis;
mod measures;
mod ranking;

use minimand::metrics::Direction;
use minimand_report::html::{Group, Page, Section};
use minimand_report::number::fixed;

use crate::measures::Measure;
use crate::outcome::{ModelFolds, Outcome};
use crate::ranking::ModelRanking;
use crate::request::Task;

/// One model's part of the page.
struct Part<'a> {
    outcome: &'a Outcome,
    ranking: &'a ModelRanking,
    results: &'a ModelFolds,
}

impl Outcome {
    /// The page for people: verdict, and for every model ranking, differences, measures,
    /// learning curves and diagnostics; then method and settings. It loads nothing from
    /// elsewhere.
    pub fn report(&self) -> Page {
        let mut page = Page::new(format!("Which objective for {}?", self.data.name))
            .subtitle(self.description())
            .headline(self.verdict.headline.clone());
        let details = self.verdict.details.iter();
        page = page.section(details.fold(Section::new("Verdict"), |section, text| {
            section.paragraph(text)
        }));
        for (index, (ranking, results)) in self.ranked().enumerate() {
            let part = Part {
                outcome: self,
                ranking,
                results,
            };
            page = page.group(part.group(index == 0));
        }
        page.section(self.method_section())
            .section(self.settings_section())
            .footer(format!(
                "minimand {} · {} trainings in {} s of computing · data {}",
                self.version,
                self.trainings(),
                fixed(self.seconds, 1),
                self.data.hash
            ))
    }

    fn trainings(&self) -> usize {
        let candidates = self.results.iter().flat_map(|results| &results.candidates);
        candidates
            .map(|candidate| candidate.folds.len() * self.trials)
            .sum()
    }

    /// The primary measure with its unit.
    fn primary_unit(&self) -> String {
        let label = self.primary.label();
        match self.primary {
            Measure::LogLoss | Measure::RawLogLoss => format!("{label} (nats)"),
            Measure::Rmse | Measure::Mae | Measure::Pinball => {
                format!("{label} (in units of {})", self.data.target)
            }
            Measure::Hausdorff95 | Measure::Assd => match &self.data.images {
                Some(images) => format!("{label} ({})", images.unit),
                None => label.to_owned(),
            },
            _ => label.to_owned(),
        }
    }
}

impl Part<'_> {
    fn group(&self, open: bool) -> Group {
        let model = self.ranking.model.describe();
        let best = self.ranking.standings.first();
        let note = best.and_then(|best| {
            let mean = best.estimate(self.outcome.primary)?.mean;
            let decimals = self.outcome.decimals(self.outcome.primary);
            let label = self.outcome.primary.label();
            Some(format!(
                "best: {}, {label} {}",
                best.expression,
                fixed(mean, decimals)
            ))
        });
        let mut group = Group::new(model);
        if let Some(note) = note {
            group = group.note(note);
        }
        if open {
            group = group.open();
        }
        let sections = [
            self.ranking_section(),
            self.differences_section(),
            self.pairs_section(),
        ];
        let sections = sections
            .into_iter()
            .chain([self.measures_section(), self.curves_section()]);
        let sections = sections
            .chain(self.diagnosis_sections())
            .chain(self.slices_sections());
        sections
            .chain([self.choices_section()])
            .fold(group, Group::section)
    }
}

fn better(measure: Measure) -> String {
    match measure.direction() {
        Direction::Lower => "lower is better".to_owned(),
        Direction::Higher => "higher is better".to_owned(),
        Direction::Nearest(best) => format!("{best} is right"),
    }
}

fn probability(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

/// What a row of the data is called in captions.
fn rows_of(task: Task) -> &'static str {
    match task {
        Task::Classification | Task::Regression | Task::Segmentation => "predictions",
        Task::Multilabel => "predictions, one for each row and label",
    }
}
