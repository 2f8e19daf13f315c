use crate::losses::pairs::{Margin, both_kinds};
use crate::prelude::*;

loss! {
    /// Macro-AUC surrogate u2: the mean margin losses of the positives and of the negatives of each label.
    ///
    /// ℓ_k = (1/n₊) Σ_{y=1} φ(f_ik) + (1/n₋) Σ_{y=0} φ(−f_ik)
    ///
    /// Per label k; the mean is over the labels that have both kinds, the others do not count (the batch's
    /// `count` says how many do). 1 − AUC_k ≤ ℓ_k/φ(0) for every φ here. Shapes: scores and 0/1 targets
    /// `[n, k]` (or `[n]` for one label); weights and mask of rows or entries, class weights of labels; one
    /// label is one item. ≥ 0. In time linear in n. Source: Wu et al. 2023 (paper 101), whose code counts a
    /// label without positives with weight 1.
    pub struct MacroAucReweighted = "macro_auc_reweighted" {
        /// The loss φ of a margin.
        base: Margin = Margin::Logistic, finite();
    }
}

impl Loss for MacroAucReweighted {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["macro_auc_reweighted_loss"];
    const PAPERS: &'static [u16] = &[101];
    const VARIANTS: &'static [&'static str] = &[
        "macro_auc_reweighted(base=\"hinge\")",
        "macro_auc_reweighted(base=\"squared_hinge\")",
        "macro_auc_reweighted(base=\"exponential\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "macro_auc_reweighted", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.884_310_964, source: "paper 101, test vector" },
        Known { expression: "macro_auc_reweighted", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 0.0, 0.0, 0.0], value: 0.840_825_983, source: "paper 101, test vector" },
        Known { expression: "macro_auc_reweighted(base=\"squared_hinge\")", prediction: &[2.0, 0.5, -0.5],
                target: &[1.0, 1.0, 0.0], value: 0.375, source: "by hand: 0.25/2 + 0.25" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: self.base.lipschitz(),
            hessian: self.base.hessian(),
            ..Facts::PLAIN
        }
    }
}

/// Weight of each kind: of the negatives, of the positives.
fn masses<S>(group: &Group<'_, S>) -> [f64; 2] {
    let mut masses = [0.0; 2];
    for (&t, &w) in group.targets.iter().zip(group.weights) {
        masses[usize::from(t > 0.0)] += w;
    }
    masses
}

impl GroupLoss for MacroAucReweighted {
    const LAYOUT: Layout = Layout::Columns;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(both_kinds(group.targets))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let masses = masses(group);
        let mut total = S::lift(0.0);
        for (i, &x) in group.scores.iter().enumerate() {
            let kind = usize::from(group.targets[i] > 0.0);
            let sign = S::lift(2.0 * kind as f64 - 1.0);
            total = total + S::lift(group.weights[i] / masses[kind]) * self.base.of(sign * x);
        }
        total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let masses = masses(group);
        let mut total = 0.0;
        for (i, slope) in slopes.iter_mut().enumerate() {
            let kind = usize::from(group.targets[i] > 0.0);
            let sign = 2.0 * kind as f64 - 1.0;
            let (value, d) = self.base.with_slope(sign * group.scores[i]);
            let weight = group.weights[i] / masses[kind];
            total += weight * value;
            *slope = weight * sign * d;
        }
        total
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let m = |i: usize| (2.0 * group.targets[i] - 1.0) * group.values[i];
        (0..group.values.len()).any(|i| self.base.near_kink(m(i), margin))
    }
}
