use super::FACTS;
use crate::prelude::*;

loss! {
    /// NT-Xent, the normalised temperature-scaled cross-entropy of SimCLR: pick the positive among the negatives.
    ///
    /// ℓ_i = (1/|P_i|) Σ_{p∈P_i} −ln( e^(s_ip/τ) / (e^(s_ip/τ) + Σ_{k∈N_i} e^(s_ik/τ)) ),  s = cosine
    ///
    /// P_i are the others with i's label (in a batch of pairs: its other side), N_i all the rest: with several
    /// positives each is picked among the negatives alone, where `supervised_contrastive` has all others. An anchor
    /// without positives does not count; without negatives its loss is 0. A zero vector has the cosine 0 with all and
    /// the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings
    /// are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A weight is of the
    /// item as an anchor: with weight 0 it still is everybody's partner, which makes a memory bank. In nats, ≥ 0.
    /// Source: Chen et al. 2020.
    pub struct NtXent = "nt_xent" {
        /// Temperature τ.
        temperature: f64 = 0.5, above(0.0);
    }
}

impl Loss for NtXent {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["ntxent", "simclr"];
    const PAPERS: &'static [u16] = &[12, 56, 133];
    const VARIANTS: &'static [&'static str] = &["nt_xent(temperature=0.1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "nt_xent(temperature=1)", prediction: &[1.0, 0.0, 2.0, 0.0, 0.0, 3.0],
                target: &[0.0, 0.0, 1.0],
                value: 0.626_523_375, source: "paper 064: 2 ln(1 + 1/e), as the supervised loss" },
        Known { expression: "nt_xent", prediction: &[1.0, 0.0], target: &[0.6, 0.8], value: 0.0,
                source: "one pair: no negative" },
        Known { expression: "nt_xent(temperature=0.5)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[1.0, 0.0, 0.0, 1.0],
                value: 0.479_089_532_443_8, source: "by hand: 2 ln(1 + 2/e²)" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for NtXent {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Mean, Reduce::Nothing];
    const NEEDS: Needs = Needs::Positive;

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [S::lift(1.0 / self.temperature) * s, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, [negatives, _]: [S; 2]) -> [S; 2] {
        let term = (negatives - S::lift(1.0 / self.temperature) * s).softplus();
        [term, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, _: [S; 2], [mean, _]: [S; 2]) -> S {
        mean
    }
}
