use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Matthews correlation loss: one minus the correlation of prediction and truth.
    ///
    /// ℓ = 1 − (TP·TN − FP·FN + s) / (√((TP + FP)(TP + FN)(TN + FP)(TN + FN)) + s)
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..2. True negatives count, so that a
    /// large background is not lost. A class that is absent from the target, or fills the item, has no
    /// correlation: its loss is 0, and so is its gradient. Without smoothing it is MONAI's loss. Source: Abhishek
    /// and Hamarneh 2021.
    pub struct Mcc = "mcc" {
        /// Smoothing s, in squares of pixels.
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

impl Loss for Mcc {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["mcc_loss", "matthews"];
    const VARIANTS: &'static [&'static str] = &[
        "mcc(activation=\"sigmoid\", smooth=1)",
        "mcc(include_background=false, classes=\"present\")",
        "mcc(per=\"batch\")",
        "mcc(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "mcc(activation=\"none\", smooth=1e-9)", prediction: &[1.0, 1.0, 0.0, 0.0], target: &[1.0, 0.0, 0.0, 0.0], value: 0.4226497308103742, source: "by hand: 1 − 2/√12" },
        Known { expression: "mcc(activation=\"none\", smooth=1e-9)", prediction: &[0.0, 1.0], target: &[1.0, 0.0], value: 2.0, source: "the opposite" },
        Known { expression: "mcc(activation=\"none\", smooth=1e-9)", prediction: &[1.0, 0.0], target: &[1.0, 0.0], value: 0.0, source: "a perfect prediction" },
        Known { expression: "mcc(activation=\"none\")", prediction: &[0.0], target: &[0.0], value: 0.0, source: "an empty region, predicted empty" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(2.0))
    }
}

impl RegionLoss for Mcc {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let (positive, negative) = (sums.prediction, sums.pixels - sums.prediction);
        let (inside, outside) = (sums.target, sums.pixels - sums.target);
        // TP·TN − FP·FN, without the product that both have in common.
        let covariance = sums.intersection * sums.pixels - positive * inside;
        let variances = positive * negative * inside * outside;
        // Rounding may take a product of sums that are 0 below it.
        let spread = variances.relu().sqrt();
        (spread - covariance) / (spread + S::lift(self.smooth))
    }

    settings!();
}
