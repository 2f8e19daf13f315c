//! Training on images and volumes: any objective, and any network that is a [`Segmenter`].
//!
//! ```
//! use minimand_burn::net::{UNet, UNetSettings};
//! use minimand_burn::random::Key;
//! use minimand_burn::train::TrainError;
//! use minimand_burn::train::images::{ImageSet, ImageSettings, ImageTraining, Length, Masks, predict};
//! use std::ops::ControlFlow;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two images of 16 × 16, bright where the mask is 1.
//! let labels: Vec<u32> = (0..2 * 256).map(|i| u32::from(i / 16 % 16 < 4 + i % 16 / 2)).collect();
//! let images: Vec<f32> = labels.iter().map(|&label| label as f32 - 0.5).collect();
//! let shape = [2, 1, 16, 16];
//! let set = ImageSet::new(images, &shape, Masks::Labels { labels, classes: 2 })?;
//!
//! let settings = ImageSettings { length: Length::Steps(20), ..ImageSettings::default() };
//! let training = ImageTraining {
//!     objective: &"dice + cross_entropy".parse()?,
//!     train: &set,
//!     validation: None,
//!     settings: &settings,
//!     key: Key::new(1),
//! };
//! let net = UNet::new(&UNetSettings::default(), Key::new(2))?;
//! let fitted = training.run(net, &mut |_, _| ControlFlow::Continue(()), &|| false)?;
//!
//! let losses: Vec<f64> = fitted.curve.iter().map(|epoch| epoch.train_loss).collect();
//! assert!(losses[losses.len() - 1] < 0.5 * losses[0]);
//! let logits = predict(&fitted.net, set.images(), &shape)?;
//! assert_eq!(logits.len(), 2 * 2 * 256);
//! # Ok(())
//! # }
//! ```
//!
//! For losses that are no objective, or of more than logits, [`Learner`] takes single steps.
//!
//! # Reproducibility
//!
//! The order of the images and their symmetries depend on the [`Key`] alone. Equal arguments give equal
//! bits on one machine.

mod augment;
mod batch;
mod epoch;
mod learner;
mod segmenter;
mod set;
mod settings;
#[cfg(test)]
mod tests;

pub use augment::Augment;
pub use batch::ImageBatch;
pub use learner::Learner;
pub use segmenter::{Segmenter, predict};
pub use set::{ImageSet, Masks};
pub use settings::{ImageSettings, Length};

use super::error::TrainError;
use super::fitted::Stop;
use super::worker::Worker;
use crate::random::Key;
use epoch::Trainer;
use minimand::Objective;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is trained on, and how.
#[derive(Debug, Clone, Copy)]
pub struct ImageTraining<'a> {
    /// What is minimised, as a (weighted) mean over each batch. It sees logits `[n, outputs, …]` and labels
    /// `[n, …]`, or numbers of the shape of the logits. Of a network with several scales, it is the mean
    /// over them with weights 1, ½, ¼, … ([`DeepSupervision`](minimand::supervision::DeepSupervision)).
    pub objective: &'a Objective,
    /// The images to learn from. Batches in which nothing has a weight above 0 are passed over.
    pub train: &'a ImageSet,
    /// The images whose loss is reported after each epoch, and which end the training if there is a
    /// patience.
    pub validation: Option<&'a ImageSet>,
    /// How it is trained.
    pub settings: &'a ImageSettings,
    /// Decides the order of the images and their symmetries.
    pub key: Key,
}

/// One point of a training curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImageEpoch {
    /// Number of the epoch, counted from 0: its place in the curve.
    pub index: usize,
    /// Steps until its end, from the start of the training.
    pub steps: usize,
    /// The objective during the epoch: the mean of its batches, each weighted by its images (or by the sum
    /// of their weights).
    pub train_loss: f64,
    /// The objective on the logits of the validation images after the epoch, if there are any.
    pub validation_loss: Option<f64>,
}

/// A finished training.
#[derive(Debug, Clone)]
pub struct ImageFitted<M> {
    /// The network, outside autodiff: with the weights of `best_epoch`.
    pub net: M,
    /// Every epoch that was run, in order.
    pub curve: Vec<ImageEpoch>,
    /// The epoch whose weights were kept: with a patience, the first with the lowest loss of the validation
    /// images; else the last one.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped: Stop,
}

impl ImageTraining<'_> {
    /// Trains a network, on one thread.
    ///
    /// - `watch`: is shown every epoch as it ends, with the network as it is then;
    ///   `ControlFlow::Break` ends the training there.
    /// - `should_stop`: asked about ten times a second, also while an epoch runs; `true` ends the training
    ///   after the step at hand, with [`TrainError::Stopped`].
    ///
    /// Both run on the calling thread.
    ///
    /// # Errors
    /// A setting out of range, a patience without validation images, validation images of another kind than
    /// the training images, images that the network does not take, data that the objective refuses,
    /// [`TrainError::DivergedAt`] once the loss or the weights are no longer finite, and
    /// [`TrainError::Stopped`].
    pub fn run<M: Segmenter>(
        &self,
        net: M,
        watch: &mut dyn FnMut(&ImageEpoch, &M) -> ControlFlow<()>,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<ImageFitted<M>, TrainError> {
        self.check()?;
        let stop = AtomicBool::new(false);
        let mut tick = || {
            if should_stop() {
                stop.store(true, Ordering::Relaxed);
            }
        };
        let worker = Worker::new()?;
        let mut trainer = Trainer::new(self, net, &stop);
        let mut curve: Vec<ImageEpoch> = Vec::new();
        let mut best: Option<(usize, f64, M)> = None;
        let mut stopped = Stop::MaxEpochs;
        while !trainer.is_done() {
            // Epochs may be shorter than the time between two ticks.
            tick();
            let index = curve.len();
            let epoch = worker.run(|| trainer.epoch(index), &mut tick)??;
            curve.push(epoch);
            let net = trainer.net().valid();
            if let (Some(_), Some(loss)) = (self.settings.patience, epoch.validation_loss)
                && best.as_ref().is_none_or(|(_, lowest, _)| loss < *lowest)
            {
                best = Some((index, loss, net.clone()));
            }
            if watch(&epoch, &net).is_break() {
                stopped = Stop::Watch;
                break;
            }
            if let (Some(patience), Some((best, ..))) = (self.settings.patience, &best)
                && index - best >= patience
            {
                stopped = Stop::Patience;
                break;
            }
        }
        let last = curve.len().saturating_sub(1);
        let (best_epoch, net) = match best {
            Some((epoch, _, net)) => (epoch, net),
            None => (last, trainer.net().valid()),
        };
        Ok(ImageFitted {
            net,
            curve,
            best_epoch,
            stopped,
        })
    }

    fn check(&self) -> Result<(), TrainError> {
        self.settings.check()?;
        self.settings.augment.check(self.train.space())?;
        match self.validation {
            None if self.settings.patience.is_some() => {
                Err(TrainError::Empty { what: "validation" })
            }
            Some(set) if set.outputs() != self.train.outputs() => Err(TrainError::Length {
                what: "outputs of validation",
                expected: format!("{}, as in training", self.train.outputs()),
                got: set.outputs(),
            }),
            Some(set) if set.shape().len() != self.train.shape().len() => Err(TrainError::Length {
                what: "axes of validation",
                expected: format!("{}, as in training", self.train.shape().len()),
                got: set.shape().len(),
            }),
            _ => Ok(()),
        }
    }
}
