//! One training step at a time, for loops of one's own.

use burn::module::Module;
use burn::tensor::Tensor;

use super::super::adamw::AdamW;
use super::super::error::TrainError;
use crate::loss::LossError;

/// A network in training with AdamW (β₁ = 0.9, β₂ = 0.999, ε = 1e-8).
///
/// It may be any Burn module on the Flex device with autodiff whose parameters are F32. Parameters that a
/// loss does not depend on stay as they are.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use minimand_burn::loss::{known_gradient, numbers};
/// use minimand_burn::net::{UNet, UNetSettings};
/// use minimand_burn::random::Key;
/// use minimand_burn::train::TrainError;
/// use minimand_burn::train::images::Learner;
///
/// # fn main() -> Result<(), TrainError> {
/// let settings = UNetSettings { classes: 1, ..UNetSettings::default() };
/// let mut learner = Learner::new(UNet::new(&settings, Key::new(1))?, 0.0);
/// let images = Tensor::<4>::ones([1, 1, 8, 8], &Device::flex().autodiff());
/// let mut step = || learner.step(1e-2, |net| {
///     let logits = net.forward(images.clone())?;
///     // Any function of the logits, with its gradient.
///     let z = numbers(&logits)?;
///     let value = z.iter().map(|z| f64::from(*z).powi(2)).sum();
///     let gradient = z.iter().map(|z| 2.0 * z).collect();
///     Ok(known_gradient(logits, value, gradient)?)
/// });
/// let first = step()?;
/// assert!(step()? < first);
/// # Ok(())
/// # }
/// ```
pub struct Learner<M> {
    net: M,
    optimizer: AdamW,
    steps: usize,
}

impl<M: Module> Learner<M> {
    /// Before the first step. The decay is decoupled: each step multiplies the parameters by 1 − rate ·
    /// decay.
    pub fn new(net: M, weight_decay: f64) -> Self {
        keep_freed_memory();
        Learner {
            net,
            optimizer: AdamW::new(weight_decay),
            steps: 0,
        }
    }

    /// The network as it is.
    pub fn net(&self) -> &M {
        &self.net
    }

    /// The network, trained.
    pub fn into_net(self) -> M {
        self.net
    }

    /// Steps taken.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Moves every parameter against the gradient of a loss, a tensor `[1]` that `loss` computes with the
    /// network; gives its value before the step. Losses of several outputs are added as tensors.
    ///
    /// # Errors
    /// What `loss` gives, and [`TrainError::DivergedAt`] if the loss is not finite. The network is then as
    /// it was.
    pub fn step(
        &mut self,
        learning_rate: f64,
        loss: impl FnOnce(&M) -> Result<Tensor<1>, TrainError>,
    ) -> Result<f64, TrainError> {
        let loss = loss(&self.net)?;
        let value = crate::loss::numbers(&loss)?
            .iter()
            .copied()
            .map(f64::from)
            .sum::<f64>();
        if !value.is_finite() {
            return Err(self.diverged("the loss"));
        }
        self.descend(learning_rate, loss)?;
        Ok(value)
    }

    /// One step down this loss.
    pub(super) fn descend(&mut self, learning_rate: f64, loss: Tensor<1>) -> Result<(), LossError> {
        let gradients = loss.backward();
        self.net = self
            .optimizer
            .step(learning_rate, self.net.clone(), gradients)?;
        self.steps += 1;
        Ok(())
    }

    pub(super) fn diverged(&self, what: &'static str) -> TrainError {
        TrainError::DivergedAt {
            step: self.steps,
            what,
        }
    }
}

/// Lets the allocator of glibc keep what is freed, up to twice this size. Each step frees all that the next
/// one needs; given back to the system, it has to be fetched and zeroed page by page, which takes a third of
/// the time of a step. glibc keeps chunks as large as the largest that was ever freed on its own, up to 32
/// MiB; the pages of this one are never touched. Other allocators do nothing of note here.
fn keep_freed_memory() {
    const SIZE: usize = (32 << 20) - (1 << 16);
    drop(std::hint::black_box(vec![0_u8; SIZE]));
}
