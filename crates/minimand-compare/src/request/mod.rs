//! What to compare, on what data, with which budget.

mod check;
mod command;
mod images;
mod source;

use serde::{Deserialize, Serialize};

pub use self::images::ImageOptions;
pub use self::source::{Builtin, Source};
use crate::measures::Measure;

/// Everything that decides the result of a comparison. Equal requests on equal data
/// give equal results, however they are run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Where the rows come from.
    pub source: Source,
    /// The target column; several for [`Task::Multilabel`]. Needed for
    /// [`Source::File`], refused otherwise.
    pub targets: Vec<String>,
    /// What kind of target is predicted; told from the target if `None`.
    pub task: Option<Task>,
    /// Columns with a part of their own.
    pub roles: Roles,
    /// How images are read; as it is by default for tables.
    #[serde(default)]
    pub images: ImageOptions,
    /// Compare on so many rows, drawn at random, instead of all.
    pub rows: Option<usize>,
    /// Objectives as expressions; the defaults for the task if empty.
    pub candidates: Vec<String>,
    /// The objective that all others are tested against; that of the task if `None`.
    /// It takes part also if `candidates` does not name it.
    pub baseline: Option<String>,
    /// The models that every candidate trains, at least one.
    pub models: Vec<Model>,
    /// What stops training, chooses settings and ranks; that of the task if `None`.
    pub metric: Option<Measure>,
    /// Test folds of every repeat, at least 2.
    pub folds: usize,
    /// Repeats of the whole cross-validation with new folds, at least 1; 1 with a
    /// time column, whose order allows only one.
    pub repeats: usize,
    /// Share of each training fold that decides when to stop and which settings to
    /// keep, above 0 and up to 0.5. One row in round(1 / share) is taken.
    pub validation_share: f64,
    /// The budget, the same for every candidate.
    pub budget: Budget,
    /// Whether each candidate also chooses the first parameter that its expression
    /// writes.
    pub tune: bool,
    /// What is done to the training rows before training.
    pub corruption: Corruption,
    /// Measure also by `class`, or by the values of these columns.
    pub slices: Vec<String>,
    /// Decides folds, initial weights, batch order and corruption.
    pub seed: u64,
}

/// Columns with a part of their own; none of them is a feature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// How much each row counts, in training and in measures; numbers from 0.
    pub weights: Option<String>,
    /// Rows of one group are never split between training and test. For images: a table with the columns
    /// `case` and `group`, or a pattern of their names such as `{group}_*` (see
    /// [`Source::Images`]).
    pub groups: Option<String>,
    /// Rows are tested only by models that have seen nothing later.
    pub time: Option<String>,
    /// Columns to leave out.
    pub ignore: Vec<String>,
}

/// What kind of target is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One class of several.
    Classification,
    /// Several labels, each of which a row has or has not.
    Multilabel,
    /// A number.
    Regression,
    /// One class of several for each pixel of an image.
    Segmentation,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 4] = [
        Self::Classification,
        Self::Multilabel,
        Self::Regression,
        Self::Segmentation,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Multilabel => "multilabel",
            Self::Regression => "regression",
            Self::Segmentation => "segmentation",
        }
    }
}

/// A model that every candidate trains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Scores are linear in the features.
    Linear,
    /// One or more hidden layers of these widths, with ReLU between.
    Mlp(Vec<usize>),
    /// A U-Net for images.
    #[serde(rename = "unet")]
    UNet {
        /// Channels at full size; they double with each halving.
        width: usize,
        /// How often images are halved.
        depth: usize,
    },
}

