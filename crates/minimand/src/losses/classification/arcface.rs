use super::lowered;
use crate::prelude::*;

/// Least square of a sine: at 0 and π the sine's slope by the cosine is infinite.
const LEAST_SQUARE: f64 = 1e-7;

loss! {
    /// Additive angular margin (ArcFace): the label's angle must be smaller by a margin.
    ///
    /// ℓ(c, y) = −ln( e^(s φ) / (e^(s φ) + Σ_{j≠y} e^(s c_j)) ),
    /// φ = cos(arccos c_y + m) up to π, beyond it c_y − m sin m
    ///
    /// The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    /// them. At ±1 the slope is that of cos m alone. Shapes: cosines `[n, c, …]`; labels `[n, …]` in `0..c`, or
    /// soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Deng et al. 2019 (paper 007).
    pub struct ArcFace = "arcface" {
        /// Margin m of the angle, in radians.
        margin: f64 = 0.5, within(0.0, 1.5);
        /// Factor s of the cosines.
        scale: f64 = 64.0, above(0.0);
    }
}

impl Loss for ArcFace {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["arcface_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &["arcface(scale=4)", "arcface(margin=1.4, scale=4)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "arcface(scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 2.697_699_871, source: "paper 007, test vector" },
        Known { expression: "arcface(margin=0, scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 1.171_100_666, source: "paper 007: the normalised softmax" },
        Known { expression: "arcface(scale=2)", prediction: &[-0.96, -1.199_712_769_302_102], target: &[0.0],
                value: std::f64::consts::LN_2, source: "by hand: beyond π, −0.96 − ½ sin ½" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl RowLoss for ArcFace {
    const READS: Reads = Reads::PROBABILITY_AND_LOGITS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let (sin, cos) = self.margin.sin_cos();
        let one = S::lift(1.0);
        // What is no cosine keeps the distance that the end of the range has.
        let c = (k.z * S::lift(1.0 / self.scale)).min(one).max(-one);
        let sine = ((one - c) * (one + c)).max(S::lift(LEAST_SQUARE)).sqrt();
        let turned = c * S::lift(cos) - sine * S::lift(sin);
        let beyond = c - S::lift(self.margin * sin);
        let target = S::select_lt(S::lift(-cos), c, turned, beyond);
        lowered(k, S::lift(self.scale) * (c - target))
    }

    fn temperature(&self) -> f64 {
        1.0 / self.scale
    }
}
