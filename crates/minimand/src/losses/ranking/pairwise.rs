//! Sums over the pairs of a list in which one item is more relevant than the other.

use super::{Gains, check_gains, descending};
use crate::kernels::dual::Dual;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::scalar::Real;
use crate::kernels::{Fault, groups::Group};
use crate::losses::pairs::Margin;

/// factor·φ(scale·(s_i − s_j)) over the pairs with y_i > y_j.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pairwise {
    pub(super) margin: Margin,
    pub(super) scale: f64,
    pub(super) factor: f64,
    /// Weigh a pair by the change of NDCG if both items changed places, held fixed?
    pub(super) ndcg: bool,
    /// Divide by the number of pairs?
    pub(super) per_pair: bool,
}

/// Items in the order of falling relevance, with what a pair's weight is made of.
struct Sorted {
    order: Vec<usize>,
    scores: Vec<f64>,
    gain: Vec<f64>,
    discount: Vec<f64>,
}

impl Pairwise {
    /// A list counts if it has a pair.
    pub(super) fn counts(&self, targets: &[f64]) -> Result<bool, Fault> {
        if self.ndcg {
            check_gains(targets)?;
        }
        Ok(targets.iter().any(|&y| y != targets[0]))
    }

    pub(super) fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let gains = Gains::new(group);
        let n = group.targets.len();
        let (mut total, mut pairs) = (S::lift(0.0), 0.0);
        for i in 0..n {
            for j in (0..n).filter(|&j| group.targets[i] > group.targets[j]) {
                let term = self
                    .margin
                    .of(S::lift(self.scale) * (group.scores[i] - group.scores[j]));
                pairs += 1.0;
                total = total
                    + if self.ndcg {
                        let change = (gains.gain[i] - gains.gain[j])
                            * (gains.discount[i] - gains.discount[j]).abs();
                        S::lift(change).detach() * term
                    } else {
                        term
                    };
            }
        }
        total * S::lift(self.factor / if self.per_pair { pairs } else { 1.0 })
    }

    pub(super) fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let order = descending(group.targets);
        let n = order.len();
        let pick = |from: &[f64]| order.iter().map(|&i| from[i]).collect::<Vec<f64>>();
        let (gain, discount) = if self.ndcg {
            let gains = Gains::new(group);
            (pick(&gains.gain), pick(&gains.discount))
        } else {
            (Vec::new(), Vec::new())
        };
        let sorted = Sorted {
            scores: pick(group.scores),
            gain,
            discount,
            order,
        };
        let mut sums = vec![0.0; n];
        let (mut value, mut pairs, mut end) = (0.0, 0, 0);
        for i in 0..n {
            // Less relevant are those after the last of equal relevance.
            let own = group.targets[sorted.order[i]];
            while end < n && group.targets[sorted.order[end]] >= own {
                end += 1;
            }
            pairs += n - end;
            value += self.against(&sorted, i, end, &mut sums);
        }
        let factor = self.factor / if self.per_pair { pairs as f64 } else { 1.0 };
        for (&i, sum) in sorted.order.iter().zip(sums) {
            slopes[i] = factor * self.scale * sum;
        }
        factor * value
    }

    /// Item i against those from `end` on.
    fn against(&self, sorted: &Sorted, i: usize, end: usize, sums: &mut [f64]) -> f64 {
        let all = self;
        dispatch!(Level::detect(), [] against_body::<>(
            all: &Pairwise, sorted: &Sorted, i: usize, end: usize, sums: &mut [f64]) -> f64)
    }

    pub(super) fn near_kink(&self, group: &Group<'_, f64>, within: f64) -> bool {
        let n = group.targets.len();
        let near = |i: usize, j: usize| {
            let m = self.scale * (group.values[i] - group.values[j]);
            group.targets[i] > group.targets[j]
                && self.margin.near_kink(m, within * self.scale.max(1.0))
        };
        (0..n).any(|i| (0..n).any(|j| near(i, j)))
    }
}

#[inline(always)]
fn against_body<const FUSED: bool>(
    all: &Pairwise,
    sorted: &Sorted,
    i: usize,
    end: usize,
    sums: &mut [f64],
) -> f64 {
    let splat = Lanes::<f64, FUSED>::splat;
    let (own, scale, one) = (splat(sorted.scores[i]), splat(all.scale), splat(1.0));
    let (mut value, mut slope) = (splat(0.0), splat(0.0));
    let mut at = end;
    while at < sorted.scores.len() {
        let left = (sorted.scores.len() - at).min(LANES);
        let mut weight = if all.ndcg {
            let gain = splat(sorted.gain[i]) - Lanes::load_at(&sorted.gain, at, 0.0);
            let discount = splat(sorted.discount[i]) - Lanes::load_at(&sorted.discount, at, 0.0);
            gain * discount.abs()
        } else {
            one
        };
        for lane in left..LANES {
            weight.0[lane] = 0.0;
        }
        let m = (own - Lanes::load_at(&sorted.scores, at, sorted.scores[i])) * scale;
        let y = all.margin.of(Dual::<_, 1>::variable(m, 0));
        value = value.plus_product(weight, y.value);
        let d = weight * y.partials[0];
        slope = slope + d;
        (Lanes::load_at(sums, at, 0.0) - d).store_at(sums, at);
        at += LANES;
    }
    sums[i] += slope.sum();
    value.sum()
}
