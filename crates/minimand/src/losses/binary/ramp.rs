use super::both_sides;
use crate::prelude::*;

loss! {
    /// Ramp loss of a score: a hinge that stops growing, so that wrong labels stop pulling.
    ///
    /// ℓ(x, t) = t·r(x) + (1 − t)·r(−x),  r(m) = min(1 − s, max(0, 1 − m)),  s = truncation
    ///
    /// Shapes: scores and targets of the same shape, targets in 0..1 (0 and 1 stand for the labels −1 and
    /// 1); one entry is one item. In 0..1 − s. Source: Collobert et al. 2006.
    pub struct Ramp = "ramp" {
        /// Score s on the label's side below which the loss is constant.
        truncation: f64 = -1.0, at_most(0.0);
    }
}

impl Loss for Ramp {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["ramp_loss"];
    const VARIANTS: &'static [&'static str] = &["ramp(truncation=0)", "ramp(truncation=-2.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ramp", prediction: &[0.25], target: &[1.0], value: 0.75, source: "by hand: the hinge" },
        Known { expression: "ramp", prediction: &[-9.0], target: &[1.0], value: 2.0, source: "truncated at 1 − s" },
        Known { expression: "ramp(truncation=0)", prediction: &[0.5], target: &[0.0], value: 1.0,
                source: "truncated at 1 − s" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            lipschitz: Some(1.0),
            bounded: Some(1.0 - self.truncation),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Ramp {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (one, most) = (S::lift(1.0), S::lift(1.0 - self.truncation));
        both_sides(t, (one - x).relu().min(most), (one + x).relu().min(most))
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        vec![1.0, -1.0, self.truncation, -self.truncation]
    }
}
