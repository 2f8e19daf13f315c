use crate::prelude::*;

loss! {
    /// Asymmetric loss: positives and negatives focused apart, very easy negatives dropped.
    ///
    /// ℓ(x, t) = −t (1 − p)^γ₊ ln p − (1 − t) p_m^γ₋ ln(1 − p_m),  p = σ(x),  p_m = max(p − clip, 0)
    ///
    /// Shapes: logits and targets of the same shape, targets in 0..1; one entry is one item (the paper's
    /// code sums: use reduction `sum`). In nats, ≥ 0. A negative with p ≤ clip has loss and gradient 0.
    /// γ₊ = γ₋ = clip = 0 is binary cross-entropy. The paper's headline setting is γ₊ = 0, its code's
    /// default, and ours, γ₊ = 1. Source: Ridnik et al. 2021 (paper 041).
    pub struct Asymmetric = "asymmetric" {
        /// Focusing exponent γ₋ of the negatives.
        gamma_neg: f64 = 4.0, at_least(0.0);
        /// Focusing exponent γ₊ of the positives.
        gamma_pos: f64 = 1.0, at_least(0.0);
        /// Probability by which negatives are shifted down.
        clip: f64 = 0.05, within(0.0, 0.999);
    }
}

impl Loss for Asymmetric {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["asl", "asymmetric_loss"];
    const PAPERS: &'static [u16] = &[41];
    const VARIANTS: &'static [&'static str] = &[
        "asymmetric(gamma_neg=0, gamma_pos=0, clip=0)",
        "asymmetric(gamma_pos=0)",
        "asymmetric(gamma_neg=2, gamma_pos=2, clip=0)",
        "asymmetric(gamma_neg=1.5, clip=0.2)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "asymmetric",
            prediction: &[1.5],
            target: &[1.0],
            value: 0.036_742_92,
            source: "paper 041, test vector",
        },
        Known {
            expression: "asymmetric",
            prediction: &[0.3],
            target: &[0.0],
            value: 0.056_225_94,
            source: "paper 041, test vector",
        },
        Known {
            expression: "asymmetric",
            prediction: &[-4.0],
            target: &[0.0],
            value: 0.0,
            source: "paper 041: p ≤ clip",
        },
        Known {
            expression: "asymmetric(gamma_pos=0)",
            prediction: &[1.5],
            target: &[1.0],
            value: 0.201_413_278,
            source: "binary cross-entropy of a positive: ln(1 + e^−1.5)",
        },
        Known {
            expression: "asymmetric(gamma_pos=0)",
            prediction: &[1.5, -2.0, 0.3, -4.0],
            target: &[1.0, 0.0, 0.0, 0.0],
            value: 0.257_640_862_548,
            source: "paper 041, test vector: a row's sum",
        },
        Known {
            expression: "asymmetric(gamma_neg=0, gamma_pos=0, clip=0)",
            prediction: &[1.5, -2.0, 0.3, -4.0],
            target: &[1.0, 0.0, 0.0, 0.0],
            value: 1.200_846_461_412,
            source: "paper 041, test vector: binary cross-entropy",
        },
        Known {
            expression: "asymmetric",
            prediction: &[1e4],
            target: &[0.0],
            value: 2.440_042_660_136,
            source: "paper 041: the limit of a hopeless negative",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.gamma_neg == 0.0 && self.gamma_pos == 0.0 && self.clip == 0.0;
        Facts {
            target: Domain::Unit,
            convex: plain,
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Asymmetric {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let positive = (-x).sigmoid().powf(self.gamma_pos) * (-x).softplus();
        let shifted = (x.sigmoid() - S::lift(self.clip)).relu();
        // Without a shift ln(1 − p) must not be formed from a rounded p.
        let entropy = if self.clip == 0.0 {
            x.softplus()
        } else {
            -(-shifted).ln_1p()
        };
        let negative = shifted.powf(self.gamma_neg) * entropy;
        t * positive + (S::lift(1.0) - t) * negative
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        if self.clip > 0.0 && target < 1.0 {
            vec![(self.clip / (1.0 - self.clip)).ln()]
        } else {
            Vec::new()
        }
    }
}
