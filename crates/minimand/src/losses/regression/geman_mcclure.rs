use crate::prelude::*;

loss! {
    /// Geman–McClure loss: squared error near the target, level far from it.
    ///
    /// ℓ(x, t) = 2 s²/(s² + 4),  s = (x − t)/c
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In 0..2, without a unit. It is
    /// `general_robust(alpha=-2)`. Source: Geman and McClure 1987, scaled as by Barron 2019.
    pub struct GemanMcclure = "geman_mcclure" {
        /// Scale c of the residuals, in units of the target.
        scale: f64 = 1.0, above(0.0);
    }
}

impl Loss for GemanMcclure {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["geman_mcclure_loss"];
    const VARIANTS: &'static [&'static str] =
        &["geman_mcclure(scale=0.3)", "geman_mcclure(scale=5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "geman_mcclure", prediction: &[3.0], target: &[1.0], value: 1.0, source: "by hand: 8/8" },
        Known { expression: "geman_mcclure(scale=2)", prediction: &[-1.0], target: &[1.0], value: 0.4, source: "by hand: 2/5" },
        Known { expression: "geman_mcclure", prediction: &[7.0], target: &[7.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The slope 16 s/(s² + 4)² is largest at s² = 4/3.
            lipschitz: Some(9.0 / (8.0 * 3f64.sqrt()) / self.scale),
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for GemanMcclure {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let s = (x - t) * S::lift(1.0 / self.scale);
        let square = s * s;
        S::lift(2.0) * (square / (square + S::lift(4.0)))
    }
}
