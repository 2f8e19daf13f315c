//! Metrics: mergeable measures that judge what was trained.
//!
//! A metric is a *state* with three operations. `update` takes a batch, `merge` takes another
//! state of the same metric, and `value` reads the measure. Merging is associative and
//! commutative, exactly for unweighted counts and within 1e-12 relative otherwise, so any split
//! of the data into batches, threads, shards or partitions gives the same value.
//!
//! Classification metrics read probabilities `[rows, classes]` and labels
//! ([`ClassificationBatch`]); regression metrics read predictions and targets
//! ([`RegressionBatch`]). Both take optional row weights: weight 2 counts the row twice, and a
//! row of weight 0 is absent (its other values are not even looked at, so it may be padding).
//!
//! A metric can be used by type or looked up by name; [`CLASSIFICATION`] and [`REGRESSION`] list
//! all names.
//!
//! ```
//! use minimand::metrics::{ClassificationBatch, classification_metric};
//!
//! let first = ClassificationBatch::new(&[0.8, 0.2, 0.3, 0.7], 2, &[0, 1], None)?;
//! let second = ClassificationBatch::new(&[0.6, 0.4], 2, &[1], None)?;
//!
//! let mut left = classification_metric("accuracy")?;
//! left.update(&first)?;
//! let mut right = classification_metric("accuracy")?;
//! right.update(&second)?;
//! left.merge(right.as_ref())?;
//! assert_eq!(left.value(), Some(2.0 / 3.0));
//! # Ok::<(), minimand::metrics::MetricError>(())
//! ```
//!
//! To add a metric, write one file with a state that implements [`ClassificationMetric`] or
//! [`RegressionMetric`], and add its type to the list in `registry.rs`.

mod accuracy;
mod auroc;
mod balanced_accuracy;
mod brier;
mod class_counts;
mod classification;
mod ece;
mod error;
mod info;
mod log_loss;
mod macro_f1;
mod mae;
mod pinball;
mod r2;
mod registry;
mod regression;
mod rmse;
mod sum;
#[cfg(test)]
mod tests;

pub use accuracy::Accuracy;
pub use auroc::Auroc;
pub use balanced_accuracy::BalancedAccuracy;
pub use brier::Brier;
pub use classification::{ClassificationBatch, ClassificationMetric};
pub use ece::Ece;
pub use error::MetricError;
pub use info::{Direction, MetricInfo};
pub use log_loss::LogLoss;
pub use macro_f1::MacroF1;
pub use mae::Mae;
pub use pinball::Pinball;
pub use r2::R2;
pub use registry::{CLASSIFICATION, REGRESSION, classification_metric, regression_metric};
pub use regression::{RegressionBatch, RegressionMetric};
pub use rmse::Rmse;
