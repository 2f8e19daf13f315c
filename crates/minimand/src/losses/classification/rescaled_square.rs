use crate::prelude::*;

loss! {
    /// Rescaled square loss: regression of the outputs on a scaled one-hot target.
    ///
    /// ℓ(z, y) = 1/c · ( label_weight·(z_y − label_target)² + Σ_{j≠y} z_j² )
    ///
    /// Both parameters at 1 are the mean squared error on the one-hot label; for many classes the label is
    /// lost among the zeros without a weight and a target above 1 (15 and 30 on ImageNet). The outputs are no
    /// logits: their softmax means nothing. On cosines, as the head `cosine` of a linear layer gives them, and with
    /// both at 1 it is P2SGrad (Zhang et al. 2019). Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    /// labels `[n, c, …]` that sum to 1 (then Σ_k t_k ℓ(z, k)). ≥ 0. Source: Hui and Belkin 2021, the baseline of
    /// paper 003.
    pub struct RescaledSquare = "rescaled_square" {
        /// Factor k of the label's own square.
        label_weight: f64 = 1.0, at_least(0.0);
        /// Output M that the label should have.
        label_target: f64 = 1.0, within(0.0, 1e6);
    }
}

impl Loss for RescaledSquare {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["rescaled_square_loss", "p2s_grad"];
    const PAPERS: &'static [u16] = &[3];
    const VARIANTS: &'static [&'static str] = &[
        "rescaled_square(label_weight=5, label_target=15)",
        "rescaled_square(label_weight=0)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rescaled_square", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.75, source: "paper 003, test vector" },
        Known { expression: "rescaled_square(label_weight=5, label_target=15)", prediction: &[2.0, -1.0, 0.5],
                target: &[0.0], value: 282.083_333, source: "paper 003, test vector" },
        Known { expression: "rescaled_square", prediction: &[0.0, 1.0], target: &[1.0],
                value: 0.0, source: "the one-hot label itself" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            // The minimum is at the scaled one-hot label, not at large outputs.
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for RescaledSquare {
    const READS: Reads = Reads::LOGITS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let own = (k.z - S::lift(self.label_target)).square();
        (S::lift(self.label_weight) * own + k.other_sq) / S::lift(k.classes)
    }
}
