use crate::prelude::*;

loss! {
    /// Log-cosh loss: smooth, square near the target and linear far from it.
    ///
    /// ℓ(x, t) = ln cosh(x − t)
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. ≥ 0: ½ r² near the target,
    /// |r| − ln 2 far from it. The target should be scaled to unit order.
    pub struct LogCosh = "log_cosh" {}
}

impl Loss for LogCosh {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["logcosh"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "log_cosh",
            prediction: &[2.0],
            target: &[1.0],
            value: 0.433_780_830_5,
            source: "ln cosh 1",
        },
        Known {
            expression: "log_cosh",
            prediction: &[-99.0],
            target: &[1.0],
            value: 100.0 - std::f64::consts::LN_2,
            source: "|r| − ln 2 far from the target",
        },
        Known {
            expression: "log_cosh",
            prediction: &[1.0],
            target: &[1.0],
            value: 0.0,
            source: "a perfect prediction",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for LogCosh {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = x - t;
        let size = r.abs();
        // Near: ½ ln(1 + sinh² r), which does not cancel. Far: |r| − ln 2 + ln(1 + e^−2|r|). The near
        // form is evaluated at a bounded residual, because the other branch must stay finite too.
        let bound = S::lift(2.0);
        let near = r.min(bound).max(-bound).exp_m1();
        let sinh = S::lift(0.5) * (near + near / (near + S::lift(1.0)));
        let near = S::lift(0.5) * (sinh * sinh).ln_1p();
        let far = size - S::lift(std::f64::consts::LN_2) + (-(size + size)).exp().ln_1p();
        S::select_lt(size, S::lift(1.0), near, far)
    }
}
