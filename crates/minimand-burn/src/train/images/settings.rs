//! How a network for images is trained.

use super::super::error::TrainError;
use super::super::settings::Schedule;
use super::augment::Augment;

/// When a training ends at the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// After so many passes through the images, at least 1.
    Epochs(usize),
    /// After so many steps, at least 1; the last pass may be cut short.
    Steps(usize),
}

impl Length {
    /// Steps of the longest possible training, given those of an epoch.
    pub(super) fn steps(self, each: usize) -> usize {
        match self {
            Length::Epochs(epochs) => epochs.saturating_mul(each),
            Length::Steps(steps) => steps,
        }
    }
}

/// How a network is trained on images. The optimizer is AdamW with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageSettings {
    /// The learning rate at the start, > 0.
    pub learning_rate: f64,
    /// Decoupled weight decay, ≥ 0: each step multiplies the parameters by 1 − learning rate · decay.
    pub weight_decay: f64,
    /// Images per step, at least 1. The last step of an epoch takes what is left.
    pub batch_size: usize,
    /// When it ends at the latest.
    pub length: Length,
    /// Whether it ends after so many epochs (at least 1) in a row without a lower loss of the validation
    /// images; the weights with the lowest one are then kept. Else those of the last step are.
    pub patience: Option<usize>,
    /// The course of the learning rate.
    pub schedule: Schedule,
    /// Random symmetries of the training images.
    pub augment: Augment,
}

impl Default for ImageSettings {
    /// Learning rate 0.01 along a cosine, no decay, 10 epochs of batches of 8, no patience, no symmetries.
    fn default() -> Self {
        ImageSettings {
            learning_rate: 1e-2,
            weight_decay: 0.0,
            batch_size: 8,
            length: Length::Epochs(10),
            patience: None,
            schedule: Schedule::Cosine,
            augment: Augment::default(),
        }
    }
}

impl ImageSettings {
    /// Is each setting in its range?
    pub(super) fn check(&self) -> Result<(), TrainError> {
        let (Length::Epochs(length) | Length::Steps(length)) = self.length;
        for (name, value) in [
            ("batch_size", self.batch_size),
            ("length", length),
            ("patience", self.patience.unwrap_or(1)),
        ] {
            if value == 0 {
                return Err(TrainError::Setting {
                    name,
                    expected: "at least 1",
                    got: value.to_string(),
                });
            }
        }
        let rates = [
            (
                "learning_rate",
                "a finite number > 0",
                self.learning_rate,
                self.learning_rate > 0.0,
            ),
            (
                "weight_decay",
                "a finite number ≥ 0",
                self.weight_decay,
                self.weight_decay >= 0.0,
            ),
        ];
        for (name, expected, value, in_range) in rates {
            if !(in_range && value.is_finite()) {
                return Err(TrainError::Setting {
                    name,
                    expected,
                    got: value.to_string(),
                });
            }
        }
        Ok(())
    }
}
