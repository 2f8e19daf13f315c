//! What is trained, and how.

use super::error::TrainError;

/// Wider layers are a slip of the pen, and would end in an allocation failure.
const MAX_WIDTH: usize = 65536;

/// The model. It has one output per class, or one for a regression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Architecture {
    /// Weights and a bias.
    Linear,
    /// A multilayer perceptron with rectified linear units.
    Mlp {
        /// Width of each hidden layer, from 1 to 65536.
        hidden: Vec<usize>,
    },
}

impl Architecture {
    /// Widths of the hidden layers.
    pub(super) fn hidden(&self) -> &[usize] {
        match self {
            Architecture::Linear => &[],
            Architecture::Mlp { hidden } => hidden,
        }
    }
}

/// How the learning rate changes from step to step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// It stays.
    Constant,
    /// It falls along half a cosine, reaching 0 after `max_epochs`.
    Cosine,
}

impl Schedule {
    /// The factor of the learning rate at `progress` in 0..1 of the longest possible run.
    pub(super) fn factor(self, progress: f64) -> f64 {
        match self {
            Schedule::Constant => 1.0,
            Schedule::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()),
        }
    }
}

/// How a model is trained. The optimizer is AdamW with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The model.
    pub architecture: Architecture,
    /// The learning rate at the start, > 0.
    pub learning_rate: f64,
    /// Decoupled weight decay, ≥ 0: each step multiplies the parameters by 1 − learning rate ·
    /// decay.
    pub weight_decay: f64,
    /// Rows per step, at least 1. The last step of an epoch takes what is left.
    pub batch_size: usize,
    /// Passes through the training rows, at least 1.
    pub max_epochs: usize,
    /// Training stops after so many epochs in a row without a better score, at least 1.
    pub patience: usize,
    /// The course of the learning rate.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            architecture: Architecture::Mlp { hidden: vec![64] },
            learning_rate: 1e-3,
            weight_decay: 1e-2,
            batch_size: 64,
            max_epochs: 30,
            patience: 10,
            schedule: Schedule::Cosine,
        }
    }
}

impl Settings {
    /// Is each setting in its range?
    pub(super) fn check(&self) -> Result<(), TrainError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let not_negative = |x: f64| x.is_finite() && x >= 0.0;
        let refuse = |name, expected, got: String| {
            Err(TrainError::Setting {
                name,
                expected,
                got,
            })
        };
        if !positive(self.learning_rate) {
            return refuse(
                "learning_rate",
                "a finite number > 0",
                self.learning_rate.to_string(),
            );
        }
        if !not_negative(self.weight_decay) {
            return refuse(
                "weight_decay",
                "a finite number ≥ 0",
                self.weight_decay.to_string(),
            );
        }
        for (name, value) in [
            ("batch_size", self.batch_size),
            ("max_epochs", self.max_epochs),
            ("patience", self.patience),
        ] {
            if value == 0 {
                return refuse(name, "at least 1", value.to_string());
            }
        }
        let hidden = self.architecture.hidden();
        if !hidden.iter().all(|width| (1..=MAX_WIDTH).contains(width)) {
            return refuse("hidden", "widths from 1 to 65536", format!("{hidden:?}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_falls_from_1_to_0() {
        let factors = [0.0, 0.25, 0.5, 0.75, 1.0].map(|x| Schedule::Cosine.factor(x));
        let expected = [1.0, 0.853_553_4, 0.5, 0.146_446_6, 0.0];
        for (factor, expected) in factors.into_iter().zip(expected) {
            assert!((factor - expected).abs() < 1e-6, "{factors:?}");
        }
        assert_eq!(Schedule::Constant.factor(0.7), 1.0);
    }
}
