use super::both_sides;
use crate::prelude::*;

loss! {
    /// Hinge loss of a score: the label must lead by a margin (support vector machine).
    ///
    /// ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = max(0, margin − m)
    ///
    /// `margin=0` is the perceptron loss. Shapes: scores and targets of the same shape, targets in 0..1 (0
    /// and 1 stand for the labels −1 and 1); one entry is one item. In units of the score, ≥ 0 for margin
    /// ≥ 0. Its best score has the sign of the likelier label and says nothing of probabilities. Of the difference
    /// of two scores, with the margin of PyTorch's `margin_ranking_loss` (0 by default there), it is that loss.
    /// Source: Cortes and Vapnik 1995.
    pub struct Hinge = "hinge" {
        /// By how much the score must lie on the label's side.
        margin: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for Hinge {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["hinge_loss"];
    const VARIANTS: &'static [&'static str] = &["hinge(margin=0)", "hinge(margin=2.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "hinge", prediction: &[0.25], target: &[1.0], value: 0.75, source: "by hand" },
        Known { expression: "hinge", prediction: &[0.25], target: &[0.0], value: 1.25, source: "by hand" },
        Known { expression: "hinge", prediction: &[3.0], target: &[1.0], value: 0.0, source: "beyond the margin" },
        Known { expression: "hinge(margin=0)", prediction: &[-2.0, 2.0], target: &[1.0, 1.0], value: 2.0,
                source: "perceptron: only the wrong side counts" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(1.0),
            calibration: (self.margin > 0.0).then_some(Calibration::Power {
                scale: self.margin,
                exponent: 1.0,
            }),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Hinge {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let margin = S::lift(self.margin);
        both_sides(t, (margin - x).relu(), (margin + x).relu())
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        vec![self.margin, -self.margin]
    }
}
