//! Metrics of predicted probabilities against one true class per row.

mod accuracy;
mod auroc;
mod balanced_accuracy;
pub(super) mod batch;
mod brier;
mod ece;
pub(super) mod log_loss;
mod macro_f1;

pub use accuracy::Accuracy;
pub use auroc::Auroc;
pub use balanced_accuracy::BalancedAccuracy;
pub use brier::Brier;
pub use ece::Ece;
pub use log_loss::LogLoss;
pub use macro_f1::MacroF1;
