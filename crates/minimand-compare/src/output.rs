//! Results as files, each of which appears only once it is complete.

use std::path::{Path, PathBuf};

use minimand_report::atomic::write_atomically;
use minimand_report::table::{Column, ColumnData, Table, write_csv, write_parquet};

use crate::error::CompareError;
use crate::measures::Measure;
use crate::outcome::{CandidateFolds, CaseScores, FoldOutcome, Outcome};

/// The files that [`Outcome::write`] leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The page for people.
    pub report: PathBuf,
    /// The whole outcome as JSON.
    pub json: PathBuf,
    /// A row for every fold of every candidate and model, with all measures.
    pub results: PathBuf,
    /// Of images, a row for every class of every test case of every candidate and model; none if all diverged.
    pub cases: Option<PathBuf>,
}

impl Outcome {
    /// Writes `report.html`, `run.json`, `results.parquet` and, of images, `cases.csv` into
    /// `folder`, which is made if it is missing. Files of an earlier run are replaced.
    ///
    /// # Errors
    ///
    /// [`CompareError::Output`] or [`CompareError::Write`], naming the file or folder.
    pub fn write(&self, folder: &Path) -> Result<Written, CompareError> {
        std::fs::create_dir_all(folder).map_err(|error| crate::store::output(folder, &error))?;
        let cases = self.cases_table()?;
        let written = Written {
            report: folder.join("report.html"),
            json: folder.join("run.json"),
            results: folder.join("results.parquet"),
            cases: cases.as_ref().map(|_| folder.join("cases.csv")),
        };
        write_parquet(&written.results, &self.results_table()?)?;
        if let (Some(path), Some(table)) = (&written.cases, &cases) {
            write_csv(path, table)?;
        }
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
        let rows = self.rows();
        let fit = |row: &Row<'_>| row.fold.result.fit().cloned();
        let text =
            |name: &str, of: &dyn Fn(&Row<'_>) -> Option<String>| text_column(name, &rows, of);
        let number =
            |name: &str, of: &dyn Fn(&Row<'_>) -> Option<f64>| number_column(name, &rows, of);
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

    /// Of images, a row for every class of every test case of every candidate and model: all measures, missing where
    /// they are not defined. `None` for tables, and if every candidate diverged on every fold.
    ///
    /// # Errors
    ///
    /// None: the columns fit together.
    pub fn cases_table(&self) -> Result<Option<Table>, CompareError> {
        let rows: Vec<(Row<'_>, &CaseScores)> = self
            .rows()
            .into_iter()
            .flat_map(|row| {
                let fit = row.fold.result.fit();
                let cases = fit.map_or(&[] as &[CaseScores], |fit| fit.cases.as_slice());
                cases.iter().map(move |case| (row.clone(), case))
            })
            .collect();
        if rows.is_empty() {
            return Ok(None);
        }
        type Pair<'a> = (Row<'a>, &'a CaseScores);
        let text =
            |name: &str, of: &dyn Fn(&Pair<'_>) -> Option<String>| text_column(name, &rows, of);
        let number =
            |name: &str, of: &dyn Fn(&Pair<'_>) -> Option<f64>| number_column(name, &rows, of);
        let mut columns = vec![
            text("model", &|(row, _)| Some(row.model.clone())),
            text("objective", &|(row, _)| {
                Some(row.candidate.expression.clone())
            }),
            number("repeat", &|(row, _)| Some(row.fold.repeat as f64)),
            number("fold", &|(row, _)| Some(row.fold.fold as f64)),
            text("case", &|(_, case)| Some(case.case.clone())),
            text("class", &|(_, case)| Some(case.class.clone())),
        ];
        for measure in Measure::of(self.data.task) {
            columns.push(number(measure.name(), &|(_, case)| {
                case.measures.get(measure).copied()
            }));
        }
        Ok(Some(Table::new(columns)?))
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let rows = self.results.iter().flat_map(|of_model| {
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
        });
        rows.collect()
    }
}

/// One row of the results.
#[derive(Clone)]
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

fn text_column<R>(name: &str, rows: &[R], of: &dyn Fn(&R) -> Option<String>) -> Column {
    let values: Vec<Option<String>> = rows.iter().map(of).collect();
    column(
        name,
        ColumnData::category(values.iter().map(Option::as_deref)),
    )
}

fn number_column<R>(name: &str, rows: &[R], of: &dyn Fn(&R) -> Option<f64>) -> Column {
    let values = rows.iter().map(|row| of(row).unwrap_or(f64::NAN));
    column(name, ColumnData::Number(values.collect()))
}
