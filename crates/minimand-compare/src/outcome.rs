//! What a comparison found, as it is written to `run.json`.

use serde::{Deserialize, Serialize};

use crate::data::Data;
use crate::diagnostics::Diagnostics;
use crate::measures::{Measure, Measures};
use crate::ranking::ModelRanking;
use crate::request::{Model, Request, Task};
use crate::slices::Slice;
use crate::verdict::Verdict;

/// The whole result of a comparison. All of it but the fields called `seconds`
/// follows from request and data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The version of minimand that ran.
    pub version: String,
    /// The command that gives this result again.
    pub command: String,
    /// What was asked for.
    pub request: Request,
    /// All objectives, as the catalogue prints them.
    pub candidates: Vec<String>,
    /// The one that the others are tested against.
    pub baseline: String,
    /// Trainings among which a candidate chose on every fold.
    pub trials: usize,
    /// What it was run on.
    pub data: DataSummary,
    /// The measure that stopped training, chose settings and ranks the candidates.
    pub primary: Measure,
    /// Test rows over training rows (validation included), as intervals need it.
    pub test_to_train: f64,
    /// The answer in words.
    pub verdict: Verdict,
    /// The ranking of every model, the best model first.
    pub rankings: Vec<ModelRanking>,
    /// Every fold of every candidate, model by model in the order of the request.
    pub results: Vec<ModelFolds>,
    /// Sum of the times that the trainings took.
    pub seconds: f64,
}

impl Outcome {
    /// Every ranking with the results that it ranks.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = (&ModelRanking, &ModelFolds)> {
        self.rankings.iter().filter_map(|ranking| {
            let mut results = self.results.iter();
            Some((
                ranking,
                results.find(|results| results.model == ranking.model)?,
            ))
        })
    }
}

/// The data set in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The built-in set, the file, or the folder of the images.
    pub name: String,
    /// Rows, or cases.
    pub rows: usize,
    /// Columns that predict, or channels of an image.
    pub features: usize,
    /// The column that is predicted, or the folder of the masks.
    pub target: String,
    /// What kind of target it is.
    pub task: Task,
    /// Whether the task was told from the target.
    pub task_was_told: bool,
    /// The classes or labels with their rows, or with the cases that have them; empty for regression. Of
    /// images the first is the background.
    pub classes: Vec<ClassSize>,
    /// What there is to know of images; `None` for tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<ImageSummary>,
    /// If the features are the pixels of an image, row by row: its columns.
    pub image_columns: Option<usize>,
    /// What a user should know about the columns, sentence by sentence.
    pub notes: Vec<String>,
    /// A fingerprint of the data.
    pub hash: String,
}

/// Images in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageSummary {
    /// The smallest and the largest number of pixels along each axis: `[rows, columns]`, or slices before them.
    pub sizes: Vec<(usize, usize)>,
    /// The sides of what networks see, in the same order.
    pub crop: Vec<usize>,
    /// In what distances are measured.
    pub unit: String,
}

/// A class or label and its rows.
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
        let sizes = data.target.names().iter().zip(data.target.counts());
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
            images: None,
            image_columns: data.image_columns(),
            notes: data.notes(),
            hash: data.hash(),
        }
    }
}

/// A model with the results of all candidates that trained it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFolds {
    /// The model.
    pub model: Model,
    /// The candidates, in the order of the request.
    pub candidates: Vec<CandidateFolds>,
}

/// A candidate with its results on all folds, repeat by repeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateFolds {
    /// The objective.
    pub expression: String,
    /// `folds` × `repeats` results.
    pub folds: Vec<FoldOutcome>,
    /// What a report shows beyond measures, over all folds.
    pub diagnostics: Diagnostics,
}

/// What a candidate came to on one fold.
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

/// What a candidate came to on one fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum FoldResult {
    /// A model was trained and measured.
    Finished(Fit),
    /// The numbers ran away in every trial: there is no model to measure.
    Diverged {
        /// Where and how.
        reason: String,
    },
}

/// The model that a candidate chose on one fold, measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Measures of the test rows.
    pub test: Measures,
    /// Measures of parts of the test rows, as far as asked for.
    pub slices: Vec<Slice>,
    /// Measures of each class of each test case; empty for tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseScores>,
    /// What scores were divided by; `None` for regression and images.
    pub temperature: Option<f64>,
    /// The objective whose model was kept: the candidate, or with tuning a variant.
    pub expression: String,
    /// The learning rate that was kept.
    pub learning_rate: f64,
    /// The epoch whose weights were kept, counted from 1.
    pub best_epoch: usize,
    /// The primary measure on the validation rows after each epoch of the trial that
    /// was kept, as a number of which lower is better.
    pub validation_curve: Vec<f64>,
    /// Everything that was tried.
    pub trials: Vec<TrialOutcome>,
}

/// Measures of a class of a test case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseScores {
    /// The name of the case.
    pub case: String,
    /// The class.
    pub class: String,
    /// Those that are defined.
    pub measures: Measures,
}

/// One training of a candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialOutcome {
    /// The objective.
    pub expression: String,
    /// The learning rate.
    pub learning_rate: f64,
    /// The best validation score, of which lower is better; `None` if it diverged.
    pub score: Option<f64>,
    /// Epochs that were run.
    pub epochs: usize,
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

    /// The models that were kept, fold by fold.
    pub fn fits(&self) -> impl Iterator<Item = &Fit> {
        self.folds.iter().filter_map(|fold| fold.result.fit())
    }
}

#[cfg(test)]
impl CandidateFolds {
    /// A candidate with these measures and validation curves fold by fold; `None` stands
    /// for a fold that diverged.
    pub(crate) fn of(expression: &str, folds: Vec<Option<(Measures, Vec<f64>)>>) -> Self {
        let fold = |(index, found): (usize, Option<(Measures, Vec<f64>)>)| FoldOutcome {
            repeat: 1,
            fold: index + 1,
            result: match found {
                None => FoldResult::Diverged {
                    reason: "the loss became NaN".into(),
                },
                Some((test, validation_curve)) => FoldResult::Finished(Fit {
                    test,
                    slices: Vec::new(),
                    cases: Vec::new(),
                    temperature: None,
                    expression: expression.into(),
                    learning_rate: 0.1,
                    best_epoch: 1,
                    validation_curve,
                    trials: Vec::new(),
                }),
            },
            seconds: 0.0,
        };
        Self {
            expression: expression.into(),
            folds: folds.into_iter().enumerate().map(fold).collect(),
            diagnostics: Diagnostics::default(),
        }
    }
}
