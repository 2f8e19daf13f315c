//! Sums over all pairs of a batch, and slopes that depend on them.

use crate::prelude::*;

/// All pairs of two different embeddings, each both ways.
pub(super) struct AllPairs<'a> {
    sweep: Sweep<'a>,
    side: WholeSide<'a, f64>,
}

impl<'a> AllPairs<'a> {
    pub(super) fn new(likeness: Likeness, side: &WholeSide<'a, f64>, width: usize) -> Self {
        AllPairs {
            sweep: Sweep::new(likeness, side, width),
            side: *side,
        }
    }

    /// 0 for a pair of positives, 1 for one of negatives.
    fn kind(&self, i: usize, j: usize) -> usize {
        usize::from(self.side.classes[i] != self.side.classes[j])
    }

    /// Calls `f` with kind, weight and likeness of each pair that has weight.
    pub(super) fn each(&self, mut f: impl FnMut(usize, f64, f64)) {
        let weights = self.side.weights;
        self.sweep.rows(|i, row| {
            for (j, &x) in row.iter().enumerate() {
                let weight = weights[i] * weights[j];
                if j != i && weight > 0.0 {
                    f(self.kind(i, j), weight, x);
                }
            }
        });
    }

    /// Adds slopes by the vectors to `slopes`, from those by each pair's likeness.
    pub(super) fn pull(&self, slopes: &mut [f64], f: impl Fn(usize, f64, f64) -> f64) {
        let weights = self.side.weights;
        self.sweep.pull(slopes, |i, row| {
            for (j, x) in row.iter_mut().enumerate() {
                let weight = weights[i] * weights[j];
                *x = if j != i && weight > 0.0 {
                    f(self.kind(i, j), weight, *x)
                } else {
                    0.0
                };
            }
        });
    }
}

/// Weights and likenesses of all pairs of positives, and of all pairs of negatives, one way.
pub(super) fn plain_kinds<S: Real>(
    likeness: Likeness,
    side: &WholeSide<'_, S>,
    width: usize,
) -> [Vec<(f64, S)>; 2] {
    let mut kinds = [Vec::new(), Vec::new()];
    for i in 0..side.rows() {
        for j in 0..i {
            let weight = side.weights[i] * side.weights[j];
            if weight > 0.0 {
                let kind = usize::from(side.classes[i] != side.classes[j]);
                kinds[kind].push((weight, side.likeness(likeness, width, i, j)));
            }
        }
    }
    kinds
}

/// Σ w·f(x)/Σ w; 0 of nothing.
pub(super) fn mean<S: Real>(pairs: &[(f64, S)], f: impl Fn(S) -> S) -> S {
    let total: f64 = pairs.iter().map(|(weight, _)| weight).sum();
    let each = pairs.iter().map(|&(weight, x)| S::lift(weight) * f(x));
    let sum = each.fold(S::lift(0.0), |sum, x| sum + x);
    if total > 0.0 {
        sum / S::lift(total)
    } else {
        sum
    }
}

/// Is a pair of one of the kinds within `margin` of what `at` says?
pub(super) fn any_near(
    likeness: Likeness,
    whole: &Whole<'_, f64>,
    at: impl Fn(usize, f64) -> bool,
) -> bool {
    whole.sides.iter().any(|side| {
        let kinds = plain_kinds(likeness, side, whole.width);
        (kinds.iter().enumerate()).any(|(kind, pairs)| pairs.iter().any(|&(_, x)| at(kind, x)))
    })
}
