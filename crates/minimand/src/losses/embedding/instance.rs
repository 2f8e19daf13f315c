use super::FACTS;
use crate::prelude::*;

loss! {
    /// Instance loss: pick each embedding's own class out of the batch, itself included.
    ///
    /// ℓ_i = −ln( (e^γ + Σ_{p∈P_i} e^(γ s_ip)) / (e^γ + Σ_{j≠i} e^(γ s_ij)) ),  s = cosine
    ///
    /// e^γ is the embedding with itself: where each has a label of its own, all others are pushed away and nothing is
    /// pulled. Positives beside it are pulled the less, the larger γ is. An anchor without others does not count; a zero
    /// vector has the cosine 0 with all others and the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or
    /// pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the
    /// mean of its two losses. In nats, ≥ 0. Source: Zheng et al. 2020, with the batch in the place of a weight for each
    /// instance, as in pytorch-metric-learning (whose labels must be the rows' own numbers; else it picks other rows).
    pub struct Instance = "instance" {
        /// Factor γ of the cosines.
        gamma: f64 = 64.0, above(0.0);
    }
}

impl Loss for Instance {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["instance_loss"];
    const VARIANTS: &'static [&'static str] = &["instance(gamma=2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "instance(gamma=1)", prediction: &[1.0, 0.0, 0.0, 1.0], target: &[0.0, 1.0],
                value: 2.0 * 0.313_261_687_518_222_8, source: "by hand: ln(1 + e^−1) each" },
        Known { expression: "instance(gamma=2)", prediction: &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0], value: 0.370_497_756_461_020_96,
                source: "by hand: twice ln(1 + e^−2/2) and once ln(1 + 2 e^−2)" },
        Known { expression: "instance", prediction: &[1.0, 0.0, 0.6, 0.8], target: &[0.0, 0.0], value: 0.0,
                source: "no other label" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for Instance {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const NEEDS: Needs = Needs::Partner;

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [S::lift(self.gamma) * s, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, _: [S; 2]) -> [S; 2] {
        [S::lift(self.gamma) * s, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        let itself = S::lift(self.gamma);
        let alike = itself + (positives - itself).softplus();
        (negatives - alike).softplus()
    }
}
