//! Metrics of predicted probabilities of labels, any number of which may be true for a row.
//!
//! A label is predicted where its probability is above 0.5, as in torchmetrics; exactly 0.5 is not
//! predicted.
//!
//! A macro average is the plain mean over the labels that have a value; each metric says which
//! labels have none, and where scikit-learn or torchmetrics count such labels otherwise. If no
//! label has a value, the average is `None`.

pub(super) mod batch;
mod brier;
mod ece;
mod hamming_loss;
mod log_loss;
mod macro_auroc;
mod macro_average_precision;
mod macro_f1;
mod micro_f1;
mod segment_error_rate;
mod subset_accuracy;

pub use brier::Brier;
pub use ece::Ece;
pub use hamming_loss::HammingLoss;
pub use log_loss::LogLoss;
pub use macro_auroc::MacroAuroc;
pub use macro_average_precision::MacroAveragePrecision;
pub use macro_f1::MacroF1;
pub use micro_f1::MicroF1;
pub use segment_error_rate::{SegmentErrorRate, segments};
pub use subset_accuracy::SubsetAccuracy;
