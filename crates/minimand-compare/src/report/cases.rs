//! Images: every case and class, and pictures of the worst.

use std::collections::BTreeMap;

use minimand_report::html::{HtmlTable, Overlays, Section};
use minimand_report::number::{fixed, significant};

use super::{Part, better};
use crate::measures::Measure;
use crate::outcome::CandidateFolds;

/// Rows of a table of cases at most; all are in `cases.csv`.
const MOST_ROWS: usize = 200;

impl Part<'_> {
    /// Every class of every case, of the best candidate and of the baseline.
    pub(super) fn cases_section(&self) -> Section {
        let primary = self.outcome.primary;
        let text = format!(
            "Every class of every case when it was tested, means over the repeats, the worst {} first. \
             All candidates are in cases.csv.",
            primary.label()
        );
        let section = Section::new("Every case and class").paragraph(&text);
        self.best_and_baseline()
            .into_iter()
            .fold(section, |section, candidate| {
                let inner = Section::new(candidate.expression.clone());
                section.fold(&inner.table(&self.cases_table(candidate)))
            })
    }

    fn cases_table(&self, candidate: &CandidateFolds) -> HtmlTable {
        let measures = Measure::of(self.outcome.data.task);
        let mut table = HtmlTable::new().text_column("Case").text_column("class");
        for measure in measures {
            table = table.number_column(measure.label_with_arrow());
        }
        let mut values: BTreeMap<(&str, &str), BTreeMap<Measure, Vec<f64>>> = BTreeMap::new();
        for one in candidate.fits().flat_map(|fit| &fit.cases) {
            let of_class = values.entry((&one.case, &one.class)).or_default();
            for (measure, value) in &one.measures {
                of_class.entry(*measure).or_default().push(*value);
            }
        }
        let mean = |values: &BTreeMap<Measure, Vec<f64>>, measure: Measure| {
            let values = values.get(&measure)?;
            Some(values.iter().sum::<f64>() / values.len() as f64)
        };
        let primary = self.outcome.primary;
        let mut rows: Vec<_> = values.into_iter().collect();
        // What is not defined comes last.
        rows.sort_by(|(_, a), (_, b)| {
            let badness = |values| {
                mean(values, primary).map_or(f64::NEG_INFINITY, |value| primary.badness(value))
            };
            badness(b).total_cmp(&badness(a))
        });
        let all = rows.len();
        for ((case, class), values) in rows.into_iter().take(MOST_ROWS) {
            let mut cells = vec![case.to_owned(), class.to_owned()];
            cells.extend(measures.iter().map(|measure| {
                mean(&values, *measure).map_or_else(|| "–".to_owned(), |value| fixed(value, 3))
            }));
            table.row(cells);
        }
        match all > MOST_ROWS {
            true => table.caption(format!("The worst {MOST_ROWS} of {all}.")),
            false => table,
        }
    }

    /// Pictures of the worst cases of the best candidate and of the baseline.
    pub(super) fn overlays_section(&self) -> Section {
        let primary = self.outcome.primary;
        let section = Section::new("Worst cases").paragraph(
            "The test cases with the worst segmentation of any repeat, worst first: wrong masks, rare cases, or \
             what the network cannot see.",
        );
        self.best_and_baseline()
            .into_iter()
            .fold(section, |section, candidate| {
                let title = format!("Worst cases of {}", candidate.expression);
                let mut overlays = Overlays::new(title, ["true", "predicted"]);
                for overlay in &candidate.diagnostics.overlays {
                    let slice = overlay
                        .slice
                        .map_or_else(String::new, |slice| format!(", slice {slice}"));
                    let caption = format!(
                        "{}{slice}: {} {}",
                        overlay.case,
                        primary.label(),
                        significant(overlay.value, 3)
                    );
                    let outlines = [overlay.truth.as_str(), overlay.predicted.as_str()];
                    overlays = overlays.picture(
                        caption,
                        overlay.size,
                        overlay.png.as_str(),
                        outlines,
                    );
                }
                let caption = format!(
                    "{}: borders of the true and of the predicted classes over the image (its first channel, or \
                     its colours); {} is the mean over the classes of the case, {}.",
                    candidate.expression,
                    primary.label(),
                    better(primary)
                );
                section.figure(&caption, &overlays)
            })
    }
}
