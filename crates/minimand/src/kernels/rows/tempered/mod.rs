//! Logits to the logarithms of a tempered softmax, and slopes back through it.
//!
//! p_k = exp_t(x_k − λ) with Σ p = 1, exp_t(x) = [1 + (1 − t) x]₊^(1/(1 − t)): heavier tails than a softmax for t > 1,
//! shares of exactly 0 for t < 1. λ has no closed form: [`normaliser`] finds it. Long rows with hard labels have a
//! driver of their own, which needs no logarithms.

mod normaliser;
mod wide;

pub(super) use wide::{applies, run_dispatched};

use super::statistics::{first_of, largest, sum_without};
use crate::kernels::lanes::{LANES, Lanes, as_vectors, one_vector};
use crate::kernels::scalar::{Float, Real};
use normaliser::{Heavy, Power, lowered, start};

/// Steps that always suffice.
const STEPS: usize = 60;
/// Steps on numbers that cannot be asked whether they are there yet.
const BLIND_STEPS: usize = 14;
/// ln p of a class without a share: what single precision still tells from 0.
const FLOOR: f64 = -85.0;
/// How near to its edge a share counts as none.
const EDGE: f64 = -1.0 + 1e-15;

/// (ln p, p, p^t) of a class that lies u ≥ 0 below λ; m = t − 1 is not 0.
#[inline(always)]
fn share<S: Real>(m: f64, u: S) -> [S; 3] {
    let (zero, one) = (S::lift(0.0), S::lift(1.0));
    let by = S::lift(m) * u;
    if m > 0.0 {
        let log = by.ln_1p() * S::lift(-1.0 / m);
        let p = log.exp();
        return [log, p, p / (one + by)];
    }
    let edge = S::lift(EDGE);
    let inside = by.max(edge);
    let log = inside.ln_1p() * S::lift(-1.0 / m);
    let p = log.exp();
    [
        S::select_lt(edge, by, log.max(S::lift(FLOOR)), S::lift(FLOOR)),
        S::select_lt(edge, by, p, zero),
        S::select_lt(edge, by, p / (one + inside), zero),
    ]
}

/// The step of λ from Σ p and Σ p^t.
#[inline(always)]
fn step<S: Real>(m: f64, sum: S, slope: S) -> S {
    let log = sum.ln();
    let excess = (S::lift(-m) * log).exp_m1() * S::lift(-1.0 / m);
    excess * (S::lift(1.0 + m) * log).exp() / slope
}

/// Entries whose sums are in the lanes before they go on in `f64`.
const RUN: usize = 64 * LANES;

/// Σ p and Σ p^t for one λ.
#[inline(always)]
fn sums<T: Float, const FUSED: bool>(m: f64, shift: f64, below: &[T]) -> [f64; 2] {
    let (zero, shift) = (Lanes::<T, FUSED>::lift(0.0), Lanes::lift(shift));
    let mut totals = [0.0; 2];
    for run in below.chunks(RUN) {
        let mut sums = [zero; 2];
        for at in (0..run.len()).step_by(LANES) {
            // Beyond the end −∞, which has no share.
            let x = Lanes::load_at(run, one_vector(at), T::LOWEST);
            let [_, p, power] = share(m, shift - x);
            sums = [sums[0] + p, sums[1] + power];
        }
        for (total, sum) in totals.iter_mut().zip(as_vectors(sums)) {
            *total += sum.sum();
        }
    }
    totals
}

/// How far λ lies above the largest logit where tails end, t < 1; `below` holds the logits less the largest.
#[inline(always)]
fn solve<T: Float, const FUSED: bool>(m: f64, below: &[T], row_sums: [f64; 2]) -> f64 {
    // Each step squares what is left of the error: what comes after one of this size is below the precision.
    let least = if T::INLINED { 1e-5 } else { 1e-15 };
    let mut shift = start(m, below.len(), row_sums).0;
    for _ in 0..STEPS {
        let [sum, slope] = sums::<T, FUSED>(m, shift, below);
        let by = step(m, sum, slope);
        shift += by;
        if by <= least * (1.0 + shift) {
            break;
        }
    }
    shift
}

