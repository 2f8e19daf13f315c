//! What is measured on the rows of a test fold.

use std::collections::BTreeMap;

use minimand::metrics::{
    ClassificationBatch, Direction, MetricError, RegressionBatch, classification_metric,
    regression_metric,
};
use serde::{Deserialize, Serialize};

use crate::request::Task;

/// A measure of test rows. Unless its name says `raw`, a classification measure
/// reads probabilities after temperature scaling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Mean negative log-probability of the true class, in nats.
    LogLoss,
    /// Share of rows whose class is right.
    Accuracy,
    /// Mean over the classes of the share of their rows that is right.
    BalancedAccuracy,
    /// Mean over the classes of the F1 score.
    MacroF1,
    /// Area under the ROC curve.
    Auroc,
    /// Mean squared distance of the probabilities from the truth.
    Brier,
    /// Expected calibration error of the predicted class.
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
}

/// Values by measure.
pub type Measures = BTreeMap<Measure, f64>;

impl Measure {
    /// The measures of a task, the one that decides first.
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
            Task::Regression => &[Self::Rmse, Self::Mae, Self::R2],
        }
    }

    /// The measure that ranks candidates and stops training: log-loss after
    /// temperature scaling, or RMSE.
    pub fn primary(task: Task) -> Self {
        match task {
            Task::Classification => Self::LogLoss,
            Task::Regression => Self::Rmse,
        }
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::LogLoss => "log-loss",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced accuracy",
            Self::MacroF1 => "macro-F1",
            Self::Auroc => "AUROC",
            Self::Brier => "Brier",
            Self::Ece => "ECE",
            Self::RawLogLoss => "raw log-loss",
            Self::RawEce => "raw ECE",
            Self::Rmse => "RMSE",
            Self::Mae => "MAE",
            Self::R2 => "R²",
        }
    }

    /// The label with an arrow towards the better values.
    pub fn label_with_arrow(self) -> String {
        let arrow = match self.direction() {
            Direction::Lower => '↓',
            Direction::Higher => '↑',
        };
        format!("{} {arrow}", self.label())
    }

    /// Which values are better.
    pub fn direction(self) -> Direction {
        match self {
            Self::Accuracy | Self::BalancedAccuracy | Self::MacroF1 | Self::Auroc | Self::R2 => {
                Direction::Higher
            }
            _ => Direction::Lower,
        }
    }

    /// The name of the metric in `minimand::metrics`.
    fn metric(self) -> &'static str {
        match self {
            Self::LogLoss | Self::RawLogLoss => "log_loss",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::MacroF1 => "macro_f1",
            Self::Auroc => "auroc",
            Self::Brier => "brier",
            Self::Ece | Self::RawEce => "ece",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::R2 => "r2",
        }
    }

    fn is_raw(self) -> bool {
        matches!(self, Self::RawLogLoss | Self::RawEce)
    }
}

/// Measures raw scores `[labels.len(), classes]`, divided by `temperature` where a
/// measure is not raw. A measure that is not defined on these rows is left out.
///
/// # Errors
///
/// A score is not finite.
pub(crate) fn classification(
    scores: &[f32],
    labels: &[u32],
    classes: usize,
    temperature: f64,
) -> Result<Measures, MetricError> {
    let labels: Vec<usize> = labels.iter().map(|label| *label as usize).collect();
    let (raw, scaled) = (
        softmax(scores, classes, 1.0),
        softmax(scores, classes, temperature),
    );
    let raw = ClassificationBatch::new(&raw, classes, &labels, None)?;
    let scaled = ClassificationBatch::new(&scaled, classes, &labels, None)?;
    let mut measures = Measures::new();
    for measure in Measure::of(Task::Classification) {
        let mut metric = classification_metric(measure.metric())?;
        metric.update(if measure.is_raw() { &raw } else { &scaled })?;
        measures.extend(metric.value().map(|value| (*measure, value)));
    }
    Ok(measures)
}

/// Measures predictions in the unit of `targets`. A measure that is not defined on
/// these rows is left out.
///
/// # Errors
///
/// A prediction is not finite.
pub(crate) fn regression(predictions: &[f64], targets: &[f64]) -> Result<Measures, MetricError> {
    let batch = RegressionBatch::new(predictions, targets, None)?;
    let mut measures = Measures::new();
    for measure in Measure::of(Task::Regression) {
        let mut metric = regression_metric(measure.metric())?;
        metric.update(&batch)?;
        measures.extend(metric.value().map(|value| (*measure, value)));
    }
    Ok(measures)
}

/// Probabilities of scores divided by `temperature`, row by row.
fn softmax(scores: &[f32], classes: usize, temperature: f64) -> Vec<f64> {
    let mut probabilities = Vec::with_capacity(scores.len());
    for row in scores.chunks_exact(classes) {
        let largest = f64::from(row.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b)));
        let start = probabilities.len();
        let weights = row
            .iter()
            .map(|score| ((f64::from(*score) - largest) / temperature).exp());
        probabilities.extend(weights);
        let total: f64 = probabilities[start..].iter().sum();
        probabilities[start..]
            .iter_mut()
            .for_each(|weight| *weight /= total);
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_and_raw_probabilities_are_kept_apart() {
        // The odds are e² raw and e at temperature 2.
        let found = classification(&[2.0, 0.0, 0.0, 2.0], &[0, 1], 2, 2.0).unwrap();
        assert!((found[&Measure::RawLogLoss] - (1.0 + (-2_f64).exp()).ln()).abs() < 1e-12);
        assert!((found[&Measure::LogLoss] - (1.0 + (-1_f64).exp()).ln()).abs() < 1e-12);
        assert_eq!(found[&Measure::Accuracy], 1.0);
        assert_eq!(found.len(), Measure::of(Task::Classification).len());
        assert!(found[&Measure::Ece] > found[&Measure::RawEce]);
    }

    #[test]
    fn regression_by_hand() {
        let found = regression(&[1.0, 2.0, 5.0], &[1.0, 2.0, 3.0]).unwrap();
        assert!((found[&Measure::Rmse] - (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((found[&Measure::Mae] - 2.0 / 3.0).abs() < 1e-12);
        assert!((found[&Measure::R2] - (1.0 - 4.0 / 2.0)).abs() < 1e-12);
    }

    #[test]
    fn scores_that_are_not_finite_are_refused() {
        assert!(classification(&[f32::NAN, 0.0], &[0], 2, 1.0).is_err());
        assert!(classification(&[f32::INFINITY, 0.0], &[0], 2, 1.0).is_err());
        assert!(regression(&[f64::NAN], &[0.0]).is_err());
    }

    #[test]
    fn names_in_files() {
        let measures = Measures::from([(Measure::RawEce, 0.5), (Measure::R2, 1.0)]);
        assert_eq!(
            serde_json::to_string(&measures).unwrap(),
            r#"{"raw_ece":0.5,"r2":1.0}"#
        );
        for task in [Task::Classification, Task::Regression] {
            assert_eq!(Measure::of(task)[0], Measure::primary(task));
        }
    }
}
