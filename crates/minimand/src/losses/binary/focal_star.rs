use super::both_sides;
use crate::prelude::*;

loss! {
    /// Focal loss in its second form (FL*): cross-entropy of a steeper, shifted logit.
    ///
    /// ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = −ln σ(γ m + β) / γ
    ///
    /// Much like the focal loss but convex. γ = 1, β = 0 is binary cross-entropy. Shapes: logits and targets
    /// of the same shape, targets in 0..1; one entry is one item. In nats over γ, ≥ 0. Source: Lin et al.
    /// 2017, appendix (paper 024).
    pub struct FocalStar = "focal_star" {
        /// Steepness γ.
        gamma: f64 = 2.0, above(0.0);
        /// Shift β of the steeper logit.
        beta: f64 = 1.0, finite();
    }
}

impl Loss for FocalStar {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["focal_star_loss"];
    const PAPERS: &'static [u16] = &[24];
    const VARIANTS: &'static [&'static str] = &[
        "focal_star(gamma=1, beta=0)",
        "focal_star(gamma=4, beta=0)",
        "focal_star(gamma=0.5, beta=-1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "focal_star", prediction: &[0.5], target: &[1.0], value: 0.063_464_005_5,
                source: "paper 024, test vector" },
        Known { expression: "focal_star", prediction: &[2.0], target: &[0.0], value: 1.524_293_676,
                source: "paper 024, test vector" },
        Known { expression: "focal_star(gamma=1, beta=0)", prediction: &[0.5], target: &[1.0],
                value: 0.474_076_984, source: "paper 024: binary cross-entropy" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(1.0),
            elicits: if self.gamma == 1.0 && self.beta == 0.0 {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for FocalStar {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (steep, shift) = (S::lift(self.gamma) * x, S::lift(self.beta));
        both_sides(t, (-steep - shift).softplus(), (steep - shift).softplus()) / S::lift(self.gamma)
    }
}
