use super::FACTS;
use crate::prelude::*;

loss! {
    /// Contrastive loss: squared distances of positives, and of negatives what is missing to a margin.
    ///
    /// ℓ_i = Σ_{p∈P_i} d_ip² + Σ_{k∈N_i} max(0, m − d_ik)²
    ///
    /// A mean is over all pairs: an anchor counts as often as it has partners, with `active` as often as it has
    /// terms above 0. Distances are of unit vectors, or with `normalize=false` of the embeddings as they are; between
    /// equal embeddings the gradient is 0, and so is a zero vector's where they are normalised. Shapes: embeddings
    /// `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    /// embedding, of pairs a pair with the mean of its two losses. In squared units of the distance, ≥ 0. Source:
    /// Hadsell et al. 2006 (paper 007).
    pub struct Contrastive = "contrastive" {
        /// Distance m from which on negatives are far enough.
        margin: f64 = 1.0, at_least(0.0);
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
        /// Count only terms above 0 in a mean?
        active: bool = false, finite();
    }
}

impl Loss for Contrastive {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["contrastive_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &[
        "contrastive(margin=1.5, active=true)",
        "contrastive(normalize=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "contrastive", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 0.0], value: 0.8,
                source: "paper 007: 0.4, once from each end" },
        Known { expression: "contrastive", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 1.0],
                value: 0.270_177_872,
                source: "paper 007: 0.135088936, once from each end" },
        Known { expression: "contrastive(normalize=false)", prediction: &[0.0, 0.0, 3.0, 4.0], target: &[0.0, 1.0],
                value: 0.0, source: "beyond the margin" },
        Known { expression: "contrastive(normalize=false)", prediction: &[1.0, 0.0, 1.0, 0.0], target: &[0.0, 1.0],
                value: 2.0, source: "equal embeddings of two classes" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for Contrastive {
    const NEGATIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const NEEDS: Needs = Needs::Partner;

    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, false)
    }

    #[inline(always)]
    fn negative<S: Real>(&self, d: S) -> [S; 2] {
        let missing = (S::lift(self.margin) - d).relu();
        [missing.square(), super::margin_pairs::active(missing)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        [d.square(), super::margin_pairs::active(d)]
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
        (d - self.margin).abs() < margin
    }
}
