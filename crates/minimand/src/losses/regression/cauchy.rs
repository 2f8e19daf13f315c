use crate::prelude::*;

loss! {
    /// Cauchy (Lorentzian) loss: grows as the logarithm of the residual.
    ///
    /// ℓ(x, t) = ln(1 + ½ (r/c)²),  r = x − t
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. ≥ 0, without a unit. It is
    /// `general_robust(alpha=0)`. Source: Black and Anandan 1996.
    pub struct Cauchy = "cauchy" {
        /// Scale c of the residuals, in units of the target.
        scale: f64 = 1.0, above(0.0);
    }
}

impl Loss for Cauchy {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["lorentzian", "cauchy_loss"];
    const VARIANTS: &'static [&'static str] = &["cauchy(scale=0.3)", "cauchy(scale=5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "cauchy", prediction: &[3.0], target: &[1.0], value: 1.098_612_288_668_109_8, source: "by hand: ln 3" },
        Known { expression: "cauchy(scale=2)", prediction: &[-3.0], target: &[1.0], value: 1.098_612_288_668_109_8,
                source: "by hand: ln 3" },
        Known { expression: "cauchy", prediction: &[7.0], target: &[7.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The slope is largest at r = √2 c.
            lipschitz: Some(std::f64::consts::FRAC_1_SQRT_2 / self.scale),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Cauchy {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let s = (x - t) * S::lift(1.0 / self.scale);
        (S::lift(0.5) * s * s).ln_1p()
    }
}
