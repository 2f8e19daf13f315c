//! Soft caps: c·tanh(z/c), which keeps logits within ±c.

use crate::kernels::lanes::{LANES, Lanes, one_vector};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::scalar::{Float, Real};

/// z/c from which on tanh is 1 in double precision.
const SATURATED: f64 = 20.0;

/// Caps a row.
pub(super) fn forward<T: Float>(level: Level, cap: f64, row: &mut [T]) {
    dispatch!(level, [T: Float] forward_body::<T>(cap: f64, row: &mut [T]))
}

#[inline(always)]
fn forward_body<T: Float, const FUSED: bool>(cap: f64, row: &mut [T]) {
    let (inverse, cap) = (Lanes::<T, FUSED>::lift(2.0 / cap), Lanes::lift(cap));
    let (two, most) = (Lanes::lift(2.0), Lanes::lift(2.0 * SATURATED));
    for at in (0..row.len()).step_by(LANES) {
        let at = one_vector(at);
        let x = Lanes::<T, FUSED>::load_at(row, at, T::default());
        // tanh u = (e^2u − 1)/(e^2u + 1) without cancellation near 0; the larger side's e^−2u cannot overflow.
        let twice = x * inverse;
        let size = twice.abs();
        let e = (-Lanes::select_lt(most, size, most, size)).exp_m1();
        let tanh = -e / (e + two);
        let tanh = Lanes::select_lt(twice, Lanes::lift(0.0), -tanh, tanh);
        (tanh * cap).store_at(row, at);
    }
}

/// Turns slopes by capped logits into slopes by the logits: times 1 − (z/c)².
#[inline(always)]
pub(super) fn backward<T: Float>(cap: f64, capped: &[T], slopes: &mut [T]) {
    let (one, inverse) = (T::from_f64(1.0), T::from_f64(1.0 / cap));
    for (slope, &z) in slopes.iter_mut().zip(capped) {
        let share = z * inverse;
        *slope = *slope * ((one - share) * (one + share));
    }
}
