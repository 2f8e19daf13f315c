//! The options of `minimand compare`, by what they are about.

use clap::{Args, ValueEnum};
use minimand_compare::{Budget, Corruption, Measure, Model, Request, Roles, Source, Task};

use crate::error::CliError;

/// One word is a built-in set or a table; two are arrays.
pub(super) fn source(words: &[String]) -> Result<Source, CliError> {
    match words {
        [one] if one.ends_with(".npy") => Err(CliError::Usage(
            "two .npy files are needed, features and targets: `minimand compare X.npy y.npy`",
        )),
        [one] => Ok(Source::parse(one)),
        [features, targets] if features.ends_with(".npy") && targets.ends_with(".npy") => {
            Ok(Source::Arrays {
                features: features.into(),
                targets: targets.into(),
            })
        }
        _ => Err(CliError::Usage(
            "give one table or built-in set, or two .npy files: features and targets",
        )),
    }
}

/// Columns and rows of the data.
#[derive(Debug, Args)]
#[command(next_help_heading = "Data")]
pub(super) struct DataOptions {
    /// The column to predict; several, repeated or separated by commas, for multilabel.
    #[arg(
        long,
        value_name = "COLUMN",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    target: Vec<String>,

    /// What kind of target it is; told from its values, or by --images, if left out.
    #[arg(long, value_enum)]
    task: Option<TaskOption>,

    /// How much each row counts, in training and in all measures; numbers from 0.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    weights: Option<String>,

    /// Rows of one group are never split between training and test.
    ///
    /// Of images: a table with the columns `case` and `group`, or a pattern of their names in which {group}
    /// stands for the group and * for any text, such as '{group}_*'.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    groups: Option<String>,

    /// Test only rows that come later than those trained on; a date or a number.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(super) time: Option<String>,

    /// Leave a column out; repeat it for several.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    ignore: Vec<String>,

    /// Compare on so many rows, or cases, drawn at random.
    #[arg(long, value_name = "N")]
    rows: Option<usize>,

    /// Measure also by `class`, or by the values of a column; repeat it for several.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    by: Vec<String>,
}

impl DataOptions {
    pub(super) fn put(self, request: &mut Request) {
        request.targets = self.target;
        request.task = self.task.map(TaskOption::task).or(request.task);
        request.roles = Roles {
            weights: self.weights,
            groups: self.groups,
            time: self.time,
            ignore: self.ignore,
        };
        request.rows = self.rows;
        request.slices = self.by;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TaskOption {
    /// One class of several
    Classification,
    /// Several labels, each of which a row has or has not
    Multilabel,
    /// A number
    Regression,
    /// One class of several for each pixel of --images
    Segmentation,
}

impl TaskOption {
    fn task(self) -> Task {
        match self {
            Self::Classification => Task::Classification,
            Self::Multilabel => Task::Multilabel,
            Self::Regression => Task::Regression,
            Self::Segmentation => Task::Segmentation,
        }
    }
}

/// What competes, and what decides.
#[derive(Debug, Args)]
#[command(next_help_heading = "Candidates")]
pub(super) struct ObjectiveOptions {
    /// A candidate objective; repeat it for several.
    ///
    /// Without any, the usual objectives of the task are compared.
    #[arg(long = "loss", value_name = "EXPR", allow_hyphen_values = true)]
    losses: Vec<String>,

    /// The objective that all others are tested against; it takes part in any case.
    ///
    /// cross_entropy for classes, binary_cross_entropy for labels, mse for numbers and dice + cross_entropy for
    /// images if left out.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    baseline: Option<String>,

    /// A model that every candidate trains: linear, mlp, or mlp(64,32) with these hidden layers; for images unet,
    /// or unet(16,3) with this width and depth; repeat it for several. [default: linear and mlp; unet(8,2) for
    /// images]
    #[arg(long, value_name = "MODEL", value_parser = Model::parse)]
    model: Vec<Model>,

    /// What stops training, chooses settings and ranks, such as accuracy, auroc or mae.
    ///
    /// log_loss (after temperature scaling) for classes and labels, rmse for numbers, and dice for images, if left
    /// out.
    #[arg(long, value_name = "MEASURE", value_parser = parse_metric)]
    metric: Option<Measure>,

    /// Let each candidate also choose the first number that its expression sets, among half, its
    /// own and twice the value; those that set none try more learning rates instead.
    #[arg(long)]
    tune: bool,
}

impl ObjectiveOptions {
    pub(super) fn put(self, request: &mut Request) -> Result<(), CliError> {
        request.candidates = self.losses;
        request.baseline = self.baseline;
        request.metric = self.metric;
        request.tune = self.tune;
        if !self.model.is_empty() {
            request.models = self.model;
        }
        Ok(())
    }
}

fn parse_metric(text: &str) -> Result<Measure, String> {
    Measure::named(text).ok_or_else(|| {
        let names = Measure::ALL.map(Measure::name);
        format!("possible values: {}", names.join(", "))
    })
}

/// The budget of a training.
#[derive(Debug, Args)]
#[command(next_help_heading = "Training")]
pub(super) struct TrainingOptions {
    /// Step sizes of the optimiser to choose from, separated by commas. [default: 0.001,0.005,0.025; 0.003,0.01 for
    /// images]
    #[arg(
        long,
        value_name = "X,X,…",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    learning_rate: Vec<f64>,

    /// Decoupled weight decay.
    #[arg(long, value_name = "X", default_value_t = Budget::default().weight_decay,
          allow_negative_numbers = true)]
    weight_decay: f64,

