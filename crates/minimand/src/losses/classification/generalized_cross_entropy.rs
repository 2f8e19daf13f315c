use crate::prelude::*;

loss! {
    /// Generalized cross-entropy: between cross-entropy and absolute error, robust to wrong labels.
    ///
    /// ℓ(z, y) = (1 − p_y^q) / q,  p = softmax(z)
    ///
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    /// In 0..1/q. q → 0 is cross-entropy, q = 1 is 1 − p_y. Source: Zhang and Sabuncu 2018.
    pub struct GeneralizedCrossEntropy = "generalized_cross_entropy" {
        /// Robustness q: the larger, the less a hopeless row pulls.
        q: f64 = 0.7, within(0.0, 1.0).above_low();
    }
}

impl Loss for GeneralizedCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["gce"];
    const VARIANTS: &'static [&'static str] = &[
        "generalized_cross_entropy(q=0.1)",
        "generalized_cross_entropy(q=1)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "generalized_cross_entropy(q=1)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 1.0 - 0.785_597_035,
            source: "1 − p_y with p_y of paper 005",
        },
        Known {
            expression: "generalized_cross_entropy(q=0.5)",
            prediction: &[0.0, 0.0, 0.0, 0.0],
            target: &[1.0],
            value: 1.0,
            source: "a uniform row: (1 − ½)/½",
        },
        Known {
            expression: "generalized_cross_entropy(q=1e-9)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.241_311_297,
            source: "q → 0 is cross-entropy",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            lipschitz: Some(1.0),
            bounded: Some(1.0 / self.q),
            shift_invariant: true,
            calibration: Some(Calibration::CompSum { tau: 1.0 + self.q }),
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for GeneralizedCrossEntropy {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // 1 − p^q = −expm1(q ln p): no cancellation for small q or confident rows.
        -(S::lift(self.q) * k.log_p).exp_m1() / S::lift(self.q)
    }
}
