use super::both_sides;
use crate::prelude::*;

loss! {
    /// Modified Huber loss of a score: a squared hinge that is straight for hopeless scores.
    ///
    /// ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = max(0, 1 − m)² from m = −1 up, below it −4m
    ///
    /// A fourth of it is the binary sparsemax loss. Shapes: scores and targets of the same shape, targets in
    /// 0..1 (0 and 1 stand for the labels −1 and 1); one entry is one item. ≥ 0. Its best constant score for
    /// a share p of positives is 2p − 1. Source: Zhang 2004.
    pub struct ModifiedHuber = "modified_huber" {}
}

impl Loss for ModifiedHuber {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "modified_huber", prediction: &[0.25], target: &[1.0], value: 0.5625, source: "by hand" },
        Known { expression: "modified_huber", prediction: &[3.0], target: &[0.0], value: 12.0,
                source: "the straight part: 4·3" },
        Known { expression: "modified_huber", prediction: &[-1.0], target: &[1.0], value: 4.0,
                source: "where both parts meet" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(4.0),
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

/// max(0, 1 − m)² = (1 − c)² − 4 (m − c) with c = m held in −1..1.
#[inline(always)]
fn one_side<S: Real>(m: S) -> S {
    let one = S::lift(1.0);
    let square = (one - m.max(-one)).relu().square();
    square + S::lift(4.0) * (-one - m).relu()
}

impl PointLoss for ModifiedHuber {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        both_sides(t, one_side(x), one_side(-x))
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        vec![-1.0, 1.0]
    }
}
