use crate::prelude::*;

loss! {
    /// Squentropy: cross-entropy plus the mean square of the wrong logits.
    ///
    /// ℓ(z, y) = −ln p_y + 1/(c − 1) · Σ_{j≠y} z_j²,  p = softmax(z)
    ///
    /// Shapes: logits `[n, c, …]` with c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that
    /// sum to 1 (an extension: Σ_k t_k ℓ(z, k)). In nats plus squared logits, ≥ 0. Not invariant to a
    /// shift of the logits. Calibration improves where cross-entropy is overconfident; on nearly separable
    /// data the squares make the model underconfident. Source: Hui et al. 2023 (paper 003).
    pub struct Squentropy = "squentropy" {}
}

impl Loss for Squentropy {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const PAPERS: &'static [u16] = &[3];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "squentropy",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.866_311_297,
            source: "paper 003, test vector",
        },
        Known {
            expression: "squentropy",
            prediction: &[2.0, 0.0, 0.0],
            target: &[0.0],
            value: 0.239_544_773_3,
            source: "paper 003: cross-entropy where the wrong logits are 0, ln(1 + 2e⁻²)",
        },
        Known {
            expression: "squentropy",
            prediction: &[0.0, 3.0],
            target: &[1.0],
            value: 0.048_587_351_6,
            source: "two classes: ln(1 + e⁻³)",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            hessian: Hessian::Exact,
            least_classes: 2,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Squentropy {
    const READS: Reads = Reads::PROBABILITY_AND_LOGITS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        k.other_sq / S::lift(k.classes - 1.0) - k.log_p
    }
}
