use crate::prelude::*;

loss! {
    /// Asymmetric focal loss of pixels: fades for a background that is well classified, not for the foreground.
    ///
    /// ℓ(z, y) = −(1 − δ)(1 − p_0)^γ ln p_0 for class 0, −δ ln p_y for the others,  p = softmax(z)
    ///
    /// Rare foreground keeps its whole cross-entropy. With `asymmetric_focal_tversky` it is the asymmetric unified focal
    /// loss, "0.25*asymmetric_focal(gamma=0.5) + 0.5*asymmetric_focal_tversky(gamma=0.5)" (a mean here is over pixels,
    /// there over pixels and both classes). Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    /// `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Yeung et al. 2022.
    pub struct AsymmetricFocal = "asymmetric_focal" {
        /// Weight δ of the foreground; the background has the rest of 1.
        delta: f64 = 0.7, within(0.0, 1.0);
        /// Focusing exponent γ of the background.
        gamma: f64 = 2.0, at_least(0.0);
    }
}

impl Loss for AsymmetricFocal {
    type Kind = Rows;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["asymmetric_focal_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "asymmetric_focal(gamma=0.5)",
        "asymmetric_focal(delta=0.25, gamma=0)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "asymmetric_focal", prediction: &[0.0, 0.0], target: &[0.0],
                value: 0.3 * 0.25 * std::f64::consts::LN_2, source: "by hand: (1 − δ)(1 − ½)² ln 2" },
        Known { expression: "asymmetric_focal", prediction: &[0.0, 0.0], target: &[1.0],
                value: 0.7 * std::f64::consts::LN_2, source: "by hand: δ ln 2" },
        Known { expression: "asymmetric_focal(delta=0.5, gamma=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_297 / 2.0, source: "paper 005: half of cross-entropy" },
        Known { expression: "asymmetric_focal(delta=0.25)", prediction: &[0.0, 0.0, 0.0, 0.0], target: &[3.0],
                value: 0.25 * 1.386_294_361_119_890_6, source: "by hand: every class but the first is foreground" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: self.gamma == 0.0,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for AsymmetricFocal {
    const READS: Reads = Reads::PROBABILITY;
    const LAST_FOR_REST: bool = true;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let (background, one) = (k.fixed, S::lift(1.0));
        let weight = S::lift(self.delta) + S::lift(1.0 - 2.0 * self.delta) * background;
        let focus = background * k.q.powf(self.gamma) + (one - background);
        -(weight * focus * k.log_p)
    }

    /// Is it the background?
    fn class_values(&self) -> Vec<f64> {
        vec![1.0, 0.0]
    }
}
