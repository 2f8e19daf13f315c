use super::pairwise::Pairwise;
use crate::losses::pairs::Margin;
use crate::prelude::*;

loss! {
    /// Pairwise hinge loss (ranking SVM): in every pair of a list the more relevant item must lead by a margin.
    ///
    /// ℓ(s, y) = (1/P) Σ_{i,j: y_i > y_j} ω_ij max(0, margin − (s_i − s_j))
    ///
    /// P is the number of such pairs (1 with `per_pair=false`), ω = 1. With `ndcg` ω_ij is by how much the
    /// normalised discounted cumulative gain (gains 2^y − 1) would change if both items changed places, held
    /// fixed in the gradient. A list without a pair does not count. Shapes: scores and relevances ≥ 0 (up to 100
    /// with `ndcg`) `[lists, items]`; weights of lists, a mask of lists or items; one list is one item of a
    /// mean. In units of the score, ≥ 0. Source: Joachims 2002.
    pub struct PairwiseHinge = "pairwise_hinge" {
        /// By how much the more relevant item must lead.
        margin: f64 = 1.0, above(0.0);
        /// Weigh pairs by the change of NDCG?
        ndcg: bool = false, finite();
        /// Divide by the number of pairs?
        per_pair: bool = true, finite();
    }
}

impl PairwiseHinge {
    fn pairwise(&self) -> Pairwise {
        Pairwise {
            // margin − d = margin·(1 − d/margin)
            margin: Margin::Hinge,
            scale: 1.0 / self.margin,
            factor: self.margin,
            ndcg: self.ndcg,
            per_pair: self.per_pair,
        }
    }
}

impl Loss for PairwiseHinge {
    type Kind = Groups;
    const AREA: Area = Area::Ranking;
    const ALIASES: &'static [&'static str] = &["pairwise_hinge_loss", "ranking_svm"];
    const VARIANTS: &'static [&'static str] = &[
        "pairwise_hinge(margin=2.5, per_pair=false)",
        "pairwise_hinge(ndcg=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "pairwise_hinge", prediction: &[0.25, 0.0], target: &[1.0, 0.0], value: 0.75,
                source: "by hand" },
        Known { expression: "pairwise_hinge(per_pair=false)", prediction: &[0.0, 3.0, 0.5],
                target: &[2.0, 0.0, 1.0], value: 4.0 + 1.5 + 3.5, source: "by hand: three pairs" },
        Known { expression: "pairwise_hinge(margin=2)", prediction: &[3.0, 0.0], target: &[1.0, 0.0], value: 0.0,
                source: "beyond the margin" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::NonNegative,
            convex: !self.ndcg,
            lipschitz: self.per_pair.then_some(1.0),
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for PairwiseHinge {
    const LAYOUT: Layout = Layout::Lists;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        self.pairwise().counts(group.targets)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.pairwise().plainly(group)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        self.pairwise().fused(group, slopes)
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        self.pairwise().near_kink(group, margin)
    }
}
