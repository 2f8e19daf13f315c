//! The best model, kept and used.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use minimand_burn::train::{Model as Network, TrainError, Training};
use minimand_report::atomic::write_atomically;
use minimand_report::table::{Column, ColumnData, Table};
use serde::{Deserialize, Serialize};

use crate::best::Best;
use crate::candidates::{Candidate, Purpose};
use crate::data::{Feature, FeatureValues, feature, kind};
use crate::error::CompareError;
use crate::folds::whole;
use crate::material::Material;
use crate::measures::Predictions;
use crate::outcome::Outcome;
use crate::prepared::{Calibration, Prepared};
use crate::preprocess::Encoder;
use crate::progress::Progress;
use crate::request::{Corruption, Model, Request, Task};
use crate::rows::train_settings;
use crate::run::Comparison;

/// The names of the two files.
pub(crate) const WEIGHTS: &str = "model.safetensors";
pub(crate) const DESCRIPTION: &str = "model.json";

/// What `model.json` says it is.
const FORMAT: &str = "minimand model 1";

/// A trained model with everything that turns a table into predictions.
#[derive(Debug, Clone)]
pub struct SavedModel {
    network: Network,
    description: Description,
}

/// What stands in `model.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Description {
    format: String,
    version: String,
    /// The command of the comparison.
    command: String,
    /// What was minimised.
    expression: String,
    learning_rate: f64,
    architecture: Model,
    task: Task,
    target: String,
    /// The classes or labels; empty for regression.
    names: Vec<String>,
    encoder: Encoder,
    calibration: Calibration,
    /// A fingerprint of the data that it was trained on.
    data: String,
}

impl Comparison {
    /// Trains the candidate and model with the best mean once more, now on all rows (as
    /// they are, without corruption; some are held out to decide when to stop), with the
    /// settings that most folds chose. `None` if every candidate diverged, and for images, of which
    /// [`best_segmenter`](Self::best_segmenter) is the model.
    ///
    /// # Errors
    ///
    /// [`CompareError::Training`] if this training fails, and [`CompareError::Cancelled`] if `progress` asked to stop.
    pub fn best_model(
        &self,
        outcome: &Outcome,
        progress: &dyn Progress,
    ) -> Result<Option<SavedModel>, CompareError> {
        let (Material::Table(data), Some(best)) = (&self.material, Best::of(outcome)) else {
            return Ok(None);
        };
        let Best {
            model,
            expression,
            learning_rate,
        } = best;
        let request = Request {
            corruption: Corruption::default(),
            ..self.request.clone()
        };
        let split = whole(data, &request);
        let failed = |reason: String| CompareError::Training {
            expression: expression.clone(),
            repeat: split.repeat + 1,
            fold: split.fold + 1,
            reason,
        };
        let prepared =
            Prepared::new(data, &split, &request).map_err(|error| failed(error.to_string()))?;
        let training = Training {
            objective: &Candidate::new(&expression, &Purpose::from(data))?.objective,
            data: &prepared.dataset,
            train: &prepared.split.train,
            validation: &prepared.split.validation,
            settings: &train_settings(model, &request.budget, learning_rate),
            key: prepared.key,
        };
        let fitted = training.run(
            &|scores| prepared.badness(scores, self.metric),
            &mut |_| ControlFlow::Continue(()),
            &|| progress.should_stop(),
        );
        let fitted = fitted.map_err(|error| match error {
            TrainError::Stopped { .. } => CompareError::Cancelled,
            error => failed(error.to_string()),
        });
        let network = fitted?.model;
        let scores = network
            .predict_rows(&prepared.dataset, &prepared.split.validation)
            .map_err(|error| failed(error.to_string()))?;
        let calibration = prepared
            .calibrate(&scores)
            .ok_or_else(|| failed("a score of a validation row is not finite".to_owned()))?;
        Ok(Some(SavedModel {
            network,
            description: Description {
                format: FORMAT.to_owned(),
                version: outcome.version.clone(),
                command: outcome.command.clone(),
                expression,
                learning_rate,
                architecture: model.clone(),
                task: data.task(),
                target: data.target_name.clone(),
                names: data.target.names().to_vec(),
                encoder: prepared.encoder,
                calibration,
                data: outcome.data.hash.clone(),
            },
        }))
    }
}

/// The folder of a model, which may be named by its description.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(path),
    }
}

