//! Tests of the measures: against other libraries, in properties, at extremes.

mod batches;
mod fixtures;
mod losses;
mod manifold;
mod measures;
mod parts;
mod search;

use crate::batch::Array;
use crate::random::{Key, Random};

/// Normal numbers.
fn normal(seed: u64, count: usize) -> Vec<f64> {
    let mut random = Random::new(Key::new(seed), 0);
    (0..count).map(|_| random.normal()).collect()
}

/// Calls `with` on rows of a width.
fn rows<R>(values: &[f64], width: usize, with: impl FnOnce(&Array<'_>) -> R) -> R {
    with(&Array::new(values, &[values.len() / width, width]))
}

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance * want.abs().max(1.0),
        "{got} is not {want}"
    );
}
