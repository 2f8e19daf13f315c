use crate::prelude::*;

loss! {
    /// Label-distribution-aware margin loss (LDAM): rarer classes must lead by more.
    ///
    /// ℓ(z, y) = −ln( e^(s(z_y − Δ_y)) / (e^(s(z_y − Δ_y)) + Σ_{j≠y} e^(s z_j)) ),
    /// Δ_k = max_margin · (min counts / counts_k)^¼
    ///
    /// Meant for outputs of bounded size, such as cosines. Without counts every class has the largest margin
    /// (an additive-margin softmax). Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    /// `[n, c, …]` that sum to 1. In nats, ≥ 0. scale·max_margin may be up to 80 in single and 700 in double
    /// precision. Source: Cao et al. 2019.
    pub struct Ldam = "ldam" {
        /// How many items each class has in the training data.
        counts: Alpha = Alpha::default(), above(0.0);
        /// Margin of the rarest class.
        max_margin: f64 = 0.5, at_least(0.0);
        /// Factor s of the outputs; 30 is usual for cosines.
        scale: f64 = 1.0, above(0.0);
    }
}

impl Loss for Ldam {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["ldam_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "ldam(max_margin=0)",
        "ldam(counts=9, max_margin=1)",
        "ldam(scale=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ldam(max_margin=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_297, source: "paper 005: cross-entropy without a margin" },
        Known { expression: "ldam(counts=[16, 1], scale=2)", prediction: &[0.25, 0.0], target: &[0.0],
                value: std::f64::consts::LN_2, source: "by hand: the margin ½·16^−¼ = ¼ takes the whole lead" },
        Known { expression: "ldam(counts=[16, 1], scale=2)", prediction: &[0.0, 0.5], target: &[1.0],
                value: std::f64::consts::LN_2, source: "by hand: the rarest class's margin is ½" },
        Known { expression: "ldam(scale=30)", prediction: &[0.0, 1.0], target: &[1.0],
                value: 3.059_022_6e-7, source: "by hand: ln(1 + e^(−15))" },
    ];

    fn facts(&self) -> Facts {
        let plain = self.max_margin == 0.0 && self.scale == 1.0;
        Facts {
            convex: true,
            lipschitz: Some(self.scale),
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Ldam {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // With a = s·Δ_y the label's share is p/(p + e^a q), and p + e^a q = 1 + (e^a − 1) q.
        (k.fixed * k.q).ln_1p() - k.log_p
    }

    fn class_values(&self) -> Vec<f64> {
        let lead = |share: f64| (self.scale * self.max_margin * share.powf(0.25)).exp_m1();
        let least = self.counts.0.iter().copied().fold(f64::INFINITY, f64::min);
        match self.counts.0.as_slice() {
            [] | [_] => vec![lead(1.0)],
            counts => counts.iter().map(|n| lead(least / n)).collect(),
        }
    }

    fn temperature(&self) -> f64 {
        1.0 / self.scale
    }
}
