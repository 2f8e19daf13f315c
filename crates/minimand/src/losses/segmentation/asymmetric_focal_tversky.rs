use super::tversky::tversky;
use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Asymmetric focal Tversky loss: raises the loss of the foreground, not of the background.
    ///
    /// ℓ = 1 − TI for class 0, (1 − TI)^(1 − γ) for the others,
    /// TI = (TP + s) / (TP + δ·FN + (1 − δ)·FP + s)
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. The overlap part
    /// of the asymmetric unified focal loss; MONAI's takes probabilities of two classes. Source: Yeung et al. 2022.
    pub struct AsymmetricFocalTversky = "asymmetric_focal_tversky" {
        /// Weight δ of false negatives; false positives have the rest of 1.
        delta: f64 = 0.7, within(0.0, 1.0);
        /// How much the foreground is raised.
        gamma: f64 = 0.75, between(0.0, 1.0);
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-7, above(0.0);
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

impl Loss for AsymmetricFocalTversky {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const VARIANTS: &'static [&'static str] = &[
        "asymmetric_focal_tversky(gamma=0.3, classes=\"present\")",
        "asymmetric_focal_tversky(activation=\"sigmoid\", smooth=1)",
        "asymmetric_focal_tversky(include_background=false)",
        "asymmetric_focal_tversky(per=\"batch\")",
        "asymmetric_focal_tversky(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "asymmetric_focal_tversky(activation=\"none\", smooth=1e-10)", prediction: &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0], target: &[1.0, 1.0, 1.0, 0.0, 0.0, 1.0], value: 0.3023255814, source: "tversky: its one class is class 0" },
        Known { expression: "asymmetric_focal_tversky(activation=\"none\")", prediction: &[1.0], target: &[1.0], value: 0.0, source: "a perfect prediction" },
        Known { expression: "asymmetric_focal_tversky(activation=\"none\")", prediction: &[0.0], target: &[0.0], value: 0.0, source: "an empty region, predicted empty" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for AsymmetricFocalTversky {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let loss = tversky(sums, [1.0 - self.delta, self.delta], self.smooth);
        if sums.class == 0 {
            loss
        } else {
            loss.powf(1.0 - self.gamma)
        }
    }

    settings!();
}
