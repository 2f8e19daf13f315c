//! The result for a terminal.

use minimand_report::number::{count, fixed};

use crate::measures::Measure;
use crate::outcome::Outcome;
use crate::ranking::Standing;
use crate::request::Task;

/// What stands where there is no number.
const NONE: &str = "–";

impl Outcome {
    /// The ranking as text: a line on the data, a table with the best first, the
    /// verdict. Ends with a line break.
    pub fn table(&self) -> String {
        let shown: &[Measure] = match self.data.task {
            Task::Classification => &[Measure::LogLoss, Measure::Accuracy, Measure::Ece],
            Task::Regression => &[Measure::Rmse, Measure::Mae, Measure::R2],
        };
        let decimals: Vec<usize> = shown
            .iter()
            .map(|measure| self.decimals(*measure))
            .collect();
        let mut header = vec!["objective".to_owned()];
        header.extend(shown.iter().map(|measure| measure.label_with_arrow()));
        header.push("p".to_owned());
        let mut rows = vec![header];
        for standing in &self.ranking {
            let mut row = vec![standing.expression.clone()];
            let cells = shown.iter().zip(&decimals);
            row.extend(cells.map(|(measure, decimals)| cell(standing, *measure, *decimals)));
            row.push(significance(standing));
            rows.push(row);
        }
        let mut text = format!("{}\n\n{}\n", self.description(), aligned(&rows));
        text.push_str(&format!(
            "mean ± half-width of the 95% interval; p: {} against {}, Holm-adjusted\n\n{}\n",
            self.primary.label(),
            self.settings.baseline,
            self.verdict.headline
        ));
        for detail in &self.verdict.details {
            text.push_str(&format!("{detail}\n"));
        }
        text
    }

    /// What was run, in one line.
    pub fn description(&self) -> String {
        let (data, settings) = (&self.data, &self.settings);
        let target = match data.task {
            Task::Classification => format!("{} classes", data.classes.len()),
            Task::Regression => format!("regression of {}", data.target),
        };
        let repeats = match settings.repeats {
            1 => String::new(),
            repeats => format!(" × {repeats} repeats"),
        };
        format!(
            "{} · {} rows · {} features · {target} · {} · {} folds{repeats} · seed {}",
            data.name,
            count(data.rows as u64),
            data.features,
            settings.model.describe(),
            settings.folds,
            settings.seed
        )
    }

    /// Decimals for the means of `measure`.
    pub(crate) fn decimals(&self, measure: Measure) -> usize {
        let estimates = self.ranking.iter().filter_map(|one| one.estimate(measure));
        decimals(estimates.map(|estimate| estimate.half_width))
    }

    /// Decimals for the differences from the baseline.
    pub(crate) fn difference_decimals(&self) -> usize {
        let tests = self.ranking.iter().filter_map(|one| one.against_baseline);
        decimals(tests.map(|test| test.estimate.half_width))
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
        Some(estimate) => format!(
            "{} ± {}",
            fixed(estimate.mean, decimals),
            fixed(estimate.half_width, decimals)
        ),
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
