use super::lowered;
use crate::prelude::*;

loss! {
    /// Additive-margin softmax (CosFace): the label's cosine must lead by a margin.
    ///
    /// ℓ(c, y) = −ln( e^(s (c_y − m)) / (e^(s (c_y − m)) + Σ_{j≠y} e^(s c_j)) )
    ///
    /// The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    /// them. Shapes: cosines `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In
    /// nats, ≥ 0. Source: Wang et al. 2018 (paper 007).
    pub struct CosFace = "cosface" {
        /// Margin m of the cosine.
        margin: f64 = 0.35, at_least(0.0);
        /// Factor s of the cosines.
        scale: f64 = 64.0, above(0.0);
    }
}

impl Loss for CosFace {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["cosface_loss", "am_softmax"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &["cosface(scale=4)", "cosface(margin=0, scale=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "cosface(scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 2.305_083_320, source: "paper 007, test vector" },
        Known { expression: "cosface(margin=0, scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 1.171_100_666, source: "paper 007: the normalised softmax" },
        Known { expression: "cosface", prediction: &[0.35, 0.0], target: &[0.0], value: std::f64::consts::LN_2,
                source: "by hand: the margin takes the whole lead" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(self.scale),
            shift_invariant: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for CosFace {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        lowered(k, S::lift(self.scale * self.margin))
    }

    fn temperature(&self) -> f64 {
        1.0 / self.scale
    }
}
