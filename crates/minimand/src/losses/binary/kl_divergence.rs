use crate::prelude::*;

loss! {
    /// Kullback–Leibler divergence of a target from log-probabilities, entry by entry.
    ///
    /// ℓ(x, t) = t (ln t − x),  x = ln p, with 0 ln 0 = 0
    ///
    /// The sum over the entries of distributions is Σ KL(t ‖ p) (the mean per distribution with
    /// `denominator` = their number). One entry alone can be negative. After logits, soft labels with
    /// `cross_entropy` have the same gradient. Shapes: log-probabilities and probabilities of the same
    /// shape. In nats.
    pub struct KlDivergence = "kl_divergence" {}
}

impl Loss for KlDivergence {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["kl_div", "kldiv"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "kl_divergence", prediction: &[-std::f64::consts::LN_2, -std::f64::consts::LN_2],
                target: &[0.5, 0.5], value: 0.0, source: "equal distributions" },
        Known { expression: "kl_divergence", prediction: &[-std::f64::consts::LN_2, -std::f64::consts::LN_2],
                target: &[1.0, 0.0], value: std::f64::consts::LN_2, source: "a sure target: ln 2" },
        Known { expression: "kl_divergence", prediction: &[-1.0], target: &[0.25],
                value: 0.25 * (1.0 - 2.0 * std::f64::consts::LN_2), source: "by hand" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(1.0),
            // Only the sum over a distribution is bounded below.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for KlDivergence {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        // ln of the least positive single-precision number times 0 is 0.
        let log = t.max(S::lift(f64::from(f32::MIN_POSITIVE))).ln();
        t * (log - x)
    }
}