/// Writes ln p; a row that holds no numbers stays as it is, and what is returned is then no number either.
#[inline(always)]
pub(super) fn forward<T: Float, const FUSED: bool>(t: f64, x: &[T], z: &mut [T]) -> T {
    let (top, sum) = largest::<T, FUSED>(x);
    if !sum.is_finite() {
        z.copy_from_slice(x);
        return T::from_f64(f64::NAN);
    }
    let m = t - 1.0;
    let sums = lowered::<T, FUSED>(x, top, z);
    if m > 0.0 {
        let mut heavy = Heavy::new(m);
        heavy.solve::<T, FUSED>(z, sums);
        let (rate, n) = (
            Lanes::<T, FUSED>::lift(heavy.rate::<T>()),
            Lanes::lift(1.0 / m),
        );
        let log_sum = Lanes::lift(heavy.log_sum());
        for at in (0..z.len()).step_by(LANES) {
            let at = one_vector(at);
            let [_, log] = Heavy::entry(rate, false, Lanes::load_at(z, at, T::default()));
            (log * n - log_sum).store_at(z, at);
        }
        return T::default();
    }
    let shift = Lanes::<T, FUSED>::lift(solve::<T, FUSED>(m, z, sums));
    for at in (0..z.len()).step_by(LANES) {
        let at = one_vector(at);
        let [log, ..] = share(m, shift - Lanes::load_at(z, at, T::default()));
        log.store_at(z, at);
    }
    T::default()
}

/// Turns the gradient by ln p into that by the logits: ∂ln p_j/∂x_k = p_j^(t−1) ([j = k] − p_k^t / Σ p^t).
#[inline(always)]
pub(super) fn backward<T: Float, const FUSED: bool>(
    t: f64,
    z: &[T],
    g: &mut [T],
    shares: &mut Vec<T>,
) {
    let m = t - 1.0;
    let share = Power::new(1.0 / m);
    let (top, _) = largest::<T, FUSED>(z);
    let best = first_of(z, top);
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let least = Lanes::<T, FUSED>::lift(if m > 0.0 { f64::from(f32::MIN) } else { FLOOR });
    shares.clear();
    shares.resize(z.len(), T::default());
    for at in (0..z.len()).step_by(LANES) {
        let at = one_vector(at);
        let log = Lanes::<T, FUSED>::load_at(z, at, T::default());
        let power = Lanes::select_lt(least, log, (log * Lanes::lift(m)).exp(), zero);
        let p = if share.is_product() {
            share.of(power, log)
        } else {
            log.exp()
        };
        (Lanes::load_at(g, at, T::default()) * power).store_at(g, at);
        (power * p).store_at(shares, at);
    }
    // The best class apart, whose share may be all but everything.
    let (own, own_share) = (g[best].to_f64(), shares[best].to_f64());
    let others = sum_without::<T, FUSED>(g, best);
    let other_shares = sum_without::<T, FUSED>(shares, best);
    let total = own_share + other_shares;
    let by = T::from_f64((own + others) / total);
    for (g, &share) in g.iter_mut().zip(shares.iter()) {
        *g = T::mul_add::<FUSED>(-share, by, *g);
    }
    g[best] = T::from_f64((own * other_shares - own_share * others) / total);
}

/// The map on any number.
pub(super) fn plainly<S: Real>(t: f64, x: &[S]) -> Vec<S> {
    let m = t - 1.0;
    let top = x.iter().skip(1).fold(x[0], |a, &b| a.max(b));
    let mut shift = S::lift(0.0);
    for _ in 0..BLIND_STEPS {
        let (mut sum, mut slope) = (S::lift(0.0), S::lift(0.0));
        for &x in x {
            let [_, p, power] = share(m, shift + (top - x));
            sum = sum + p;
            slope = slope + power;
        }
        shift = shift + step(m, sum, slope);
    }
    x.iter().map(|&x| share(m, shift + (top - x))[0]).collect()
}

#[cfg(test)]
mod tests;
