use crate::prelude::*;

loss! {
    /// Logit-adjusted cross-entropy: cross-entropy of logits raised by the classes' priors (long tails).
    ///
    /// ℓ(z, y) = −ln p_y,  p = softmax(z + τ ln π),  π_k = counts_k / Σ counts
    ///
    /// τ = 1 is balanced softmax. The trained logits z alone then rank the classes as if they were equally
    /// common: do not adjust them again. Without counts, or with one number for all, it is cross-entropy.
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In
    /// nats, ≥ 0. Source: Menon et al. 2021 and Ren et al. 2020 (paper 117).
    pub struct LogitAdjusted = "logit_adjusted" {
        /// How many items each class has in the training data (any unit: shares do too).
        counts: Alpha = Alpha::default(), above(0.0);
        /// Strength τ.
        tau: f64 = 1.0, finite();
    }
}

impl Loss for LogitAdjusted {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["balanced_softmax", "logit_adjusted_cross_entropy"];
    const PAPERS: &'static [u16] = &[117];
    const VARIANTS: &'static [&'static str] = &["logit_adjusted(counts=7, tau=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // The paper's adjusted logits are (1.643325056, −0.109437912, −1.302585093).
        Known { expression: "logit_adjusted(counts=[0.7, 0.2, 0.1])", prediction: &[2.0, 1.5, 1.0], target: &[0.0],
                value: 0.203_633_404_191, source: "cross-entropy of paper 117's adjusted logits" },
        Known { expression: "logit_adjusted(counts=[70, 20, 10])", prediction: &[2.0, 1.5, 1.0], target: &[2.0],
                value: 3.149_543_553_246, source: "cross-entropy of paper 117's adjusted logits" },
        Known { expression: "logit_adjusted", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_297, source: "paper 005: cross-entropy without counts" },
        Known { expression: "logit_adjusted(counts=[3, 1])", prediction: &[0.0, 0.0], target: &[1.0],
                value: 2.0 * std::f64::consts::LN_2, source: "the prior itself: ln 4" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            elicits: if self.counts.0.len() < 2 || self.tau == 0.0 {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for LogitAdjusted {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn transform(&self) -> Option<Transform> {
        // One number for all classes changes nothing; neither does the sum of the counts.
        let counts: &[f64] = match self.counts.0.as_slice() {
            [_] => &[],
            counts => counts,
        };
        let shift = counts.iter().map(|n| self.tau * n.ln()).collect();
        Some(Transform::Shift(shift))
    }
}
