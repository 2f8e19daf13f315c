//! Scores as numbers in −1..1.

use crate::kernels::scalar::Real;

/// The hyperbolic tangent, accurate near 0 and in both tails.
#[inline(always)]
pub(super) fn tanh<S: Real>(z: S) -> S {
    let size = z.abs();
    let e = (-(size + size)).exp_m1();
    let tangent = -e / (S::lift(2.0) + e);
    S::select_lt(z, S::lift(0.0), -tangent, tangent)
}
