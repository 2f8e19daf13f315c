use super::FACTS;
use crate::prelude::*;

loss! {
    /// Alignment: positives lie near each other on the sphere.
    ///
    /// ℓ_i = Σ_{p∈P_i} d_ip^α
    ///
    /// d are distances of unit vectors; negatives do not matter. A mean is over all pairs of positives: an anchor
    /// counts as often as it has them. Alone it is smallest where all embeddings are equal: "alignment + uniformity".
    /// Between equal embeddings the gradient is 0, and so is a zero vector's. Shapes: embeddings `[n, d]` with labels
    /// `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a
    /// pair. In 0..2^α for each positive. On predictions and the projections of a slow copy of the model, with the
    /// gradient by the predictions alone, it is the loss of BYOL, 2 − 2 cos. Sources: Wang and Isola 2020 (paper 142),
    /// Grill et al. 2020 (paper 016).
    pub struct Alignment = "alignment" {
        /// Power α of the distances.
        alpha: f64 = 2.0, at_least(1.0);
    }
}

impl Loss for Alignment {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["align_loss", "lalign", "byol"];
    const PAPERS: &'static [u16] = &[16, 142];
    const VARIANTS: &'static [&'static str] = &["alignment(alpha=1)", "alignment(alpha=3)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "alignment", prediction: &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0],
                target: &[0.8, 0.6, 0.6, 0.8, -1.0, 0.0, 0.0, -1.0], value: 0.8, source: "paper 142: four times 0.2" },
        Known { expression: "alignment(alpha=1)", prediction: &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0],
                target: &[0.8, 0.6, 0.6, 0.8, -1.0, 0.0, 0.0, -1.0], value: 1.264_911_064,
                source: "paper 142: four times 0.316227766" },
        Known { expression: "alignment", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0],
                target: &[0.96, 0.28, 0.6, 0.8, -0.6, 0.8], value: 0.56, source: "paper 016: three times 0.186666667" },
        Known { expression: "alignment", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0], target: &[0.0, 0.0, 1.0],
                value: 0.8, source: "by hand: 0.4 from each end" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for Alignment {
    const NEGATIVES: [Reduce; 2] = [Reduce::Nothing, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Nothing];
    const NEEDS: Needs = Needs::Positive;

    fn likeness(&self) -> Likeness {
        Likeness::Chord
    }

    #[inline(always)]
    fn negative<S: Real>(&self, _: S) -> [S; 2] {
        [S::lift(0.0); 2]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        [d.powf(self.alpha), S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, _: [S; 2], [positives, _]: [S; 2]) -> S {
        positives
    }

    fn mass(&self, _: [f64; 2], _: [f64; 2], [_, positives]: [usize; 2]) -> f64 {
        positives as f64
    }
}
