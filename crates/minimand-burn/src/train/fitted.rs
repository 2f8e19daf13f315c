//! What a training run leaves: the best weights and the curve.

use super::model::Model;

/// One point of the training curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Number of the epoch, counted from 0: its place in the curve.
    pub index: usize,
    /// The objective during the epoch: the mean of its batches, each weighted by its rows (or by
    /// the sum of their weights).
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

/// A finished training.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model with the weights of its best epoch.
    pub model: Model,
    /// Every epoch that was run, in order.
    pub curve: Vec<Epoch>,
    /// The epoch whose weights were kept: the first with the lowest score.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped: Stop,
}
