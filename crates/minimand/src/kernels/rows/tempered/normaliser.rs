//! λ of a tempered softmax, Σ_k exp_t(x_k − λ) = 1, in few passes over a row.
//!
//! Written by s = λ − max x ≥ 0 and d_k = max x − x_k ≥ 0: Σ (1 + m (s + d_k))^(−1/m) = 1 with m = t − 1. To the
//! power −m the sum is convex and (for equal entries exactly) straight in s, so that Newton's method on that climbs
//! from any lower bound to the root without passing it. A bound is what the mean of d gives, for exp_t is convex.
//!
//! Heavy tails (m > 0) have more: with r = m/(1 + m s) and v = 1/(1 + r d) the sum is Σ v^n up to a factor, n = 1/m, and
//! Σ v^(n + j) are the coefficients of its series in a step of s. Three of them beside the sum take nearly all rows
//! to single precision in one pass or two, and what the series leaves out is bounded by its next term.

use crate::kernels::lanes::{LANES, Lanes, as_vectors, one_vector};
use crate::kernels::scalar::{Float, Real};

/// Passes that always suffice.
const PASSES: usize = 60;
/// Coefficients of the series, that of the sum itself included. An even number: a series that ends with an odd power
/// of the step lies below the sum, and its root before the sum's.
const MOMENTS: usize = 4;
/// Steps along the series.
const SERIES_STEPS: usize = 6;
/// Entries whose sums are in the lanes before they go on in `f64`.
const RUN: usize = 64 * LANES;

/// A power of numbers in 0..1, looked at once for all of them: products and a root where it is whole or a half, up to
/// the rounding of what it was computed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Power {
    pub(super) exponent: f64,
    /// Twice the exponent, unless it takes a logarithm.
    halves: Option<u32>,
}

impl Power {
    pub(super) fn new(exponent: f64) -> Self {
        let twice = 2.0 * exponent;
        let near = twice.round();
        // 1/(t − 1) has the error of t, magnified by its square.
        let whole = (twice - near).abs() <= f64::EPSILON * twice * twice;
        let small = whole && (0.0..32.0).contains(&near);
        Power {
            exponent,
            halves: small.then_some(near as u32),
        }
    }

    /// Can it do without logarithms?
    #[inline(always)]
    pub(super) fn is_product(self) -> bool {
        self.halves.is_some()
    }

    /// x to it; `log` is ln x, which only a power that is no product reads.
    #[inline(always)]
    pub(super) fn of<S: Real>(self, x: S, log: S) -> S {
        let Some(halves) = self.halves else {
            return (log * S::lift(self.exponent)).exp();
        };
        let mut y = if halves & 1 != 0 {
            x.sqrt()
        } else {
            S::lift(1.0)
        };
        let square = x * x;
        let fourth = square * square;
        if halves & 2 != 0 {
            y = y * x;
        }
        if halves & 4 != 0 {
            y = y * square;
        }
        if halves & 8 != 0 {
            y = y * fourth;
        }
        if halves & 16 != 0 {
            y = y * (fourth * fourth);
        }
        y
    }
}

/// Heavy tails: entries as v = 1/(1 + r d), whose power n = 1/m is their share of the row's sum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heavy {
    m: f64,
    pub(super) power: Power,
    /// s, how far λ lies above the largest logit.
    pub(super) shift: f64,
}

impl Heavy {
    /// For t = 1 + m, m > 0; with s = 0 until it is solved for.
    pub(super) fn new(m: f64) -> Self {
        Heavy {
            m,
            power: Power::new(1.0 / m),
            shift: 0.0,
        }
    }

    /// r, held above 0 so that entries at −∞ have no share even where all others are alike.
    #[inline(always)]
    pub(super) fn rate<T: Float>(self) -> f64 {
        let least = if T::INLINED {
            f64::from(f32::MIN_POSITIVE)
        } else {
            f64::MIN_POSITIVE
        };
        (self.m / (1.0 + self.m * self.shift)).max(least)
    }

    /// v and (unless all powers are products) ln v of entries less the largest.
    #[inline(always)]
    pub(super) fn entry<S: Real>(rate: S, products: bool, below: S) -> [S; 2] {
        let one = S::lift(1.0);
        let by = -rate * below;
        let v = one / (one + by);
        [v, if products { v } else { -by.ln_1p() }]
    }

    /// ln Σ v^n of the row, if s is the root.
    #[inline(always)]
    pub(super) fn log_sum(self) -> f64 {
        (self.m * self.shift).ln_1p() / self.m
    }

    /// Finds s for a row of logits less their largest, given Σ and Σ of squares.
    #[inline(always)]
    pub(super) fn solve<T: Float, const FUSED: bool>(&mut self, below: &[T], sums: [f64; 2]) {
        let m = self.m;
        let (least, start) = start(m, below.len(), sums);
        // Relative to the sum: what is left is below the precision.
        let enough = if T::INLINED { 1e-7 } else { 1e-16 };
        self.shift = start;
        for _ in 0..PASSES {
            let rate = self.rate::<T>();
            let sums = moments::<T, FUSED>(self.power, rate, below);
            let excess = sums[0].ln() - self.log_sum();
            let (step, rest) = series_step(m, excess, sums);
            let by = step / rate;
            self.shift = (self.shift + by).max(least);
            // A step that is no number leaves the row without one.
            if !(rest > enough) || by.abs() <= enough * self.shift {
                break;
            }
        }
    }
}

