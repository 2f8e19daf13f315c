use super::tversky::tversky;
use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Focal Tversky loss: a power of the Tversky loss.
    ///
    /// ℓ = (1 − TI)^γ with TI = (TP + s) / (TP + α·FP + β·FN + s), TP = Σ p·t, FP = Σ p·(1 − t),
    /// FN = Σ (1 − p)·t
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean; with `mean_first`, (mean of 1 − TI over
    /// the classes)^γ, an item is. In 0..1 for hard labels. γ < 1 raises the loss of regions that are nearly
    /// right (with a slope that grows without bound towards perfection), γ > 1 that of the others. Source:
    /// Abraham and Khan 2019, paper 006; `mean_first` paper 158.
    pub struct FocalTversky = "focal_tversky" {
        /// Exponent γ.
        gamma: f64 = 0.75, above(0.0);
        /// Weight α of false positives.
        alpha: f64 = 0.3, at_least(0.0);
        /// Weight β of false negatives.
        beta: f64 = 0.7, at_least(0.0);
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-5, above(0.0);
        /// Take the power of the mean over the classes?
        mean_first: bool = false, finite();
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

impl Loss for FocalTversky {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["focal_tversky_loss"];
    const PAPERS: &'static [u16] = &[6, 158];
    const VARIANTS: &'static [&'static str] = &[
        "focal_tversky(gamma=1.5, mean_first=true)",
        "focal_tversky(activation=\"sigmoid\", smooth=1)",
        "focal_tversky(include_background=false, classes=\"present\")",
        "focal_tversky(per=\"batch\")",
        "focal_tversky(mean_first=true, per=\"batch\", classes=\"present\")",
        "focal_tversky(activation=\"none\", gamma=4)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "focal_tversky(activation=\"none\", gamma=4, smooth=1e-10)", prediction: &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0], target: &[1.0, 1.0, 1.0, 0.0, 0.0, 1.0], value: 0.0083540981, source: "paper 158" },
        Known { expression: "focal_tversky(activation=\"none\", smooth=1)", prediction: &[0.9, 0.3, 0.2, 0.4, 0.6, 0.8, 0.7, 0.1], target: &[1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0], value: 0.334887285, source: "paper 006: a volume" },
        Known { expression: "focal_tversky(activation=\"none\", smooth=1)", prediction: &[0.9, 0.8, 0.7, 0.4], target: &[1.0, 1.0, 0.0, 0.0], value: 0.260847430, source: "paper 006: its projection" },
        Known { expression: "focal_tversky(activation=\"none\", gamma=1, smooth=1e-10)", prediction: &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0], target: &[1.0, 1.0, 1.0, 0.0, 0.0, 1.0], value: 0.3023255814, source: "tversky" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for FocalTversky {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        tversky(sums, [self.alpha, self.beta], self.smooth).powf(self.gamma)
    }

    fn joint(&self) -> bool {
        self.mean_first
    }

    #[inline(always)]
    fn regions<S: Real>(&self, regions: &[Region<S>]) -> S {
        let (mut sum, mut weights) = (S::lift(0.0), 0.0);
        for region in regions {
            let loss = tversky(region, [self.alpha, self.beta], self.smooth);
            sum = sum + S::lift(region.weight) * loss;
            weights += region.weight;
        }
        // Without any weight the sum is 0 too.
        (sum * S::lift(1.0 / f64::max(weights, f64::MIN_POSITIVE))).powf(self.gamma)
    }

    settings!();
}
