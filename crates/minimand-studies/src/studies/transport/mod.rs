//! Studies of transport between distributions.

#[path = "103_bures_wasserstein_dln.rs"]
mod bures_wasserstein_dln;
mod linear_chain;

pub(super) use bures_wasserstein_dln::STUDY as BURES_WASSERSTEIN_DLN;
