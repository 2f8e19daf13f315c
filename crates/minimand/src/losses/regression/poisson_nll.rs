use crate::kernels::special::HALF_LN_2PI;
use crate::prelude::*;

loss! {
    /// Poisson negative log-likelihood of a count.
    ///
    /// ℓ(x, t) = e^x − t·x, or with log_input=false x − t ln(x + ε); with full=true and ln t! by Stirling's formula
    ///
    /// Shapes: prediction (log-rate, or rate ≥ 0) and target (count ≥ 0) of the same shape; one entry is
    /// one item. In nats; can be negative. A log-rate beyond ln of the dtype's maximum is an error. Stirling's formula
    /// is t ln t − t + ½ ln 2πt for t > 1, else 0.
    pub struct PoissonNll = "poisson_nll" {
        /// Is the prediction the logarithm of the rate?
        log_input: bool = true, finite();
        /// With the term of the target alone, which changes no gradient?
        full: bool = false, finite();
        /// Keeps the logarithm of a predicted rate of 0 finite.
        epsilon: f64 = 1e-8, above(0.0);
    }
}

impl Loss for PoissonNll {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["poisson", "poisson_nll_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "poisson_nll(log_input=false)",
        "poisson_nll(full=true)",
        "poisson_nll(log_input=false, epsilon=0.01)",
    ];
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
        Known {
            expression: "poisson_nll(full=true)",
            prediction: &[0.0],
            target: &[2.0],
            value: 1.651_806_484_604_536,
            source: "by hand: 1 + 2 ln 2 − 2 + ½ ln 4π",
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
            } else if self.epsilon <= 1e-6 {
                Elicits::Mean
            } else {
                // The mean less ε.
                Elicits::Nothing
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
        let nll = if self.log_input {
            x.exp() - t * x
        } else {
            x - t * (x + S::lift(self.epsilon)).ln()
        };
        if !self.full {
            return nll;
        }
        let (one, zero) = (S::lift(1.0), S::lift(0.0));
        // ½ ln 2πt = ½ ln t + ½ ln 2π
        let ln = t.max(one).ln();
        let stirling = t * ln - t + S::lift(0.5) * ln + S::lift(HALF_LN_2PI);
        nll + S::select_lt(one, t, stirling, zero)
    }
}
