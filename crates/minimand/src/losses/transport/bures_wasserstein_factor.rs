use crate::kernels::clouds::Pair;
use crate::prelude::*;
use crate::transport::bures::{bures_wasserstein_factor, plain_bures_factor};

loss! {
    /// Bures–Wasserstein loss of a factor: the covariance of a linear generator against a given one.
    ///
    /// ℓ(W, B) = BW²(WWᵀ + τI, B) = |W|² + τd + tr B − 2 tr (B^½ (WWᵀ + τI) B^½)^½
    ///
    /// For τ = 0 the last trace is the nuclear norm of B^½ W. Shapes: prediction `[items, d, k]` (for a deep linear network
    /// the product of its layers), target `[items, d, d]`. In squared units of the points, ≥ 0. With k < d its minima are
    /// the k leading eigenvectors of B, and its value there is the sum of the other eigenvalues. The slope is
    /// 2(W − B^½ U Vᵀ) with B^½ W = U D Vᵀ; where that has lost rank, lost directions get the slope of |W|² alone. Source:
    /// paper 103.
    pub struct BuresWassersteinFactor = "bures_wasserstein_factor" {
        /// Smoothing τ that is added to the covariance, in units of it; it keeps the slope bounded.
        tau: f64 = 0.0, at_least(0.0);
    }
}

impl Loss for BuresWassersteinFactor {
    type Kind = Clouds;
    const AREA: Area = Area::Transport;
    const ALIASES: &'static [&'static str] = &["bures_wasserstein_factor_loss"];
    const PAPERS: &'static [u16] = &[103];
    const VARIANTS: &'static [&'static str] = &["bures_wasserstein_factor(tau=0.1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "bures_wasserstein_factor", prediction: &[1.0, 0.2, 0.0, 0.5], target: &[2.0, 1.0, 1.0, 2.0],
                value: 1.041_682_306, source: "record 103" },
        Known { expression: "bures_wasserstein_factor(tau=0.1)", prediction: &[1.0, 0.2, 0.0, 0.5],
                target: &[2.0, 1.0, 1.0, 2.0], value: 0.868_071_621, source: "record 103" },
        Known { expression: "bures_wasserstein_factor", prediction: &[2.0, 0.0, 0.0, 1.0], target: &[1.0, 0.0, 0.0, 9.0],
                value: 5.0, source: "record 103, by its roots" },
        Known { expression: "bures_wasserstein_factor", prediction: &[2.0, 0.0, 0.0, 0.0], target: &[4.0, 0.0, 0.0, 3.0],
                value: 3.0, source: "a critical point: the eigenvalue that is left out" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl CloudLoss for BuresWassersteinFactor {
    const FORM: Form = Form::Factors;

    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S {
        let sizes = [pair.rows(), pair.width];
        plain_bures_factor(pair.points, pair.numbers, pair.target, sizes, self.tau)
    }

    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, crate::Error> {
        let sizes = [pair.rows(), pair.width];
        let (value, found) = bures_wasserstein_factor(pair.points, pair.target, sizes, self.tau)?;
        slopes.copy_from_slice(&found);
        Ok(value)
    }
}
