//! Metrics of predicted numbers against true ones.

pub(super) mod batch;
mod mae;
mod mape;
mod pinball;
mod r2;
mod rmse;
mod smape;

pub use mae::Mae;
pub use mape::Mape;
pub use pinball::Pinball;
pub use r2::R2;
pub use rmse::Rmse;
pub use smape::Smape;
