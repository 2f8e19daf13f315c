//! Papers as runnable, honest experiments.
//!
//! A [`Study`] takes the claim of a paper to a small scale: seeded data, a few models, measures, and
//! a rule in code that turns the measures into a [`Verdict`]. The rule is fixed before the run, and
//! for every study there is a *negative control*, an experiment that looks the same but for which
//! the rule must not say "holds". What was measured is kept in this crate, for everybody to compare
//! with ([`kept`]).
//!
//! ```
//! let study = minimand_studies::find("003")?;
//! assert_eq!(study.slug, "squentropy");
//! assert!(study.paper().title.contains("Squentropy"));
//! # Ok::<(), minimand_studies::StudyError>(())
//! ```
//!
//! [`run`] runs studies side by side, keeps finished trials on disk and goes on after a kill;
//! [`report`] writes the outcomes as pages for people.

mod adam;
mod charts;
mod clock;
mod data;
mod error;
mod features;
mod findings;
mod grad_cam;
mod learn;
mod measures;
mod naive_bayes;
mod net;
mod outcome;
pub mod progress;
pub mod report;
mod results;
mod rule;
mod run;
mod studies;
mod study;
#[cfg(test)]
mod tests;

pub use data::{Labelled, read_labelled};
pub use error::StudyError;
pub use findings::Findings;
pub use outcome::{Agreement, Judged, Outcome, kept};
pub use results::{Curve, Results};
pub use rule::{Clause, Verdict};
pub use run::{Plan, run};
pub use studies::{STUDIES, areas, find};
pub use study::{Exhibit, Part, Scale, Study, Trial};
