use super::FACTS;
use crate::prelude::*;

loss! {
    /// Supervised contrastive loss (SupCon, the mean outside the logarithm): all of a class against all others.
    ///
    /// ℓ_i = ln Σ_{k≠i} e^(s_ik/τ) − (1/|P_i|) Σ_{p∈P_i} s_ip/τ,  s = cosine
    ///
    /// P_i are the others with i's label (in a batch of pairs: its other side). An anchor without positives does not
    /// count, but is a negative of the others. A zero vector has the cosine 0 with all and the gradient 0. No factor
    /// τ/τ_base. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are
    /// all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A weight is of the item
    /// as an anchor. In nats, ≥ 0. For unit vectors without negative entries the sum is at least Σ_i ln(n_y − 1 + (n −
    /// n_y) e^(−1/τ)), reached by an orthogonal frame (paper 064). Source: Khosla et al. 2020.
    pub struct SupervisedContrastive = "supervised_contrastive" {
        /// Temperature τ.
        temperature: f64 = 0.1, above(0.0);
    }
}

impl Loss for SupervisedContrastive {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["supcon"];
    const PAPERS: &'static [u16] = &[64, 133];
    const VARIANTS: &'static [&'static str] = &["supervised_contrastive(temperature=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "supervised_contrastive(temperature=1)",
                prediction: &[1., 0., 1., 0., 1., 0., 0., 1., 0., 1.],
                target: &[0.0, 0.0, 0.0, 1.0, 1.0], value: 4.506_563_365, source: "paper 064: an orthogonal frame" },
        Known { expression: "supervised_contrastive(temperature=1)",
                prediction: &[1., 0., 1., 0., 1., 0., -1., 0., -1., 0.],
                target: &[0.0, 0.0, 0.0, 1.0, 1.0], value: 3.141_731_483, source: "paper 064: antipodal" },
        Known { expression: "supervised_contrastive(temperature=1)", prediction: &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0], value: 0.626_523_375, source: "paper 064: the lone item is no anchor" },
        Known { expression: "supervised_contrastive(temperature=1)",
                prediction: &[0.6, 0.8, 1.0, 0.0, 0.8, 0.6, 0.0, 1.0, 0.28, 0.96],
                target: &[0.0, 0.0, 0.0, 1.0, 1.0], value: 6.176_684_942, source: "paper 064" },
        Known { expression: "supervised_contrastive(temperature=0.5)",
                prediction: &[0.6, 0.8, 1.0, 0.0, 0.8, 0.6, 0.0, 1.0, 0.28, 0.96],
                target: &[0.0, 0.0, 0.0, 1.0, 1.0], value: 5.686_107_240, source: "paper 064" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for SupervisedContrastive {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Mean];
    const NEEDS: Needs = Needs::Positive;

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [S::lift(1.0 / self.temperature) * s, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, _: [S; 2]) -> [S; 2] {
        let logit = S::lift(1.0 / self.temperature) * s;
        [logit, logit]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, mean]: [S; 2]) -> S {
        positives - mean + (negatives - positives).softplus()
    }
}
