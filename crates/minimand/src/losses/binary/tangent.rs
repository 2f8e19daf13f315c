use super::both_sides;
use crate::prelude::*;

loss! {
    /// Tangent loss of a score: bounded, and also against scores that are too sure of being right.
    ///
    /// ℓ(x, t) = t (2 atan(x) − 1)² + (1 − t) (2 atan(x) + 1)²
    ///
    /// The best constant score for a share p of positives is tan(p − ½): a proper loss with the link
    /// p = atan(x) + ½, which leaves 0..1 beyond |x| = tan ½; there the loss rises again, to (π − 1)² at most.
    /// Shapes: scores and targets of the same shape, targets in 0..1; one entry is one item. In 0..(π + 1)².
    /// Source: Masnadi-Shirazi, Mahadevan and Vasconcelos 2010.
    pub struct Tangent = "tangent" {}
}

impl Loss for Tangent {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["tangent_loss"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "tangent", prediction: &[0.0], target: &[0.3], value: 1.0, source: "both sides are 1" },
        Known { expression: "tangent", prediction: &[0.546_302_489_843_790_5], target: &[1.0], value: 0.0,
                source: "the minimum at tan ½" },
        Known { expression: "tangent", prediction: &[1.0], target: &[0.0],
                value: (std::f64::consts::FRAC_PI_2 + 1.0) * (std::f64::consts::FRAC_PI_2 + 1.0),
                source: "atan 1 = π/4" },
    ];

    fn facts(&self) -> Facts {
        let most = std::f64::consts::PI + 1.0;
        Facts {
            target: Domain::Unit,
            // 4 (2 atan(v) + 1)/(1 + v²) stays below 6.17.
            lipschitz: Some(6.17),
            bounded: Some(most * most),
            // The minimum is at a finite score, not at a large one.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Tangent {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let angle = S::lift(2.0) * x.atan();
        let one = S::lift(1.0);
        both_sides(t, (angle - one).square(), (angle + one).square())
    }
}
