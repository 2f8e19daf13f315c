use crate::prelude::*;

loss! {
    /// Gamma negative log-likelihood of a positive amount, up to its shape and constants.
    ///
    /// ℓ(x, t) = x + t·e^−x
    ///
    /// Shapes: prediction (the logarithm of the mean, within ±40) and target ≥ 0 of the same shape; one entry is one
    /// item. Can be negative. Half the gamma deviance without the terms of the target alone; for amounts whose spread
    /// grows with their mean, such as costs. Source: McCullagh and Nelder 1989.
    pub struct GammaNll = "gamma_nll" {}
}

impl Loss for GammaNll {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["gamma", "gamma_deviance"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "gamma_nll", prediction: &[0.0], target: &[3.0], value: 3.0, source: "by hand" },
        Known { expression: "gamma_nll", prediction: &[1.0], target: &[std::f64::consts::E], value: 2.0, source: "by hand" },
        Known { expression: "gamma_nll", prediction: &[-2.0], target: &[0.0], value: -2.0, source: "by hand" },
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

impl PointLoss for GammaNll {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        x + t * (-x).exp()
    }
}
