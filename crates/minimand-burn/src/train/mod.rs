//! The project's one training loop: a linear model or a multilayer perceptron on a table.
//!
//! ```
//! use minimand_burn::random::Key;
//! use minimand_burn::train::{Architecture, Dataset, Settings, Targets, fit};
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
//! let fitted = fit(
//!     &"mse".parse()?,
//!     &data,
//!     &train,
//!     &validation,
//!     &settings,
//!     Key::new(1),
//!     &score,
//!     &mut |_| ControlFlow::Continue(()),
//! )?;
//! assert!((fitted.predict(&[0.5])?[0] - 2.5).abs() < 0.1);
//! # Ok(())
//! # }
//! ```
//!
//! # Reproducibility
//!
//! Initial weights and the order of the batches depend on the [`Key`] alone, not on the objective,
//! so that objectives are compared from the same start. Everything numeric runs in a thread pool of
//! one thread: equal arguments give equal bits on one machine, however many fits run side by side.

mod dataset;
mod epoch;
mod error;
mod fitted;
mod network;
mod settings;
#[cfg(test)]
mod tests;
mod worker;

pub use dataset::{Dataset, Targets};
pub use error::TrainError;
pub use fitted::{Epoch, Fitted, Stop};
pub use network::Parameter;
pub use settings::{Architecture, Schedule, Settings};

use crate::random::Key;
use epoch::Trainer;
use minimand::Objective;
use std::ops::ControlFlow;
use worker::Worker;

/// Trains a model on the rows `train` and keeps the weights with the best score on the rows
/// `validation`.
///
/// - `objective`: what is minimised, as a mean over each batch. It sees the raw scores `[n,
///   outputs]` and, for [`Targets::Classes`], the labels `[n]`; for [`Targets::Values`], numbers
///   `[n, 1]`.
/// - `score`: judges raw scores `[validation.len(), outputs]`, row by row in the order of
///   `validation`. Lower is better; infinity is allowed, NaN is not.
/// - `watch`: is shown every epoch as it ends; `ControlFlow::Break` ends the training there.
///
/// `score` and `watch` run on the calling thread.
///
/// # Errors
/// No rows or rows that do not exist, a setting out of range, data that the objective refuses, a
/// NaN score, and [`TrainError::Diverged`] once the loss, the weights or the raw scores are no
/// longer finite.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a different thing, and all are needed"
)]
pub fn fit(
    objective: &Objective,
    data: &Dataset,
    train: &[usize],
    validation: &[usize],
    settings: &Settings,
    key: Key,
    score: &dyn Fn(&[f32]) -> f64,
    watch: &mut dyn FnMut(&Epoch) -> ControlFlow<()>,
) -> Result<Fitted, TrainError> {
    settings.check()?;
    data.check_rows("train", train)?;
    data.check_rows("validation", validation)?;

    let worker = Worker::new()?;
    let mut trainer =
        worker.run(|| Trainer::new(objective, data, train, validation, settings, key))?;
    let mut curve: Vec<Epoch> = Vec::new();
    let mut best_epoch = 0;
    let mut best_network = None;
    let mut stopped = Stop::MaxEpochs;
    for index in 0..settings.max_epochs {
        let outcome = worker.run(|| trainer.epoch(index))??;
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
        if index - best_epoch >= settings.patience {
            stopped = Stop::Patience;
            break;
        }
    }
    let Some(network) = best_network else {
        return Err(TrainError::Empty { what: "max_epochs" });
    };
    Fitted::new(network, data, curve, best_epoch, stopped)
}
