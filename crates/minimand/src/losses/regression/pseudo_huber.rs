use crate::prelude::*;

loss! {
    /// Pseudo-Huber loss: Huber without a seam.
    ///
    /// ℓ(x, t) = δ² (√(1 + (r/δ)²) − 1),  r = x − t
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In squared units of the
    /// target, ≥ 0: ½ r² near the target, δ|r| far from it. Source: Charbonnier et al. 1997.
    pub struct PseudoHuber = "pseudo_huber" {
        /// Residual δ around which the loss turns from square to linear, in units of the target.
        delta: f64 = 1.0, above(0.0);
    }
}

impl Loss for PseudoHuber {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["charbonnier"];
    const PAPERS: &'static [u16] = &[73];
    const VARIANTS: &'static [&'static str] = &["pseudo_huber(delta=0.3)", "pseudo_huber(delta=5)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "pseudo_huber",
            prediction: &[1.0],
            target: &[1.0],
            value: 0.0,
            source: "a perfect prediction",
        },
        Known {
            expression: "pseudo_huber",
            prediction: &[2.0],
            target: &[1.0],
            value: std::f64::consts::SQRT_2 - 1.0,
            source: "by hand: √2 − 1",
        },
        Known {
            expression: "pseudo_huber(delta=3)",
            prediction: &[5.0],
            target: &[1.0],
            value: 6.0,
            source: "by hand: 9·(5/3 − 1)",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(self.delta),
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for PseudoHuber {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = x - t;
        let scaled = r * S::lift(1.0 / self.delta);
        let one = S::lift(1.0);
        // √(1 + s²) − 1 = s²/(√(1 + s²) + 1): small residuals do not cancel.
        r * r / ((one + scaled * scaled).sqrt() + one)
    }
}
