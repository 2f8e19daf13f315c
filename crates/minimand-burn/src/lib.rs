//! minimand objectives on Burn tensors, networks for images, and the project's training loops.
//!
//! - [`loss`]: any [`Objective`](minimand::Objective) as a differentiable operation. Value and
//!   gradient come from one fused pass; the backward step is one multiplication.
//! - [`train`]: fits a linear model or a multilayer perceptron to a table, with early stopping on a
//!   score that the caller chooses. Equal inputs and an equal [`Key`](random::Key) give equal bits.
//!   Models are written and read as safetensors.
//! - [`net`]: a small U-Net for images and volumes, with layers that are fast on one thread;
//!   [`train::images`] trains it, or any other network.
//! - [`legendre`]: a learned link between scores and class probabilities.
//! - [`random`], the core's: numbers that depend on what they are for, not on when they are drawn.
//!
//! Everything runs on Burn's Flex backend (the CPU).

pub mod legendre;
pub mod loss;
pub mod net;
pub mod train;

pub use loss::{LossError, LossModule};
pub use minimand::random;
