use crate::prelude::*;

loss! {
    /// Adaptive label-distributionally robust loss (ALDR-KL): a temperature that each row chooses.
    ///
    /// ℓ(z, y) = λ ln( (1/c) Σ_k e^(δ_k / λ) ) − (α ln c / (2λ₀)) (λ − λ₀)²,
    /// δ_k = z_k − z_y + margin·[k ≠ y],  λ = λ₀ (1 − KL(softmax(z/λ₀) ‖ 1/c) / (α ln c))
    ///
    /// Unsure rows are treated almost symmetrically (λ near λ₀), which resists wrong labels, sure ones nearly
    /// as with a margin (λ down to λ₀(1 − 1/α)). λ is held fixed in the gradient: one step of the paper's
    /// alternation from λ₀, where its code keeps a λ for every training item. Shapes: logits `[n, c, …]` with
    /// c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In units of the logits,
    /// negative for sure rows. Source: Zhu et al. 2023 (paper 018).
    pub struct AldrKl = "aldr_kl" {
        /// Highest temperature λ₀; matters much: tune it.
        lambda0: f64 = 1.0, above(0.0);
        /// How far λ stays from 0: α > 1.
        alpha: f64 = 2.0, above(1.0);
        /// By how much the label must lead the other classes.
        margin: f64 = 1.0, at_least(0.0);
        /// Are scores made positive and of mean 1 first (softplus over the row's mean)? Then λ₀ = 10 suits.
        normalize_scores: bool = false, finite();
    }
}

impl Loss for AldrKl {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["aldr", "aldr_kl_loss"];
    const PAPERS: &'static [u16] = &[18];
    const VARIANTS: &'static [&'static str] = &[
        "aldr_kl(lambda0=4)",
        "aldr_kl(lambda0=0.5, alpha=4, margin=0)",
        "aldr_kl(lambda0=2, normalize_scores=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "aldr_kl", prediction: &[2.0, -1.0, 0.5], target: &[0.0], value: -0.541_121_498,
                source: "paper 018, test vector: one step, λ = 0.782895345" },
        Known { expression: "aldr_kl", prediction: &[0.0, 0.0], target: &[0.0], value: 0.620_114_506_958_278,
                source: "a row without preference has λ = λ₀: ln((1 + e)/2)" },
        Known { expression: "aldr_kl(lambda0=3, margin=0)", prediction: &[5.0, 5.0, 5.0], target: &[1.0], value: 0.0,
                source: "equal logits and no margin: δ = 0" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The gradient is a difference of distributions.
            lipschitz: (!self.normalize_scores).then_some(1.0),
            shift_invariant: !self.normalize_scores,
            // The infimum depends on the number of classes.
            at_perfect: None,
            least_classes: 2,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for AldrKl {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // As in LDR-KL, on logits that are divided by λ already.
        let lead = (S::lift(self.margin) / k.fixed).exp_m1();
        let log_classes = k.classes.ln();
        let robust = (lead * k.q).ln_1p() - k.log_p - S::lift(log_classes);
        let away = (k.fixed - S::lift(self.lambda0)).square();
        k.fixed * robust - S::lift(self.alpha * log_classes / (2.0 * self.lambda0)) * away
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Temper {
            most: self.lambda0,
            spread: self.alpha,
            positive: self.normalize_scores,
        })
    }
}
