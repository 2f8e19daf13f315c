use crate::prelude::*;

loss! {
    /// Binary cross-entropy of a logit.
    ///
    /// ℓ(x, t) = −w·t' ln σ(x) − (1 − t') ln(1 − σ(x)),  w = pos_weight,  t' = (1 − s) t + s/2
    ///
    /// Shapes: logits and targets of the same shape, targets in 0..1 (soft allowed); one entry is one
    /// item, so that a mean runs over all labels of a multi-label batch (torch's multilabel soft margin). In
    /// nats, ≥ 0. `pos_weight` never enters the divisor of a mean. For labels −1 and 1 it is the logistic or
    /// soft-margin loss ln(1 + e^(−yx)).
    pub struct BinaryCrossEntropy = "binary_cross_entropy" {
        /// Factor of the positive part.
        pos_weight: f64 = 1.0, at_least(0.0);
        /// Share s of the target that becomes ½.
        label_smoothing: f64 = 0.0, within(0.0, 1.0);
    }
}

impl Loss for BinaryCrossEntropy {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &[
        "bce",
        "bce_with_logits",
        "sigmoid_binary_cross_entropy",
        "soft_margin",
        "multilabel_soft_margin",
        "logistic",
    ];
    const VARIANTS: &'static [&'static str] = &[
        "binary_cross_entropy(pos_weight=3)",
        "binary_cross_entropy(pos_weight=2, label_smoothing=0.1)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "binary_cross_entropy",
            prediction: &[0.5],
            target: &[1.0],
            value: 0.474_076_984,
            source: "paper 024, test vector",
        },
        Known {
            expression: "binary_cross_entropy",
            prediction: &[0.0],
            target: &[0.3],
            value: std::f64::consts::LN_2,
            source: "σ(0) = ½ for any target: ln 2",
        },
        Known {
            expression: "binary_cross_entropy(pos_weight=2)",
            prediction: &[0.5],
            target: &[1.0],
            value: 2.0 * 0.474_076_984,
            source: "twice the paper's test vector",
        },
        Known {
            expression: "binary_cross_entropy(label_smoothing=1)",
            prediction: &[0.5],
            target: &[1.0],
            value: 0.724_076_984,
            source: "paper 024's vector and a quarter: half of both sides, which differ by the logit",
        },
    ];

    fn facts(&self) -> Facts {
        let hard = self.label_smoothing == 0.0;
        let plain = self.pos_weight == 1.0 && hard;
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(self.pos_weight.max(1.0)),
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            at_perfect: hard.then_some(0.0),
            hessian: Hessian::Exact,
            calibration: plain.then_some(Calibration::CompSum { tau: 1.0 }),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for BinaryCrossEntropy {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (one, half) = (S::lift(1.0), S::lift(0.5));
        let t = t + S::lift(self.label_smoothing) * (half - t);
        (one - t) * x.softplus() + S::lift(self.pos_weight) * t * (-x).softplus()
    }
}
