//! Results as files, each of which appears only once it is complete.

use std::path::{Path, PathBuf};

use minimand_report::atomic::write_atomically;
use minimand_report::table::{Column, ColumnData, Table, write_parquet};

use crate::error::CompareError;
use crate::measures::Measure;
use crate::outcome::{CandidateFolds, FoldOutcome, Outcome};

/// The files that [`Outcome::write`] leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The page for people.
    pub report: PathBuf,
    /// The whole outcome as JSON.
    pub json: PathBuf,
    /// A row for every fold of every candidate and model, with all measures.
    pub results: PathBuf,
}

impl Outcome {
    /// Writes `report.html`, `run.json` and `results.parquet` into `folder`, which is made
    /// if it is missing. Files of an earlier run are replaced.
    ///
    /// # Errors
    ///
    /// [`CompareError::Output`] or [`CompareError::Write`], naming the file or folder.
    pub fn write(&self, folder: &Path) -> Result<Written, CompareError> {
        std::fs::create_dir_all(folder).map_err(|error| crate::store::output(folder, &error))?;
        let written = Written {
            report: folder.join("report.html"),
            json: folder.join("run.json"),
            results: folder.join("results.parquet"),
        };
        write_parquet(&written.results, &self.results_table()?)?;
        // Both name the file in their errors.
        write_atomically(&written.json, |out| out.write_all(self.json().as_bytes()))
            .and_then(|()| self.report().write(&written.report))
            .map_err(CompareError::Output)?;
        Ok(written)
    }

    /// The whole outcome as JSON, indented, ending with a line break.
    pub fn json(&self) -> String {
        // Serialising plain data with string keys cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// A row for every fold of every candidate and model: what was chosen, all measures of
    /// the test rows (missing where the candidate diverged), and the seconds it took.
    ///
    /// # Errors
    ///
    /// None: the columns fit together.
    pub fn results_table(&self) -> Result<Table, CompareError> {
        let rows: Vec<Row<'_>> = self
            .results
            .iter()
            .flat_map(|of_model| {
                let model = of_model.model.describe();
                let candidates = of_model.candidates.iter();
                candidates.flat_map(move |candidate| {
                    let model = model.clone();
                    candidate.folds.iter().map(move |fold| Row {
                        model: model.clone(),
                        candidate,
                        fold,
                    })
                })
            })
            .collect();
        let fit = |row: &Row<'_>| row.fold.result.fit().cloned();
        let text = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<String>| {
            let values: Vec<Option<String>> = rows.iter().map(of).collect();
            column(
                name,
                ColumnData::category(values.iter().map(Option::as_deref)),
            )
        };
        let number = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<f64>| {
            let values = rows.iter().map(|row| of(row).unwrap_or(f64::NAN));
            column(name, ColumnData::Number(values.collect()))
        };
        let mut columns = vec![
            text("model", &|row| Some(row.model.clone())),
            text("objective", &|row| Some(row.candidate.expression.clone())),
            number("repeat", &|row| Some(row.fold.repeat as f64)),
            number("fold", &|row| Some(row.fold.fold as f64)),
            column(
                "diverged",
                ColumnData::Boolean(rows.iter().map(|row| Some(fit(row).is_none())).collect()),
            ),
            text("chosen_objective", &|row| Some(fit(row)?.expression)),
            number("chosen_learning_rate", &|row| Some(fit(row)?.learning_rate)),
            number("best_epoch", &|row| Some(fit(row)?.best_epoch as f64)),
            number("epochs", &|row| {
                let epochs = fit(row)?
                    .trials
                    .iter()
                    .map(|trial| trial.epochs)
                    .sum::<usize>();
                Some(epochs as f64)
            }),
            number("temperature", &|row| fit(row)?.temperature),
        ];
        for measure in Measure::of(self.data.task) {
            columns.push(number(measure.name(), &|row| {
                fit(row)?.test.get(measure).copied()
            }));
        }
        columns.push(number("seconds", &|row| Some(row.fold.seconds)));
        Ok(Table::new(columns)?)
    }
}

/// One row of the results.
struct Row<'a> {
    model: String,
    candidate: &'a CandidateFolds,
    fold: &'a FoldOutcome,
}

fn column(name: &str, data: ColumnData) -> Column {
    Column {
        name: name.to_owned(),
        data,
    }
}
