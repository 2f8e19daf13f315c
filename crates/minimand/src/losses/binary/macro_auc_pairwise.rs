use crate::losses::pairs::{
    Margin, both_kinds, mean_over_pairs, pair_near_kink, plain_mean_over_pairs,
};
use crate::prelude::*;

loss! {
    /// Macro-AUC surrogate pa: the mean margin loss of all pairs of a positive and a negative of each label.
    ///
    /// ℓ_k = (1/(n₊ n₋)) Σ_{p: y=1} Σ_{q: y=0} φ(f_pk − f_qk)
    ///
    /// Per label k; the mean is over the labels that have both kinds, the others do not count (the batch's
    /// `count` says how many do). 1 − AUC_k ≤ ℓ_k/φ(0) for every φ here. Shapes: scores and 0/1 targets
    /// `[n, k]` (or `[n]` for one label: the pairwise loss of the AUC); weights and mask of rows or entries,
    /// class weights of labels; one label is one item. ≥ 0. Pairs are never stored; in time n log n, but for
    /// the logistic base n₊·n₋. Source: Wu et al. 2023 (paper 101).
    pub struct MacroAucPairwise = "macro_auc_pairwise" {
        /// The loss φ of a margin.
        base: Margin = Margin::Logistic, finite();
    }
}

impl Loss for MacroAucPairwise {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["macro_auc_pairwise_loss", "macro_auc", "auc"];
    const PAPERS: &'static [u16] = &[101];
    const VARIANTS: &'static [&'static str] = &[
        "macro_auc_pairwise(base=\"hinge\")",
        "macro_auc_pairwise(base=\"squared_hinge\")",
        "macro_auc_pairwise(base=\"exponential\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "macro_auc_pairwise", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.253_981_382, source: "paper 101, test vector" },
        Known { expression: "macro_auc_pairwise", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 0.0, 0.0, 0.0], value: 0.139_262_220, source: "paper 101, test vector" },
        Known { expression: "macro_auc_pairwise(base=\"hinge\")", prediction: &[2.0, 0.5, -1.0, 0.25],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.75 / 4.0, source: "by hand: one pair within the margin" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: self.base.lipschitz(),
            shift_invariant: true,
            hessian: self.base.hessian(),
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for MacroAucPairwise {
    const LAYOUT: Layout = Layout::Columns;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(both_kinds(group.targets))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        plain_mean_over_pairs(self.base, group)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        mean_over_pairs(self.base, group, slopes)
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        pair_near_kink(self.base, group, margin)
    }
}
