use super::FACTS;
use crate::prelude::*;

loss! {
    /// Multi-similarity loss: soft largest violation among the positives and among the negatives.
    ///
    /// ℓ_i = (1/α) ln(1 + Σ_{p∈P_i} e^(−α(s_ip − b))) + (1/β) ln(1 + Σ_{k∈N_i} e^(β(s_ik − b))),  s = cosine
    ///
    /// All pairs take part. An anchor without positives or negatives has only the other term and stays in the mean. A
    /// zero vector has the cosine 0 with all and the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or
    /// pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the
    /// mean of its two losses. In units of the cosine, ≥ 0. Source: Wang et al. 2019 (paper 007).
    pub struct MultiSimilarity = "multi_similarity" {
        /// Sharpness α of the positives.
        alpha: f64 = 2.0, above(0.0);
        /// Sharpness β of the negatives.
        beta: f64 = 50.0, above(0.0);
        /// Cosine b between positives and negatives.
        base: f64 = 0.5, finite();
    }
}

impl Loss for MultiSimilarity {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["multi_similarity_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &["multi_similarity(beta=10, base=0.1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "multi_similarity",
                prediction: &[1.0, 0.0, 0.0, 0.8, 0.6, 0.0, 0.2, 0.233_333_333_333_333_34, 0.951_606_828_241_346_5],
                target: &[0.0, 0.0, 1.0], value: 0.437_489_778, source: "paper 007: three times 0.145829926" },
        Known { expression: "multi_similarity(alpha=1, beta=1, base=0)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[0.0, 0.0],
                value: 2.0 * std::f64::consts::LN_2, source: "by hand: cosine 0 of two positives" },
        Known { expression: "multi_similarity(alpha=1, beta=2, base=0)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[0.0, 1.0],
                value: std::f64::consts::LN_2, source: "by hand: cosine 0 of two negatives" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for MultiSimilarity {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const NEEDS: Needs = Needs::Partner;

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        let logit = S::lift(self.beta) * (s - S::lift(self.base));
        [logit, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, _: [S; 2]) -> [S; 2] {
        let logit = S::lift(self.alpha) * (S::lift(self.base) - s);
        [logit, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        positives.softplus() / S::lift(self.alpha) + negatives.softplus() / S::lift(self.beta)
    }
}
