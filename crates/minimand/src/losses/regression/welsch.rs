use crate::prelude::*;

loss! {
    /// Welsch (Leclerc) loss: squared error near the target, level far from it.
    ///
    /// ℓ(x, t) = 1 − exp(−½ (r/c)²),  r = x − t
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In 0..1, without a unit. It is the limit
    /// of `general_robust` for alpha → −∞. Source: Dennis and Welsch 1978; Leclerc 1989.
    pub struct Welsch = "welsch" {
        /// Scale c of the residuals, in units of the target.
        scale: f64 = 1.0, above(0.0);
    }
}

impl Loss for Welsch {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["leclerc", "welsch_loss"];
    const VARIANTS: &'static [&'static str] = &["welsch(scale=0.3)", "welsch(scale=5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "welsch", prediction: &[2.0], target: &[1.0], value: 0.393_469_340_287_366_6, source: "by hand: 1 − e^−½" },
        Known { expression: "welsch(scale=2)", prediction: &[-1.0], target: &[1.0], value: 0.393_469_340_287_366_6,
                source: "by hand: 1 − e^−½" },
        Known { expression: "welsch", prediction: &[7.0], target: &[7.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The slope s e^(−s²/2)/c is largest at s = 1.
            lipschitz: Some((-0.5f64).exp() / self.scale),
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Welsch {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let s = (x - t) * S::lift(1.0 / self.scale);
        -(S::lift(-0.5) * s * s).exp_m1()
    }
}
