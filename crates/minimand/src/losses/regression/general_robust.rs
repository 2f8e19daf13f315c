use crate::prelude::*;

loss! {
    /// General robust loss: one family from squared error (α = 2) down to losses that ignore outliers (α < 0).
    ///
    /// ℓ(x, t) = |α − 2|/α · ((s²/|α − 2| + 1)^(α/2) − 1),  s = (x − t)/c
    ///
    /// with its limits ½ s² at α = 2 and ln(1 + ½ s²) at α = 0. α = 1 is Charbonnier's √(s² + 1) − 1, α = −2
    /// `geman_mcclure`, α → −∞ `welsch`. Shapes: prediction and target of the same shape; one entry is one item. ≥ 0,
    /// without a unit. Source: Barron 2019.
    pub struct GeneralRobust = "general_robust" {
        /// Shape α: the smaller, the less an outlier counts.
        alpha: f64 = 1.0, at_most(2.0);
        /// Scale c of the residuals, in units of the target.
        scale: f64 = 1.0, above(0.0);
    }
}

impl Loss for GeneralRobust {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["barron", "adaptive_robust"];
    const VARIANTS: &'static [&'static str] = &[
        "general_robust(alpha=2)",
        "general_robust(alpha=0)",
        "general_robust(alpha=-2, scale=2)",
        "general_robust(alpha=1.5, scale=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "general_robust", prediction: &[2.0], target: &[1.0], value: std::f64::consts::SQRT_2 - 1.0,
                source: "by hand: √2 − 1" },
        Known { expression: "general_robust(alpha=2, scale=2)", prediction: &[5.0], target: &[1.0], value: 2.0,
                source: "by hand: ½·2²" },
        Known { expression: "general_robust(alpha=0)", prediction: &[3.0], target: &[1.0], value: 1.098_612_288_668_109_8,
                source: "cauchy: ln 3" },
        Known { expression: "general_robust(alpha=-2)", prediction: &[3.0], target: &[1.0], value: 1.0, source: "geman_mcclure" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: self.alpha >= 1.0,
            lipschitz: (self.alpha <= 1.0).then_some(1.0 / self.scale),
            bounded: (self.alpha < 0.0).then_some((self.alpha - 2.0) / self.alpha),
            elicits: if self.near_square() {
                Elicits::Mean
            } else {
                Elicits::Nothing
            },
            hessian: if self.alpha >= 1.0 {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl GeneralRobust {
    /// So near to α = 2 that s²/|α − 2| could overflow: the limit.
    #[inline(always)]
    fn near_square(&self) -> bool {
        2.0 - self.alpha < 1e-6
    }
}

impl PointLoss for GeneralRobust {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let s = (x - t) * S::lift(1.0 / self.scale);
        let square = s * s;
        if self.near_square() {
            return S::lift(0.5) * square;
        }
        let b = 2.0 - self.alpha;
        let growth = (square * S::lift(1.0 / b)).ln_1p();
        if self.alpha.abs() < 1e-8 {
            return growth;
        }
        // ((…)^(α/2) − 1) by its exponent: small residuals do not cancel.
        S::lift(b / self.alpha) * (S::lift(0.5 * self.alpha) * growth).exp_m1()
    }
}
