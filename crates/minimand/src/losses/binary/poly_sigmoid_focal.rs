use super::both_sides;
use crate::prelude::*;

loss! {
    /// Poly-1 focal loss of a logit; with γ = 0 and no α Poly-1 binary cross-entropy.
    ///
    /// ℓ(x, t) = t·h(x, α) + (1 − t)·h(−x, 1 − α),
    /// h(m, α) = −α (1 − p)^γ ln p + ε (1 − p)^(γ+1),  p = σ(m)
    ///
    /// α weights the focal term alone, as in the paper's code. Shapes: logits and targets of the same shape,
    /// targets in 0..1; one entry is one item. In nats. Source: Leng et al. 2022 (paper 005).
    pub struct PolySigmoidFocal = "poly_sigmoid_focal" {
        /// Weight α of the positives' focal term; the negatives' gets 1 − α.
        alpha: Option<f64> = Some(0.25), within(0.0, 1.0);
        /// Focusing exponent γ.
        gamma: f64 = 2.0, at_least(0.0);
        /// Coefficient ε of the first power beyond the focusing.
        epsilon: f64 = 1.0, at_least(-1.0);
    }
}

impl Loss for PolySigmoidFocal {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["poly_binary_focal"];
    const PAPERS: &'static [u16] = &[5];
    const VARIANTS: &'static [&'static str] = &[
        "poly_sigmoid_focal(alpha=none, gamma=0)",
        "poly_sigmoid_focal(alpha=none, epsilon=-1)",
        "poly_sigmoid_focal(gamma=0.5, epsilon=0.3)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "poly_sigmoid_focal(epsilon=0)", prediction: &[0.5], target: &[1.0],
                value: 0.016_893_372_6, source: "paper 024: epsilon = 0 is focal" },
        Known { expression: "poly_sigmoid_focal(alpha=none, gamma=0)", prediction: &[0.5], target: &[1.0],
                value: 0.474_076_984 + 1.0 - 0.622_459_331, source: "paper 024's binary cross-entropy and 1 − p" },
        Known { expression: "poly_sigmoid_focal(alpha=none, gamma=1, epsilon=2)", prediction: &[0.0], target: &[0.0],
                value: 0.5 * std::f64::consts::LN_2 + 0.5, source: "by hand: ½ ln 2 + 2·¼" },
    ];

    fn facts(&self) -> Facts {
        let plain = self.gamma == 0.0 && self.epsilon == 0.0;
        let even = self.alpha.is_none_or(|a| a == 0.5);
        Facts {
            target: Domain::Unit,
            convex: plain,
            elicits: if plain && even {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            hessian: if plain {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            // With α the focal term may be too small to keep a negative ε from winning.
            at_perfect: (self.epsilon >= 0.0 || self.alpha.is_none()).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl PolySigmoidFocal {
    #[inline(always)]
    fn one_side<S: Real>(&self, m: S, alpha: f64) -> S {
        let miss = (-m).sigmoid();
        let entropy = S::lift(alpha) * (-m).softplus();
        miss.powf(self.gamma) * (entropy + S::lift(self.epsilon) * miss)
    }
}

impl PointLoss for PolySigmoidFocal {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (positive, negative) = self.alpha.map_or((1.0, 1.0), |alpha| (alpha, 1.0 - alpha));
        both_sides(t, self.one_side(x, positive), self.one_side(-x, negative))
    }
}
