use crate::prelude::*;

loss! {
    /// Normalised generalized cross-entropy (NGCE): over its sum for all labels, robust to wrong labels.
    ///
    /// ℓ(z, y) = (1 − p_y^q) / (c − Σ_k p_k^q),  p = softmax(z)
    ///
    /// q = 1 is the normalised absolute error (1 − p_y)/(c − 1), also of reverse cross-entropy. Shapes:
    /// logits `[n, c, …]` with c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1
    /// (then Σ_k t_k ℓ(z, k)). In 0..1. Source: Ma et al. 2020 (paper 022).
    pub struct NormalizedGeneralizedCrossEntropy = "normalized_generalized_cross_entropy" {
        /// Exponent q of generalized cross-entropy.
        q: f64 = 0.7, within(0.0, 1.0).above_low();
    }
}

impl Loss for NormalizedGeneralizedCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["ngce", "normalized_gce_loss"];
    const PAPERS: &'static [u16] = &[22];
    const VARIANTS: &'static [&'static str] = &["normalized_generalized_cross_entropy(q=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "normalized_generalized_cross_entropy", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.088_486_407_0, source: "paper 022, test vector" },
        Known { expression: "normalized_generalized_cross_entropy(q=1)", prediction: &[2.0, -1.0, 0.5],
                target: &[0.0], value: 0.107_201_483, source: "paper 022, test vector: NMAE = NRCE" },
        Known { expression: "normalized_generalized_cross_entropy", prediction: &[1.0, 1.0], target: &[0.0],
                value: 0.5, source: "paper 022: 1/c for a uniform row" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            shift_invariant: true,
            least_classes: 2,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for NormalizedGeneralizedCrossEntropy {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Normalised;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -(S::lift(self.q) * k.log_p).exp_m1()
    }
}
