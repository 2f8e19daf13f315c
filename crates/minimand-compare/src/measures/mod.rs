//! What is measured on rows that a model has not seen.

mod predictions;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use minimand::metrics::Direction;
use serde::{Deserialize, Serialize};

pub(crate) use self::predictions::{Batch, Predictions, Truth, TruthOf, interval_offsets};
use crate::request::Task;

/// The quantile of the lower end of predicted intervals, and what is left above the
/// upper end.
pub(crate) const TAIL: f64 = 0.05;

/// The share of targets that predicted intervals are made to hold.
pub(crate) const COVERAGE: f64 = 0.9;

/// A measure of test rows. Unless its name says `raw`, a measure of classes or labels
/// reads probabilities after temperature scaling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Mean negative log-probability of the truth, in nats; for labels the mean over
    /// labels too.
    LogLoss,
    /// Share of rows whose class is right.
    Accuracy,
    /// Mean over the classes of the share of their rows that is right.
    BalancedAccuracy,
    /// Share of rows of which every label is right.
    SubsetAccuracy,
    /// Share of row-label pairs that are wrong.
    HammingLoss,
    /// Mean over classes or labels of the F1 score.
    MacroF1,
    /// F1 score of all row-label pairs together.
    MicroF1,
    /// Area under the ROC curve; mean over classes or labels, one against the rest.
    Auroc,
    /// Mean over labels of the average precision.
    AveragePrecision,
    /// Mean squared distance of the probabilities from the truth.
    Brier,
    /// Expected calibration error.
    Ece,
    /// Log-loss of the probabilities as they were trained.
    RawLogLoss,
    /// Calibration error of the probabilities as they were trained.
    RawEce,
    /// Root of the mean squared error, in the unit of the target.
    Rmse,
    /// Mean absolute error, in the unit of the target.
    Mae,
    /// Share of the variance that is explained.
    R2,
    /// Mean pinball loss of the 5% and 95% quantiles (the prediction plus those
    /// quantiles of the validation errors), in the unit of the target.
    Pinball,
    /// Share of targets between these two quantiles; 90% is right.
    Coverage,
    /// Dice coefficient: common pixels over the mean size of true and predicted mask. This and the next three are
    /// means over the classes but the background, of means over the cases in which they are defined.
    Dice,
    /// 95th percentile of the distances between the borders, in the unit of the spacing. Where only one of the two
    /// masks is empty, this and the next are the diagonal of the case.
    Hausdorff95,
    /// Mean distance between the borders (ASSD), in the unit of the spacing.
    Assd,
    /// Components, holes and cavities too many or too few.
    BettiError,
}

