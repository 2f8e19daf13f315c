//! Logits to the logarithms of a tempered softmax, and slopes back through it.
//!
//! p_k = exp_t(x_k − λ) with Σ p = 1, exp_t(x) = [1 + (1 − t) x]₊^(1/(1 − t)): heavier tails than a softmax for t > 1,
//! shares of exactly 0 for t < 1. λ has no closed form. It is the root of ln_t Σ_k exp_t(x_k − λ), which is convex
//! and falls in λ, so that Newton's method from the largest logit climbs to it without ever passing it: one step
//! for equal logits, hardly ever more than ten.

use super::statistics::{first_of, largest, sum_without};
use crate::kernels::lanes::{LANES, Lanes, as_vectors, one_vector};
use crate::kernels::scalar::{Float, Real};

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

/// The n with p = (1 + m u)^(−n) if it is whole or a half and so small that lanes take its power by products.
#[inline(always)]
fn by_products(m: f64) -> Option<f64> {
    let twice = 2.0 / m;
    let small = (1.0..16.0).contains(&twice.round()) && (twice - twice.round()).abs() < 1e-9;
    small.then_some(twice.round() / 2.0)
}

/// (p, p^t) of a class that lies u ≥ 0 below λ.
#[inline(always)]
fn powers<S: Real>(m: f64, products: Option<f64>, u: S) -> [S; 2] {
    match products {
        Some(n) => {
            let one = S::lift(1.0);
            let root = one / (one + S::lift(m) * u);
            let p = root.powf(n);
            [p, p * root]
        }
        None => {
            let [_, p, power] = share(m, u);
            [p, power]
        }
    }
}

/// Entries whose sums are in the lanes before they go on in `f64`.
const RUN: usize = 64 * LANES;

/// Σ p and Σ p^t for one λ.
#[inline(always)]
fn sums<T: Float, const FUSED: bool>(
    m: f64,
    products: Option<f64>,
    shift: f64,
    below: &[T],
) -> [f64; 2] {
    let (zero, shift) = (Lanes::<T, FUSED>::lift(0.0), Lanes::lift(shift));
    let mut totals = [0.0; 2];
    for run in below.chunks(RUN) {
        let mut sums = [zero; 2];
        let (parts, rest) = run.as_chunks::<LANES>();
        for part in parts {
            let [p, power] = powers(m, products, shift - Lanes(*one_vector(part)));
            sums = [sums[0] + p, sums[1] + power];
        }
        if !rest.is_empty() {
            // Beyond the end −∞, which has no share.
            let part = Lanes::load_part(rest, T::LOWEST);
            let [p, power] = powers(m, products, shift - part);
            sums = [sums[0] + p, sums[1] + power];
        }
        for (total, sum) in totals.iter_mut().zip(as_vectors(sums)) {
            *total += sum.sum();
        }
    }
    totals
}

/// How far λ lies above the largest logit; `below` holds the logits less the largest.
#[inline(always)]
fn solve<T: Float, const FUSED: bool>(m: f64, below: &[T]) -> f64 {
    // Each step squares what is left of the error: what comes after one of this size is below the precision.
    let least = if T::INLINED { 1e-5 } else { 1e-15 };
    let products = by_products(m);
    let mut shift = 0.0;
    for _ in 0..STEPS {
        let [sum, slope] = sums::<T, FUSED>(m, products, shift, below);
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
    for (z, &x) in z.iter_mut().zip(x) {
        *z = x - top;
    }
    let shift = Lanes::<T, FUSED>::lift(solve::<T, FUSED>(m, z));
    let (parts, rest) = z.as_chunks_mut::<LANES>();
    for part in parts {
        let part = one_vector(part);
        *part = share(m, shift - Lanes(*part))[0].0;
    }
    let last = share(m, shift - Lanes::load_part(rest, T::default()))[0];
    last.store_part(rest);
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
    let products = by_products(m);
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
        let p = match products {
            Some(n) => power.powf(n),
            None => log.exp(),
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
mod tests {
    use super::*;

    fn logs(t: f64, x: &[f64]) -> Vec<f64> {
        let mut z = vec![0.0; x.len()];
        forward::<f64, false>(t, x, &mut z);
        z
    }

    #[test]
    fn shares_sum_to_one_for_any_temperature_and_size() {
        for t in [0.0, 0.5, 0.999_999, 1.000_001, 1.2, 2.0, 4.0, 30.0] {
            for (classes, size) in [(2, 1e-3), (10, 1.0), (9, 1e4), (1000, 3.0), (17, 1e150)] {
                let row = |i: usize| size * ((i * 7919 % 101) as f64 / 50.0 - 1.0);
                let x: Vec<f64> = (0..classes).map(row).collect();
                let sum: f64 = logs(t, &x).iter().map(|log| log.exp()).sum();
                assert!(
                    (sum - 1.0).abs() < 1e-12,
                    "t = {t}, {classes} classes of {size}: {sum}"
                );
            }
        }
    }

    #[test]
    fn a_class_without_a_share_has_no_slope() {
        let x = [1.0, 0.5, -3.0, 0.75];
        let z = logs(0.5, &x);
        assert_eq!(z[2], FLOOR);
        // The slopes of Σ k·ln p_k.
        let value = |x: &[f64]| -> f64 {
            let logs = logs(0.5, x);
            logs.iter().enumerate().map(|(k, log)| k as f64 * log).sum()
        };
        let mut slopes = [0.0, 1.0, 2.0, 3.0];
        backward::<f64, false>(0.5, &z, &mut slopes, &mut Vec::new());
        assert_eq!(slopes[2], 0.0);
        for k in 0..4 {
            let moved = |by: f64| {
                let mut x = x;
                x[k] += by;
                value(&x)
            };
            let want = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            assert!((slopes[k] - want).abs() < 1e-6, "{k}: {} {want}", slopes[k]);
        }
    }
}
