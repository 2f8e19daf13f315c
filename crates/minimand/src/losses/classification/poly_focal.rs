use crate::prelude::*;

loss! {
    /// Poly-1 focal loss: the focal loss with its leading coefficient moved.
    ///
    /// ℓ(z, y) = −(1 − p_y)^γ ln p_y + ε (1 − p_y)^(γ+1),  p = softmax(z)
    ///
    /// γ = 0 is Poly-1 cross-entropy, ε = 0 the focal loss. Shapes: logits `[n, c, …]`; labels `[n, …]` in
    /// `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. For independent labels use
    /// `poly_sigmoid_focal`. Source: Leng et al. 2022 (paper 005).
    pub struct PolyFocal = "poly_focal" {
        /// Focusing exponent γ.
        gamma: f64 = 2.0, at_least(0.0);
        /// Coefficient ε of the first power beyond the focusing; below −1 wrong rows would be rewarded.
        epsilon: f64 = 1.0, at_least(-1.0);
    }
}

impl Loss for PolyFocal {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["poly1_focal", "poly1_focal_loss"];
    const PAPERS: &'static [u16] = &[5];
    const VARIANTS: &'static [&'static str] = &[
        "poly_focal(epsilon=-0.5)",
        "poly_focal(gamma=0, epsilon=2)",
        "poly_focal(gamma=0.5)",
        "poly_focal(gamma=1.3, epsilon=-0.4)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "poly_focal", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.020_948_561_0, source: "paper 005, test vector" },
        Known { expression: "poly_focal(gamma=0, epsilon=2)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.670_117_227, source: "paper 005: gamma = 0 is Poly-1 cross-entropy" },
        Known { expression: "poly_focal(epsilon=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.011_092_750_1, source: "paper 005: epsilon = 0 is the focal loss" },
    ];

    fn facts(&self) -> Facts {
        let plain = self.gamma == 0.0 && self.epsilon == 0.0;
        Facts {
            convex: plain,
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            hessian: if plain {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for PolyFocal {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        k.q.powf(self.gamma) * (S::lift(self.epsilon) * k.q - k.log_p)
    }
}
