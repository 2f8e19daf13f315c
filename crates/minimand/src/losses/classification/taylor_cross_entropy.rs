use crate::prelude::*;

loss! {
    /// Taylor cross-entropy: the first terms of cross-entropy's power series, robust to wrong labels.
    ///
    /// ℓ(z, y) = Σ_{j=1..order} (1 − p_y)^j / j,  p = softmax(z)
    ///
    /// order = 1 is the absolute error 1 − p_y, order → ∞ cross-entropy: between them hopeless rows pull a
    /// little. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum
    /// to 1. From 0 to 1 + ½ + … + 1/order. Source: Feng et al. 2020; the series is that of PolyLoss,
    /// Leng et al. 2022 (paper 005), with its later terms dropped.
    pub struct TaylorCrossEntropy = "taylor_cross_entropy" {
        /// Number of terms.
        order: u32 = 2, within(1.0, 1000.0);
    }
}

impl Loss for TaylorCrossEntropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const PAPERS: &'static [u16] = &[5];
    const VARIANTS: &'static [&'static str] = &[
        "taylor_cross_entropy(order=1)",
        "taylor_cross_entropy(order=6)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "taylor_cross_entropy(order=5)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_291_442, source: "paper 005, test vector: 5-term truncation" },
        Known { expression: "taylor_cross_entropy(order=1)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.214_402_965, source: "1 − p_y with p_y of paper 005" },
        Known { expression: "taylor_cross_entropy(order=1000)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_297, source: "paper 005: many terms are cross-entropy" },
        Known { expression: "taylor_cross_entropy", prediction: &[0.0, 0.0], target: &[1.0],
                value: 0.625, source: "a uniform row: ½ + ¼/2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            lipschitz: Some(1.0),
            bounded: Some((1..=self.order).map(|j| 1.0 / f64::from(j)).sum()),
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for TaylorCrossEntropy {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // Horner's rule from the last term: q(1 + q(½ + q(⅓ + …))).
        let mut sum = S::lift(0.0);
        for j in (1..=self.order).rev() {
            sum = (sum + S::lift(1.0 / f64::from(j))) * k.q;
        }
        sum
    }
}
