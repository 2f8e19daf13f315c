use super::pairwise::Pairwise;
use crate::losses::pairs::Margin;
use crate::prelude::*;

loss! {
    /// RankNet: logistic loss of every pair in a list of which one item is more relevant; LambdaRank with `ndcg`.
    ///
    /// ℓ(s, y) = (1/P) Σ_{i,j: y_i > y_j} ω_ij ln(1 + e^(−σ(s_i − s_j)))
    ///
    /// P is the number of such pairs (1 with `per_pair=false`), ω = 1. With `ndcg` ω_ij is by how much the
    /// normalised discounted cumulative gain (gains 2^y − 1) would change if both items changed places, held
    /// fixed in the gradient: LambdaRank. A list without a pair does not count. Shapes: scores and relevances
    /// ≥ 0 (up to 100 with `ndcg`) `[lists, items]`; weights of lists, a mask of lists or items; one list is one
    /// item of a mean. In nats, ≥ 0. Source: Burges et al. 2005; Burges et al. 2006.
    pub struct PairwiseLogistic = "pairwise_logistic" {
        /// Steepness σ.
        sigma: f64 = 1.0, above(0.0);
        /// Weigh pairs by the change of NDCG?
        ndcg: bool = false, finite();
        /// Divide by the number of pairs?
        per_pair: bool = true, finite();
    }
}

impl PairwiseLogistic {
    fn pairwise(&self) -> Pairwise {
        Pairwise {
            margin: Margin::Logistic,
            scale: self.sigma,
            factor: 1.0,
            ndcg: self.ndcg,
            per_pair: self.per_pair,
        }
    }
}

impl Loss for PairwiseLogistic {
    type Kind = Groups;
    const AREA: Area = Area::Ranking;
    const ALIASES: &'static [&'static str] = &["ranknet", "pairwise_logistic_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "pairwise_logistic(sigma=2, per_pair=false)",
        "pairwise_logistic(ndcg=true)",
        "pairwise_logistic(ndcg=true, per_pair=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "pairwise_logistic", prediction: &[1.0, 0.0], target: &[1.0, 0.0],
                value: 0.313_261_687_518_222_8, source: "by hand: ln(1 + e⁻¹)" },
        Known { expression: "pairwise_logistic(per_pair=false)", prediction: &[0.0, 0.0, 0.0],
                target: &[0.0, 1.0, 2.0], value: 3.0 * std::f64::consts::LN_2, source: "three pairs of equal scores" },
        Known { expression: "pairwise_logistic(ndcg=true)", prediction: &[1.0, 0.0], target: &[1.0, 0.0],
                value: 0.313_261_687_518_222_8 * 0.369_070_246_428_542_6,
                source: "by hand: NDCG would fall by 1 − 1/log₂ 3" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::NonNegative,
            convex: !self.ndcg,
            lipschitz: self.per_pair.then_some(self.sigma),
            shift_invariant: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for PairwiseLogistic {
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
}
