use crate::prelude::*;

loss! {
    /// Tweedie negative log-likelihood of an amount that may be 0, up to its dispersion and constants.
    ///
    /// ℓ(x, t) = e^((2 − p)x)/(2 − p) − t·e^((1 − p)x)/(1 − p)
    ///
    /// Shapes: prediction (the logarithm of the mean, within ±40) and target ≥ 0 of the same shape; one entry is one
    /// item. ≥ 0. The variance grows as the mean to the power of p: between counts (p → 1, `poisson_nll`) and positive
    /// amounts (p → 2, `gamma_nll`), with a lump at 0, as insurance claims have. Source: Jørgensen 1987.
    pub struct Tweedie = "tweedie" {
        /// Power p of the variance.
        p: f64 = 1.5, between(1.0, 2.0);
    }
}

impl Loss for Tweedie {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["tweedie_nll", "tweedie_deviance"];
    const VARIANTS: &'static [&'static str] = &["tweedie(p=1.1)", "tweedie(p=1.9)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "tweedie", prediction: &[0.0], target: &[3.0], value: 8.0, source: "by hand: 2 + 2·3" },
        Known { expression: "tweedie", prediction: &[2.0], target: &[0.0], value: 2.0 * std::f64::consts::E, source: "by hand: 2e" },
        Known { expression: "tweedie(p=1.25)", prediction: &[0.0], target: &[1.0], value: 16.0 / 3.0, source: "by hand: 4/3 + 4" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::LogScale,
            target: Domain::NonNegative,
            convex: true,
            elicits: Elicits::LogMean,
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Tweedie {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (low, high) = (1.0 - self.p, 2.0 - self.p);
        let mean = (S::lift(high) * x).exp() * S::lift(1.0 / high);
        mean - t * (S::lift(low) * x).exp() * S::lift(1.0 / low)
    }
}
