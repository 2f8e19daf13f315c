use super::FACTS;
use crate::prelude::*;

loss! {
    /// Cosine embedding loss: cosines of positives are 1, those of negatives at most a margin.
    ///
    /// ℓ_i = Σ_{p∈P_i} (1 − s_ip) + Σ_{k∈N_i} max(0, s_ik − m)
    ///
    /// A mean is over all pairs: an anchor counts as often as it has partners. PyTorch's is of pairs that are listed
    /// with 1 or −1 each; here all pairs of a batch take part. A zero vector has the cosine 0 with all and the gradient
    /// 0. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all
    /// anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In units of the cosine, ≥ 0.
    /// Source: PyTorch.
    pub struct CosineEmbedding = "cosine_embedding" {
        /// Cosine m up to which negatives are far enough.
        margin: f64 = 0.0, within(-1.0, 1.0);
    }
}

impl Loss for CosineEmbedding {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["cosine_embedding_loss"];
    const VARIANTS: &'static [&'static str] = &["cosine_embedding(margin=0.4)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "cosine_embedding", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 0.0], value: 0.4,
                source: "by hand: 0.2 from each end" },
        Known { expression: "cosine_embedding(margin=0.5)", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 1.0],
                value: 0.6, source: "by hand: 0.3 from each end" },
        Known { expression: "cosine_embedding", prediction: &[1.0, 0.0, -0.8, 0.6], target: &[0.0, 1.0], value: 0.0,
                source: "beyond the margin" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for CosineEmbedding {
    const NEGATIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Nothing];
    const NEEDS: Needs = Needs::Partner;

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [(s - S::lift(self.margin)).relu(), S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, _: [S; 2]) -> [S; 2] {
        [S::lift(1.0) - s, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        negatives + positives
    }

    fn mass(&self, _: [f64; 2], _: [f64; 2], [negatives, positives]: [usize; 2]) -> f64 {
        (negatives + positives) as f64
    }

    fn negative_near_kink(&self, s: f64, margin: f64) -> bool {
        (s - self.margin).abs() < margin
    }
}
