use super::signed::tanh;
use crate::prelude::*;

loss! {
    /// Stable focal L1 loss: the absolute error of a signed target, less for small errors of the right sign.
    ///
    /// ℓ(z, c) = v·w·|p − c|,  p = tanh z,  w = α·|p − c|^β if p·c > 0, else 1;  v = pos_weight if c > 0, else 1
    ///
    /// For the signed soft targets c of `segmentation::sauna::sauna_transform`, beside `signed_jaccard_metric`. With
    /// α = β = 1 the squared error where the signs agree, and the absolute error elsewhere, whose slope does not
    /// vanish. Shapes: prediction and target of the same shape; one entry is one item. ≥ 0. Source: paper 125.
    pub struct StableFocalL1 = "stable_focal_l1" {
        /// Factor α.
        alpha: f64 = 2.0, above(0.0);
        /// Exponent β.
        beta: f64 = 1.0, above(0.0);
        /// Weight of targets above 0.
        pos_weight: f64 = 1.0, above(0.0);
        /// Is w held fixed in the gradient?
        detach: bool = false, finite();
        /// Does z pass the hyperbolic tangent? If not, it is p.
        tanh: bool = true, finite();
    }
}

impl Loss for StableFocalL1 {
    type Kind = Points;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["stable_focal_l1_loss"];
    const PAPERS: &'static [u16] = &[125];
    const VARIANTS: &'static [&'static str] = &[
        "stable_focal_l1(alpha=1, beta=2, pos_weight=3)",
        "stable_focal_l1(detach=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "stable_focal_l1(alpha=1, tanh=false)", prediction: &[0.8], target: &[1.0], value: 0.04, source: "paper 125" },
        Known { expression: "stable_focal_l1(tanh=false)", prediction: &[-0.5], target: &[-0.25], value: 0.125, source: "paper 125" },
        Known { expression: "stable_focal_l1(tanh=false)", prediction: &[0.3], target: &[-0.5], value: 0.8, source: "paper 125" },
        Known { expression: "stable_focal_l1(tanh=false)", prediction: &[0.2], target: &[-1.0], value: 1.2, source: "paper 125" },
        Known { expression: "stable_focal_l1(pos_weight=2)", prediction: &[0.0], target: &[0.5], value: 1.0, source: "no sign" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // A target is p, not z.
            at_perfect: (!self.tanh).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for StableFocalL1 {
    #[inline(always)]
    fn point<S: Real>(&self, z: S, c: S) -> S {
        let (zero, one) = (S::lift(0.0), S::lift(1.0));
        let p = if self.tanh { tanh(z) } else { z };
        let error = (p - c).abs();
        let focus = S::lift(self.alpha) * error.powf(self.beta);
        let focus = if self.detach { focus.detach() } else { focus };
        let own = S::select_lt(zero, c, S::lift(self.pos_weight), one);
        own * S::select_lt(zero, p * c, focus, one) * error
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        let same = if self.tanh { target.atanh() } else { target };
        [0.0, same].into_iter().filter(|x| x.is_finite()).collect()
    }
}
