use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Soft Dice loss: one minus twice the overlap over the sum of the sizes.
    ///
    /// ℓ = 1 − (2 Σ p·t + s) / (Σ p + Σ t + s), per item and class
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. A region that
    /// is empty in both has loss 0. Weights per item weigh regions, weights per pixel the sums. MONAI's
    /// `smooth_nr` and `smooth_dr` are both s. Not 0 at p = t for soft labels: see `dice_semimetric`. Source:
    /// Milletari et al. 2016.
    pub struct Dice = "dice" {
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-5, above(0.0);
        /// Sum p² and t² in the denominator?
        squared: bool = false, finite();
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

impl Loss for Dice {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["dice_loss", "soft_dice"];
    const PAPERS: &'static [u16] = &[36, 45, 67, 72, 118, 171, 178];
    const VARIANTS: &'static [&'static str] = &[
        "dice(squared=true)",
        "dice(activation=\"sigmoid\", smooth=1)",
        "dice(include_background=false)",
        "dice(per=\"batch\")",
        "dice(activation=\"none\", classes=\"present\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "dice(activation=\"none\", smooth=1)", prediction: &[0.5], target: &[1.0], value: 0.2, source: "by hand: 1 − 2/2.5" },
        Known { expression: "dice(activation=\"none\")", prediction: &[1.0], target: &[1.0], value: 0.0, source: "a perfect prediction" },
        Known { expression: "dice(activation=\"none\")", prediction: &[0.0], target: &[0.0], value: 0.0, source: "an empty region, predicted empty" },
        Known { expression: "dice(activation=\"none\", smooth=1)", prediction: &[0.8, 0.4, 0.1], target: &[1.0, 0.0, 0.0], value: 0.212121212, source: "paper 118: 1 − 2.6/3.3" },
        Known { expression: "dice(activation=\"none\", squared=true, smooth=1e-6)", prediction: &[0.9, 0.8, 0.1, 0.3], target: &[1.0, 1.0, 0.0, 1.0], value: 0.120879094312, source: "paper 178" },
        Known { expression: "dice(activation=\"none\", smooth=1e-9)", prediction: &[0.9, 0.8, 0.1, 0.3], target: &[1.0, 1.0, 0.0, 1.0], value: 0.2156862745, source: "paper 178" },
        Known { expression: "dice(activation=\"none\", squared=true, smooth=1e-9)", prediction: &[0.9, 0.2, 0.6], target: &[0.7, 0.3, 0.5], value: 0.0294117647, source: "paper 025: agreement of two branches" },
        Known { expression: "dice(activation=\"none\", smooth=1e-9)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[0.8, 0.3, 0.5, 0.0], value: 0.364705882, source: "paper 085: soft labels" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for Dice {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let smooth = S::lift(self.smooth);
        let sizes = sums.prediction + sums.target;
        // (sizes − 2·intersection)/(sizes + s) is the same and does not cancel near 0.
        (sizes - S::lift(2.0) * sums.intersection) / (sizes + smooth)
    }

    fn squared(&self) -> bool {
        self.squared
    }

    settings!();
}
