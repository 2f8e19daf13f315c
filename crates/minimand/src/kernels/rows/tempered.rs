//! Logits to the logarithms of a tempered softmax, and slopes back through it.
//!
//! p_k = exp_t(x_k − λ) with Σ p = 1, exp_t(x) = [1 + (1 − t) x]₊^(1/(1 − t)): heavier tails than a softmax for t > 1,
//! shares of exactly 0 for t < 1. λ has no closed form. It is the root of ln_t Σ_k exp_t(x_k − λ), which is convex
//! and falls in λ, so that Newton's method from the largest logit climbs to it without ever passing it: one step
//! for equal logits, hardly ever more than ten.

use super::statistics::{first_of, largest};
use crate::kernels::lanes::{LANES, Lanes};
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

/// How far λ lies above the largest logit; `below` holds the logits less the largest.
#[inline(always)]
fn solve<const FUSED: bool>(m: f64, below: &[f64]) -> f64 {
    let mut shift = 0.0;
    for _ in 0..STEPS {
        let zero = Lanes::<f64, FUSED>::splat(0.0);
        let (mut sum, mut slope) = (zero, zero);
        for at in (0..below.len()).step_by(LANES) {
            let u = Lanes::splat(shift) - Lanes::<f64, FUSED>::load_at(below, at, 0.0);
            let [_, mut p, mut power] = share(m, u);
            for i in below.len() - at..LANES {
                (p.0[i], power.0[i]) = (0.0, 0.0);
            }
            sum = sum + p;
            slope = slope + power;
        }
        let by = step(m, sum.sum(), slope.sum());
        shift += by;
        if by <= 1e-15 * (1.0 + shift) {
            break;
        }
    }
    shift
}

/// Writes ln p; a row that holds no numbers stays as it is, and what is returned is then no number either.
#[inline(always)]
pub(super) fn forward<T: Float, const FUSED: bool>(
    t: f64,
    x: &[T],
    z: &mut [T],
    wide: &mut Vec<f64>,
) -> T {
    let (top, sum) = largest::<T, FUSED>(x);
    if !sum.is_finite() {
        z.copy_from_slice(x);
        return T::from_f64(f64::NAN);
    }
    let (m, top) = (t - 1.0, top.to_f64());
    wide.clear();
    for x in x {
        wide.push(x.to_f64() - top);
    }
    let shift = solve::<FUSED>(m, wide);
    for at in (0..wide.len()).step_by(LANES) {
        let u = Lanes::splat(shift) - Lanes::<f64, FUSED>::load_at(wide, at, 0.0);
        share(m, u)[0].store_at(wide, at);
    }
    for (z, &log) in z.iter_mut().zip(wide.iter()) {
        *z = T::from_f64(log);
    }
    T::default()
}

/// Turns the gradient by ln p into that by the logits: ∂ln p_j/∂x_k = p_j^(t−1) ([j = k] − p_k^t / Σ p^t).
#[inline(always)]
pub(super) fn backward<T: Float, const FUSED: bool>(
    t: f64,
    z: &[T],
    g: &mut [T],
    wide: &mut Vec<f64>,
) {
    let m = t - 1.0;
    let (top, _) = largest::<T, FUSED>(z);
    let best = first_of(z, top);
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let least = Lanes::<T, FUSED>::lift(if m > 0.0 { f64::from(f32::MIN) } else { FLOOR });
    wide.clear();
    wide.resize(z.len(), 0.0);
    for at in (0..z.len()).step_by(LANES) {
        let log = Lanes::<T, FUSED>::load_at(z, at, T::default());
        let power = Lanes::select_lt(least, log, (log * Lanes::lift(m)).exp(), zero);
        let escort = power * log.exp();
        (Lanes::load_at(g, at, T::default()) * power).store_at(g, at);
        for (wide, escort) in wide[at..].iter_mut().zip(escort.0) {
            *wide = escort.to_f64();
        }
    }
    // The best class apart, whose share may be all but everything.
    let (own, own_share) = (g[best].to_f64(), wide[best]);
    wide[best] = 0.0;
    let (mut others, mut other_shares) = (0.0, 0.0);
    for (i, (g, share)) in g.iter().zip(wide.iter()).enumerate() {
        others += if i == best { 0.0 } else { g.to_f64() };
        other_shares += share;
    }
    let total = own_share + other_shares;
    let by = (own + others) / total;
    for (g, share) in g.iter_mut().zip(wide.iter()) {
        *g = T::from_f64(g.to_f64() - share * by);
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
        forward::<f64, false>(t, x, &mut z, &mut Vec::new());
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
