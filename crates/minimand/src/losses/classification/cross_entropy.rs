use crate::prelude::*;

loss! {
    /// Softmax cross-entropy: the negative log-probability of the label.
    ///
    /// ℓ(z, y) = −ln p_y,  p = softmax(z / temperature)
    ///
    /// With smoothing ε the label y becomes t = (1 − ε)·onehot(y) + ε/c, and ℓ = −Σ_k t_k ln p_k.
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    /// In nats, ≥ 0. Class weights multiply the terms of the sum over k, as in PyTorch.
    pub struct CrossEntropy = "cross_entropy" {
        /// Mass ε that the label gives up to a uniform distribution over the classes.
        label_smoothing: f64 = 0.0, within(0.0, 1.0);
        /// The logits are divided by it.
        temperature: f64 = 1.0, above(0.0);
    }
}

impl Loss for CrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["ce", "softmax_cross_entropy"];
    const VARIANTS: &'static [&'static str] = &[
        "cross_entropy(label_smoothing=0.1)",
        "cross_entropy(temperature=2)",
        "cross_entropy(label_smoothing=0.3, temperature=0.5)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "cross_entropy",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.241_311_297,
            source: "paper 005, test vector",
        },
        Known {
            expression: "cross_entropy",
            prediction: &[0.0, 0.0, 0.0, 0.0],
            target: &[2.0],
            value: std::f64::consts::LN_2 * 2.0,
            source: "a uniform row: ln 4",
        },
        Known {
            expression: "cross_entropy(label_smoothing=1)",
            prediction: &[0.0, 0.0],
            target: &[1.0],
            value: std::f64::consts::LN_2,
            source: "a uniform row and a uniform label: ln 2",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.label_smoothing == 0.0;
        Facts {
            convex: true,
            lipschitz: Some(1.0 / self.temperature),
            elicits: if plain && self.temperature == 1.0 {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            calibration: plain.then_some(Calibration::CompSum { tau: 1.0 }),
            at_perfect: plain.then_some(0.0),
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for CrossEntropy {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn label_smoothing(&self) -> f64 {
        self.label_smoothing
    }

    fn temperature(&self) -> f64 {
        self.temperature
    }
}
