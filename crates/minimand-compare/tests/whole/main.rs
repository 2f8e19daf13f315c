//! Whole comparisons on small data, through the public interface.

mod bad_data;
mod control;
mod images;
mod keeping;
mod outcomes;
mod support;
mod tables;
