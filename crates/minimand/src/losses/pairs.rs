//! Losses of a margin, and their weighted sums over all pairs of a positive and a negative score without
//! storing the pairs: in O(n log n) where the loss allows it.

use crate::kernels::dual::Dual;
use crate::kernels::groups::Group;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::parallel;
use crate::kernels::scalar::Real;
use crate::loss::Hessian;
use crate::losses::classification::exp_m1_then_tangent;

/// A convex loss of a margin that falls and ends at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Margin {
    /// ln(1 + e^−m)
    Logistic,
    /// max(0, 1 − m)
    Hinge,
    /// max(0, 1 − m)²
    SquaredHinge,
    /// e^−m, from m = −40 down its tangent there
    Exponential,
}
crate::parameter::choice!(Margin, "\"logistic\", \"hinge\", \"squared_hinge\" or \"exponential\"",
        "logistic" => Logistic, "hinge" => Hinge, "squared_hinge" => SquaredHinge,
        "exponential" => Exponential);

/// Margin below which the exponential is straight.
const STRAIGHT: f64 = 40.0;

impl Margin {
    /// The loss of a margin.
    #[inline(always)]
    pub(crate) fn of<S: Real>(self, m: S) -> S {
        match self {
            Margin::Logistic => (-m).softplus(),
            Margin::Hinge => (S::lift(1.0) - m).relu(),
            Margin::SquaredHinge => (S::lift(1.0) - m).relu().square(),
            Margin::Exponential => S::lift(1.0) + exp_m1_then_tangent(-m),
        }
    }

    /// The loss of a margin and its slope.
    pub(crate) fn with_slope(self, m: f64) -> (f64, f64) {
        let y = self.of(Dual::<f64, 1>::variable(m, 0));
        (y.value, y.partials[0])
    }

    /// Is the margin near a kink of the loss (of its slope, for the squared hinge)?
    pub(crate) fn near_kink(self, m: f64, within: f64) -> bool {
        matches!(self, Margin::Hinge | Margin::SquaredHinge) && (m - 1.0).abs() < within
    }

    /// Is its second derivative of use?
    pub(crate) fn hessian(self) -> Hessian {
        if self == Margin::Hinge {
            Hessian::Indefinite
        } else {
            Hessian::Exact
        }
    }

    /// Magnitude of its steepest slope, if there is one.
    pub(crate) fn lipschitz(self) -> Option<f64> {
        matches!(self, Margin::Logistic | Margin::Hinge).then_some(1.0)
    }
}

/// Scores of one kind in ascending order.
pub(crate) struct Side {
    /// Their places in the group.
    order: Vec<usize>,
    values: Vec<f64>,
    /// Shares, which add up to 1.
    weights: Vec<f64>,
}

impl Side {
    fn new(group: &Group<'_, f64>, positive: bool) -> Self {
        let mut order: Vec<usize> = (0..group.targets.len())
            .filter(|&i| (group.targets[i] > 0.0) == positive)
            .collect();
        order.sort_by(|&a, &b| group.values[a].total_cmp(&group.values[b]).then(a.cmp(&b)));
        let total: f64 = order.iter().map(|&i| group.weights[i]).sum();
        Side {
            values: order.iter().map(|&i| group.values[i]).collect(),
            weights: order.iter().map(|&i| group.weights[i] / total).collect(),
            order,
        }
    }

    /// The negated scores.
    fn mirrored(&self) -> Self {
        Side {
            order: self.order.iter().rev().copied().collect(),
            values: self.values.iter().rev().map(|x| -x).collect(),
            weights: self.weights.iter().rev().copied().collect(),
        }
    }
}

/// Has the group scores of both kinds?
pub(crate) fn both_kinds(targets: &[f64]) -> bool {
    targets.iter().any(|&t| t > 0.0) && targets.iter().any(|&t| t <= 0.0)
}

