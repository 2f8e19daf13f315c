use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Tversky loss: Dice with false positives and false negatives weighted apart.
    ///
    /// ℓ = 1 − (TP + s) / (TP + α·FP + β·FN + s) with TP = Σ p·t, FP = Σ p·(1 − t), FN = Σ (1 − p)·t
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. α = β = ½ is
    /// Dice (with half its s), α = β = 1 Jaccard. Some write α for false negatives. Source: Salehi et al. 2017.
    pub struct Tversky = "tversky" {
        /// Weight α of false positives.
        alpha: f64 = 0.3, at_least(0.0);
        /// Weight β of false negatives: above α for more recall.
        beta: f64 = 0.7, at_least(0.0);
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-5, above(0.0);
        /// Does class 0 count?
        include_background: bool = true, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Which classes count: all, or those that occur in the target.
        classes: Classes = Classes::All, finite();
        /// What the sums run over.
        per: Per = Per::Item, finite();
    }
}

impl Loss for Tversky {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["tversky_loss"];
    const PAPERS: &'static [u16] = &[6, 158];
    const VARIANTS: &'static [&'static str] = &[
        "tversky(alpha=0.5, beta=0.5)",
        "tversky(activation=\"sigmoid\", smooth=1)",
        "tversky(include_background=false, classes=\"present\")",
        "tversky(per=\"batch\")",
        "tversky(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "tversky(activation=\"none\", smooth=1e-10)", prediction: &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0], target: &[1.0, 1.0, 1.0, 0.0, 0.0, 1.0], value: 0.3023255814, source: "paper 158: TP 3, FP 2, FN 1" },
        Known { expression: "tversky(activation=\"none\", alpha=1, beta=1, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[1.0, 0.0, 1.0], value: 0.318181818182, source: "jaccard" },
        Known { expression: "tversky(activation=\"none\", alpha=0.5, beta=0.5, smooth=0.5)", prediction: &[0.8, 0.4, 0.1], target: &[1.0, 0.0, 0.0], value: 0.212121212, source: "dice(smooth=1)" },
        Known { expression: "tversky(activation=\"none\")", prediction: &[0.0], target: &[0.0], value: 0.0, source: "an empty region, predicted empty" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for Tversky {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        tversky(sums, [self.alpha, self.beta], self.smooth)
    }

    settings!();
}

/// The Tversky loss with weights of false positives and false negatives.
#[inline(always)]
pub(super) fn tversky<S: Real>(sums: &Region<S>, [alpha, beta]: [f64; 2], smooth: f64) -> S {
    let positives = S::lift(alpha) * (sums.prediction - sums.intersection);
    let negatives = S::lift(beta) * (sums.target - sums.intersection);
    let wrong = positives + negatives;
    wrong / (sums.intersection + wrong + S::lift(smooth))
}
