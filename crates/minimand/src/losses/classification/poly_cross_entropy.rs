use crate::prelude::*;

loss! {
    /// Poly cross-entropy: a few more numbers for how hard confident rows keep pulling.
    ///
    /// ℓ(z, y) = −ln p_y + Σ_j ε_j (1 − p_y)^j,  p = softmax(z)
    ///
    /// One ε is Poly-1, whose gradient is 1 + ε·p_y times that of cross-entropy; a list gives the powers
    /// from the first on (Poly-N). ε = 0 is cross-entropy; ε_j ≥ −1/j keeps every power's coefficient
    /// from being negative. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    /// `[n, c, …]` that sum to 1. In nats. Source: Leng et al. 2022 (paper 005).
    pub struct PolyCrossEntropy = "poly_cross_entropy" {
        /// Coefficient ε of 1 − p_y, or of its powers; below −1 the loss would reward wrong rows.
        epsilon: Numbers = Numbers(vec![1.0]), at_least(-1.0);
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
        "poly_cross_entropy(epsilon=[1, 0.5, -0.2])",
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
        Known {
            expression: "poly_cross_entropy(epsilon=[1, 0.5, -0.2])",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.476_727_416,
            source: "paper 005, test vector",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.epsilon.0.iter().all(|&e| e == 0.0);
        // −1/j and above: no power's coefficient is negative, so that 0 is the infimum.
        let each = || self.epsilon.0.iter().zip(1..);
        let falls = each().all(|(&e, j)| e * f64::from(j) >= -1.0);
        Facts {
            convex: plain,
            lipschitz: falls
                .then(|| 1.0 + each().map(|(&e, j)| e.max(0.0) * f64::from(j)).sum::<f64>()),
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            at_perfect: falls.then_some(0.0),
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
        let mut sum = S::lift(0.0);
        for &epsilon in self.epsilon.0.iter().rev() {
            sum = (sum + S::lift(epsilon)) * k.q;
        }
        sum - k.log_p
    }
}
