//! Which objective should I train with on my data?
//!
//! A [`Comparison`] trains every candidate with every model on the same folds, with the
//! same initial weights, batches and budget, and gives an [`Outcome`]: rankings with
//! intervals, tests against a baseline, and a verdict in words. [`Outcome::table`] is
//! for terminals; [`Outcome::write`] leaves a page for people and tables for programs.
//! A [`Store`] keeps finished jobs in a folder, so that a run that was killed goes on
//! where it was. [`SavedModel`] is the best model, ready to predict.
//!
//! A table is compared on with linear models and multilayer perceptrons, images and their masks with
//! U-Nets: [`Request::segmentation`]. Folds, budget, statistics, verdict and report are the same code.
//!
//! ```no_run
//! use minimand_compare::{Request, Source, progress::Bar, run};
//!
//! let request = Request {
//!     source: Source::parse("houses.csv"),
//!     targets: vec!["price".to_owned()],
//!     ..Request::default()
//! };
//! let outcome = run(&request, &Bar::new())?;
//! print!("{}", outcome.table());
//! outcome.write("results".as_ref())?;
//! # Ok::<(), minimand_compare::CompareError>(())
//! ```

mod best;
pub mod candidates;
mod corruption;
mod curves;
pub mod data;
mod diagnostics;
mod error;
pub mod folds;
mod images;
mod job;
mod material;
mod measures;
pub mod outcome;
mod output;
mod prepared;
mod preprocess;
pub mod progress;
mod ranking;
mod report;
mod request;
mod rows;
mod run;
mod saved_model;
mod slices;
pub mod statistics;
mod store;
mod table;
pub mod temperature;
mod train;
mod tuning;
mod verdict;

pub use data::fingerprint;
pub use diagnostics::{Bin, Diagnostics, WorstCase};
pub use error::CompareError;
pub use images::{ImagesError, Overlay, SavedSegmenter};
pub use measures::{Measure, Measures};
pub use outcome::Outcome;
pub use output::Written;
pub use preprocess::MOST_CATEGORIES;
pub use progress::Progress;
pub use ranking::{ModelRanking, Standing};
pub use request::{Budget, Builtin, Corruption, ImageOptions, Model, Request, Roles, Source, Task};
pub use run::{Comparison, run};
pub use saved_model::SavedModel;
pub use slices::Slice;
pub use store::{Plan, Shard, Store};
pub use verdict::Verdict;
