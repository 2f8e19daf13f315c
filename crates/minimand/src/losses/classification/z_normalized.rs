use crate::prelude::*;

loss! {
    /// Z-loss: softplus of the label's standardised logit, blind to shift and scale of the row.
    ///
    /// ℓ(z, y) = ln(1 + e^(a (b − s_y))) / a,  s = (z − mean z) / deviation z
    ///
    /// The deviation is over c and held above 1e-6. s_y is at most √(c − 1): b must lie below that. Not a
    /// likelihood: fit a temperature afterwards for probabilities. (The penalty on logsumexp² that language
    /// models call z-loss is something else.) Shapes: logits `[n, c, …]` with c ≥ 3; labels `[n, …]` in
    /// `0..c`, or soft labels `[n, c, …]` that sum to 1. ≥ 0. Source: de Brébisson and Vincent 2016
    /// (paper 053).
    pub struct ZNormalized = "z_normalized" {
        /// Softness a: the larger, the closer to the hinge max(0, b − s_y).
        a: f64 = 1.0, above(0.0);
        /// Standardised logit b that the label should reach.
        b: f64 = 1.0, finite();
    }
}

impl Loss for ZNormalized {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["z_normalized_loss"];
    const PAPERS: &'static [u16] = &[53];
    const VARIANTS: &'static [&'static str] =
        &["z_normalized(a=0.1, b=10)", "z_normalized(a=4, b=3)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "z_normalized", prediction: &[2.0, 0.0, -1.0, 0.5, 0.5], target: &[0.0],
                value: 0.419_961_367_081, source: "paper 053, test vector" },
        Known { expression: "z_normalized(a=0.1, b=10)", prediction: &[2.0, 0.0, -1.0, 0.5, 0.5], target: &[0.0],
                value: 11.953_610_993_971, source: "paper 053, test vector" },
        Known { expression: "z_normalized", prediction: &[2.0, 0.0, -1.0, 0.5, 0.5], target: &[2.0],
                value: 2.527_240_036_209, source: "paper 053, test vector" },
        Known { expression: "z_normalized", prediction: &[13.0, 7.0, 4.0, 8.5, 8.5], target: &[0.0],
                value: 0.419_961_367_081, source: "paper 053: 3z + 7 changes nothing" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            shift_invariant: true,
            // The infimum depends on the number of classes.
            at_perfect: None,
            // Two standardised logits are −1 and 1, whatever they were: there is no slope.
            least_classes: 3,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for ZNormalized {
    const READS: Reads = Reads::LOGIT.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let a = S::lift(self.a);
        (a * (S::lift(self.b) - k.z)).softplus() / a
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Standardise)
    }
}