impl Model {
    /// Reads `linear`, `mlp`, `mlp(64,32)`, `unet` or `unet(8,2)`.
    ///
    /// # Errors
    ///
    /// What was expected, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers = |name: &str| {
            let inside = text
                .strip_prefix(name)?
                .strip_prefix('(')?
                .strip_suffix(')')?;
            let numbers = inside.split(',').map(|number| number.trim().parse());
            Some(numbers.collect::<Result<Vec<usize>, _>>())
        };
        match (text, numbers("mlp"), numbers("unet")) {
            ("linear", ..) => Ok(Self::Linear),
            ("mlp", ..) => Ok(Self::Mlp(vec![64])),
            ("unet", ..) => Ok(Self::UNet { width: 8, depth: 2 }),
            (_, Some(widths), _) => widths
                .map(Self::Mlp)
                .map_err(|_| "hidden layers are whole numbers, such as mlp(64,32)".to_owned()),
            (_, _, Some(Ok(sizes))) if sizes.len() == 2 => Ok(Self::UNet {
                width: sizes[0],
                depth: sizes[1],
            }),
            (_, _, Some(_)) => Err(
                "a unet has two whole numbers, its width and its depth, such as unet(8,2)"
                    .to_owned(),
            ),
            _ => Err("possible values: linear, mlp, mlp(64,32), unet, unet(8,2)".to_owned()),
        }
    }

    /// `linear`, `mlp(64)`, `mlp(64,32)` or `unet(8,2)`.
    pub fn describe(&self) -> String {
        match self {
            Self::Linear => "linear".to_owned(),
            Self::Mlp(widths) => {
                let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
                format!("mlp({})", widths.join(","))
            }
            Self::UNet { width, depth } => format!("unet({width},{depth})"),
        }
    }
}

/// What every candidate may spend on each fold: one training of `max_epochs` for
/// every learning rate (and for every value of its parameter, if it is tuned).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Step sizes of the optimiser to choose from, each > 0, at least one.
    pub learning_rates: Vec<f64>,
    /// Decoupled weight decay, ≥ 0.
    pub weight_decay: f64,
    /// Rows per step, ≥ 1.
    pub batch_size: usize,
    /// Passes over the training rows at most, ≥ 1.
    pub max_epochs: usize,
    /// Epochs without a better validation score before training stops, ≥ 1.
    pub patience: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            learning_rates: vec![1e-3, 5e-3, 2.5e-2],
            weight_decay: 1e-4,
            batch_size: 32,
            max_epochs: 60,
            patience: 10,
        }
    }
}

/// What is done to the training rows of every fold (those that decide when to stop
/// included) before training, to see how objectives bear it. Test rows stay as they
/// are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Corruption {
    /// Share of the rows whose class is replaced by another one, drawn evenly; each
    /// label of a multilabel row is flipped with this probability. From 0 to below 1.
    pub label_noise: f64,
    /// The most frequent class keeps this many times the rows of the rarest, with a
    /// geometric fall between; 1 changes nothing. At least 1.
    pub imbalance: f64,
    /// Share of the rows whose number is moved by a normal error of ten standard
    /// deviations of the target. From 0 to below 1.
    pub outliers: f64,
}

impl Default for Corruption {
    fn default() -> Self {
        Self {
            label_noise: 0.0,
            imbalance: 1.0,
            outliers: 0.0,
        }
    }
}

impl Corruption {
    /// What is done, in words; `None` if rows stay as they are.
    pub fn words(&self) -> Option<String> {
        let percent = |share: f64| format!("{}%", (1000.0 * share).round() / 10.0);
        let mut parts = Vec::new();
        if self.label_noise > 0.0 {
            parts.push(format!(
                "{} of training labels replaced",
                percent(self.label_noise)
            ));
        }
        if self.imbalance > 1.0 {
            parts.push(format!(
                "training classes thinned out to {}:1",
                self.imbalance
            ));
        }
        if self.outliers > 0.0 {
            parts.push(format!(
                "{} of training targets made outliers",
                percent(self.outliers)
            ));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl Default for Request {
    /// The digits with everything at its default.
    fn default() -> Self {
        Self {
            source: Source::Builtin(Builtin::Digits),
            targets: Vec::new(),
            task: None,
            roles: Roles::default(),
            images: ImageOptions::default(),
            rows: None,
            candidates: Vec::new(),
            baseline: None,
            models: vec![Model::Linear, Model::Mlp(vec![64])],
            metric: None,
            folds: 5,
            repeats: 3,
            validation_share: 0.2,
            budget: Budget::default(),
            tune: false,
            corruption: Corruption::default(),
            slices: Vec::new(),
            seed: 0,
        }
    }
}
