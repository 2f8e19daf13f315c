//! One pass through the training rows, and the look at the validation rows after it.

use super::Training;
use super::adamw::AdamW;
use super::error::TrainError;
use super::model::{BLOCK, block_scores};
use super::network::{Network, numbers, tensor};
use super::targets::Expected;
use crate::loss::{LossError, LossModule};
use crate::random::{Key, Random};
use burn::module::Module;
use burn::tensor::Device;
use minimand::{Array, Batch};
use std::sync::atomic::{AtomicBool, Ordering};

/// The parts of a run's key. Named by text, they meet no index that a caller may count with.
const INITIAL_WEIGHTS: u64 = u64::from_le_bytes(*b"weights ");
const BATCH_ORDER: u64 = u64::from_le_bytes(*b"batches ");

/// A model in training.
pub(super) struct Trainer<'a> {
    training: &'a Training<'a>,
    /// Becomes true when the training is to end at once.
    stop: &'a AtomicBool,
    loss: LossModule,
    validation: Expected,
    /// The training rows in the order of the epoch.
    order: Vec<usize>,
    device: Device,
    network: Network,
    optimizer: AdamW,
}

/// What one epoch leaves.
pub(super) struct Outcome {
    /// Mean loss of the batches, weighted by what their rows weigh.
    pub(super) train_loss: f64,
    pub(super) validation_loss: f64,
    /// Raw scores of the validation rows, `[n, outputs]`.
    pub(super) raw_scores: Vec<f32>,
    /// The weights after the epoch, outside autodiff.
    pub(super) network: Network,
}

impl<'a> Trainer<'a> {
    /// The training must have been checked.
    pub(super) fn new(training: &'a Training<'a>, stop: &'a AtomicBool) -> Self {
        let &Training { data, settings, .. } = training;
        let device = Device::flex().autodiff();
        Trainer {
            training,
            stop,
            loss: LossModule::new(training.objective.clone()),
            validation: Expected::new(data, training.validation),
            order: Vec::new(),
            network: Network::new(
                &settings.architecture,
                data.columns(),
                data.outputs(),
                training.key.child(INITIAL_WEIGHTS),
                &device,
            ),
            device,
            optimizer: AdamW::new(settings.weight_decay),
        }
    }

    /// Runs epoch `epoch`, counted from 0.
    pub(super) fn epoch(&mut self, epoch: usize) -> Result<Outcome, TrainError> {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend_from_slice(self.training.train);
        let key: Key = self.training.key.child(BATCH_ORDER).child(epoch as u64);
        Random::new(key, 0).shuffle(&mut order);

        let settings = self.training.settings;
        let batches = order.chunks(settings.batch_size);
        let steps = batches.len();
        let (mut sum, mut mass) = (0.0, 0.0);
        for (step, rows) in batches.enumerate() {
            self.check_stop(epoch)?;
            let expected = Expected::new(self.training.data, rows);
            if expected.mass == 0.0 {
                continue;
            }
            let epochs = epoch as f64 + step as f64 / steps as f64;
            let progress = epochs / settings.max_epochs as f64;
            let learning_rate = settings.learning_rate * settings.schedule.factor(progress);
            sum += expected.mass * self.step(epoch, rows, &expected, learning_rate)?;
            mass += expected.mass;
        }
        self.order = order;
        self.validate(epoch, sum / mass)
    }

    /// One step on these rows; gives their loss before it.
    fn step(
        &mut self,
        epoch: usize,
        rows: &[usize],
        expected: &Expected,
        learning_rate: f64,
    ) -> Result<f64, TrainError> {
        let data = self.training.data;
        let features = data.gather_features(rows);
        let features = tensor(features, [rows.len(), data.columns()], &self.device);
        let prediction = self.network.forward(features);
        let evaluated =
            self.loss
                .evaluate_host(prediction.clone(), expected.target(), expected.weights());
        let (value, loss) = match evaluated {
            Ok(evaluated) => evaluated,
            // The objective refuses raw scores that are not finite; the data is not to blame.
            Err(_) if numbers(prediction)?.iter().any(|x| !x.is_finite()) => {
                return Err(diverged(epoch, "a raw score"));
            }
            Err(error) => return Err(error.into()),
        };
        if !value.is_finite() {
            return Err(diverged(epoch, "the loss"));
        }
        let gradients = loss.backward();
        // Moved and not cloned: numbers that are not shared are updated in place.
        let network = std::mem::take(&mut self.network);
        self.network = self.optimizer.step(learning_rate, network, gradients)?;
        Ok(value)
    }

    fn validate(&self, epoch: usize, train_loss: f64) -> Result<Outcome, TrainError> {
        let network = self.network.valid();
        if !network.is_finite()? {
            return Err(diverged(epoch, "a weight"));
        }
        let raw_scores = self.validation_scores(epoch, &network)?;
        if raw_scores.iter().any(|x| !x.is_finite()) {
            return Err(diverged(epoch, "a raw score"));
        }
        let prediction = Array::new(&raw_scores, self.validation.shape());
        let batch = Batch {
            weights: self.validation.weights(),
            ..Batch::new(prediction, self.validation.target())
        };
        let evaluation = self.loss.objective().evaluate(&batch, self.loss.options());
        Ok(Outcome {
            train_loss,
            validation_loss: evaluation.map_err(LossError::Objective)?.value,
            raw_scores,
            network,
        })
    }

    fn validation_scores(&self, epoch: usize, network: &Network) -> Result<Vec<f32>, TrainError> {
        let data = self.training.data;
        let device = Device::flex();
        let mut scores = Vec::with_capacity(self.training.validation.len() * data.outputs());
        for rows in self.training.validation.chunks(BLOCK) {
            self.check_stop(epoch)?;
            let features = data.gather_features(rows);
            scores.extend(block_scores(network, features, data.columns(), &device)?);
        }
        Ok(scores)
    }

    fn check_stop(&self, epoch: usize) -> Result<(), TrainError> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(TrainError::Stopped { epoch }),
            false => Ok(()),
        }
    }
}

fn diverged(epoch: usize, what: &'static str) -> TrainError {
    TrainError::Diverged { epoch, what }
}
