use crate::prelude::*;

loss! {
    /// Sparsemax loss: convex as cross-entropy, and 0 once the label leads by 1.
    ///
    /// ℓ(z, t) = Σ_{k: z_k > τ} ½ (z_k − τ)² − Σ_k t_k (z_k − τ) + ½,  τ from Σ_k max(0, z_k − τ) = 1
    ///
    /// Its probabilities max(0, z_k − τ) can be 0; of two classes it is a quarter of the modified Huber loss of
    /// their difference. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that
    /// sum to 1 (for which the Fenchel–Young loss is smaller by ½ − ½ Σ t²); class weights weight rows. ≥ 0.
    /// Source: Martins and Astudillo 2016.
    pub struct Sparsemax = "sparsemax" {}
}

impl Loss for Sparsemax {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["sparsemax_loss", "multiclass_sparsemax_loss"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sparsemax", prediction: &[2.0, 0.0], target: &[0.0], value: 0.0,
                source: "a lead of more than 1" },
        Known { expression: "sparsemax", prediction: &[2.0, 0.0], target: &[1.0], value: 2.0, source: "by hand: τ = 1" },
        Known { expression: "sparsemax", prediction: &[0.0, 0.0], target: &[1.0], value: 0.25,
                source: "by hand: τ = −½; a quarter of the modified Huber loss at 0" },
        Known { expression: "sparsemax", prediction: &[0.5, 0.25, -3.0], target: &[0.0], value: 0.140_625,
                source: "by hand: τ = −1/8" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            shift_invariant: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Sparsemax {
    const READS: Reads = Reads::LOGIT.transformed();
    const COMBINES: Combines = Combines::Every;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let (half, one) = (S::lift(0.5), S::lift(1.0));
        // ½z² + ½ − z above the threshold, without cancellation at 1.
        let above = half * (one - k.z).square();
        let own = S::select_lt(S::lift(0.0), k.z, above, half - k.z);
        k.fixed * own + (one - k.fixed) * half * k.z.relu().square()
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Threshold)
    }
}
