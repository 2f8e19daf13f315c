//! The result for a terminal.

use minimand_report::number::{count, fixed};

use crate::measures::Measure;
use crate::outcome::Outcome;
use crate::ranking::{ModelRanking, Standing};
use crate::request::Task;
use crate::statistics::Estimate;

/// What stands where there is no number.
const NONE: &str = "–";

impl Outcome {
    /// The rankings as text: a line on the data, for every model a table with the best
    /// first, the verdict. Ends with a line break.
    pub fn table(&self) -> String {
        let mut text = format!("{}\n", self.description());
        for ranking in &self.rankings {
            text.push_str(&format!(
                "\n{}\n{}",
                ranking.model.describe(),
                self.model_table(ranking)
            ));
        }
        text.push_str(&format!(
            "\nmean ± half-width of the 95% interval; p: {} against {}, Holm-adjusted for {} \
             comparisons\n\n{}\n",
            self.primary.label(),
            self.baseline,
            self.comparisons(),
            self.verdict.headline
        ));
        for detail in &self.verdict.details {
            text.push_str(&format!("{detail}\n"));
        }
        text
    }

    /// The ranking of one model as a table.
    fn model_table(&self, ranking: &ModelRanking) -> String {
        let shown = Measure::shown(self.data.task, self.primary);
        let decimals: Vec<usize> = shown
            .iter()
            .map(|measure| self.decimals(*measure))
            .collect();
        let mut header = vec!["objective".to_owned()];
        header.extend(shown.iter().map(|measure| measure.label_with_arrow()));
        header.push("p".to_owned());
        let mut rows = vec![header];
        for standing in &ranking.standings {
            let mut row = vec![standing.expression.clone()];
            let cells = shown.iter().zip(&decimals);
            row.extend(cells.map(|(measure, decimals)| cell(standing, *measure, *decimals)));
            row.push(significance(standing));
            rows.push(row);
        }
        aligned(&rows)
    }

    /// What was run, in one line.
    pub fn description(&self) -> String {
        let (data, request) = (&self.data, &self.request);
        let target = match data.task {
            Task::Classification => format!("{} classes", data.classes.len()),
            Task::Multilabel => format!("{} labels", data.classes.len()),
            Task::Regression => format!("regression of {}", data.target),
            // Without the background.
            Task::Segmentation => match data.classes.len().saturating_sub(1) {
                1 => "1 class".to_owned(),
                classes => format!("{classes} classes"),
            },
        };
        let groups = match (&data.images, &request.roles.groups) {
            (Some(_), Some(_)) => Some("groups".to_owned()),
            (_, groups) => groups.clone(),
        };
        let folds = match (&request.roles.time, &groups, request.repeats) {
            (Some(_), _, _) => format!("{} folds forward in time", request.folds),
            (None, Some(groups), 1) => format!("{} folds of whole {groups}", request.folds),
            (None, Some(groups), repeats) => format!(
                "{} folds of whole {groups} × {repeats} repeats",
                request.folds
            ),
            (None, None, 1) => format!("{} folds", request.folds),
            (None, None, repeats) => format!("{} folds × {repeats} repeats", request.folds),
        };
        let features = match (&data.images, data.features) {
            (None, features) => format!("{features} features"),
            (Some(_), 1) => "1 channel".to_owned(),
            (Some(_), channels) => format!("{channels} channels"),
        };
        let rows = self.primary.measured_on();
        let mut parts = vec![
            data.name.clone(),
            format!("{} {rows}", count(data.rows as u64)),
            features,
            target,
            folds,
        ];
        parts.extend(request.corruption.words());
        parts.push(format!("seed {}", request.seed));
        parts.join(" · ")
    }

    /// Comparisons with the baseline, over all models.
    pub(crate) fn comparisons(&self) -> usize {
        let standings = self.rankings.iter().flat_map(|ranking| &ranking.standings);
        standings
            .filter(|standing| standing.against_baseline.is_some())
            .count()
    }

    /// Decimals for the means of `measure`.
    pub(crate) fn decimals(&self, measure: Measure) -> usize {
        let standings = self.rankings.iter().flat_map(|ranking| &ranking.standings);
        let estimates = standings.filter_map(|one| one.estimate(measure));
        decimals(estimates.filter_map(|estimate| estimate.half_width))
    }

    /// Decimals for the differences from the baseline.
    pub(crate) fn difference_decimals(&self) -> usize {
        let standings = self.rankings.iter().flat_map(|ranking| &ranking.standings);
        let tests = standings.filter_map(|one| one.against_baseline);
        decimals(tests.map(|test| test.half_width))
    }
}

/// Decimals that give the median half-width two significant digits.
fn decimals(half_widths: impl Iterator<Item = f64>) -> usize {
    let mut widths: Vec<f64> = half_widths.filter(|width| *width > 0.0).collect();
    widths.sort_by(f64::total_cmp);
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0.01);
    (1.0 - usual.log10().floor()).clamp(0.0, 8.0) as usize
}

/// `0.101 ± 0.021`.
pub(crate) fn cell(standing: &Standing, measure: Measure, decimals: usize) -> String {
    match standing.estimate(measure) {
        None => NONE.to_owned(),
        Some(estimate) => plus_minus(&estimate, decimals),
    }
}

/// `0.101 ± 0.021`, or the mean alone where there is no interval.
pub(crate) fn plus_minus(estimate: &Estimate, decimals: usize) -> String {
    let mean = fixed(estimate.mean, decimals);
    match estimate.half_width {
        None => mean,
        Some(half_width) => format!("{mean} ± {}", fixed(half_width, decimals)),
    }
}

/// The adjusted p against the baseline, or why there is none.
pub(crate) fn significance(standing: &Standing) -> String {
    if standing.diverged > 0 {
        return format!("diverged {}/{}", standing.diverged, standing.folds);
    }
    match standing.against_baseline {
        _ if standing.is_baseline => "baseline".to_owned(),
        Some(test) if test.p_adjusted < 0.001 => "< 0.001".to_owned(),
        Some(test) => format!("{:.3}", test.p_adjusted),
        None => NONE.to_owned(),
    }
}

/// Columns of equal width, the first to the left and the others to the right, with a
/// rule below the first row.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if column == 0 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
        if index == 0 {
            let rule = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
            text.push_str(&"─".repeat(rule));
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_median_half_width() {
        for (widths, expected) in [
            (vec![0.046, 0.022, 0.025], 3),
            (vec![4.1], 1),
            (vec![41.0], 0),
            (vec![3e-15], 8),
            (vec![], 3),
            (vec![0.0], 3),
        ] {
            assert_eq!(decimals(widths.iter().copied()), expected, "{widths:?}");
        }
    }

    #[test]
    fn columns_line_up() {
        let rows = [
            ["objective", "RMSE ↓"],
            ["mse", "1.0 ± 0.1"],
            ["pseudo_huber", "–"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            aligned(&rows),
            "objective        RMSE ↓\n\
             ───────────────────────\n\
             mse           1.0 ± 0.1\n\
             pseudo_huber          –\n"
        );
        assert_eq!(aligned(&[]), "");
    }
}
