//! What a comparison found, as it is written to `run.json`.

use serde::{Deserialize, Serialize};

use crate::data::{Data, Target};
use crate::measures::{Measure, Measures};
use crate::ranking::Standing;
use crate::request::{Budget, Model, Request, Task};
use crate::verdict::Verdict;

/// The whole result of a comparison. All of it but the fields called `seconds`
/// follows from request and data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The version of minimand that ran.
    pub version: String,
    /// The command that gives this result again.
    pub command: String,
    /// What was asked for, defaults filled in.
    pub settings: Settings,
    /// What it was run on.
    pub data: DataSummary,
    /// The measure that stopped training and ranks the candidates.
    pub primary: Measure,
    /// Test rows over training rows (validation included), as intervals need it.
    pub test_to_train: f64,
    /// The answer in words.
    pub verdict: Verdict,
    /// The candidates, best first.
    pub ranking: Vec<Standing>,
    /// Every fold of every candidate, in the order of the request.
    pub candidates: Vec<CandidateFolds>,
    /// Wall-clock time of the whole run.
    pub seconds: f64,
}

/// What was asked for, defaults filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// All objectives, as the catalogue prints them.
    pub candidates: Vec<String>,
    /// The one that the others are tested against.
    pub baseline: String,
    /// The model that every candidate trained.
    pub model: Model,
    /// Test folds of every repeat.
    pub folds: usize,
    /// Repeats of the whole cross-validation.
    pub repeats: usize,
    /// Share of each training fold that decided when to stop.
    pub validation_share: f64,
    /// What every candidate could spend.
    pub budget: Budget,
    /// The seed.
    pub seed: u64,
}

impl Settings {
    pub(crate) fn new(request: &Request, candidates: Vec<String>, baseline: String) -> Self {
        Self {
            candidates,
            baseline,
            model: request.model.clone(),
            folds: request.folds,
            repeats: request.repeats,
            validation_share: request.validation_share,
            budget: request.budget,
            seed: request.seed,
        }
    }
}

/// The data set in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The built-in set or the file.
    pub name: String,
    /// Rows.
    pub rows: usize,
    /// Columns that predict.
    pub features: usize,
    /// The column that is predicted.
    pub target: String,
    /// Classification or regression.
    pub task: Task,
    /// Whether the task was told from the target.
    pub task_was_told: bool,
    /// The classes with their rows; empty for regression.
    pub classes: Vec<ClassSize>,
    /// A fingerprint of the data.
    pub hash: String,
}

/// A class and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassSize {
    /// The class.
    pub name: String,
    /// Rows that belong to it.
    pub rows: usize,
}

impl DataSummary {
    /// Sums up `data`.
    pub fn new(data: &Data) -> Self {
        let names = match &data.target {
            Target::Classes { names, .. } => names.as_slice(),
            Target::Values(_) => &[],
        };
        let sizes = names.iter().zip(data.target.class_counts());
        Self {
            name: data.name.clone(),
            rows: data.rows(),
            features: data.features.len(),
            target: data.target_name.clone(),
            task: data.task(),
            task_was_told: data.task_was_told,
            classes: sizes
                .map(|(name, rows)| ClassSize {
                    name: name.clone(),
                    rows,
                })
                .collect(),
            hash: data.hash(),
        }
    }
}

/// A candidate with its results on all folds, repeat by repeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateFolds {
    /// The objective.
    pub expression: String,
    /// `folds` × `repeats` results.
    pub folds: Vec<FoldOutcome>,
}

/// What one training came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldOutcome {
    /// The repeat, counted from 1.
    pub repeat: usize,
    /// The fold, counted from 1.
    pub fold: usize,
    /// What was found.
    #[serde(flatten)]
    pub result: FoldResult,
    /// Wall-clock time.
    pub seconds: f64,
}

/// What one training found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum FoldResult {
    /// The model was trained and measured.
    Finished(Fit),
    /// The numbers ran away: there is no model to measure.
    Diverged {
        /// Where and how.
        reason: String,
    },
}

/// A model that was trained and measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Measures of the test rows.
    pub test: Measures,
    /// What scores were divided by; classification only.
    pub temperature: Option<f64>,
    /// The epoch whose weights were kept, counted from 1.
    pub best_epoch: usize,
    /// The primary measure on the validation rows after each epoch.
    pub validation_curve: Vec<f64>,
}

impl FoldResult {
    /// The trained model's numbers, unless it diverged.
    pub fn fit(&self) -> Option<&Fit> {
        match self {
            Self::Finished(fit) => Some(fit),
            Self::Diverged { .. } => None,
        }
    }
}

impl CandidateFolds {
    /// The values of `measure` on all folds; `None` if one diverged or lacks it.
    pub fn values(&self, measure: Measure) -> Option<Vec<f64>> {
        let value = |fold: &FoldOutcome| fold.result.fit()?.test.get(&measure).copied();
        self.folds.iter().map(value).collect()
    }

    /// The folds that diverged.
    pub fn diverged(&self) -> usize {
        self.folds
            .iter()
            .filter(|fold| fold.result.fit().is_none())
            .count()
    }
}
