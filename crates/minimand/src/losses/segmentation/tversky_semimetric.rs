use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Tversky semimetric loss: the family of the Jaccard metric and Dice semimetric losses.
    ///
    /// ℓ = (1 − TI)^γ, or (−ln TI)^γ, with TI = (TP + s) / (TP + α·FP + β·FN + s),
    /// TP = (Σ p + Σ t − Σ |p − t|)/2, FP = Σ p − TP, FN = Σ t − TP
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. ≥ 0, at most 1 without the logarithm, and
    /// 0 only at p = t, for soft labels too. α = β = 1 is `jaccard_metric`, ½ `dice_semimetric`. The derivative at
    /// p = t is taken as 0. Source: Wang et al. 2023.
    pub struct TverskySemimetric = "tversky_semimetric" {
        /// Weight α of false positives.
        alpha: f64 = 0.3, at_least(0.0);
        /// Weight β of false negatives.
        beta: f64 = 0.7, at_least(0.0);
        /// Exponent γ.
        gamma: f64 = 1.0, at_least(1.0);
        /// Minus the logarithm of the index, and not one minus it?
        log: bool = false, finite();
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-3, above(0.0);
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

impl Loss for TverskySemimetric {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["tversky_l1"];
    const PAPERS: &'static [u16] = &[42, 85];
    const VARIANTS: &'static [&'static str] = &[
        "tversky_semimetric(log=true, gamma=1.5)",
        "tversky_semimetric(activation=\"sigmoid\", smooth=1)",
        "tversky_semimetric(include_background=false, classes=\"present\")",
        "tversky_semimetric(per=\"batch\")",
        "tversky_semimetric(activation=\"none\", gamma=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "tversky_semimetric(activation=\"none\", alpha=1, beta=1, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.176470588235, source: "paper 042: a = b = 1" },
        Known { expression: "tversky_semimetric(activation=\"none\", alpha=0.5, beta=0.5, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.096774193548, source: "paper 042: a = b = ½" },
        Known { expression: "tversky_semimetric(activation=\"none\", alpha=1, beta=1, smooth=1)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.111111111111, source: "paper 042: s = 1" },
        Known { expression: "tversky_semimetric(activation=\"none\", alpha=1, beta=1, log=true, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.19415601444095742, source: "by hand: −ln(1 − 0.176470588235)" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, (!self.log).then_some(1.0))
    }
}

impl RegionLoss for TverskySemimetric {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let half = S::lift(0.5);
        let excess = sums.prediction - sums.target;
        let positives = half * (sums.difference + excess);
        let negatives = half * (sums.difference - excess);
        let shared = half * (sums.prediction + sums.target - sums.difference);
        let wrong = S::lift(self.alpha) * positives + S::lift(self.beta) * negatives;
        let right = shared + S::lift(self.smooth);
        let loss = if self.log {
            (wrong / right).ln_1p()
        } else {
            wrong / (right + wrong)
        };
        if self.gamma == 1.0 {
            loss
        } else {
            loss.powf(self.gamma)
        }
    }

    fn difference(&self) -> bool {
        true
    }

    settings!();
}
