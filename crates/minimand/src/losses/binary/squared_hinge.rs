use super::both_sides;
use crate::prelude::*;

loss! {
    /// Squared hinge loss of a score: a hinge with a continuous slope.
    ///
    /// ℓ(x, t) = t·h(x)² + (1 − t)·h(−x)²,  h(m) = max(0, margin − m)
    ///
    /// Shapes: scores and targets of the same shape, targets in 0..1 (0 and 1 stand for the labels −1 and
    /// 1); one entry is one item. In squared units of the score, ≥ 0. Its best constant score for a share p
    /// of positives is margin·(2p − 1). Source: Lee and Mangasarian 2001.
    pub struct SquaredHinge = "squared_hinge" {
        /// By how much the score must lie on the label's side.
        margin: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for SquaredHinge {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const VARIANTS: &'static [&'static str] = &["squared_hinge(margin=2.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "squared_hinge", prediction: &[0.25], target: &[1.0], value: 0.5625, source: "by hand" },
        Known { expression: "squared_hinge", prediction: &[0.25], target: &[0.0], value: 1.5625, source: "by hand" },
        Known { expression: "squared_hinge", prediction: &[3.0], target: &[1.0], value: 0.0,
                source: "beyond the margin" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            hessian: Hessian::Exact,
            calibration: (self.margin > 0.0).then_some(Calibration::Power {
                scale: self.margin * self.margin,
                exponent: 2.0,
            }),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for SquaredHinge {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let margin = S::lift(self.margin);
        both_sides(
            t,
            (margin - x).relu().square(),
            (margin + x).relu().square(),
        )
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        vec![self.margin, -self.margin]
    }
}
