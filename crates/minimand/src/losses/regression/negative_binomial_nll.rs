use super::scale::{by_duals, exactly};
use crate::kernels::special::{ln_gamma, ln_gamma_ratio};
use crate::prelude::*;

loss! {
    /// Negative binomial negative log-likelihood of a count: Poisson with a predicted surplus of variance.
    ///
    /// ℓ(x, t) = (r + t) ln(1 + μ/r) − t ln(μ/r) − ln Γ(t + r)/Γ(r),  μ = e^x₁, r = e^−x₂; with full=true and ln t!
    ///
    /// The variance is μ + α μ² with the dispersion α = 1/r = e^x₂; α → 0 is Poisson. Shapes: predictions `[…, 2]` of the
    /// logarithms of mean and dispersion, each within ±40, targets `[…]` of counts ≥ 0; weights and mask of targets; one
    /// target is one item. In nats. Source: Lawless 1987; Salinas et al. 2020 (DeepAR).
    pub struct NegativeBinomialNll = "negative_binomial_nll" {
        /// With ln t!, which changes no gradient?
        full: bool = false, finite();
    }
}

impl Loss for NegativeBinomialNll {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["negative_binomial"];
    const VARIANTS: &'static [&'static str] = &["negative_binomial_nll(full=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // With r = 1 the counts are geometric: P(t) = (1 − q) q^t, q = μ/(1 + μ), and Γ(t + 1) drops out.
        Known { expression: "negative_binomial_nll(full=true)", prediction: &[0.0, 0.0], target: &[3.0],
                value: 4.0 * std::f64::consts::LN_2, source: "by hand: −ln (½)⁴" },
        Known { expression: "negative_binomial_nll(full=true)", prediction: &[0.0, 0.0], target: &[0.0],
                value: std::f64::consts::LN_2, source: "by hand: −ln ½" },
        Known { expression: "negative_binomial_nll", prediction: &[0.0, 0.0], target: &[3.0],
                value: 4.0 * std::f64::consts::LN_2 - 1.791_759_469_228_055, source: "by hand: less ln 3!" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::LogScale,
            target: Domain::NonNegative,
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl NegativeBinomialNll {
    fn nll<S: Real>(&self, x: &[S], t: f64) -> S {
        let r = (-x[1]).exp();
        // ln(μ/r) and ln(1 + μ/r)
        let odds = x[0] + x[1];
        let nll = (r + S::lift(t)) * odds.softplus() - S::lift(t) * odds - ln_gamma_ratio(r, t);
        if self.full {
            nll + S::lift(ln_gamma(t + 1.0))
        } else {
            nll
        }
    }
}

impl GroupLoss for NegativeBinomialNll {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        exactly(2, numbers)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.nll(group.scores, group.targets[0])
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        by_duals::<2>(group.scores, slopes, |x| self.nll(x, group.targets[0]))
    }
}
