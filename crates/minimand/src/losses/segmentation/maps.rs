//! What losses on a grid share: the mask of a target, and losses that weigh probabilities by a map.

use crate::kernels::scalar::{Float, Real};

/// Where a target is more than ½.
pub(super) fn mask_of<T: Float>(target: &[T]) -> Vec<bool> {
    let half = T::from_f64(0.5);
    target.iter().map(|t| *t > half).collect()
}

/// The mean of the values times a map, written out.
pub(super) fn plain_mean<S: Real>(map: &[f64], values: &[S]) -> S {
    let share = 1.0 / map.len() as f64;
    let mut total = S::lift(0.0);
    for (&m, &p) in map.iter().zip(values) {
        total = total + S::lift(m * share) * p;
    }
    total
}

/// The mean of the values times a map, with its slopes.
pub(super) fn mean<T: Float>(map: &[f64], values: &[T], slopes: &mut [T]) -> f64 {
    let share = 1.0 / map.len() as f64;
    let mut total = 0.0;
    for ((&m, &p), slope) in map.iter().zip(values).zip(slopes) {
        total += m * p.to_f64();
        *slope = T::from_f64(m * share);
    }
    total * share
}
