use super::both_sides;
use crate::prelude::*;

loss! {
    /// Halted focal loss: focal up to a probability, cross-entropy beyond.
    ///
    /// ℓ(x, t) = t·α·h(p) + (1 − t)(1 − α)·h(1 − p),  p = σ(x),  h(p) = −(1 − p)^γ ln p  for p ≤ φ,
    /// h(p) = −ln p + ln φ − (1 − φ)^γ ln φ  for p > φ
    ///
    /// Sure entries keep pulling. h is continuous at φ, with a kink. With `positives_only` the negatives keep
    /// the focal loss. Negative for sure entries: h → ln φ − (1 − φ)^γ ln φ. Shapes: logits and targets of
    /// the same shape, targets in 0..1; one entry is one item. In nats. Source: Zhao et al. 2022 (paper 044).
    pub struct HaltedFocal = "halted_focal" {
        /// Focusing exponent γ.
        gamma: f64 = 2.0, at_least(0.0);
        /// Weight α of the positives; the negatives get 1 − α.
        alpha: Option<f64> = Some(0.25), within(0.0, 1.0);
        /// Probability φ of the label at which the focusing ends.
        end: f64 = 0.5, between(0.0, 1.0);
        /// Do only positives end their focusing?
        positives_only: bool = true, finite();
    }
}

impl Loss for HaltedFocal {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const PAPERS: &'static [u16] = &[44];
    const VARIANTS: &'static [&'static str] = &[
        "halted_focal(positives_only=false)",
        "halted_focal(alpha=none, end=0.7)",
        "halted_focal(gamma=0.5, end=0.3, positives_only=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "halted_focal(alpha=none)", prediction: &[0.0], target: &[1.0], value: 0.173_286_795,
                source: "paper 044: both sides of the end" },
        Known { expression: "halted_focal(alpha=none)", prediction: &[1e-9], target: &[1.0], value: 0.173_286_795,
                source: "paper 044: both sides of the end" },
        Known { expression: "halted_focal(alpha=none)", prediction: &[50.0], target: &[1.0], value: -0.519_860_385,
                source: "paper 044: the limit for p = 1" },
        Known { expression: "halted_focal", prediction: &[2.0], target: &[0.0], value: 1.237_558_635,
                source: "paper 024, test vector: a negative is focal" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            // Positives and negatives differ in their infima.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl HaltedFocal {
    /// h as a function of the label's logit.
    #[inline(always)]
    fn one_side<S: Real>(&self, x: S, halted: bool) -> S {
        let entropy = (-x).softplus();
        let focal = (-x).sigmoid().powf(self.gamma) * entropy;
        if !halted {
            return focal;
        }
        let (log, miss) = (self.end.ln(), 1.0 - self.end);
        let joint = log - miss.powf(self.gamma) * log;
        S::select_lt(S::lift(log - miss.ln()), x, entropy + S::lift(joint), focal)
    }
}

impl PointLoss for HaltedFocal {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let positive = self.one_side(x, true);
        let negative = self.one_side(-x, !self.positives_only);
        match self.alpha {
            Some(alpha) => both_sides(
                t,
                S::lift(alpha) * positive,
                S::lift(1.0 - alpha) * negative,
            ),
            None => both_sides(t, positive, negative),
        }
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        let end = self.end.ln() - (1.0 - self.end).ln();
        vec![end, -end]
    }
}