impl SavedModel {
    /// Writes `model.safetensors` (the weights) and `model.json` (all else) into `folder`,
    /// and gives the path of the latter.
    ///
    /// # Errors
    ///
    /// [`CompareError::Output`], naming the file.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, CompareError> {
        let (weights, description) = (folder.join(WEIGHTS), folder.join(DESCRIPTION));
        let metadata = BTreeMap::from([("described_by".to_owned(), DESCRIPTION.to_owned())]);
        let bytes = self
            .network
            .to_bytes(&metadata)
            .map_err(|error| CompareError::Model {
                path: weights.display().to_string(),
                reason: error.to_string(),
            })?;
        write_atomically(&weights, |out| out.write_all(&bytes)).map_err(CompareError::Output)?;
        write_atomically(&description, |out| {
            serde_json::to_writer_pretty(&mut *out, &self.description)?;
            out.write_all(b"\n")
        })
        .map_err(CompareError::Output)?;
        Ok(description)
    }

    /// Reads what [`write`](Self::write) left; `path` is the folder or its `model.json`.
    ///
    /// # Errors
    ///
    /// [`CompareError::Model`], naming the file and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, CompareError> {
        let folder = folder_of(path);
        let (weights, description) = (folder.join(WEIGHTS), folder.join(DESCRIPTION));
        let refused = |path: &Path, reason: String| CompareError::Model {
            path: path.display().to_string(),
            reason,
        };
        let text =
            fs::read(&description).map_err(|error| refused(&description, error.to_string()))?;
        let found: Description = serde_json::from_slice(&text)
            .map_err(|error| refused(&description, error.to_string()))?;
        if found.format != FORMAT {
            let reason = format!("its format is `{}`, not `{FORMAT}`", found.format);
            return Err(refused(&description, reason));
        }
        let bytes = fs::read(&weights).map_err(|error| refused(&weights, error.to_string()))?;
        let (network, _) =
            Network::from_bytes(&bytes).map_err(|error| refused(&weights, error.to_string()))?;
        let expected = (found.encoder.width(), found.names.len().max(1));
        if (network.columns(), network.outputs()) != expected {
            let (columns, outputs) = expected;
            let reason = format!(
                "it reads {} columns and has {} outputs, where {DESCRIPTION} tells of {columns} and {outputs}",
                network.columns(),
                network.outputs()
            );
            return Err(refused(&weights, reason));
        }
        Ok(Self {
            network,
            description: found,
        })
    }

    /// What was minimised, and with which model.
    pub fn summary(&self) -> String {
        let description = &self.description;
        format!(
            "{} with {} for {}",
            description.architecture.describe(),
            description.expression,
            description.target
        )
    }

    /// Predictions for the rows of `table`, which is called `data` in messages and may have
    /// more columns than the model reads: a column with the class, the labels (true or
    /// false) or the number that is predicted, and columns with probabilities
    /// (`p_<class>`), or with the ends of an interval that holds about 90% of targets.
    ///
    /// # Errors
    ///
    /// [`CompareError::Prediction`] if a column is missing or of another kind, and
    /// [`CompareError::ValueTooLarge`] for a number that is infinite or above 1e100.
    pub fn predict(&self, table: &Table, data: &str) -> Result<Table, CompareError> {
        let description = &self.description;
        let features = self.features(table, data)?;
        let matrix = description.encoder.encode(&features, table.rows());
        let failed = |reason: String| CompareError::Model {
            path: data.to_owned(),
            reason,
        };
        let scores = self
            .network
            .predict(&matrix)
            .map_err(|error| failed(error.to_string()))?;
        let outputs = description.names.len().max(1);
        let predictions = description.calibration.predictions(&scores, outputs);
        Ok(Table::new(self.columns(&predictions, outputs))?)
    }

    /// The columns that the model reads, in its order.
    fn features(&self, table: &Table, data: &str) -> Result<Vec<Feature>, CompareError> {
        let columns = self.description.encoder.columns.iter().map(|wanted| {
            let refused = |found: String| CompareError::Prediction {
                data: data.to_owned(),
                column: wanted.name.clone(),
                expected: wanted.kind(),
                found,
            };
            let column = table
                .column(&wanted.name)
                .ok_or_else(|| refused("which is missing here".to_owned()))?;
            let mut found = feature(data, column)?;
            if !wanted.fits(&found.values) {
                let nothing = column.data.missing() == table.rows();
                found.values = match wanted.kind() {
                    // A column without a value is of no particular kind.
                    "text" if nothing => FeatureValues::Categories {
                        codes: vec![None; table.rows()],
                        names: Vec::new(),
                    },
                    "dates" if nothing => FeatureValues::Dates(vec![f64::NAN; table.rows()]),
                    _ => return Err(refused(format!("which holds {} here", kind(&column.data)))),
                };
            }
            Ok(found)
        });
        columns.collect()
    }

    fn columns(&self, predictions: &Predictions, outputs: usize) -> Vec<Column> {
        let names = &self.description.names;
        let number = |name: String, values: Vec<f64>| Column {
            name,
            data: ColumnData::Number(values),
        };
        let probability = |scaled: &[f64], class: usize| {
            let values = scaled.iter().skip(class).step_by(outputs).copied();
            number(format!("p_{}", names[class]), values.collect())
        };
        let target = &self.description.target;
        match predictions {
            Predictions::Values { values, offsets } => {
                let shifted = |offset: f64| values.iter().map(|value| value + offset).collect();
                vec![
                    number(target.clone(), values.clone()),
                    number(format!("{target}_lower"), shifted(offsets.0)),
                    number(format!("{target}_upper"), shifted(offsets.1)),
                ]
            }
            Predictions::Classes { scaled, .. } => {
                let first_largest = |row: &[f64]| {
                    (0..outputs)
                        .rev()
                        .max_by(|a, b| row[*a].total_cmp(&row[*b]))
                        .unwrap_or(0) as u32
                };
                let labels: Vec<u32> = scaled.chunks_exact(outputs).map(first_largest).collect();
                let mut columns = vec![Column {
                    name: target.clone(),
                    data: ColumnData::category(
                        labels
                            .iter()
                            .map(|label| Some(names[*label as usize].as_str())),
                    ),
                }];
                columns.extend((0..outputs).map(|class| probability(scaled, class)));
                columns
            }
            Predictions::Labels { scaled, .. } => {
                let mut columns: Vec<Column> = (0..outputs)
                    .map(|label| {
                        let values = scaled.iter().skip(label).step_by(outputs);
                        Column {
                            name: names[label].clone(),
                            data: ColumnData::Boolean(values.map(|p| Some(*p > 0.5)).collect()),
                        }
                    })
                    .collect();
                columns.extend((0..outputs).map(|label| probability(scaled, label)));
                columns
            }
        }
    }
}
