//! One fold made ready for all candidates: rows, features as a matrix, targets.

use minimand_burn::random::Key;
use minimand_burn::train::{Dataset, Targets, TrainError};
use serde::{Deserialize, Serialize};

use crate::corruption::corrupt;
use crate::data::{Data, Target};
use crate::folds::{Split, fold_key};
use crate::measures::{Measure, Predictions, Truth, TruthOf, interval_offsets};
use crate::preprocess::{Encoder, TargetScale};
use crate::request::Request;
use crate::temperature;

/// One fold made ready for all candidates. What is learnt from rows is learnt from the
/// training rows.
pub(crate) struct Prepared {
    pub(crate) split: Split,
    pub(crate) encoder: Encoder,
    /// Regression only.
    pub(crate) scale: Option<TargetScale>,
    /// All rows of the data, of which those that are not tested may be corrupted.
    pub(crate) dataset: Dataset,
    /// Of the validation rows, as corrupted.
    pub(crate) validation: Truth,
    /// Decides initial weights and batches.
    pub(crate) key: Key,
}

impl Prepared {
    /// # Errors
    ///
    /// None that data which passed [`Data::load`] can cause.
    pub(crate) fn new(data: &Data, split: &Split, request: &Request) -> Result<Self, TrainError> {
        let mut split = split.clone();
        let mut target = data.target.clone();
        let key = fold_key(request.seed, split.repeat, split.fold);
        corrupt(&request.corruption, &mut target, &mut split, key);
        let encoder = Encoder::fit(&data.features, &split.train);
        let features = encoder.encode(&data.features, data.rows());
        let (targets, scale) = targets(&target, &split.train);
        let dataset = Dataset::new(features, data.rows(), encoder.width(), targets)?;
        let dataset = match &data.weights {
            Some(weights) => {
                dataset.with_weights(weights.iter().map(|weight| *weight as f32).collect())?
            }
            None => dataset,
        };
        Ok(Self {
            validation: Truth::of(&target, data.weights.as_deref(), &split.validation),
            split,
            encoder,
            scale,
            dataset,
            key,
        })
    }

    /// How raw scores become predictions, fitted on the validation rows' scores; `None`
    /// if one is not finite.
    pub(crate) fn calibrate(&self, scores: &[f32]) -> Option<Calibration> {
        let weights = self.validation.weights.as_deref();
        let outputs = self.validation.outputs;
        match &self.validation.target {
            TruthOf::Classes(labels) => {
                let fitted = temperature::fit(scores, labels, outputs, weights)?;
                Some(Calibration::Classes(fitted.value))
            }
            TruthOf::Labels(has) => {
                let fitted = temperature::fit_labels(scores, has, outputs, weights)?;
                Some(Calibration::Labels(fitted.value))
            }
            TruthOf::Values(targets) => {
                let scale = self.scale?;
                let values: Vec<f64> = scores.iter().map(|score| scale.invert(*score)).collect();
                let are_finite = values.iter().all(|value| value.is_finite());
                are_finite.then(|| Calibration::Values {
                    scale,
                    offsets: interval_offsets(&values, targets),
                })
            }
        }
    }

    /// How good validation scores are by `metric`; lower is better, infinite if they
    /// cannot be judged.
    pub(crate) fn badness(&self, scores: &[f32], metric: Measure) -> f64 {
        let weights = self.validation.weights.as_deref();
        let outputs = self.validation.outputs;
        let log_loss = match &self.validation.target {
            TruthOf::Classes(labels) if metric == Measure::LogLoss => {
                Some(temperature::fit(scores, labels, outputs, weights))
            }
            TruthOf::Labels(has) if metric == Measure::LogLoss => {
                Some(temperature::fit_labels(scores, has, outputs, weights))
            }
            _ => None,
        };
        if let Some(fitted) = log_loss {
            return fitted.map_or(f64::INFINITY, |fitted| fitted.log_loss);
        }
        let value = self.calibrate(scores).and_then(|calibration| {
            let predictions = calibration.predictions(scores, outputs);
            let measured = predictions.measure(&self.validation, &[metric]).ok()?;
            measured.get(&metric).copied()
        });
        value.map_or(f64::INFINITY, |value| metric.badness(value))
    }
}

/// How raw scores become predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Calibration {
    /// The temperature of a softmax.
    Classes(f64),
    /// The temperature of a sigmoid.
    Labels(f64),
    /// The unit of the target, and the ends of the interval.
    Values {
        scale: TargetScale,
        offsets: (f64, f64),
    },
}

impl Calibration {
    /// Predictions from raw scores `[rows, outputs]`.
    pub(crate) fn predictions(&self, scores: &[f32], outputs: usize) -> Predictions {
        match self {
            Self::Classes(temperature) => Predictions::classes(scores, outputs, *temperature),
            Self::Labels(temperature) => Predictions::labels(scores, *temperature),
            Self::Values { scale, offsets } => Predictions::Values {
                values: scores.iter().map(|score| scale.invert(*score)).collect(),
                offsets: *offsets,
            },
        }
    }

    /// What scores are divided by, unless they are numbers.
    pub(crate) fn temperature(&self) -> Option<f64> {
        match self {
            Self::Classes(temperature) | Self::Labels(temperature) => Some(*temperature),
            Self::Values { .. } => None,
        }
    }
}

/// Targets as a model trains on them; numbers are standardised by the rows `train`.
fn targets(target: &Target, train: &[usize]) -> (Targets, Option<TargetScale>) {
    match target {
        Target::Classes { labels, names } => {
            let targets = Targets::Classes {
                labels: labels.clone(),
                classes: names.len(),
            };
            (targets, None)
        }
        Target::Labels { has, names } => {
            let targets = Targets::Multilabel {
                values: has.iter().map(|has| f32::from(u8::from(*has))).collect(),
                labels: names.len(),
            };
            (targets, None)
        }
        Target::Values(values) => {
            let scale = TargetScale::fit(values, train);
            let standardised = values.iter().map(|value| scale.apply(*value)).collect();
            (Targets::Values(standardised), Some(scale))
        }
    }
}
