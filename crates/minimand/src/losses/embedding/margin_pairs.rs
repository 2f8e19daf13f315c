use super::FACTS;
use crate::prelude::*;

loss! {
    /// Margin loss of pairs: positives nearer than a boundary and negatives farther, both by a margin.
    ///
    /// ℓ_i = Σ_{p∈P_i} max(0, α + d_ip − β) + Σ_{k∈N_i} max(0, α + β − d_ik)
    ///
    /// A mean is over the pairs with a term above 0; with `active=false` over all pairs. Distances are of unit vectors,
    /// or with `normalize=false` of the embeddings as they are; between equal embeddings the gradient is 0, and so is a
    /// zero vector's where they are normalised. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`,
    /// `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two
    /// losses. In units of the distance, ≥ 0. Source: Wu et al. 2017 (paper 007).
    pub struct MarginPairs = "margin_pairs" {
        /// Margin α on both sides of the boundary.
        margin: f64 = 0.2, at_least(0.0);
        /// Boundary β between positives and negatives.
        beta: f64 = 1.2, at_least(0.0);
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
        /// Count only terms above 0 in a mean?
        active: bool = true, finite();
    }
}

impl Loss for MarginPairs {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["margin_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &[
        "margin_pairs(beta=0.6)",
        "margin_pairs(normalize=false, active=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "margin_pairs", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0, -0.6, 0.8],
                target: &[0.0, 0.0, 1.0, 1.0], value: 1.011_145_618,
                source: "paper 007: 0.505572809, once from each end" },
        Known { expression: "margin_pairs(beta=0.6)", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0, -0.6, 0.8],
                target: &[0.0, 0.0, 1.0, 1.0], value: 0.929_822_128,
                source: "paper 007: 0.464911064, once from each end" },
        Known { expression: "margin_pairs(normalize=false)", prediction: &[0.0, 0.0, 3.0, 4.0], target: &[0.0, 1.0],
                value: 0.0, source: "beyond the margin" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

/// 1 for a term above 0, else 0.
#[inline(always)]
pub(super) fn active<S: Real>(term: S) -> S {
    let zero = S::lift(0.0);
    S::select_lt(zero, term, S::lift(1.0), zero)
}

impl PairLoss for MarginPairs {
    const NEGATIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const NEEDS: Needs = Needs::Partner;

    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, false)
    }

    #[inline(always)]
    fn negative<S: Real>(&self, d: S) -> [S; 2] {
        let term = (S::lift(self.margin + self.beta) - d).relu();
        [term, active(term)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        let term = (d + S::lift(self.margin - self.beta)).relu();
        [term, active(term)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        negatives + positives
    }

    fn mass(&self, negatives: [f64; 2], positives: [f64; 2], partners: [usize; 2]) -> f64 {
        if self.active {
            negatives[1] + positives[1]
        } else {
            (partners[0] + partners[1]) as f64
        }
    }

    fn negative_near_kink(&self, d: f64, margin: f64) -> bool {
        (d - self.beta - self.margin).abs() < margin
    }

    fn positive_near_kink(&self, d: f64, margin: f64) -> bool {
        (d - self.beta + self.margin).abs() < margin
    }
}
