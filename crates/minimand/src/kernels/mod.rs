//! How a value and its gradient are computed: one loop nest per shape, nothing about any one loss.

pub mod boxes;
mod chunks;
pub mod clouds;
pub mod dual;
mod fault;
pub mod fields;
pub mod groups;
pub(crate) mod lanes;
pub mod level;
pub mod linear_rows;
mod math;
pub mod pairs;
pub(crate) mod parallel;
pub mod points;
pub mod regions;
pub mod replay;
pub mod rows;
pub mod scalar;
pub(crate) mod special;
pub mod sym;
pub(crate) mod weighting;

pub use fault::Fault;
pub(crate) use lanes::LANES;
