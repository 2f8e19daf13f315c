use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Log-cosh Dice loss: the soft Dice loss, flattened near 0.
    ///
    /// ℓ = ln cosh(1 − (2 Σ p·t + s) / (Σ p + Σ t + s)), per item and class
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..ln cosh 1 for hard labels. Source:
    /// Jadon 2020.
    pub struct LogCoshDice = "log_cosh_dice" {
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

impl Loss for LogCoshDice {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["log_cosh_dice_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "log_cosh_dice(activation=\"sigmoid\", smooth=1)",
        "log_cosh_dice(include_background=false, classes=\"present\")",
        "log_cosh_dice(per=\"batch\")",
        "log_cosh_dice(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "log_cosh_dice(activation=\"none\", smooth=1)", prediction: &[0.5], target: &[1.0], value: 0.01986807184, source: "by hand: ln cosh 0.2" },
        Known { expression: "log_cosh_dice(activation=\"none\", smooth=1)", prediction: &[0.8, 0.4, 0.1], target: &[1.0, 0.0, 0.0], value: 0.022330985875, source: "ln cosh of paper 118" },
        Known { expression: "log_cosh_dice(activation=\"none\")", prediction: &[1.0], target: &[1.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1f64.cosh().ln()))
    }
}

impl RegionLoss for LogCoshDice {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let sizes = sums.prediction + sums.target;
        let dice = (sizes - S::lift(2.0) * sums.intersection) / (sizes + S::lift(self.smooth));
        dice + (S::lift(-2.0) * dice).softplus() - S::lift(std::f64::consts::LN_2)
    }

    settings!();
}