/// Weighted mean over all pairs (p, q) of a positive and a negative of ℓ(f_p − f_q); writes its slopes.
pub(crate) fn mean_over_pairs(margin: Margin, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
    let (positives, negatives) = (Side::new(group, true), Side::new(group, false));
    let mut total = 0.0;
    let sums = against(margin, &positives, &negatives);
    for (i, (value, slope)) in sums.into_iter().enumerate() {
        let weight = positives.weights[i];
        total += weight * value;
        slopes[positives.order[i]] -= weight * slope;
    }
    // The same differences, seen from the negatives.
    let (own, other) = (negatives.mirrored(), positives.mirrored());
    let sums = against(margin, &own, &other);
    for (i, (_, slope)) in sums.into_iter().enumerate() {
        slopes[own.order[i]] += own.weights[i] * slope;
    }
    total
}

/// The same, written out.
pub(crate) fn plain_mean_over_pairs<S: Real>(margin: Margin, group: &Group<'_, S>) -> S {
    let of = |positive: bool| {
        (0..group.targets.len()).filter(move |&i| (group.targets[i] > 0.0) == positive)
    };
    let mass = |positive| of(positive).map(|i| group.weights[i]).sum::<f64>();
    let all = mass(true) * mass(false);
    let mut total = S::lift(0.0);
    for p in of(true) {
        for q in of(false) {
            let weight = S::lift(group.weights[p] * group.weights[q] / all);
            total = total + weight * margin.of(group.scores[p] - group.scores[q]);
        }
    }
    total
}

/// Is a difference of a positive and a negative near a kink?
pub(crate) fn pair_near_kink(margin: Margin, group: &Group<'_, f64>, within: f64) -> bool {
    (0..group.targets.len()).any(|p| {
        (0..group.targets.len()).any(|q| {
            group.targets[p] > group.targets[q]
                && margin.near_kink(group.values[p] - group.values[q], within)
        })
    })
}

/// For each own score a the sums Σ_b w_b φ(b − a) and Σ_b w_b φ′(b − a), with φ(d) = ℓ(−d).
fn against(margin: Margin, own: &Side, other: &Side) -> Vec<(f64, f64)> {
    match margin {
        Margin::Logistic => logistic(own, other),
        Margin::Hinge => above(own, other, 1.0)
            .into_iter()
            .map(|[share, first, _]| (first, share))
            .collect(),
        Margin::SquaredHinge => above(own, other, 1.0)
            .into_iter()
            .map(|[_, first, second]| (second, 2.0 * first))
            .collect(),
        Margin::Exponential => {
            // Beyond the bend e^d is e^40·(d − 39).
            let steep = STRAIGHT.exp();
            let tangent = above(own, other, 1.0 - STRAIGHT);
            let mut sums = exponentials_below(own, other);
            for (sum, [share, first, _]) in sums.iter_mut().zip(tangent) {
                *sum = (sum.0 + steep * first, sum.0 + steep * share);
            }
            sums
        }
    }
}

/// For each own score a the moments Σ w, Σ w·e and Σ w·e² of the excess e = b − a + offset over the others
/// b with e > 0, or for a tangent (whose offset is negative) e > 1.
///
/// From the largest own score down: all terms grow, so that nothing cancels.
fn above(own: &Side, other: &Side, offset: f64) -> Vec<[f64; 3]> {
    let least = if offset < 0.0 { 1.0 } else { 0.0 };
    let mut out = vec![[0.0; 3]; own.values.len()];
    let mut moments = [0.0; 3];
    let mut next = other.values.len();
    let mut last = own.values.last().copied().unwrap_or(0.0);
    for (i, &a) in own.values.iter().enumerate().rev() {
        let step = last - a;
        last = a;
        moments[2] += step * (2.0 * moments[1] + step * moments[0]);
        moments[1] += step * moments[0];
        while next > 0 && other.values[next - 1] - a + offset > least {
            next -= 1;
            let (w, excess) = (other.weights[next], other.values[next] - a + offset);
            moments[0] += w;
            moments[1] += w * excess;
            moments[2] += w * excess * excess;
        }
        out[i] = moments;
    }
    out
}

