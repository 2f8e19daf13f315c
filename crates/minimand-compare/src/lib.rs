//! Which objective should I train with on my data?
//!
//! [`run()`] trains every candidate on the same repeated stratified folds, with the
//! same initial weights, batches and budget, and gives an [`Outcome`]: a ranking with
//! intervals, tests against a baseline, and a verdict in words. [`Outcome::table`] is
//! for terminals; [`Outcome::write`] leaves a page for people and a JSON file.
//!
//! ```no_run
//! use minimand_compare::{Request, Source, progress::Bar, run};
//!
//! let request = Request {
//!     source: Source::parse("houses.csv"),
//!     target: Some("price".to_owned()),
//!     ..Request::default()
//! };
//! let outcome = run(&request, &Bar::new())?;
//! print!("{}", outcome.table());
//! outcome.write("results".as_ref())?;
//! # Ok::<(), minimand_compare::CompareError>(())
//! ```

pub mod candidates;
mod command;
mod curves;
pub mod data;
mod error;
pub mod folds;
mod job;
mod measures;
pub mod outcome;
mod output;
mod preprocess;
pub mod progress;
mod ranking;
mod report;
mod request;
mod run;
pub mod statistics;
mod table;
mod temperature;
mod verdict;

pub use error::CompareError;
pub use measures::{Measure, Measures};
pub use outcome::Outcome;
pub use output::{Written, prepare};
pub use preprocess::MOST_CATEGORIES;
pub use progress::Progress;
pub use ranking::Standing;
pub use request::{Budget, Builtin, Model, Request, Source, Task};
pub use run::run;
pub use verdict::Verdict;
