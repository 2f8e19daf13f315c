use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Dice semimetric loss: equal to soft Dice for hard labels, and 0 only at p = t for soft ones.
    ///
    /// ℓ = D / (Σ p + Σ t + 2s), or in form 2 D / (2 Σ p·t + D + s), with D = Σ |p − t|, per item and class
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1. For label smoothing, averages of
    /// raters and distillation, where soft Dice prefers the wrong, hard prediction. Form 1 is MONAI's Dice loss
    /// with `soft_label` (and twice this s). The derivative at p = t is taken as 0. Source: Wang et al. 2023.
    pub struct DiceSemimetric = "dice_semimetric" {
        /// Which of the two forms of the paper, 1 or 2.
        form: u32 = 1, within(1.0, 2.0);
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

impl Loss for DiceSemimetric {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["dml", "dice_semimetric_loss"];
    const PAPERS: &'static [u16] = &[85];
    const VARIANTS: &'static [&'static str] = &[
        "dice_semimetric(form=2)",
        "dice_semimetric(activation=\"sigmoid\", smooth=1)",
        "dice_semimetric(include_background=false, classes=\"present\")",
        "dice_semimetric(form=2, per=\"batch\")",
        "dice_semimetric(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "dice_semimetric(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[1.0, 0.0, 1.0, 0.0], value: 0.210526316, source: "paper 085: hard labels" },
        Known { expression: "dice_semimetric(activation=\"none\", form=2, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[1.0, 0.0, 1.0, 0.0], value: 0.210526316, source: "paper 085: hard labels" },
        Known { expression: "dice_semimetric(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[0.8, 0.3, 0.5, 0.0], value: 0.117647059, source: "paper 085: soft labels" },
        Known { expression: "dice_semimetric(activation=\"none\", form=2, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[0.8, 0.3, 0.5, 0.0], value: 0.15625, source: "paper 085: soft labels" },
        Known { expression: "dice_semimetric(activation=\"none\", smooth=1)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.058823529412, source: "paper 042: a = b = ½, s = 1" },
        Known { expression: "dice_semimetric(activation=\"none\", form=2)", prediction: &[0.8, 0.3, 0.5, 0.0], target: &[0.8, 0.3, 0.5, 0.0], value: 0.0, source: "paper 085: p = t" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for DiceSemimetric {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let (two, smooth) = (S::lift(2.0), S::lift(self.smooth));
        let all = if self.form == 1 {
            sums.prediction + sums.target + two * smooth
        } else {
            two * sums.intersection + sums.difference + smooth
        };
        sums.difference / all
    }

    fn difference(&self) -> bool {
        true
    }

    settings!();
}
