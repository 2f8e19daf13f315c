use crate::prelude::*;

loss! {
    /// Focal loss of a logit: binary cross-entropy that fades for well-classified entries.
    ///
    /// ℓ(x, t) = α_t (1 − p_t)^γ · BCE(x, t),  p_t = t·p + (1 − t)(1 − p),  p = σ(x),
    /// α_t = t·α + (1 − t)(1 − α)
    ///
    /// Shapes: logits and targets of the same shape, targets in 0..1; one entry is one item. In nats, ≥ 0.
    /// `alpha=none` switches the weighting off; α never enters the divisor of a mean (detectors divide by
    /// the number of positives: give it as `denominator`). Source: Lin et al. 2017 (paper 024).
    pub struct SigmoidFocal = "sigmoid_focal" {
        /// Weight α of the positives; the negatives get 1 − α.
        alpha: Option<f64> = Some(0.25), within(0.0, 1.0);
        /// Focusing exponent γ.
        gamma: f64 = 2.0, at_least(0.0);
    }
}

impl Loss for SigmoidFocal {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["sigmoid_focal_loss", "binary_focal"];
    const PAPERS: &'static [u16] = &[24, 78];
    const VARIANTS: &'static [&'static str] = &[
        "sigmoid_focal(alpha=none)",
        "sigmoid_focal(alpha=none, gamma=0)",
        "sigmoid_focal(gamma=0.5)",
        "sigmoid_focal(gamma=1.3)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "sigmoid_focal",
            prediction: &[0.5],
            target: &[1.0],
            value: 0.016_893_372_6,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal(alpha=none)",
            prediction: &[-1.0],
            target: &[0.0],
            value: 0.022_658_057_5,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal(alpha=none)",
            prediction: &[-3.0],
            target: &[1.0],
            value: 2.766_280_441,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal",
            prediction: &[2.0],
            target: &[0.0],
            value: 1.237_558_635,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal(alpha=none)",
            prediction: &[0.5],
            target: &[1.0],
            value: 0.067_573_490_5,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal",
            prediction: &[-1.0],
            target: &[0.0],
            value: 0.016_993_543_1,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal(alpha=none)",
            prediction: &[2.0],
            target: &[0.0],
            value: 1.650_078_179,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal",
            prediction: &[-3.0],
            target: &[1.0],
            value: 0.691_570_110,
            source: "paper 024, test vector",
        },
        Known {
            expression: "sigmoid_focal(gamma=0, alpha=0.5)",
            prediction: &[0.8],
            target: &[1.0],
            value: 0.371_100_666 / 2.0,
            source: "paper 078, test vector",
        },
        Known {
            expression: "sigmoid_focal",
            prediction: &[0.8],
            target: &[1.0],
            value: 0.008_917_161,
            source: "paper 078, test vector",
        },
        Known {
            expression: "sigmoid_focal",
            prediction: &[0.8],
            target: &[0.0],
            value: 0.418_139_840,
            source: "paper 078, test vector",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.gamma == 0.0 && self.alpha.is_none_or(|a| a == 0.5);
        Facts {
            target: Domain::Unit,
            convex: self.gamma == 0.0,
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            hessian: if self.gamma == 0.0 {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for SigmoidFocal {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let rest = S::lift(1.0) - t;
        let entropy = rest * x.softplus() + t * (-x).softplus();
        let miss = t * (-x).sigmoid() + rest * x.sigmoid();
        let loss = miss.powf(self.gamma) * entropy;
        match self.alpha {
            Some(alpha) => (t * S::lift(alpha) + rest * S::lift(1.0 - alpha)) * loss,
            None => loss,
        }
    }
}
