use super::both_sides;
use crate::prelude::*;

loss! {
    /// Sigmoid loss of a logit: the probability of the other label, robust to wrong labels.
    ///
    /// ℓ(x, t) = t (1 − p) + (1 − t) p,  p = σ(x)
    ///
    /// For hard labels the absolute error of the probability. Both labels' losses add up to 1, which makes
    /// it tolerant of symmetric label noise and usual in learning from positive and unlabelled data. Shapes:
    /// logits and targets of the same shape, targets in 0..1; one entry is one item. In 0..1. Source: Ghosh
    /// et al. 2015.
    pub struct SigmoidLoss = "sigmoid_loss" {}
}

impl Loss for SigmoidLoss {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sigmoid_loss", prediction: &[0.0], target: &[1.0], value: 0.5, source: "p = ½" },
        Known { expression: "sigmoid_loss", prediction: &[0.5], target: &[1.0], value: 1.0 - 0.622_459_331,
                source: "1 − p with p of paper 024" },
        Known { expression: "sigmoid_loss", prediction: &[1e4, -1e4], target: &[0.0, 0.0], value: 1.0,
                source: "wholly wrong and wholly right" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            lipschitz: Some(0.25),
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for SigmoidLoss {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        both_sides(t, (-x).sigmoid(), x.sigmoid())
    }
}
