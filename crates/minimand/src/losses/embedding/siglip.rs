use super::FACTS;
use crate::prelude::*;

loss! {
    /// Pairwise sigmoid loss (SigLIP): is this text of that image? Every pair is a question of its own.
    ///
    /// ℓ_i = Σ_j softplus(−y_ij (t·s_ij + b)),  s = cosine, y_ij = 1 where i and j belong together, else −1
    ///
    /// A mean divides by the rows, not by the pairs. Shapes: embeddings `[n, d]` and `[m, d]` with m ≥ n: row i of both
    /// belong together, those from n on are negatives of all; or embeddings `[n, d]` with labels `[n]`, where all pairs
    /// of two different items are asked. An item is a row of the prediction; a masked one is left out on both sides. A
    /// zero vector has the cosine 0 with all and the gradient 0. In nats, ≥ 0. The gradient by the other side too:
    /// `Objective::value_and_both_gradients`. Source: Zhai et al. 2023 (paper 173).
    pub struct SigLip = "siglip" {
        /// Factor t of the cosines: the temperature as its authors call it, whose inverse others do.
        temperature: f64 = 10.0, at_least(0.0);
        /// Added number b.
        bias: f64 = -10.0, finite();
    }
}

impl Loss for SigLip {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["siglip_loss", "sigmoid_contrastive"];
    const PAPERS: &'static [u16] = &[173];
    const VARIANTS: &'static [&'static str] = &["siglip(temperature=2, bias=-1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "siglip", prediction: &[1.0, 0.0, 0.0, 1.0], target: &[0.8, 0.6, 0.6, 0.8],
                value: 4.290_155_878, source: "paper 173: twice 2.1450779390" },
        Known { expression: "siglip", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0], value: 40.000_726_382_4,
                source: "paper 173: all cosines 0, four times 10.0001815956" },
        Known { expression: "siglip(temperature=0, bias=0)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[0.8, 0.6, 0.6, 0.8],
                value: 2.772_588_722_2, source: "paper 173: n² ln 2" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl SigLip {
    #[inline(always)]
    fn logit<S: Real>(&self, s: S) -> S {
        S::lift(self.temperature) * s + S::lift(self.bias)
    }
}

impl PairLoss for SigLip {
    const NEGATIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Nothing];
    const NEEDS: Needs = Needs::Partner;

    fn sides(&self) -> Sides {
        Sides::Across
    }

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [self.logit(s).softplus(), S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, _: [S; 2]) -> [S; 2] {
        [(-self.logit(s)).softplus(), S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        negatives + positives
    }
}
