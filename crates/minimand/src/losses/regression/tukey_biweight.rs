use crate::prelude::*;

loss! {
    /// Tukey's biweight: squared error near the target, constant beyond c.
    ///
    /// ℓ(x, t) = c²/6 (1 − (1 − (r/c)²)³) if |r| < c, else c²/6;  r = x − t
    ///
    /// What lies beyond c has no slope at all: scale the residuals by a robust spread first. Shapes: prediction and
    /// target of the same shape; one entry is one item. In squared units of the target, in 0..c²/6. The default c has
    /// 95 % efficiency for Gaussian noise of deviation 1. Source: Beaton and Tukey 1974.
    pub struct TukeyBiweight = "tukey_biweight" {
        /// Residual c from which the loss is constant, in units of the target.
        c: f64 = 4.685, above(0.0);
    }
}

impl Loss for TukeyBiweight {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["tukey", "bisquare"];
    const VARIANTS: &'static [&'static str] = &["tukey_biweight(c=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "tukey_biweight(c=2)", prediction: &[1.0], target: &[0.0], value: 4.0 / 6.0 * 37.0 / 64.0,
                source: "by hand: 1 − (3/4)³" },
        Known { expression: "tukey_biweight(c=2)", prediction: &[-7.0], target: &[1.0], value: 4.0 / 6.0, source: "beyond c" },
        Known { expression: "tukey_biweight", prediction: &[7.0], target: &[7.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The slope r(1 − (r/c)²)² is largest at r = c/√5.
            lipschitz: Some(self.c / 5f64.sqrt() * 0.64),
            bounded: Some(self.c * self.c / 6.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for TukeyBiweight {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let s = (x - t) * S::lift(1.0 / self.c);
        let u = (s * s).min(S::lift(1.0));
        // 1 − (1 − u)³ without cancellation.
        S::lift(self.c * self.c / 6.0) * u * (S::lift(3.0) - u * (S::lift(3.0) - u))
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target - self.c, target + self.c]
    }
}
