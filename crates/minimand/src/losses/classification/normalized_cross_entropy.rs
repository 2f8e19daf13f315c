use crate::prelude::*;

loss! {
    /// Normalised cross-entropy (NCE): cross-entropy over its sum for all labels, robust to wrong labels.
    ///
    /// ℓ(z, y) = ln p_y / Σ_k ln p_k,  p = softmax(z)
    ///
    /// The losses of all labels of a row add up to 1, which makes it tolerant of symmetric label noise. Alone
    /// it underfits; with a loss that also pushes the others down it does not: `normalized_cross_entropy +
    /// symmetric_cross_entropy(alpha=0)` is NCE + RCE. Shapes: logits `[n, c, …]` with c ≥ 2; labels
    /// `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1 (then Σ_k t_k ℓ(z, k)). In 0..1. Source:
    /// Ma et al. 2020 (paper 022).
    pub struct NormalizedCrossEntropy = "normalized_cross_entropy" {}
}

impl Loss for NormalizedCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["nce", "normalized_cross_entropy_loss"];
    const PAPERS: &'static [u16] = &[22];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "normalized_cross_entropy", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.046_193_405_5, source: "paper 022, test vector" },
        Known { expression: "normalized_cross_entropy", prediction: &[1.0, 1.0, 1.0, 1.0], target: &[2.0],
                value: 0.25, source: "paper 022: 1/c for a uniform row" },
        Known { expression: "normalized_cross_entropy", prediction: &[1e4, 0.0], target: &[1.0], value: 1.0,
                source: "a hopeless label of two" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            shift_invariant: true,
            least_classes: 2,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for NormalizedCrossEntropy {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Normalised;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }
}
