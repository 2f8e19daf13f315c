//! Metrics of predicted intervals, a lower and an upper bound per row, against true numbers.
//!
//! Narrow intervals that cover the target as often as they promise are good ones: judge
//! `interval_width` only together with `coverage`, or both at once by `interval_score`.

pub(super) mod batch;
mod coverage;
mod interval_score;
mod interval_width;
mod level;

pub use coverage::Coverage;
pub use interval_score::IntervalScore;
pub use interval_width::IntervalWidth;
