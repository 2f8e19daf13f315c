use crate::prelude::*;

loss! {
    /// Power of the absolute error.
    ///
    /// ℓ(x, t) = |x − t|^p
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In units of the target to the power of p,
    /// ≥ 0. Between `mae` (p = 1) and `mse` (p = 2); the p-th root of a sum of it is the Minkowski distance.
    pub struct Lp = "lp" {
        /// The power.
        p: f64 = 1.5, within(1.0, 2.0);
    }
}

impl Loss for Lp {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["minkowski", "lp_loss"];
    const VARIANTS: &'static [&'static str] = &["lp(p=1)", "lp(p=1.2)", "lp(p=2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "lp", prediction: &[5.0], target: &[1.0], value: 8.0, source: "by hand: 4^1.5" },
        Known { expression: "lp(p=2)", prediction: &[-2.0], target: &[1.0], value: 9.0, source: "mse" },
        Known { expression: "lp(p=1)", prediction: &[-2.0], target: &[1.0], value: 3.0, source: "mae" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: (self.p == 1.0).then_some(1.0),
            elicits: if self.p == 1.0 {
                Elicits::Median
            } else if self.p == 2.0 {
                Elicits::Mean
            } else {
                Elicits::Nothing
            },
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Lp {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        (x - t).abs().powf(self.p)
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target]
    }
}
