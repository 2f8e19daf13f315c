use super::FACTS;
use crate::prelude::*;

loss! {
    /// Generalised lifted structure loss: of each anchor a soft largest distance of the positives against a soft
    /// smallest of the negatives.
    ///
    /// ℓ_i = max(0, ln Σ_{p∈P_i} e^(d_ip) + ln Σ_{k∈N_i} e^(m − d_ik))
    ///
    /// An anchor counts if it has a positive and a negative. Distances are of unit vectors, or with `normalize=false`
    /// of the embeddings as they are; between equal embeddings the gradient is 0, and so is a zero vector's where they
    /// are normalised. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings
    /// are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In units of the
    /// distance, ≥ 0. Source: Hermans et al. 2017, after Song et al. 2016 (paper 007), whose own loss joins the
    /// negatives of both ends of a pair.
    pub struct GeneralizedLiftedStructure = "generalized_lifted_structure" {
        /// Margin m.
        margin: f64 = 1.0, at_least(0.0);
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
    }
}

impl Loss for GeneralizedLiftedStructure {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["generalized_lifted_structure_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &["generalized_lifted_structure(normalize=false)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "generalized_lifted_structure(normalize=false)",
                prediction: &[0.0, 0.0, 3.0, 4.0, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0], value: 6.757_359_312_9, source: "by hand" },
        Known { expression: "generalized_lifted_structure", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0],
                value: 2.0, source: "all equal: the margin" },
        Known { expression: "generalized_lifted_structure(margin=0.5, normalize=false)",
                prediction: &[0.0, 0.0, 0.0, 1.0, 3.0, 4.0],
                target: &[0.0, 0.0, 1.0], value: 0.0, source: "far negatives" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for GeneralizedLiftedStructure {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const NEEDS: Needs = Needs::Both;

    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, false)
    }

    #[inline(always)]
    fn negative<S: Real>(&self, d: S) -> [S; 2] {
        [S::lift(self.margin) - d, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        [d, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        (negatives + positives).relu()
    }
}
