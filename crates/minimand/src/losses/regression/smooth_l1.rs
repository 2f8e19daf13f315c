use crate::prelude::*;

loss! {
    /// Smooth L1: absolute error with a rounded tip.
    ///
    /// ℓ(x, t) = ½ r²/β if |r| < β, else |r| − ½ β;  r = x − t
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In units of the target,
    /// ≥ 0. It is `huber(delta=β)` divided by β. Source: Girshick 2015.
    pub struct SmoothL1 = "smooth_l1" {
        /// Residual β at which the loss becomes linear, in units of the target.
        beta: f64 = 1.0, above(0.0);
    }
}

impl Loss for SmoothL1 {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["smooth_l1_loss"];
    const VARIANTS: &'static [&'static str] = &["smooth_l1(beta=0.2)", "smooth_l1(beta=4)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "smooth_l1",
            prediction: &[1.5],
            target: &[1.0],
            value: 0.125,
            source: "by hand: inside, ½·0.25",
        },
        Known {
            expression: "smooth_l1(beta=2)",
            prediction: &[2.0],
            target: &[1.0],
            value: 0.25,
            source: "by hand: inside, ½·1/2",
        },
        Known {
            expression: "smooth_l1(beta=2)",
            prediction: &[-4.0],
            target: &[1.0],
            value: 4.0,
            source: "by hand: outside, 5 − 1",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for SmoothL1 {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = x - t;
        let size = r.abs();
        let inside = S::lift(0.5 / self.beta) * r * r;
        S::select_lt(
            size,
            S::lift(self.beta),
            inside,
            size - S::lift(0.5 * self.beta),
        )
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target - self.beta, target + self.beta]
    }
}
