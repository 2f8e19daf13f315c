use crate::prelude::*;

loss! {
    /// Symmetric cross-entropy: cross-entropy plus its reverse, robust to wrong labels.
    ///
    /// ℓ(z, y) = −α ln p_y − β·A·(1 − p_y),  p = softmax(z),  A = log_zero
    ///
    /// The reverse term is −Σ_k p_k ln t_k of the one-hot label t with ln 0 replaced by A < 0. Shapes:
    /// logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1 (then
    /// Σ_k t_k ℓ(z, k)). In nats, ≥ 0. Source: Wang et al. 2019.
    pub struct SymmetricCrossEntropy = "symmetric_cross_entropy" {
        /// Factor α of cross-entropy.
        alpha: f64 = 1.0, at_least(0.0);
        /// Factor β of reverse cross-entropy.
        beta: f64 = 1.0, at_least(0.0);
        /// What stands for the logarithm of 0.
        log_zero: f64 = -4.0, at_most(0.0);
    }
}

impl Loss for SymmetricCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["sce"];
    const VARIANTS: &'static [&'static str] = &[
        "symmetric_cross_entropy(beta=0)",
        "symmetric_cross_entropy(alpha=0.1, beta=1, log_zero=-6)",
        "symmetric_cross_entropy(alpha=0)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "symmetric_cross_entropy",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.241_311_297 + 4.0 * (1.0 - 0.785_597_035),
            source: "cross-entropy and p_y of paper 005",
        },
        Known {
            expression: "symmetric_cross_entropy(beta=0)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.241_311_297,
            source: "beta = 0 is cross-entropy",
        },
        Known {
            expression: "symmetric_cross_entropy(alpha=0, log_zero=-2)",
            prediction: &[0.0, 0.0],
            target: &[1.0],
            value: 1.0,
            source: "a uniform row: 2·½",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.beta * self.log_zero == 0.0;
        Facts {
            convex: plain,
            lipschitz: Some(self.alpha - 0.25 * self.beta * self.log_zero),
            bounded: (self.alpha == 0.0).then_some(-self.beta * self.log_zero),
            elicits: if plain && self.alpha > 0.0 {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for SymmetricCrossEntropy {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        S::lift(-self.beta * self.log_zero) * k.q - S::lift(self.alpha) * k.log_p
    }
}
