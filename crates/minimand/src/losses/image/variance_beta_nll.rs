use crate::prelude::*;

loss! {
    /// β-NLL of a predicted log-variance: the variance step of heteroscedastic registration.
    ///
    /// ℓ(v, r) = (½ r² e^−v + ½ v) · e^βv held fixed, or with laplace ½ |r| e^−v + ½ v in its place
    ///
    /// The prediction v is the logarithm of the variance (laplace: of the scale) of a pixel, the target r its
    /// residual, such as fixed minus warped image, which has no slope. v is held in −10..10, where the slope is 0
    /// beyond. Shapes: prediction and target of the same shape; one entry is one item. Without bound below; least at
    /// v = ln r². β = 0 is the negative log-likelihood of a Gaussian without its constant. Source: paper 69.
    pub struct VarianceBetaNll = "variance_beta_nll" {
        /// Exponent β of the variance that weighs a pixel.
        beta: f64 = 0.5, within(0.0, 1.0);
        /// The absolute residual in place of the square?
        laplace: bool = false, finite();
    }
}

/// Largest magnitude of the log-variance.
const MOST: f64 = 10.0;

impl Loss for VarianceBetaNll {
    type Kind = Points;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["beta_nll_loss"];
    const PAPERS: &'static [u16] = &[69];
    const VARIANTS: &'static [&'static str] = &[
        "variance_beta_nll(beta=0)",
        "variance_beta_nll(beta=1, laplace=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // Means of three in the record.
        Known { expression: "variance_beta_nll(beta=0)", prediction: &[0.0, 0.4, 1.0], target: &[0.5, -1.0, 2.0],
                value: 3.0 * 0.631972968, source: "record 069" },
        Known { expression: "variance_beta_nll", prediction: &[0.0, 0.4, 1.0], target: &[0.5, -1.0, 2.0],
                value: 3.0 * 0.938689294, source: "record 069" },
        Known { expression: "variance_beta_nll(beta=0, laplace=true)", prediction: &[0.0], target: &[-3.0],
                value: 1.5, source: "by hand" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for VarianceBetaNll {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (half, most) = (S::lift(0.5), S::lift(MOST));
        let v = x.max(-most).min(most);
        let size = if self.laplace { t.abs() } else { t * t };
        let weight = (v * S::lift(self.beta)).exp().detach();
        (half * size * (-v).exp() + half * v) * weight
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        vec![-MOST, MOST]
    }
}
