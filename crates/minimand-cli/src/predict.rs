//! `minimand predict`: what a saved model says about new rows or images.

mod masks;

use std::path::PathBuf;

use clap::{Args, ValueHint};
use minimand_compare::{SavedModel, SavedSegmenter};
use minimand_report::table::{ColumnData, Table, read, read_npy_table, write, write_csv_to};
use serde_json::Value;

use crate::error::CliError;
use crate::output;

const EXAMPLES: &str = "\
Columns of the result:
  classification  the predicted class, and p_CLASS, the probability of each class
  multilabel      true or false for each label, and p_LABEL, the probability of each
  regression      the predicted number, and the ends of an interval that holds about 90%
                  of targets: NAME_lower and NAME_upper

Images:
  The model of a comparison on images writes the mask of an image, or those of all images of a
  folder, with the labels of the masks it was trained on.

Examples:
  The best model of a comparison, on new rows:
    minimand predict minimand-compare/houses.csv-1a2b3c4d new.csv --output prices.csv
  To standard output, as CSV or JSON:
    minimand predict run new.parquet
    minimand predict run new.parquet --json
  Masks of new scans:
    minimand predict minimand-compare/scans-1a2b3c4d new_scans --output new_masks";

/// Predict with the best model of a comparison.
///
/// Reads the columns that the model was trained on by their names; others are ignored, and values
/// may be missing. Probabilities are calibrated as in the comparison.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The folder of a run, or its model.json.
    #[arg(value_hint = ValueHint::AnyPath)]
    model: PathBuf,

    /// A table as for `minimand compare`, or a .npy array of features; an image, or a folder of images, for a model
    /// of images.
    #[arg(value_hint = ValueHint::AnyPath)]
    data: PathBuf,

    /// File for the predictions: .csv, .parquet or .arrow; standard output, as CSV, if left out. For images a mask,
    /// .nii.gz, .nii or .png, or a folder for masks.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

impl PredictArgs {
    pub(crate) fn run(self, json: bool) -> Result<(), CliError> {
        if SavedSegmenter::is_saved_at(&self.model) {
            return masks::segment(&self.model, &self.data, self.output.as_deref());
        }
        let model = SavedModel::read(&self.model)?;
        let is_array = self
            .data
            .extension()
            .is_some_and(|extension| extension == "npy");
        let table = if is_array {
            read_npy_table(&self.data, "x")?
        } else {
            read(&self.data)?
        };
        let predictions = model.predict(&table, &self.data.display().to_string())?;
        match self.output {
            Some(path) => {
                write(&path, &predictions)?;
                let rows = predictions.rows();
                output::note(&format!(
                    "{rows} rows predicted by {}: {}",
                    model.summary(),
                    path.display()
                ));
                Ok(())
            }
            None if json => output::write_json(&rows(&predictions)),
            None => {
                let mut text = Vec::new();
                // Writing to memory cannot fail.
                write_csv_to(&mut text, &predictions).map_err(CliError::Output)?;
                output::write(&text)
            }
        }
    }
}

/// A JSON object for every row.
fn rows(table: &Table) -> Vec<serde_json::Map<String, Value>> {
    let row = |row: usize| {
        let columns = table.columns().iter();
        columns
            .map(|column| (column.name.clone(), cell(&column.data, row)))
            .collect()
    };
    (0..table.rows()).map(row).collect()
}

/// One value; what is missing is null.
fn cell(data: &ColumnData, row: usize) -> Value {
    match data {
        ColumnData::Number(values) | ColumnData::Date(values) => values[row].into(),
        ColumnData::Boolean(values) => values[row].into(),
        ColumnData::Category { codes, names } => {
            codes[row].map(|code| names[code as usize].as_str()).into()
        }
    }
}