/// Values by measure.
pub type Measures = BTreeMap<Measure, f64>;

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 22] = [
        Self::LogLoss,
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::SubsetAccuracy,
        Self::HammingLoss,
        Self::MacroF1,
        Self::MicroF1,
        Self::Auroc,
        Self::AveragePrecision,
        Self::Brier,
        Self::Ece,
        Self::RawLogLoss,
        Self::RawEce,
        Self::Rmse,
        Self::Mae,
        Self::R2,
        Self::Pinball,
        Self::Coverage,
        Self::Dice,
        Self::Hausdorff95,
        Self::Assd,
        Self::BettiError,
    ];

    /// The measures of a task, the one that decides by default first.
    pub fn of(task: Task) -> &'static [Self] {
        match task {
            Task::Classification => &[
                Self::LogLoss,
                Self::Accuracy,
                Self::BalancedAccuracy,
                Self::MacroF1,
                Self::Auroc,
                Self::Brier,
                Self::Ece,
                Self::RawLogLoss,
                Self::RawEce,
            ],
            Task::Multilabel => &[
                Self::LogLoss,
                Self::MacroF1,
                Self::MicroF1,
                Self::Auroc,
                Self::AveragePrecision,
                Self::SubsetAccuracy,
                Self::HammingLoss,
                Self::Brier,
                Self::Ece,
                Self::RawLogLoss,
                Self::RawEce,
            ],
            Task::Regression => &[
                Self::Rmse,
                Self::Mae,
                Self::R2,
                Self::Pinball,
                Self::Coverage,
            ],
            Task::Segmentation => &[Self::Dice, Self::Hausdorff95, Self::Assd, Self::BettiError],
        }
    }

    /// The measures that a terminal has room for, the deciding one first.
    pub(crate) fn shown(task: Task, primary: Self) -> Vec<Self> {
        let usual: &[Self] = match task {
            Task::Classification => &[Self::LogLoss, Self::Accuracy, Self::Ece],
            Task::Multilabel => &[Self::LogLoss, Self::MacroF1, Self::Ece],
            Task::Regression => &[Self::Rmse, Self::Mae, Self::R2],
            Task::Segmentation => Self::of(task),
        };
        let others = usual.iter().copied().filter(|measure| *measure != primary);
        std::iter::once(primary).chain(others).collect()
    }

    /// The measure that decides unless another is asked for: log-loss after temperature
    /// scaling, RMSE, or Dice.
    pub fn primary(task: Task) -> Self {
        Self::of(task)[0]
    }

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::LogLoss => "log_loss",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::SubsetAccuracy => "subset_accuracy",
            Self::HammingLoss => "hamming_loss",
            Self::MacroF1 => "macro_f1",
            Self::MicroF1 => "micro_f1",
            Self::Auroc => "auroc",
            Self::AveragePrecision => "average_precision",
            Self::Brier => "brier",
            Self::Ece => "ece",
            Self::RawLogLoss => "raw_log_loss",
            Self::RawEce => "raw_ece",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::R2 => "r2",
            Self::Pinball => "pinball",
            Self::Coverage => "coverage",
            Self::Dice => "dice",
            Self::Hausdorff95 => "hausdorff95",
            Self::Assd => "assd",
            Self::BettiError => "betti_error",
        }
    }

    /// The measure of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::LogLoss => "log-loss",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced accuracy",
            Self::SubsetAccuracy => "subset accuracy",
            Self::HammingLoss => "Hamming loss",
            Self::MacroF1 => "macro-F1",
            Self::MicroF1 => "micro-F1",
            Self::Auroc => "AUROC",
            Self::AveragePrecision => "average precision",
            Self::Brier => "Brier",
            Self::Ece => "ECE",
            Self::RawLogLoss => "raw log-loss",
            Self::RawEce => "raw ECE",
            Self::Rmse => "RMSE",
            Self::Mae => "MAE",
            Self::R2 => "R²",
            Self::Pinball => "pinball",
            Self::Coverage => "coverage",
            Self::Dice => "Dice",
            Self::Hausdorff95 => "HD95",
            Self::Assd => "ASSD",
            Self::BettiError => "Betti error",
        }
    }

    /// The label with an arrow towards the better values, or the best one.
    pub fn label_with_arrow(self) -> String {
        match self.direction() {
            Direction::Lower => format!("{} ↓", self.label()),
            Direction::Higher => format!("{} ↑", self.label()),
            Direction::Nearest(best) => format!("{} → {best}", self.label()),
        }
    }

    /// Which values are better.
    pub fn direction(self) -> Direction {
        match self {
            Self::Accuracy
            | Self::BalancedAccuracy
            | Self::SubsetAccuracy
            | Self::MacroF1
            | Self::MicroF1
            | Self::Auroc
            | Self::AveragePrecision
            | Self::R2
            | Self::Dice => Direction::Higher,
            Self::Coverage => Direction::Nearest(COVERAGE),
            _ => Direction::Lower,
        }
    }

    /// A number that is lower for better values.
    pub(crate) fn badness(self, value: f64) -> f64 {
        match self.direction() {
            Direction::Lower => value,
            Direction::Higher => -value,
            Direction::Nearest(best) => (value - best).abs(),
        }
    }

    /// What it is measured on, in the plural.
    pub(crate) fn measured_on(self) -> &'static str {
        match self {
            Self::Dice | Self::Hausdorff95 | Self::Assd | Self::BettiError => "cases",
            _ => "rows",
        }
    }

    fn is_raw(self) -> bool {
        matches!(self, Self::RawLogLoss | Self::RawEce)
    }

    /// The name of the metric in `minimand::metrics` for a task.
    fn metric(self, task: Task) -> &'static str {
        match (self, task) {
            (Self::RawLogLoss, _) => "log_loss",
            (Self::RawEce, _) => "ece",
            (Self::Auroc, Task::Multilabel) => "macro_auroc",
            (Self::AveragePrecision, _) => "macro_average_precision",
            (other, _) => other.name(),
        }
    }
}
