use crate::prelude::*;

/// Keeps the logarithm of a predicted rate of 0 finite.
const EPSILON: f64 = 1e-8;

loss! {
    /// Poisson negative log-likelihood of a count, without its constant ln t!.
    ///
    /// ℓ(x, t) = e^x − t·x, or with log_input=false x − t ln(x + 10⁻⁸)
    ///
    /// Shapes: prediction (log-rate, or rate ≥ 0) and target (count ≥ 0) of the same shape; one entry is
    /// one item. In nats; can be negative. A log-rate beyond ln of the dtype's maximum is an error.
    pub struct PoissonNll = "poisson_nll" {
        /// Is the prediction the logarithm of the rate?
        log_input: bool = true, finite();
    }
}

impl Loss for PoissonNll {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["poisson", "poisson_nll_loss"];
    const VARIANTS: &'static [&'static str] = &["poisson_nll(log_input=false)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "poisson_nll",
            prediction: &[0.0],
            target: &[3.0],
            value: 1.0,
            source: "by hand: e⁰ − 0",
        },
        Known {
            expression: "poisson_nll",
            prediction: &[1.0],
            target: &[2.0],
            value: std::f64::consts::E - 2.0,
            source: "by hand: e − 2",
        },
        Known {
            expression: "poisson_nll(log_input=false)",
            prediction: &[1.0],
            target: &[5.0],
            value: 0.999_999_95,
            source: "by hand: 1 − 5 ln(1 + 10⁻⁸)",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: if self.log_input {
                Domain::Exponentiable
            } else {
                Domain::NonNegative
            },
            target: Domain::NonNegative,
            convex: true,
            elicits: if self.log_input {
                Elicits::LogMean
            } else {
                Elicits::Mean
            },
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for PoissonNll {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        if self.log_input {
            x.exp() - t * x
        } else {
            x - t * (x + S::lift(EPSILON)).ln()
        }
    }
}
