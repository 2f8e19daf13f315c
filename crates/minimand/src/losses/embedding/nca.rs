use super::FACTS;
use crate::prelude::*;

loss! {
    /// Neighbourhood components analysis: the probability that a random neighbour has the anchor's label.
    ///
    /// ℓ_i = −ln( Σ_{p∈P_i} e^(−s d_ip²) / Σ_{j≠i} e^(−s d_ij²) )
    ///
    /// Distances are of unit vectors, or with `normalize=false` of the embeddings as they are. An anchor counts if it
    /// has a positive; a zero vector that is normalised has the gradient 0. With a proxy for each class in the place of
    /// the neighbours it is the cross-entropy on a linear layer, with `Head::Distance` or `Head::Cosine`. Shapes:
    /// embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item
    /// is an embedding, of pairs a pair with the mean of its two losses. In nats, ≥ 0. Source: Goldberger et al. 2005
    /// (its logarithmic form).
    pub struct Nca = "nca" {
        /// Factor s of the squared distances.
        scale: f64 = 1.0, above(0.0);
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
    }
}

impl Loss for Nca {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["nca_loss", "neighbourhood_components"];
    const VARIANTS: &'static [&'static str] = &["nca(scale=8)", "nca(normalize=false)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "nca", prediction: &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 0.820_075_191_602_917_8, source: "by hand: ln(1 + e^−2) + ln 2" },
        Known { expression: "nca(normalize=false)", prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 2.0],
                target: &[0.0, 0.0, 1.0], value: 0.066_737_279_491_551_8,
                source: "by hand: ln(1 + e^(1−4)) + ln(1 + e^(1−5))" },
        Known { expression: "nca", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 0.0], value: 0.0,
                source: "no other label" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for Nca {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const NEEDS: Needs = Needs::Positive;

    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, true)
    }

    #[inline(always)]
    fn negative<S: Real>(&self, d: S) -> [S; 2] {
        [S::lift(-self.scale) * d, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        [S::lift(-self.scale) * d, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        (negatives - positives).softplus()
    }
}
