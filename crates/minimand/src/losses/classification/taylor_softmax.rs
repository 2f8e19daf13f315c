use crate::prelude::*;

loss! {
    /// Cross-entropy of the Taylor softmax: parabolas in the place of exponentials.
    ///
    /// ℓ(z, y) = −ln p_y,  p_k = g(z_k) / Σ_j g(z_j),  g(z) = 1 + z + z²/2
    ///
    /// A spherical loss: it needs of a row only its sum, its sum of squares and the label's output. g is least
    /// (½) at −1 and grows on both sides. Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    /// labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: de Brébisson and Vincent 2016 (paper 053).
    pub struct TaylorSoftmax = "taylor_softmax" {}
}

impl Loss for TaylorSoftmax {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["taylor_softmax_loss"];
    const PAPERS: &'static [u16] = &[53];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "taylor_softmax", prediction: &[0.0, 0.0], target: &[1.0], value: std::f64::consts::LN_2,
                source: "equal outputs: ln 2" },
        Known { expression: "taylor_softmax", prediction: &[2.0, -1.0], target: &[0.0],
                value: 0.095_310_179_804_325, source: "by hand: ln(5.5/5)" },
        Known { expression: "taylor_softmax", prediction: &[2.0, -1.0], target: &[1.0],
                value: 2.397_895_272_798_371, source: "by hand: ln(5.5/0.5)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // |g′/g| = 2|u|/(u² + 1) with u = 1 + z.
            lipschitz: Some(1.0),
            // The infimum 0 is approached too slowly to see it.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for TaylorSoftmax {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Link)
    }

    #[inline(always)]
    fn link<S: Real>(&self, x: S) -> S {
        (x + S::lift(0.5) * x.square()).ln_1p()
    }
}
