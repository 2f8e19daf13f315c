//! What to compare, on what data, with which budget.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::CompareError;

/// Everything that decides the result of a comparison. Equal requests on equal data
/// give equal results, for any number of threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Where the rows come from.
    pub source: Source,
    /// The target column; needed for [`Source::Csv`], refused otherwise.
    pub target: Option<String>,
    /// Classification or regression; told from the target if `None`.
    pub task: Option<Task>,
    /// Objectives as expressions; the defaults for the task if empty.
    pub candidates: Vec<String>,
    /// The objective that all others are tested against; `cross_entropy` or `mse` if
    /// `None`. It takes part also if `candidates` does not name it.
    pub baseline: Option<String>,
    /// The model that every candidate trains.
    pub model: Model,
    /// Test folds of every repeat, at least 2.
    pub folds: usize,
    /// Repeats of the whole cross-validation with new folds, at least 1.
    pub repeats: usize,
    /// Share of each training fold that decides when to stop, above 0 and up to 0.5.
    /// One row in round(1 / share) is taken.
    pub validation_share: f64,
    /// The budget, the same for every candidate.
    pub budget: Budget,
    /// Decides folds, initial weights and batch order.
    pub seed: u64,
    /// Trainings at a time; as many as there are processors if `None`. Does not
    /// change results.
    pub threads: Option<usize>,
}

/// Where the rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A data set that ships with the program.
    Builtin(Builtin),
    /// A delimited text file with a header.
    Csv(PathBuf),
}

/// A data set that ships with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// 1,797 handwritten digits of 8 × 8 pixels, ten classes.
    Digits,
    /// 569 tumours with 30 measurements, two classes (0 malignant, 1 benign).
    BreastCancer,
    /// 442 patients with 10 measurements, a measure of disease progression.
    Diabetes,
    /// 150 flowers with 4 measurements, three classes.
    Iris,
}

impl Builtin {
    /// Every set, the default first.
    pub const ALL: [Self; 4] = [Self::Digits, Self::BreastCancer, Self::Diabetes, Self::Iris];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::BreastCancer => "breast_cancer",
            Self::Diabetes => "diabetes",
            Self::Iris => "iris",
        }
    }
}

impl Source {
    /// A built-in set if `text` is its name, otherwise a file.
    pub fn parse(text: &str) -> Self {
        let builtin = Builtin::ALL
            .into_iter()
            .find(|builtin| builtin.name() == text);
        builtin.map_or_else(|| Self::Csv(PathBuf::from(text)), Self::Builtin)
    }
}

/// What kind of target is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One class of several.
    Classification,
    /// A number.
    Regression,
}

impl Task {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
        }
    }
}

/// The model that every candidate trains.
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

/// What every candidate may spend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Step size of the optimiser, > 0.
    pub learning_rate: f64,
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
            learning_rate: 3e-3,
            weight_decay: 1e-4,
            batch_size: 32,
            max_epochs: 60,
            patience: 15,
        }
    }
}

impl Default for Request {
    /// The digits with everything at its default.
    fn default() -> Self {
        Self {
            source: Source::Builtin(Builtin::Digits),
            target: None,
            task: None,
            candidates: Vec::new(),
            baseline: None,
            model: Model::Mlp(vec![64]),
            folds: 5,
            repeats: 2,
            validation_share: 0.2,
            budget: Budget::default(),
            seed: 0,
            threads: None,
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
        let refuse = |setting, expected: &str, found: String| {
            Err(CompareError::Setting {
                setting,
                expected: expected.to_owned(),
                found,
            })
        };
        let budget = &self.budget;
        if !(2..=1000).contains(&self.folds) {
            return refuse("folds", "from 2 to 1000", self.folds.to_string());
        }
        if !(1..=1000).contains(&self.repeats) {
            return refuse("repeats", "from 1 to 1000", self.repeats.to_string());
        }
        if !(self.validation_share > 0.0 && self.validation_share <= 0.5) {
            let found = self.validation_share.to_string();
            return refuse("validation share", "above 0 and at most 0.5", found);
        }
        for (setting, count) in [
            ("batch size", budget.batch_size),
            ("epochs", budget.max_epochs),
            ("patience", budget.patience),
            ("threads", self.threads.unwrap_or(1)),
        ] {
            if count == 0 {
                return refuse(setting, "at least 1", count.to_string());
            }
        }
        if !(budget.learning_rate > 0.0 && budget.learning_rate.is_finite()) {
            return refuse(
                "learning rate",
                "a number above 0",
                budget.learning_rate.to_string(),
            );
        }
        if !(budget.weight_decay >= 0.0 && budget.weight_decay.is_finite()) {
            return refuse(
                "weight decay",
                "a number from 0",
                budget.weight_decay.to_string(),
            );
        }
        match &self.model {
            Model::Mlp(widths) if widths.is_empty() || widths.contains(&0) => refuse(
                "hidden widths",
                "one or more numbers from 1",
                format!("{widths:?}"),
            ),
            _ => Ok(()),
        }
    }

    /// Of each training fold, one row in this many is for validation.
    pub(crate) fn validation_parts(&self) -> usize {
        // A share below 1e-6 takes a row or none anyway.
        (1.0 / self.validation_share.max(1e-6)).round() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range_and_wrong_settings_are_named() {
        Request::default().check().unwrap();
        type Spoil = fn(&mut Request);
        let cases: [(&str, Spoil); 10] = [
            ("folds", |request| request.folds = 1),
            ("repeats", |request| request.repeats = 0),
            ("validation share", |request| request.validation_share = 0.7),
            ("validation share", |request| {
                request.validation_share = f64::NAN
            }),
            ("batch size", |request| request.budget.batch_size = 0),
            ("epochs", |request| request.budget.max_epochs = 0),
            ("learning rate", |request| {
                request.budget.learning_rate = f64::INFINITY
            }),
            ("weight decay", |request| request.budget.weight_decay = -1.0),
            ("threads", |request| request.threads = Some(0)),
            ("hidden widths", |request| {
                request.model = Model::Mlp(vec![])
            }),
        ];
        for (setting, spoil) in cases {
            let mut request = Request::default();
            spoil(&mut request);
            let error = request.check().unwrap_err();
            assert!(error.is_bad_input());
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("`{setting}` must be")),
                "{error}"
            );
        }
    }

    #[test]
    fn sources_are_names_or_files() {
        for builtin in Builtin::ALL {
            assert_eq!(Source::parse(builtin.name()), Source::Builtin(builtin));
        }
        assert_eq!(Source::parse("iris.csv"), Source::Csv("iris.csv".into()));
    }
}
