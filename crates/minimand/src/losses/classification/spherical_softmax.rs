use crate::prelude::*;

loss! {
    /// Cross-entropy of the spherical softmax: squares in the place of exponentials.
    ///
    /// ℓ(z, y) = −ln p_y,  p_k = (z_k² + ε) / Σ_j (z_j² + ε)
    ///
    /// Even in every output. Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    /// `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: de Brébisson and Vincent 2016 (paper 053).
    pub struct SphericalSoftmax = "spherical_softmax" {
        /// What is added to every square: without it an output of 0 would have an infinite loss.
        epsilon: f64 = 0.1, above(0.0);
    }
}

impl Loss for SphericalSoftmax {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["spherical_softmax_loss"];
    const PAPERS: &'static [u16] = &[53];
    const VARIANTS: &'static [&'static str] = &["spherical_softmax(epsilon=2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "spherical_softmax", prediction: &[0.0, 0.0], target: &[1.0],
                value: std::f64::consts::LN_2, source: "equal outputs: ln 2" },
        Known { expression: "spherical_softmax(epsilon=1)", prediction: &[2.0, -1.0], target: &[0.0],
                value: 0.336_472_236_621_213, source: "by hand: ln(7/5)" },
        Known { expression: "spherical_softmax(epsilon=1)", prediction: &[2.0, -1.0], target: &[1.0],
                value: 1.252_762_968_495_368, source: "by hand: ln(7/2)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The slope 2z/(z² + ε) of the logarithm is steepest at z² = ε.
            lipschitz: Some(1.0 / self.epsilon.sqrt()),
            // The infimum 0 is approached too slowly to see it.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for SphericalSoftmax {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Link)
    }

    #[inline(always)]
    fn link<S: Real>(&self, x: S) -> S {
        (x.square() + S::lift(self.epsilon)).ln()
    }
}
