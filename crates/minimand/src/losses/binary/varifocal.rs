use crate::prelude::*;

loss! {
    /// Varifocal loss: positives weighted by their quality, negatives focused.
    ///
    /// ℓ(x, t) = t · BCE(x, t)  for t > 0,  −α p^γ ln(1 − p)  for t = 0,  p = σ(x)
    ///
    /// The target is the overlap of a detected box with its object, 0 for background. Shapes: logits and
    /// targets of the same shape, targets in 0..1; one entry is one item. In nats, ≥ 0. Source: Zhang et al.
    /// 2021.
    pub struct Varifocal = "varifocal" {
        /// Weight α of the negatives.
        alpha: f64 = 0.75, at_least(0.0);
        /// Focusing exponent γ of the negatives.
        gamma: f64 = 2.0, at_least(0.0);
    }
}

impl Loss for Varifocal {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["varifocal_loss"];
    const VARIANTS: &'static [&'static str] =
        &["varifocal(alpha=1, gamma=0)", "varifocal(gamma=1.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "varifocal", prediction: &[-1.0], target: &[0.0], value: 0.75 * 0.022_658_057_5,
                source: "three quarters of the focal loss of paper 024" },
        Known { expression: "varifocal", prediction: &[0.5], target: &[1.0], value: 0.474_076_984,
                source: "paper 024: binary cross-entropy of a positive" },
        Known { expression: "varifocal", prediction: &[0.0], target: &[0.5], value: std::f64::consts::LN_2 / 2.0,
                source: "by hand: ½ ln 2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: self.gamma == 0.0,
            hessian: if self.gamma == 0.0 {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Varifocal {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (one, zero) = (S::lift(1.0), S::lift(0.0));
        let miss = x.softplus();
        let positive = t * ((one - t) * miss + t * (-x).softplus());
        let negative = S::lift(self.alpha) * x.sigmoid().powf(self.gamma) * miss;
        S::select_lt(zero, t, positive, negative)
    }
}
