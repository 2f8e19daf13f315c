//! Scores made positive and of mean 1: softplus, divided by the row's mean.

use super::statistics::largest;
use super::transform::{combine, products};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// Least sum that divides a row.
const LEAST_SUM: f64 = 1e-12;

/// Writes softplus(x) / mean; a row that holds no numbers stays as it is, and what is returned is then no number
/// either.
#[inline(always)]
pub(super) fn forward<T: Float, const FUSED: bool>(x: &[T], z: &mut [T]) -> T {
    if !largest::<T, FUSED>(x).1.is_finite() {
        z.copy_from_slice(x);
        return T::from_f64(f64::NAN);
    }
    for at in (0..x.len()).step_by(LANES) {
        let x = Lanes::<T, FUSED>::load_at(x, at, T::default());
        x.softplus().store_at(z, at);
    }
    let sum = largest::<T, FUSED>(z).1;
    let factor = T::from_f64(z.len() as f64 / sum.max(LEAST_SUM));
    for z in z.iter_mut() {
        *z = *z * factor;
    }
    T::default()
}

/// Turns the gradient by the mapped row into that by the row `x`; `z` times `scale` is the mapped one.
#[inline(always)]
pub(super) fn backward<T: Float, const FUSED: bool>(x: &[T], z: &[T], scale: f64, g: &mut [T]) {
    let mut sums = Lanes::<T, FUSED>::splat(T::default());
    for at in (0..x.len()).step_by(LANES) {
        let x = Lanes::<T, FUSED>::load_at(x, at, T::from_f64(-1e9));
        sums = sums + x.softplus();
    }
    let (sum, classes) = (sums.sum(), x.len() as f64);
    // No part of the slope lies along the row.
    let along = if sum > LEAST_SUM {
        products::<T, FUSED>(z, g) * (scale / classes)
    } else {
        0.0
    };
    combine(g, z, 0.0, along, classes / sum.max(LEAST_SUM));
    for at in (0..x.len()).step_by(LANES) {
        let x = Lanes::<T, FUSED>::load_at(x, at, T::default());
        let slope = Lanes::load_at(g, at, T::default());
        (slope * x.sigmoid()).store_at(g, at);
    }
}

/// The map on any number.
pub(super) fn plainly<S: Real>(x: &[S]) -> Vec<S> {
    let positive: Vec<S> = x.iter().map(|x| x.softplus()).collect();
    let first = positive[0];
    let sum = positive.iter().skip(1).fold(first, |a, &b| a + b);
    let mean = sum.max(S::lift(LEAST_SUM)) / S::lift(x.len() as f64);
    positive.iter().map(|&x| x / mean).collect()
}
