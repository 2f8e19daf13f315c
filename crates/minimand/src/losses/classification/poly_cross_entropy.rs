use crate::prelude::*;

loss! {
    /// Poly-1 cross-entropy: one more number for how hard confident rows keep pulling.
    ///
    /// ℓ(z, y) = −ln p_y + ε (1 − p_y),  p = softmax(z)
    ///
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    /// In nats, ≥ 0. Its gradient is 1 + ε·p_y times that of cross-entropy. ε = 0 is cross-entropy.
    /// Source: Leng et al. 2022 (paper 005).
    pub struct PolyCrossEntropy = "poly_cross_entropy" {
        /// Coefficient ε of the first power of 1 − p_y; below −1 the loss would reward wrong rows.
        epsilon: f64 = 1.0, at_least(-1.0);
    }
}

impl Loss for PolyCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["poly1", "poly_loss_cross_entropy"];
    const PAPERS: &'static [u16] = &[5];
    const VARIANTS: &'static [&'static str] = &[
        "poly_cross_entropy(epsilon=0)",
        "poly_cross_entropy(epsilon=-0.5)",
        "poly_cross_entropy(epsilon=4)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "poly_cross_entropy(epsilon=2)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.670_117_227,
            source: "paper 005, test vector",
        },
        Known {
            expression: "poly_cross_entropy(epsilon=-1)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.026_908_331_2,
            source: "paper 005, test vector",
        },
        Known {
            expression: "poly_cross_entropy(epsilon=0)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.241_311_297,
            source: "paper 005: epsilon = 0 is cross-entropy",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.epsilon == 0.0;
        Facts {
            convex: plain,
            lipschitz: Some(1.0 + self.epsilon.max(0.0)),
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

impl RowLoss for PolyCrossEntropy {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        S::lift(self.epsilon) * k.q - k.log_p
    }
}
