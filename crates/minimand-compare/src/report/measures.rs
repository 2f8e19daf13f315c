//! All measures, also by class and by the values of columns.

use std::collections::BTreeMap;

use minimand_report::html::{HtmlTable, Section};

use super::Part;
use crate::measures::Measure;
use crate::outcome::{CandidateFolds, FoldResult};
use crate::request::Task;
use crate::slices::{BY_CLASS, columns};
use crate::statistics::estimate;
use crate::table::{cell, plus_minus, significance};

impl Part<'_> {
    pub(super) fn measures_section(&self) -> Section {
        let outcome = self.outcome;
        let measures = Measure::of(outcome.data.task);
        let mut table = HtmlTable::new().text_column("Objective");
        for measure in measures {
            table = table.number_column(measure.label_with_arrow());
        }
        table = table.number_column("p (Holm)");
        for (index, standing) in self.ranking.standings.iter().enumerate() {
            let mut cells = vec![standing.expression.clone()];
            cells.extend(
                measures
                    .iter()
                    .map(|measure| cell(standing, *measure, outcome.decimals(*measure))),
            );
            cells.push(significance(standing));
            if index == 0 {
                table.highlighted_row(cells)
            } else {
                table.row(cells)
            }
        }
        let text = match outcome.data.task {
            Task::Regression => {
                "The interval of pinball and coverage is the prediction plus the 5% and 95% \
                 quantiles of the errors on the validation rows; it should hold 90% of targets."
            }
            Task::Classification | Task::Multilabel => {
                "Measures of probabilities are taken after temperature scaling, which is fitted \
                 on the validation rows, so that no objective is punished for the scale of its \
                 scores; the raw ones are as trained."
            }
            Task::Segmentation => {
                "A measure of a fold is the mean over the classes but the background of the means over the \
                 cases in which it is defined: Dice where a case has the class, truly or as predicted, and \
                 distances likewise. Where only one of the two masks is empty, a distance is that of opposite \
                 corners of the image. The Betti error counts components, holes and cavities too many or too few."
            }
        };
        let section = Section::new("All measures")
            .paragraph(&format!(
                "Mean over the folds ± half-width of the 95% interval, on test {}. Arrows point \
                     to better values.",
                outcome.primary.measured_on()
            ))
            .paragraph(text)
            .table(&table)
            .fold(&self.folds_section());
        self.divergences()
            .into_iter()
            .fold(section, |section, reason| section.paragraph(&reason))
    }

    /// A sentence for every fold without a model.
    fn divergences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for candidate in &self.results.candidates {
            for fold in &candidate.folds {
                if let FoldResult::Diverged { reason } = &fold.result {
                    sentences.push(format!(
                        "{} diverged in repeat {}, fold {}: {reason}.",
                        candidate.expression, fold.repeat, fold.fold
                    ));
                }
            }
        }
        sentences
    }

    /// A section for every column, or the classes, by which measures were asked for.
    pub(super) fn slices_sections(&self) -> Vec<Section> {
        let classes = (self.outcome.data.task == Task::Segmentation).then_some(BY_CLASS);
        let by = self.outcome.request.slices.iter().map(String::as_str);
        by.chain(classes)
            .map(|by| self.slices_section(by))
            .collect()
    }

    fn slices_section(&self, by: &str) -> Section {
        let text = format!(
            "Mean over the folds in which a measure is defined ± half-width of the 95% interval. {}",
            if self.outcome.data.task == Task::Segmentation {
                "Cases are those that have the class, truly or as predicted."
            } else if by == BY_CLASS {
                "One class against the rest."
            } else {
                "Parts with few rows have wide intervals: a difference between two of them is no finding."
            }
        );
        let section = Section::new(format!("By {by}")).paragraph(&text);
        self.results
            .candidates
            .iter()
            .fold(section, |section, candidate| {
                let table = self.slices_table(candidate, by);
                section.fold(&Section::new(candidate.expression.clone()).table(&table))
            })
    }

    fn slices_table(&self, candidate: &CandidateFolds, by: &str) -> HtmlTable {
        let columns = columns(by, self.outcome.data.task);
        let mut table = HtmlTable::new().text_column(by).number_column(format!(
            "test {} of a repeat",
            self.outcome.primary.measured_on()
        ));
        for (_, label) in &columns {
            table = table.number_column(*label);
        }
        // In the order in which values first come.
        let mut order: Vec<&str> = Vec::new();
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        let mut values: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
        let slices = candidate.fits().flat_map(|fit| &fit.slices);
        for slice in slices.filter(|slice| slice.by == by) {
            if !order.contains(&slice.value.as_str()) {
                order.push(&slice.value);
            }
            *rows.entry(&slice.value).or_default() += slice.rows;
            for (measure, value) in &slice.measures {
                values
                    .entry((&slice.value, measure))
                    .or_default()
                    .push(*value);
            }
        }
        for value in order {
            let mut cells = vec![
                value.to_owned(),
                (rows[value] / self.outcome.request.repeats).to_string(),
            ];
            cells.extend(columns.iter().map(|(measure, _)| {
                let found = values
                    .get(&(value, *measure))
                    .map_or(&[][..], Vec::as_slice);
                estimate(found, self.outcome.test_to_train)
                    .map_or_else(String::new, |estimate| plus_minus(&estimate, 3))
            }));
            table.row(cells);
        }
        table
    }
}
