//! Metrics of predicted numbers against true ones.

pub(super) mod batch;
mod concordance;
mod mae;
mod mape;
mod mbe;
mod moments;
mod pearson;
mod pinball;
mod r2;
mod rmse;
mod rmsle;
mod smape;

pub use concordance::Concordance;
pub use mae::Mae;
pub use mape::Mape;
pub use mbe::Mbe;
pub use pearson::Pearson;
pub use pinball::Pinball;
pub use r2::R2;
pub use rmse::Rmse;
pub use rmsle::Rmsle;
pub use smape::Smape;
