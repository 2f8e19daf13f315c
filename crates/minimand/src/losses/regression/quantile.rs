use crate::prelude::*;

loss! {
    /// Quantile (pinball) loss.
    ///
    /// ℓ(x, t) = max(q·r, (q − 1)·r),  r = t − x
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. In units of the target,
    /// ≥ 0. Its constant minimiser is the q-quantile; q = ½ is half the absolute error. Source: Koenker
    /// and Bassett 1978.
    pub struct Quantile = "quantile" {
        /// Level q of the quantile.
        q: f64 = 0.5, between(0.0, 1.0);
    }
}

impl Loss for Quantile {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["pinball", "quantile_loss"];
    const VARIANTS: &'static [&'static str] = &["quantile(q=0.1)", "quantile(q=0.9)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "quantile(q=0.9)",
            prediction: &[1.0],
            target: &[3.0],
            value: 1.8,
            source: "by hand: 0.9·2",
        },
        Known {
            expression: "quantile(q=0.9)",
            prediction: &[3.0],
            target: &[1.0],
            value: 0.2,
            source: "by hand: 0.1·2",
        },
        Known {
            expression: "quantile",
            prediction: &[3.0],
            target: &[1.0],
            value: 1.0,
            source: "half the absolute error",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(self.q.max(1.0 - self.q)),
            elicits: Elicits::Quantile(self.q),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Quantile {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let r = t - x;
        (S::lift(self.q) * r).max(S::lift(self.q - 1.0) * r)
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target]
    }
}
