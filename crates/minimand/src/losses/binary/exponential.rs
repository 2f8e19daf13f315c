use super::both_sides;
use crate::losses::classification::exp_m1_then_tangent;
use crate::prelude::*;

loss! {
    /// Exponential loss of a score: what AdaBoost minimises.
    ///
    /// ℓ(x, t) = t·e^(−x) + (1 − t)·e^x
    ///
    /// Shapes: scores and targets of the same shape, targets in 0..1 (0 and 1 stand for the labels −1 and
    /// 1); one entry is one item. ≥ 0. Its best constant score for a share p of positives is
    /// ½ ln(p/(1 − p)). Sensitive to wrong labels; a score more than 40 on the wrong side continues the
    /// exponential along its tangent, so that the loss stays finite. Source: Freund and Schapire 1997.
    pub struct Exponential = "exponential" {}
}

impl Loss for Exponential {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["exponential_loss", "adaboost"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "exponential", prediction: &[1.0], target: &[0.0], value: std::f64::consts::E,
                source: "by hand" },
        Known { expression: "exponential", prediction: &[0.0], target: &[0.3], value: 1.0, source: "e⁰ on both sides" },
        Known { expression: "exponential", prediction: &[-2.0], target: &[1.0], value: 7.389_056_098_930_65,
                source: "e²" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            hessian: Hessian::Exact,
            calibration: Some(Calibration::CompSum { tau: 0.0 }),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Exponential {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let sides = both_sides(t, exp_m1_then_tangent(-x), exp_m1_then_tangent(x));
        S::lift(1.0) + sides
    }
}
