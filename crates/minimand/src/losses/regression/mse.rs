use crate::prelude::*;

loss! {
    /// Mean squared error.
    ///
    /// ℓ(x, t) = (x − t)²
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In squared units of the
    /// target, ≥ 0; without the factor ½ that some libraries give their L2 loss.
    pub struct Mse = "mse" {}
}

impl Loss for Mse {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["squared_error", "l2"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "mse",
            prediction: &[3.0],
            target: &[1.0],
            value: 4.0,
            source: "by hand",
        },
        Known {
            expression: "mse",
            prediction: &[-0.5],
            target: &[1.0],
            value: 2.25,
            source: "by hand",
        },
        Known {
            expression: "mse",
            prediction: &[7.0],
            target: &[7.0],
            value: 0.0,
            source: "a perfect prediction",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            elicits: Elicits::Mean,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Mse {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        (x - t).square()
    }
}
