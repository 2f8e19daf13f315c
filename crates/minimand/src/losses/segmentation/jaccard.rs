use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Soft Jaccard loss (IoU): one minus the overlap over the union.
    ///
    /// ℓ = 1 − (Σ p·t + s) / (Σ p + Σ t − Σ p·t + s), per item and class
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1. A region that is empty in
    /// both has loss 0. MONAI's Dice loss with `jaccard` has twice this s. Not 0 at p = t for soft labels: see
    /// `jaccard_metric`. Source: Rahman and Wang 2016; weighted by classes paper 158.
    pub struct Jaccard = "jaccard" {
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-5, above(0.0);
        /// Sum p² and t² in the union?
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

impl Loss for Jaccard {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["soft_iou", "jaccard_loss"];
    const PAPERS: &'static [u16] = &[27, 158];
    const VARIANTS: &'static [&'static str] = &[
        "jaccard(squared=true)",
        "jaccard(activation=\"sigmoid\", smooth=1)",
        "jaccard(include_background=false, classes=\"present\")",
        "jaccard(per=\"batch\")",
        "jaccard(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "jaccard(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[1.0, 0.0, 1.0, 0.0], value: 0.347826087, source: "paper 027" },
        Known { expression: "jaccard(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[1.0, 0.0, 1.0], value: 0.318181818182, source: "paper 042: hard labels" },
        Known { expression: "jaccard(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.495145631068, source: "paper 042: soft labels" },
        Known { expression: "jaccard(activation=\"none\", smooth=1e-10)", prediction: &[0.8, 0.1, 0.5], target: &[0.8, 0.1, 0.5], value: 0.526315789474, source: "paper 042: not 0 at p = t" },
        Known { expression: "jaccard(activation=\"none\")", prediction: &[0.0], target: &[0.0], value: 0.0, source: "an empty region, predicted empty" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for Jaccard {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let union = sums.prediction + sums.target - sums.intersection;
        (union - sums.intersection) / (union + S::lift(self.smooth))
    }

    fn squared(&self) -> bool {
        self.squared
    }

    settings!();
}