/// A lower bound of s, and from where to look for it.
pub(super) fn start(m: f64, count: usize, [sum, squares]: [f64; 2]) -> (f64, f64) {
    let count = count as f64;
    let mean = -sum / count;
    // s + mean d if every entry were the mean.
    let alike = (m * count.ln()).exp_m1() / m;
    let least = (alike - mean).max(0.0);
    // By how much a spread of small size raises the mean share of the entries.
    let width = 1.0 + m * alike;
    let raise = 0.5 * (1.0 + m) * (squares / count - mean * mean) / (width * width);
    if m > 0.0 && raise > 0.0 && raise < 1.0 {
        let raised = (m * (count.ln() + raise.ln_1p())).exp_m1() / m;
        return (least, (raised - mean).max(least));
    }
    (least, least)
}

/// Writes a row less its largest entry; returns Σ and Σ of squares of what it wrote.
#[inline(always)]
pub(super) fn lowered<T: Float, const FUSED: bool>(x: &[T], top: T, z: &mut [T]) -> [f64; 2] {
    let zero = Lanes::<T, FUSED>::lift(0.0);
    let (mut sum, mut squares) = ([zero; 4], [zero; 4]);
    let shift = Lanes::splat(top);
    let body = x.len() / (4 * LANES) * (4 * LANES);
    for (part, to) in x[..body]
        .chunks_exact(4 * LANES)
        .zip(z[..body].chunks_exact_mut(4 * LANES))
    {
        for u in 0..4 {
            let y = Lanes::load(&part[u * LANES..]) - shift;
            y.store(&mut to[u * LANES..]);
            sum[u] = sum[u] + y;
            squares[u] = squares[u].plus_product(y, y);
        }
    }
    for (part, to) in x[body..].chunks(LANES).zip(z[body..].chunks_mut(LANES)) {
        let y = Lanes::load_part(part, top) - shift;
        y.store_part(to);
        sum[0] = sum[0] + y;
        squares[0] = squares[0].plus_product(y, y);
    }
    as_vectors([sum, squares]).map(|of| of[0].sum() + of[1].sum() + of[2].sum() + of[3].sum())
}

/// Σ v^(n + j) for j = 0, 1, … of a row.
#[inline(always)]
fn moments<T: Float, const FUSED: bool>(power: Power, rate: f64, below: &[T]) -> [f64; MOMENTS] {
    let (zero, rate) = (Lanes::<T, FUSED>::lift(0.0), Lanes::lift(rate));
    let mut totals = [0.0; MOMENTS];
    for run in below.chunks(RUN) {
        let mut sums = [zero; MOMENTS];
        for at in (0..run.len()).step_by(LANES) {
            // Beyond the end −∞, which has no share.
            let x = Lanes::load_at(run, one_vector(at), T::LOWEST);
            let [v, log] = Heavy::entry(rate, power.is_product(), x);
            let mut term = power.of(v, log);
            for sum in &mut sums {
                *sum = *sum + term;
                term = term * v;
            }
        }
        for (total, sum) in totals.iter_mut().zip(as_vectors(sums)) {
            *total += sum.sum();
        }
    }
    totals
}

/// The step ε = r δ that takes ln Σ from `excess` to 0, and a bound of what the sum then still lacks, relatively.
#[inline(always)]
fn series_step(m: f64, excess: f64, sums: [f64; MOMENTS]) -> (f64, f64) {
    let n = 1.0 / m;
    // Newton's step for Σ^(−m): never beyond the root.
    let newton = (m * excess).exp_m1() * (sums[0] / sums[1]);
    // Σ(ε)/Σ(0) = Σ_j c_j ε^j
    let mut coefficients = [1.0; MOMENTS];
    for j in 1..MOMENTS {
        let before = (j - 1) as f64;
        let by = -(n + before) / (before + 1.0) * (sums[j] / sums[j - 1]);
        coefficients[j] = coefficients[j - 1] * by;
    }
    let wanted = (-excess).exp();
    let (mut step, mut moved) = (newton, f64::INFINITY);
    for _ in 0..SERIES_STEPS {
        let (mut value, mut slope) = (0.0, 0.0);
        for coefficient in coefficients.into_iter().rev() {
            slope = slope * step + value;
            value = value * step + coefficient;
        }
        moved = (wanted - value) / slope;
        step += moved;
        if moved.abs() <= 1e-16 * step.abs() {
            break;
        }
    }
    // The terms of what is left out alternate, or share a sign with a step back: the first one tells their size.
    let count = MOMENTS as f64;
    let next = coefficients[MOMENTS - 1] * (n + count - 1.0) / count;
    let rest = (next * step.powi(MOMENTS as i32)).abs() + (coefficients[1] * moved).abs();
    // Too far for the series: Newton's step, and another pass.
    if rest < 0.1 && step >= newton {
        (step, rest)
    } else {
        (newton, f64::INFINITY)
    }
}
