//! What a training run leaves: the best weights and the curve.

use super::dataset::{Dataset, check_finite};
use super::error::TrainError;
use super::network::{Network, Parameter, numbers, tensor};
use super::worker::Worker;
use burn::tensor::Device;

/// Rows that go through the model at a time, which bounds the memory of its hidden layers.
const BLOCK: usize = 4096;

/// One point of the training curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Number of the epoch, counted from 0: its place in the curve.
    pub index: usize,
    /// The objective during the epoch: the mean of its batches, each weighted by its rows.
    pub train_loss: f64,
    /// The objective on the validation rows after the epoch.
    pub validation_loss: f64,
    /// The caller's score of the validation rows after the epoch; lower is better.
    pub score: f64,
}

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// All epochs were run.
    MaxEpochs,
    /// The score had not become better for `patience` epochs.
    Patience,
    /// The caller's `watch` asked for it.
    Watch,
}

/// A trained model, with the weights of its best epoch.
#[derive(Debug, Clone)]
pub struct Fitted {
    network: Network,
    parameters: Vec<Parameter>,
    columns: usize,
    outputs: usize,
    /// Every epoch that was run, in order.
    pub curve: Vec<Epoch>,
    /// The epoch whose weights were kept: the first with the lowest score.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped: Stop,
}

impl Fitted {
    /// `network` must not be on an autodiff device.
    pub(super) fn new(
        network: Network,
        data: &Dataset,
        curve: Vec<Epoch>,
        best_epoch: usize,
        stopped: Stop,
    ) -> Result<Self, TrainError> {
        Ok(Fitted {
            parameters: network.parameters()?,
            network,
            columns: data.columns(),
            outputs: data.outputs(),
            curve,
            best_epoch,
            stopped,
        })
    }

    /// Raw scores `[n, outputs]` of features `[n, columns]`, both row by row; logits for classes.
    ///
    /// # Errors
    /// A length that is not a multiple of the columns, and features that are not finite.
    pub fn predict(&self, features: &[f32]) -> Result<Vec<f32>, TrainError> {
        if !features.len().is_multiple_of(self.columns) {
            return Err(TrainError::Length {
                what: "features",
                expected: format!("a multiple of {} values", self.columns),
                got: features.len(),
            });
        }
        check_finite("features", features, self.columns)?;
        Worker::new()?.run(|| raw_scores(&self.network, features, self.columns))?
    }

    /// Number of features of a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Width of the raw scores: the number of classes, or 1.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Every parameter of the model by name, from the input to the output. Between the layers are
    /// rectified linear units: x ↦ max(x · weight + bias, 0).
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
}

/// The network's output for features `[_, columns]`, block by block.
pub(super) fn raw_scores(
    network: &Network,
    features: &[f32],
    columns: usize,
) -> Result<Vec<f32>, TrainError> {
    let device = Device::flex();
    let mut scores = Vec::new();
    for block in features.chunks(BLOCK * columns) {
        let block = tensor(block.to_vec(), [block.len() / columns, columns], &device);
        scores.extend(numbers(network.forward(block))?);
    }
    Ok(scores)
}
