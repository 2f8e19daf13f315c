use crate::prelude::*;

loss! {
    /// Mean absolute error.
    ///
    /// ℓ(x, t) = |x − t|
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In units of the target,
    /// ≥ 0. At x = t the derivative is taken as 0.
    pub struct Mae = "mae" {}
}

impl Loss for Mae {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["absolute_error", "l1"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "mae",
            prediction: &[3.0],
            target: &[1.0],
            value: 2.0,
            source: "by hand",
        },
        Known {
            expression: "mae",
            prediction: &[-0.5],
            target: &[1.0],
            value: 1.5,
            source: "by hand",
        },
        Known {
            expression: "mae",
            prediction: &[7.0],
            target: &[7.0],
            value: 0.0,
            source: "a perfect prediction",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            elicits: Elicits::Median,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Mae {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = x - t;
        let zero = S::lift(0.0);
        // Three-way, so that a perfect prediction has slope 0 and not 1.
        S::select_lt(r, zero, -r, S::select_lt(zero, r, r, zero))
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target]
    }
}
