//! Training: a linear model or a multilayer perceptron on a table, and networks on [`images`].
//!
//! ```
//! use minimand_burn::random::Key;
//! use minimand_burn::train::{Architecture, Dataset, Model, Settings, Targets, Training};
//! use std::collections::BTreeMap;
//! use std::ops::ControlFlow;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let features: Vec<f32> = (0..40).map(|i| i as f32 / 20.0 - 1.0).collect();
//! let targets = Targets::Values(features.iter().map(|x| 3.0 * x + 1.0).collect());
//! let data = Dataset::new(features, 40, 1, targets)?;
//! let (train, validation): (Vec<usize>, Vec<usize>) = (0..40).partition(|i| i % 4 > 0);
//!
//! let actual: Vec<f32> = validation.iter().map(|&i| 3.0 * data.features()[i] + 1.0).collect();
//! let score = |predicted: &[f32]| {
//!     let errors = predicted.iter().zip(&actual).map(|(p, a)| f64::from((p - a).abs()));
//!     errors.sum::<f64>() / actual.len() as f64
//! };
//! let settings = Settings {
//!     architecture: Architecture::Linear,
//!     learning_rate: 0.1,
//!     max_epochs: 100,
//!     ..Settings::default()
//! };
//! let training = Training {
//!     objective: &"mse".parse()?,
//!     data: &data,
//!     train: &train,
//!     validation: &validation,
//!     settings: &settings,
//!     key: Key::new(1),
//! };
//! let fitted = training.run(&score, &mut |_| ControlFlow::Continue(()), &|| false)?;
//! assert!((fitted.model.predict(&[0.5])?[0] - 2.5).abs() < 0.1);
//!
//! // What is written can be read back, by PyTorch too.
//! let bytes = fitted.model.to_bytes(&BTreeMap::new())?;
//! assert_eq!(Model::from_bytes(&bytes)?.0, fitted.model);
//! # Ok(())
//! # }
//! ```
//!
//! # Reproducibility
//!
//! Initial weights and the order of the batches depend on the [`Key`] alone, not on the objective,
//! so that objectives are compared from the same start. Everything numeric runs in a thread pool of
//! one thread: equal arguments give equal bits on one machine, however many fits run side by side.

mod adamw;
mod dataset;
mod epoch;
mod error;
mod fitted;
pub mod images;
mod model;
mod network;
pub(crate) mod safetensors;
mod settings;
mod targets;
#[cfg(test)]
mod tests;
mod worker;

pub use dataset::Dataset;
pub use error::TrainError;
pub use fitted::{Epoch, Fitted, Stop};
pub use model::Model;
pub use network::Parameter;
pub use safetensors::ModelError;
pub use settings::{Architecture, Schedule, Settings};
pub use targets::Targets;

use crate::random::Key;
use epoch::Trainer;
use minimand::Objective;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use worker::Worker;

/// What is trained, on what and how.
#[derive(Debug, Clone, Copy)]
pub struct Training<'a> {
    /// What is minimised, as a (weighted) mean over each batch. It sees the raw scores `[n,
    /// outputs]` and, for [`Targets::Classes`], the labels `[n]`; for the other targets, numbers of
    /// the shape of the raw scores.
    pub objective: &'a Objective,
    /// The table, which any number of trainings may share.
    pub data: &'a Dataset,
    /// The rows to learn from. Batches in which no row has a weight above 0 are passed over.
    pub train: &'a [usize],
    /// The rows that choose the best epoch.
    pub validation: &'a [usize],
    /// The model and how it is trained.
    pub settings: &'a Settings,
    /// Decides initial weights and the order of the batches.
    pub key: Key,
}

impl Training<'_> {
    /// Trains, and keeps the weights with the best score.
    ///
    /// - `score`: judges raw scores `[validation.len(), outputs]`, row by row in the order of
    ///   `validation`. Lower is better; infinity is allowed, NaN is not.
    /// - `watch`: is shown every epoch as it ends; `ControlFlow::Break` ends the training there.
    /// - `should_stop`: asked about ten times a second, also while an epoch runs; `true` ends the
    ///   training after the step at hand, with [`TrainError::Stopped`].
    ///
    /// All three run on the calling thread.
    ///
    /// # Errors
    /// No rows, rows that do not exist or all have weight 0, a setting out of range, data that the
    /// objective refuses, a NaN score, [`TrainError::Diverged`] once the loss, the weights or the
    /// raw scores are no longer finite, and [`TrainError::Stopped`].
    pub fn run(
        &self,
        score: &dyn Fn(&[f32]) -> f64,
        watch: &mut dyn FnMut(&Epoch) -> ControlFlow<()>,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Fitted, TrainError> {
        self.settings.check()?;
        self.data.check_part("train", self.train)?;
        self.data.check_part("validation", self.validation)?;

        let stop = AtomicBool::new(false);
        let mut tick = || {
            if should_stop() {
                stop.store(true, Ordering::Relaxed);
            }
        };
        let worker = Worker::new()?;
        let mut trainer = worker.run(|| Trainer::new(self, &stop), &mut tick)?;
        let mut curve: Vec<Epoch> = Vec::new();
        let mut best_epoch = 0;
        let mut best_network = None;
        let mut stopped = Stop::MaxEpochs;
        for index in 0..self.settings.max_epochs {
            // Epochs may be shorter than the time between two ticks.
            tick();
            let outcome = worker.run(|| trainer.epoch(index), &mut tick)??;
            let epoch = Epoch {
                index,
                train_loss: outcome.train_loss,
                validation_loss: outcome.validation_loss,
                score: score(&outcome.raw_scores),
            };
            if epoch.score.is_nan() {
                return Err(TrainError::Score { epoch: index });
            }
            if curve
                .get(best_epoch)
                .is_none_or(|best| epoch.score < best.score)
            {
                best_epoch = index;
                best_network = Some(outcome.network);
            }
            curve.push(epoch);
            if watch(&epoch).is_break() {
                stopped = Stop::Watch;
                break;
            }
            if index - best_epoch >= self.settings.patience {
                stopped = Stop::Patience;
                break;
            }
        }
        let Some(network) = best_network else {
            return Err(TrainError::Empty { what: "max_epochs" });
        };
        let parameters = network.parameters()?;
        Ok(Fitted {
            model: Model::new(parameters, self.data.columns(), self.data.outputs()),
            curve,
            best_epoch,
            stopped,
        })
    }
}