/// For each own score a the sum Σ_b w_b e^(b − a) over the others b ≤ a + 40, twice.
///
/// From the smallest own score up: what is in the sum only shrinks.
fn exponentials_below(own: &Side, other: &Side) -> Vec<(f64, f64)> {
    let mut sum = 0.0;
    let mut next = 0;
    let mut last = own.values.first().copied().unwrap_or(0.0);
    let each = |&a: &f64| {
        sum *= (last - a).exp();
        last = a;
        while next < other.values.len() && other.values[next] - a <= STRAIGHT {
            sum += other.weights[next] * (other.values[next] - a).exp();
            next += 1;
        }
        (sum, sum)
    };
    own.values.iter().map(each).collect()
}

/// Pairs from which on several threads pay.
const PARALLEL: usize = 1 << 16;

/// The logistic loss has no such shortcut: every pair, eight at a time.
fn logistic(own: &Side, other: &Side) -> Vec<(f64, f64)> {
    let level = Level::detect();
    let one = |&a: &f64| {
        let (values, weights) = (other.values.as_slice(), other.weights.as_slice());
        dispatch!(level, [] logistic_body::<>(a: f64, values: &[f64], weights: &[f64]) -> (f64, f64))
    };
    if own.values.len() * other.values.len() < PARALLEL {
        own.values.iter().map(one).collect()
    } else {
        let mut parts: Vec<_> = own.values.chunks(64).collect();
        let each = |(): &mut (), part: &mut &[f64]| part.iter().map(one).collect::<Vec<_>>();
        parallel::run(&mut parts, || (), each).concat()
    }
}

#[inline(always)]
fn logistic_body<const FUSED: bool>(a: f64, values: &[f64], weights: &[f64]) -> (f64, f64) {
    let (zero, one) = (
        Lanes::<f64, FUSED>::lift(0.0),
        Lanes::<f64, FUSED>::lift(1.0),
    );
    let (mut value, mut slope) = (zero, zero);
    for at in (0..values.len()).step_by(LANES) {
        let d = Lanes::<f64, FUSED>::load_at(values, at, a) - Lanes::splat(a);
        let w = Lanes::<f64, FUSED>::load_at(weights, at, 0.0);
        let e = (-d.abs()).exp_nonpositive();
        let upper = one / (one + e);
        value = value.plus_product(w, d.relu() + e.ln_1p());
        slope = slope.plus_product(w, Lanes::select_lt(d, zero, e * upper, upper));
    }
    (value.sum(), slope.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Margin; 4] = [
        Margin::Logistic,
        Margin::Hinge,
        Margin::SquaredHinge,
        Margin::Exponential,
    ];

    /// Scores with ties, far apart and near, and weights.
    fn scores(n: usize, spread: f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let scores = (0..n).map(|i| spread * ((i * 7919 % 101) as f64 / 50.0 - 1.0));
        let targets = (0..n).map(|i| f64::from(u8::from(i * 31 % 7 < 2)));
        let weights = (0..n).map(|i| 0.5 + (i % 5) as f64);
        (scores.collect(), targets.collect(), weights.collect())
    }

    #[test]
    fn sweeps_are_the_sums_over_pairs() {
        for (n, spread) in [(40, 1.0), (300, 3.0), (700, 60.0)] {
            let (scores, targets, weights) = scores(n, spread);
            let group = Group {
                scores: &scores[..],
                values: &scores,
                targets: &targets,
                weights: &weights,
                classes: 1,
            };
            for margin in ALL {
                let mut slopes = vec![0.0; n];
                let value = mean_over_pairs(margin, &group, &mut slopes);
                let plain = plain_mean_over_pairs(margin, &group);
                assert!((value - plain).abs() <= 1e-12 * plain.abs(), "{margin:?}");
                for i in [0, 3, n - 1] {
                    let duals: Vec<Dual<f64, 1>> = (0..n)
                        .map(|j| Dual::variable(scores[j], usize::from(j != i)))
                        .collect();
                    let group = Group {
                        scores: &duals[..],
                        values: &scores,
                        targets: &targets,
                        weights: &weights,
                        classes: 1,
                    };
                    let want = plain_mean_over_pairs(margin, &group).partials[0];
                    let slack = 1e-11 * want.abs().max(1e-6);
                    assert!((slopes[i] - want).abs() <= slack, "{margin:?} {i}");
                }
            }
        }
    }
}
