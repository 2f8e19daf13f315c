use crate::prelude::*;

loss! {
    /// Label-distributionally robust loss (LDR-KL): the worst label weights near the uniform ones.
    ///
    /// ℓ(z, y) = max_p Σ_k p_k δ_k − λ·KL(p ‖ 1/c) = λ ln( (1/c) Σ_k e^(δ_k / λ) ),
    /// δ_k = z_k − z_y + margin·[k ≠ y]
    ///
    /// λ → 0 is the max-margin loss of Crammer and Singer, λ = 1 without a margin cross-entropy − ln c,
    /// λ → ∞ the mean of δ, which is symmetric and so robust to wrong labels. Shapes: logits `[n, c, …]`;
    /// labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In units of the logits; negative
    /// for sure rows (infimum −λ ln c). margin/λ may be up to 80 in single and 700 in double precision.
    /// Source: Zhu et al. 2023 (paper 018).
    pub struct LdrKl = "ldr_kl" {
        /// Weight λ of the divergence of the label weights from uniform ones.
        lambda: f64 = 1.0, above(0.0);
        /// By how much the label must lead the other classes.
        margin: f64 = 1.0, at_least(0.0);
        /// Are scores made positive and of mean 1 first (softplus over the row's mean)?
        normalize_scores: bool = false, finite();
    }
}

impl Loss for LdrKl {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["ldr", "ldr_kl_loss"];
    const PAPERS: &'static [u16] = &[18];
    const VARIANTS: &'static [&'static str] = &[
        "ldr_kl(margin=0)",
        "ldr_kl(lambda=0.3)",
        "ldr_kl(lambda=2)",
        "ldr_kl(lambda=0.5, margin=3)",
        "ldr_kl(lambda=2, normalize_scores=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ldr_kl(lambda=0.01)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.010_986_122_9, source: "paper 018, test vector" },
        Known { expression: "ldr_kl(lambda=0.5)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.386_024_824, source: "paper 018, test vector" },
        Known { expression: "ldr_kl(lambda=0.5, margin=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.523_833_263, source: "paper 018, test vector" },
        Known { expression: "ldr_kl", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.543_655_369, source: "paper 018, test vector" },
        Known { expression: "ldr_kl(margin=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.857_300_992, source: "paper 018: cross-entropy − ln 3" },
        Known { expression: "ldr_kl(lambda=10)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.797_793_449, source: "paper 018, test vector" },
        Known { expression: "ldr_kl(margin=0, normalize_scores=true)", prediction: &[0.0, 0.0], target: &[1.0],
                value: 0.0, source: "equal scores are 1 each" },
        Known { expression: "ldr_kl(lambda=1000)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: -0.832_972_276, source: "paper 018, test vector" },
    ];

    fn facts(&self) -> Facts {
        let on_scores = !self.normalize_scores;
        let plain = self.lambda == 1.0 && self.margin == 0.0 && on_scores;
        Facts {
            convex: on_scores,
            lipschitz: on_scores.then_some(1.0),
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: on_scores,
            // The infimum depends on the number of classes.
            at_perfect: None,
            hessian: if on_scores {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for LdrKl {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // With p = softmax(z/λ) and a = margin/λ the sum of exponentials is (p + e^a q)/p, and
        // p + e^a q = 1 + (e^a − 1) q.
        let lead = (self.margin / self.lambda).exp_m1();
        let raised = (S::lift(lead) * k.q).ln_1p();
        S::lift(self.lambda) * (raised - k.log_p - S::lift(k.classes.ln()))
    }

    fn transform(&self) -> Option<Transform> {
        self.normalize_scores.then_some(Transform::Positive)
    }

    fn temperature(&self) -> f64 {
        self.lambda
    }
}
