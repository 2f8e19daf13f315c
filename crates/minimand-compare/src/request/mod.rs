//! What to compare, on what data, with which budget.

mod command;
mod source;

use serde::{Deserialize, Serialize};

pub use self::source::{Builtin, Source};
use crate::error::CompareError;
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
    /// Rows of one group are never split between training and test.
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
}

impl Task {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Multilabel => "multilabel",
            Self::Regression => "regression",
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
}

impl Model {
    /// `linear`, `mlp(64)` or `mlp(64,32)`.
    pub fn describe(&self) -> String {
        match self {
            Self::Linear => "linear".to_owned(),
            Self::Mlp(widths) => {
                let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
                format!("mlp({})", widths.join(","))
            }
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

impl Request {
    /// Checks every setting that can be judged without the data.
    ///
    /// # Errors
    ///
    /// The first setting out of its range.
    pub fn check(&self) -> Result<(), CompareError> {
        self.check_folds()?;
        self.check_budget()?;
        self.check_models()?;
        self.check_corruption()
    }

    fn check_folds(&self) -> Result<(), CompareError> {
        in_range(
            "folds",
            self.folds,
            (2..=1000).contains(&self.folds),
            "from 2 to 1000",
        )?;
        let repeats = self.repeats;
        in_range(
            "repeats",
            repeats,
            (1..=1000).contains(&repeats),
            "from 1 to 1000",
        )?;
        if self.roles.time.is_some() {
            let expected = "1 with a time column, whose order allows no other folds";
            in_range("repeats", repeats, repeats == 1, expected)?;
            let groups = self.roles.groups.as_deref().unwrap_or_default();
            let expected = "left out with a time column: rows are split by time or by group";
            in_range("groups", groups, groups.is_empty(), expected)?;
        }
        let share = self.validation_share;
        in_range(
            "validation share",
            share,
            share > 0.0 && share <= 0.5,
            "above 0 and at most 0.5",
        )?;
        let rows = self.rows.unwrap_or(usize::MAX);
        in_range("rows", rows, rows >= 10, "at least 10")
    }

    fn check_budget(&self) -> Result<(), CompareError> {
        let budget = &self.budget;
        for (setting, count) in [
            ("batch size", budget.batch_size),
            ("epochs", budget.max_epochs),
            ("patience", budget.patience),
            ("learning rates", budget.learning_rates.len()),
        ] {
            in_range(setting, count, count >= 1, "at least 1")?;
        }
        for (index, rate) in budget.learning_rates.iter().enumerate() {
            let is_positive = *rate > 0.0 && rate.is_finite();
            in_range("learning rate", rate, is_positive, "a number above 0")?;
            let is_new = !budget.learning_rates[..index].contains(rate);
            in_range("learning rate", rate, is_new, "given once")?;
        }
        let decay = budget.weight_decay;
        in_range(
            "weight decay",
            decay,
            decay >= 0.0 && decay.is_finite(),
            "a number from 0",
        )
    }

    fn check_models(&self) -> Result<(), CompareError> {
        in_range("models", 0, !self.models.is_empty(), "at least one")?;
        for (index, model) in self.models.iter().enumerate() {
            let name = model.describe();
            in_range(
                "model",
                &name,
                !self.models[..index].contains(model),
                "given once",
            )?;
            if let Model::Mlp(widths) = model {
                let are_widths =
                    !widths.is_empty() && widths.iter().all(|width| (1..=65536).contains(width));
                in_range(
                    "hidden widths",
                    format!("{widths:?}"),
                    are_widths,
                    "one or more numbers from 1 to 65536",
                )?;
            }
        }
        Ok(())
    }

    fn check_corruption(&self) -> Result<(), CompareError> {
        let corruption = &self.corruption;
        for (setting, share) in [
            ("label noise", corruption.label_noise),
            ("outliers", corruption.outliers),
        ] {
            in_range(
                setting,
                share,
                (0.0..1.0).contains(&share),
                "a share from 0 to below 1",
            )?;
        }
        let ratio = corruption.imbalance;
        in_range(
            "imbalance",
            ratio,
            (1.0..=1e6).contains(&ratio),
            "a ratio from 1 to 1e6",
        )
    }

    /// Of each training fold, one row in this many is for validation.
    pub(crate) fn validation_parts(&self) -> usize {
        // A share below 1e-6 takes a row or none anyway.
        (1.0 / self.validation_share.max(1e-6)).round() as usize
    }
}

/// Refuses a setting that is not as it should be.
fn in_range(
    setting: &'static str,
    found: impl ToString,
    is_in_range: bool,
    expected: &str,
) -> Result<(), CompareError> {
    if is_in_range {
        return Ok(());
    }
    Err(CompareError::Setting {
        setting,
        expected: expected.to_owned(),
        found: found.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range_and_wrong_settings_are_named() {
        Request::default().check().unwrap();
        type Spoil = fn(&mut Request);
        let cases: [(&str, Spoil); 20] = [
            ("folds", |request| request.folds = 1),
            ("repeats", |request| request.repeats = 0),
            ("repeats", |request| request.roles.time = Some("t".into())),
            ("groups", |request| {
                request.repeats = 1;
                request.roles.time = Some("t".into());
                request.roles.groups = Some("g".into());
            }),
            ("rows", |request| request.rows = Some(3)),
            ("validation share", |request| request.validation_share = 0.7),
            ("validation share", |request| {
                request.validation_share = f64::NAN;
            }),
            ("batch size", |request| request.budget.batch_size = 0),
            ("epochs", |request| request.budget.max_epochs = 0),
            ("patience", |request| request.budget.patience = 0),
            ("learning rates", |request| {
                request.budget.learning_rates.clear()
            }),
            ("learning rate", |request| {
                request.budget.learning_rates = vec![0.1, f64::INFINITY];
            }),
            ("learning rate", |request| {
                request.budget.learning_rates = vec![0.1, 0.1];
            }),
            ("weight decay", |request| request.budget.weight_decay = -1.0),
            ("models", |request| request.models.clear()),
            ("model", |request| request.models = vec![Model::Linear; 2]),
            ("hidden widths", |request| {
                request.models = vec![Model::Mlp(vec![])];
            }),
            ("label noise", |request| {
                request.corruption.label_noise = 1.0
            }),
            ("imbalance", |request| request.corruption.imbalance = 0.5),
            ("outliers", |request| request.corruption.outliers = f64::NAN),
        ];
        for (setting, spoil) in cases {
            let mut request = Request::default();
            spoil(&mut request);
            let error = request.check().unwrap_err();
            assert!(error.is_bad_input());
            let text = error.to_string();
            assert!(text.starts_with(&format!("`{setting}` must be")), "{text}");
        }
    }
}
