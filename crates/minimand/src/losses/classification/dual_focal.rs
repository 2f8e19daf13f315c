use crate::prelude::*;

loss! {
    /// Dual focal loss: focal by the gap between the label and the runner-up below it, for calibration.
    ///
    /// ℓ(z, y) = −(1 − p_y + p_j)^γ ln p_y,  p_j = max{p_k : z_k < z_y} (0 if there is none), p = softmax(z)
    ///
    /// Between focal (same γ) and cross-entropy, which is γ = 0. The runner-up is the best class *below* the
    /// label, not the best other class: it jumps, and the loss with it, where two classes change places with
    /// the label. Among equal runner-ups the first gets the gradient. Shapes: logits `[n, c, …]`; labels
    /// `[n, …]` in `0..c` (soft labels have no meaning here). In nats, ≥ 0. Source: Tao et al. 2023
    /// (paper 183).
    pub struct DualFocal = "dual_focal" {
        /// Focusing exponent γ.
        gamma: f64 = 5.0, at_least(0.0);
    }
}

impl Loss for DualFocal {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["dual_focal_loss"];
    const PAPERS: &'static [u16] = &[183];
    const VARIANTS: &'static [&'static str] = &[
        "dual_focal(gamma=0)",
        "dual_focal(gamma=1)",
        "dual_focal(gamma=2.3)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "dual_focal", prediction: &[2.0, 1.0, 0.0], target: &[0.0], value: 0.026_635_505_9,
                source: "paper 183, test vector" },
        Known { expression: "dual_focal", prediction: &[0.0, 1.0, 3.0], target: &[1.0], value: 1.491_885_700_5,
                source: "paper 183, test vector: the class above is no runner-up" },
        Known { expression: "dual_focal", prediction: &[1.0, 1.0, 0.0], target: &[0.0], value: 0.182_454_128_8,
                source: "paper 183, test vector: nor is an equal one" },
        Known { expression: "dual_focal(gamma=0)", prediction: &[2.0, 1.0, 0.0], target: &[0.0],
                value: 0.407_605_964_4, source: "paper 183: cross-entropy" },
        Known { expression: "dual_focal", prediction: &[0.0, 1.0], target: &[0.0],
                value: 0.274_228_231_649_9, source: "the last class: the focal loss, σ(1)⁵·(−ln σ(−1))" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            shift_invariant: true,
            soft_labels: false,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for DualFocal {
    const READS: Reads = Reads::PROBABILITY_AND_OTHERS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let runner_up = k.p * k.others.exp();
        -((k.q + runner_up).powf(self.gamma) * k.log_p)
    }

    fn rival(&self) -> Option<Rival> {
        Some(Rival::Below)
    }

    fn kinks(&self) -> Vec<f64> {
        vec![0.0]
    }
}
