use crate::prelude::*;

loss! {
    /// Normalised softmax: cross-entropy of scaled cosines, the margin losses without their margin.
    ///
    /// ℓ(c, y) = −ln( e^(s c_y) / Σ_j e^(s c_j) )
    ///
    /// The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    /// them. Shapes: cosines `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In
    /// nats, ≥ 0. Source: Wang et al. 2017 (paper 007).
    pub struct NormalizedSoftmax = "normalized_softmax" {
        /// Factor s of the cosines.
        scale: f64 = 64.0, above(0.0);
    }
}

impl Loss for NormalizedSoftmax {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["normalized_softmax_loss", "normface"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &["normalized_softmax(scale=4)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "normalized_softmax(scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 1.171_100_666, source: "paper 007, test vector" },
        Known { expression: "normalized_softmax", prediction: &[0.3, 0.3], target: &[1.0],
                value: std::f64::consts::LN_2, source: "equal cosines: ln 2" },
        Known { expression: "normalized_softmax(scale=1)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_297, source: "paper 005: cross-entropy" },
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

impl RowLoss for NormalizedSoftmax {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn temperature(&self) -> f64 {
        1.0 / self.scale
    }
}
