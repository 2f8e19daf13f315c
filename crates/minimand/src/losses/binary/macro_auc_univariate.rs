use crate::losses::pairs::Margin;
use crate::prelude::*;

loss! {
    /// Macro-AUC surrogate u1: the mean margin loss of each label, without regard to its balance.
    ///
    /// ℓ_k = (1/n) Σ_i φ(y_ik f_ik),  y = ±1
    ///
    /// Per label k; the mean is over the labels. For margin losses with φ(0) ≥ 1 (divide the logistic one
    /// by ln 2) it bounds 1 − AUC_k only up to the factor 1/τ_k, τ_k being the share of the rarer kind: prefer
    /// `macro_auc_reweighted` or `macro_auc_pairwise` for rare labels. Shapes: scores and 0/1 targets `[n, k]`
    /// (or `[n]` for one label); weights and mask of rows or entries, class weights of labels; one label is
    /// one item. ≥ 0. Source: Wu et al. 2023 (paper 101).
    pub struct MacroAucUnivariate = "macro_auc_univariate" {
        /// The loss φ of a margin.
        base: Margin = Margin::Logistic, finite();
    }
}

impl Loss for MacroAucUnivariate {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["macro_auc_univariate_loss"];
    const PAPERS: &'static [u16] = &[101];
    const VARIANTS: &'static [&'static str] = &[
        "macro_auc_univariate(base=\"hinge\")",
        "macro_auc_univariate(base=\"squared_hinge\")",
        "macro_auc_univariate(base=\"exponential\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "macro_auc_univariate", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.442_155_482, source: "paper 101, test vector" },
        Known { expression: "macro_auc_univariate", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 0.0, 0.0, 0.0], value: 0.567_155_482, source: "paper 101, test vector" },
        Known { expression: "macro_auc_univariate(base=\"hinge\")", prediction: &[2.0, 0.5, -1.0],
                target: &[1.0, 1.0, 0.0], value: 0.5 / 3.0, source: "by hand" },
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

impl GroupLoss for MacroAucUnivariate {
    const LAYOUT: Layout = Layout::Columns;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let mass: f64 = group.weights.iter().sum();
        let mut total = S::lift(0.0);
        for (i, &x) in group.scores.iter().enumerate() {
            let sign = S::lift(2.0 * group.targets[i] - 1.0);
            total = total + S::lift(group.weights[i] / mass) * self.base.of(sign * x);
        }
        total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let mass: f64 = group.weights.iter().sum();
        let mut total = 0.0;
        for (i, slope) in slopes.iter_mut().enumerate() {
            let sign = 2.0 * group.targets[i] - 1.0;
            let (value, d) = self.base.with_slope(sign * group.scores[i]);
            let weight = group.weights[i] / mass;
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
