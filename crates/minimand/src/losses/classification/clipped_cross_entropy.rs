use crate::prelude::*;

loss! {
    /// Cross-entropy of clipped logits (LogitClip): bounded, so that no wrong label dominates.
    ///
    /// ℓ(z, y) = −ln p_y,  p = softmax(z·min(1, τ/‖z‖₂))
    ///
    /// Between ln(1 + (c − 1)e^(−τ√(c/(c−1)))) and ln(1 + (c − 1)e^(τ√2)): with many classes τ must be larger
    /// for the loss to become small. Not invariant to a shift of the logits. Beyond τ the slope along the row
    /// is 0. Trained with it, probabilities are far too unsure: rescale them afterwards. Shapes: logits
    /// `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats. Source: Wei
    /// et al. 2023 (paper 026); its code rescales to 1/τ instead of τ.
    pub struct ClippedCrossEntropy = "clipped_cross_entropy" {
        /// Largest Euclidean norm τ of a row of logits.
        tau: f64 = 1.0, above(0.0);
    }
}

impl Loss for ClippedCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["logit_clip"];
    const PAPERS: &'static [u16] = &[26];
    const VARIANTS: &'static [&'static str] = &[
        "clipped_cross_entropy(tau=4.5)",
        "clipped_cross_entropy(tau=1000)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "clipped_cross_entropy", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.582_008_339, source: "paper 026, test vector" },
        Known { expression: "clipped_cross_entropy(tau=5)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_297, source: "paper 026, test vector: a row inside the ball" },
        Known { expression: "clipped_cross_entropy", prediction: &[2e3, -1e3, 5e2], target: &[0.0],
                value: 0.582_008_339, source: "paper 026: beyond the radius only the direction counts" },
        Known { expression: "clipped_cross_entropy", prediction: &[2.0, -1.0, -1.0], target: &[0.0],
                value: 0.462_264_580, source: "paper 026: the least value for three classes" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // Clipping moves no two rows apart, and the gradient of cross-entropy has norm √2 at most.
            lipschitz: Some(std::f64::consts::SQRT_2),
            // Bounded below by more than 0, and the bounds depend on the number of classes.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for ClippedCrossEntropy {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Clip(self.tau))
    }
}
