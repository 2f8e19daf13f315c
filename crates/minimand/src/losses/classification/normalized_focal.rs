use crate::prelude::*;

loss! {
    /// Normalised focal loss (NFL): the focal loss over its sum for all labels, robust to wrong labels.
    ///
    /// ℓ(z, y) = (1 − p_y)^γ ln p_y / Σ_k (1 − p_k)^γ ln p_k,  p = softmax(z)
    ///
    /// γ = 0 is normalised cross-entropy: see there. Shapes: logits `[n, c, …]` with c ≥ 2; labels `[n, …]`
    /// in `0..c`, or soft labels `[n, c, …]` that sum to 1 (then Σ_k t_k ℓ(z, k)). In 0..1. Source: Ma et
    /// al. 2020 (paper 022).
    pub struct NormalizedFocal = "normalized_focal" {
        /// Focusing exponent γ.
        gamma: f64 = 0.5, at_least(0.0);
    }
}

impl Loss for NormalizedFocal {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["nfl", "normalized_focal_loss"];
    const PAPERS: &'static [u16] = &[22];
    const VARIANTS: &'static [&'static str] =
        &["normalized_focal(gamma=0)", "normalized_focal(gamma=2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "normalized_focal", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.022_941_975_4, source: "paper 022, test vector" },
        Known { expression: "normalized_focal(gamma=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.046_193_405_5, source: "paper 022: normalised cross-entropy" },
        Known { expression: "normalized_focal(gamma=3)", prediction: &[1.0, 1.0], target: &[0.0], value: 0.5,
                source: "paper 022: 1/c for a uniform row" },
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

impl RowLoss for NormalizedFocal {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Normalised;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -(k.q.powf(self.gamma) * k.log_p)
    }
}
