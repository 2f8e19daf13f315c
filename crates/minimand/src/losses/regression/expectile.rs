use crate::prelude::*;

loss! {
    /// Expectile loss: squared error, weighted by the side on which the prediction lies.
    ///
    /// ℓ(x, t) = |q − 1(r < 0)|·r²,  r = t − x
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In squared units of the target, ≥ 0.
    /// Its constant minimiser is the q-expectile; q = ½ is half the squared error. Source: Newey and Powell 1987.
    pub struct Expectile = "expectile" {
        /// Level q of the expectile.
        q: f64 = 0.5, between(0.0, 1.0);
    }
}

impl Loss for Expectile {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["asymmetric_squared_error"];
    const VARIANTS: &'static [&'static str] = &["expectile(q=0.1)", "expectile(q=0.9)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "expectile(q=0.9)", prediction: &[1.0], target: &[3.0], value: 3.6, source: "by hand: 0.9·4" },
        Known { expression: "expectile(q=0.9)", prediction: &[3.0], target: &[1.0], value: 0.4, source: "by hand: 0.1·4" },
        Known { expression: "expectile", prediction: &[3.0], target: &[1.0], value: 2.0, source: "half the squared error" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            elicits: if self.q == 0.5 {
                Elicits::Mean
            } else {
                Elicits::Nothing
            },
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Expectile {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = t - x;
        let (above, below) = (S::lift(self.q), S::lift(1.0 - self.q));
        S::select_lt(r, S::lift(0.0), below, above) * r * r
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target]
    }
}
