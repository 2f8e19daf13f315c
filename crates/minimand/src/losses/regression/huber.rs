use crate::prelude::*;

loss! {
    /// Huber loss: squared error near the target, absolute error away from it.
    ///
    /// ℓ(x, t) = ½ r² if |r| < δ, else δ (|r| − ½ δ);  r = x − t
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In squared units of the
    /// target, ≥ 0. `smooth_l1(beta=δ)` is this divided by δ. Source: Huber 1964.
    pub struct Huber = "huber" {
        /// Residual δ beyond which the loss is linear, in units of the target.
        delta: f64 = 1.0, above(0.0);
    }
}

impl Loss for Huber {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["huber_loss"];
    const VARIANTS: &'static [&'static str] = &["huber(delta=0.3)", "huber(delta=5)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "huber",
            prediction: &[1.5],
            target: &[1.0],
            value: 0.125,
            source: "by hand: inside, ½·0.25",
        },
        Known {
            expression: "huber",
            prediction: &[4.0],
            target: &[1.0],
            value: 2.5,
            source: "by hand: outside, 3 − ½",
        },
        Known {
            expression: "huber(delta=2)",
            prediction: &[-4.0],
            target: &[1.0],
            value: 8.0,
            source: "by hand: outside, 2·(5 − 1)",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(self.delta),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Huber {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = x - t;
        let (size, delta) = (r.abs(), S::lift(self.delta));
        let outside = delta * (size - S::lift(0.5 * self.delta));
        S::select_lt(size, delta, S::lift(0.5) * r * r, outside)
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target - self.delta, target + self.delta]
    }
}
