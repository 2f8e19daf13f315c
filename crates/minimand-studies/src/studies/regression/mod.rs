//! Studies of losses of numbers.

#[path = "094_acr_loss.rs"]
mod acr_loss;

pub(super) use acr_loss::STUDY as ACR_LOSS;
