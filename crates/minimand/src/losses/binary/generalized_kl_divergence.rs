use crate::prelude::*;

loss! {
    /// Generalised Kullback–Leibler divergence of a target from log-predictions, entry by entry.
    ///
    /// ℓ(x, t) = t (ln t − x) + e^x − t,  x = ln p, with 0 ln 0 = 0
    ///
    /// Never negative, so that neither side need be a distribution; where both are, the sum over the entries
    /// is KL(t ‖ p). Shapes: log-predictions and targets ≥ 0 of the same shape; one entry is one item. In
    /// nats. Source: optax's `generalized_kl_divergence` and `convex_kl_divergence`.
    pub struct GeneralizedKlDivergence = "generalized_kl_divergence" {}
}

impl Loss for GeneralizedKlDivergence {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["convex_kl_divergence", "convex_kl"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "generalized_kl_divergence", prediction: &[0.0], target: &[1.0], value: 0.0,
                source: "equal" },
        Known { expression: "generalized_kl_divergence", prediction: &[0.0, -1.0], target: &[0.0, 0.0],
                value: 1.367_879_441_171_442_3, source: "by hand: 1 + e⁻¹" },
        Known { expression: "generalized_kl_divergence", prediction: &[0.0], target: &[2.0],
                value: 0.386_294_361_119_890_6, source: "by hand: 2 ln 2 − 1" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Exponentiable,
            target: Domain::NonNegative,
            convex: true,
            elicits: Elicits::LogMean,
            // 0 at x = ln t, which is no target.
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for GeneralizedKlDivergence {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        // ln of the least positive single-precision number times 0 is 0.
        let log = t.max(S::lift(f64::from(f32::MIN_POSITIVE))).ln();
        t * (log - x) + (x.exp() - t)
    }
}
