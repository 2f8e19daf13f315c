use crate::prelude::*;

loss! {
    /// Penalty on the normaliser of a softmax: its squared logarithm, the z-loss of language models.
    ///
    /// ℓ(z) = (ln Σ_j e^(z_j))²
    ///
    /// Added with a small factor, as in `cross_entropy + 0.0001*z_regularization`, it keeps logits from drifting
    /// together. The label decides only whether the row counts and with which class weight. (The Z-loss of
    /// standardised logits is `z_normalized`.) Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    /// labels `[n, c, …]` that sum to 1. In squared nats, ≥ 0. Source: Chowdhery et al. 2022 (PaLM).
    pub struct ZRegularization = "z_regularization" {}
}

impl Loss for ZRegularization {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["z_loss", "lse_square"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "z_regularization", prediction: &[0.0, 0.0], target: &[0.0],
                value: 0.480_453_013_918_201, source: "by hand: (ln 2)²" },
        Known { expression: "z_regularization", prediction: &[2.0, -1.0, 0.5], target: &[2.0],
                value: 5.023_476_329, source: "by hand: (2 + 0.241311297)²" },
        Known { expression: "z_regularization", prediction: &[-std::f64::consts::LN_2; 2], target: &[1.0],
                value: 0.0, source: "normalised already" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The infimum 0 has nothing to do with the label.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for ZRegularization {
    const READS: Reads = Reads::PROBABILITY_AND_LOGITS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        (k.z - k.log_p).square()
    }
}