    /// Rows, or crops of images, per step. [default: 32; 4 for images]
    #[arg(long, value_name = "N")]
    batch_size: Option<usize>,

    /// Passes over the training rows, or crops, at most. [default: 60; 30 for images]
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,

    /// Epochs without a better validation score before training stops. [default: 10; 30 for images]
    #[arg(long, value_name = "N")]
    patience: Option<usize>,
}

impl TrainingOptions {
    /// Over what is usual for the data.
    pub(super) fn put(self, request: &mut Request) {
        let budget = &mut request.budget;
        if !self.learning_rate.is_empty() {
            budget.learning_rates = self.learning_rate;
        }
        budget.weight_decay = self.weight_decay;
        budget.batch_size = self.batch_size.unwrap_or(budget.batch_size);
        budget.max_epochs = self.epochs.unwrap_or(budget.max_epochs);
        budget.patience = self.patience.unwrap_or(budget.patience);
    }
}

/// How rows are split.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cross-validation")]
pub(super) struct FoldOptions {
    /// Test folds of every repeat.
    #[arg(long, value_name = "N", default_value_t = Request::default().folds)]
    folds: usize,

    /// Repeats of the whole cross-validation, each with new folds. [default: 3; 1 with --time and for images]
    #[arg(long, value_name = "N")]
    repeats: Option<usize>,

    /// Share of each training fold that decides when to stop, at most 0.5.
    #[arg(long, value_name = "X", default_value_t = Request::default().validation_share,
          allow_negative_numbers = true)]
    validation_share: f64,

    /// Decides folds, initial weights, batch order and corruption.
    #[arg(long, value_name = "N", default_value_t = Request::default().seed)]
    seed: u64,
}

impl FoldOptions {
    pub(super) fn put(self, request: &mut Request, time: bool) {
        request.folds = self.folds;
        let usual = if time { 1 } else { request.repeats };
        request.repeats = self.repeats.unwrap_or(usual);
        request.validation_share = self.validation_share;
        request.seed = self.seed;
    }
}

/// What is done to training rows.
#[derive(Debug, Args)]
#[command(
    next_help_heading = "And if my data is bad? (training folds only; test rows stay as they are)"
)]
pub(super) struct CorruptionOptions {
    /// Share of labels to replace by other ones, from 0 to below 1.
    #[arg(long, value_name = "X", default_value_t = Corruption::default().label_noise,
          allow_negative_numbers = true)]
    label_noise: f64,

    /// Ratio of the most frequent class to the rarest.
    #[arg(long, value_name = "X", default_value_t = Corruption::default().imbalance,
          allow_negative_numbers = true)]
    imbalance: f64,

    /// Share of numbers to move by errors of ten standard deviations, from 0 to below 1.
    #[arg(long, value_name = "X", default_value_t = Corruption::default().outliers,
          allow_negative_numbers = true)]
    outliers: f64,
}

impl CorruptionOptions {
    pub(super) fn put(self, request: &mut Request) {
        request.corruption = Corruption {
            label_noise: self.label_noise,
            imbalance: self.imbalance,
            outliers: self.outliers,
        };
    }
}
