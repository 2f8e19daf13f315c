//! One pass through the training rows, and the look at the validation rows after it.

use super::dataset::{Dataset, Targets};
use super::error::TrainError;
use super::fitted::raw_scores;
use super::network::{Network, numbers, tensor};
use super::settings::Settings;
use crate::loss::{LossError, LossModule};
use crate::random::{Key, Random};
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor};
use minimand::{Array, Batch, Objective};

/// The parts of a run's key. Named by text, they meet no index that a caller may count with.
const INITIAL_WEIGHTS: u64 = u64::from_le_bytes(*b"weights ");
const BATCH_ORDER: u64 = u64::from_le_bytes(*b"batches ");

/// A model in training.
pub(super) struct Trainer<'a> {
    loss: LossModule,
    data: &'a Dataset,
    train: &'a [usize],
    settings: &'a Settings,
    key: Key,
    validation_features: Vec<f32>,
    validation_targets: Targets,
    device: Device,
    network: Network,
    optimizer: ModuleOptimizer,
}

/// What one epoch leaves.
pub(super) struct Outcome {
    /// Mean loss of the batches, weighted by their rows.
    pub(super) train_loss: f64,
    pub(super) validation_loss: f64,
    /// Raw scores of the validation rows, `[n, outputs]`.
    pub(super) raw_scores: Vec<f32>,
    /// The weights after the epoch, outside autodiff.
    pub(super) network: Network,
}

impl<'a> Trainer<'a> {
    /// The arguments must have been checked.
    pub(super) fn new(
        objective: &Objective,
        data: &'a Dataset,
        train: &'a [usize],
        validation: &[usize],
        settings: &'a Settings,
        key: Key,
    ) -> Self {
        let device = Device::flex().autodiff();
        // Burn's ε of 1e-5 is not the field's.
        let optimizer = AdamWConfig::new()
            .with_epsilon(1e-8)
            .with_weight_decay(settings.weight_decay as f32);
        Trainer {
            loss: LossModule::new(objective.clone()),
            data,
            train,
            settings,
            key,
            validation_features: data.gather_features(validation),
            validation_targets: data.gather_targets(validation),
            network: Network::new(
                &settings.architecture,
                data.columns(),
                data.outputs(),
                key.child(INITIAL_WEIGHTS),
                &device,
            ),
            device,
            optimizer: optimizer.init(),
        }
    }

    /// Runs epoch `epoch`, counted from 0.
    pub(super) fn epoch(&mut self, epoch: usize) -> Result<Outcome, TrainError> {
        let mut order = self.train.to_vec();
        let key = self.key.child(BATCH_ORDER).child(epoch as u64);
        Random::new(key, 0).shuffle(&mut order);

        let batches = order.chunks(self.settings.batch_size);
        let steps = batches.len();
        let mut sum = 0.0;
        for (step, rows) in batches.enumerate() {
            let epochs = epoch as f64 + step as f64 / steps as f64;
            let progress = epochs / self.settings.max_epochs as f64;
            let learning_rate =
                self.settings.learning_rate * self.settings.schedule.factor(progress);
            sum += self.step(epoch, rows, learning_rate)? * rows.len() as f64;
        }
        self.validate(epoch, sum / order.len() as f64)
    }

    /// One step on these rows; gives their loss before it.
    fn step(
        &mut self,
        epoch: usize,
        rows: &[usize],
        learning_rate: f64,
    ) -> Result<f64, TrainError> {
        let features = self.data.gather_features(rows);
        let features = tensor(features, [rows.len(), self.data.columns()], &self.device);
        let targets = self.data.gather_targets(rows);
        let prediction = self.network.forward(features);
        let loss = self.loss.forward_host(
            prediction.clone(),
            targets.as_target(&[rows.len(), 1]),
            None,
        );
        let loss = match loss {
            Ok(loss) => loss,
            // The objective refuses raw scores that are not finite; the data is not to blame.
            Err(_) if numbers(prediction)?.iter().any(|x| !x.is_finite()) => {
                return Err(diverged(epoch, "a raw score"));
            }
            Err(error) => return Err(error.into()),
        };
        let value = scalar(loss.clone())?;
        if !value.is_finite() {
            return Err(diverged(epoch, "the loss"));
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &self.network);
        // The clone shares the tensors; the optimizer wants to own the module.
        self.network = self
            .optimizer
            .step(learning_rate, self.network.clone(), gradients);
        Ok(value)
    }

    fn validate(&self, epoch: usize, train_loss: f64) -> Result<Outcome, TrainError> {
        let network = self.network.valid();
        if !network.is_finite()? {
            return Err(diverged(epoch, "a weight"));
        }
        let raw_scores = raw_scores(&network, &self.validation_features, self.data.columns())?;
        if raw_scores.iter().any(|x| !x.is_finite()) {
            return Err(diverged(epoch, "a raw score"));
        }
        let rows = self.validation_targets.len();
        let (scores_shape, targets_shape) = ([rows, self.data.outputs()], [rows, 1]);
        let batch = Batch::new(
            Array::new(&raw_scores, &scores_shape),
            self.validation_targets.as_target(&targets_shape),
        );
        let evaluation = self.loss.objective().evaluate(&batch, self.loss.options());
        Ok(Outcome {
            train_loss,
            validation_loss: evaluation.map_err(LossError::Objective)?.value,
            raw_scores,
            network,
        })
    }
}

fn scalar(loss: Tensor<1>) -> Result<f64, LossError> {
    Ok(numbers(loss)?.iter().map(|&x| f64::from(x)).sum())
}

fn diverged(epoch: usize, what: &'static str) -> TrainError {
    TrainError::Diverged { epoch, what }
}
