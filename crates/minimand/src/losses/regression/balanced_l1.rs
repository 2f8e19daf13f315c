use crate::prelude::*;

loss! {
    /// Balanced L1: absolute error whose slope rises faster near the target than that of smooth L1.
    ///
    /// ℓ(x, t) = (α/b)(b|r| + β) ln(b|r|/β + 1) − α|r| if |r| < β, else γ|r| + γβ/b − αβ;  r = x − t, b = e^(γ/α) − 1
    ///
    /// Its slope is α ln(b|r|/β + 1) up to γ. Shapes: prediction and target of the same shape; one entry is one item; for
    /// the offsets of boxes. In units of the target, ≥ 0. Source: Pang et al. 2019 (Libra R-CNN), who have β = 1.
    pub struct BalancedL1 = "balanced_l1" {
        /// How much α small residuals count; the larger, the more.
        alpha: f64 = 0.5, above(0.0);
        /// Slope γ of large residuals.
        gamma: f64 = 1.5, above(0.0);
        /// Residual β at which the loss becomes linear, in units of the target.
        beta: f64 = 1.0, above(0.0);
    }
}

impl Loss for BalancedL1 {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["balanced_l1_loss"];
    const VARIANTS: &'static [&'static str] = &["balanced_l1(alpha=1, gamma=0.5, beta=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // b = e³ − 1; (α/b)(b + 1) ln(b + 1) − α = ½·(e³·3/(e³ − 1) − 1), and one more unit of slope 1.5.
        Known { expression: "balanced_l1", prediction: &[1.0], target: &[0.0], value: 1.078_593_544_736_88, source: "by hand" },
        Known { expression: "balanced_l1", prediction: &[-1.0], target: &[1.0], value: 2.578_593_544_736_88, source: "by hand" },
        Known { expression: "balanced_l1", prediction: &[7.0], target: &[7.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(self.gamma),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for BalancedL1 {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let size = (x - t).abs();
        let (alpha, gamma, beta) = (self.alpha, self.gamma, self.beta);
        let b = (gamma / alpha).exp_m1();
        // The sizes beyond β are not the business of the first branch, whose logarithm may overflow there.
        let near = size.min(S::lift(beta));
        let growth = (near * S::lift(b / beta)).ln_1p();
        let inside =
            (S::lift(alpha) * near + S::lift(alpha * beta / b)) * growth - S::lift(alpha) * near;
        let outside = S::lift(gamma) * size + S::lift(gamma * beta / b - alpha * beta);
        S::select_lt(size, S::lift(beta), inside, outside)
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target - self.beta, target, target + self.beta]
    }
}
