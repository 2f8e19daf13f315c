use crate::prelude::*;

loss! {
    /// Soft Dice loss: one minus twice the overlap over the sum of the sizes.
    ///
    /// ℓ = 1 − (2 Σ p·t + s) / (Σ p + Σ t + s), per item and class
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. A region that
    /// is empty in both has loss 0. Weights per item weigh regions, weights per pixel the sums. MONAI's
    /// `smooth_nr` and `smooth_dr` are both s. Source: Milletari et al. 2016.
    pub struct Dice = "dice" {
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-5, above(0.0);
        /// Sum p² and t² in the denominator?
        squared: bool = false, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// What the sums run over.
        per: Per = Per::Item, finite();
    }
}

impl Loss for Dice {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["dice_loss", "soft_dice"];
    const VARIANTS: &'static [&'static str] = &[
        "dice(squared=true)",
        "dice(activation=\"sigmoid\", smooth=1)",
        "dice(include_background=false)",
        "dice(per=\"batch\")",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "dice(activation=\"none\", smooth=1)",
            prediction: &[0.5],
            target: &[1.0],
            value: 0.2,
            source: "by hand: 1 − 2/2.5",
        },
        Known {
            expression: "dice(activation=\"none\")",
            prediction: &[1.0],
            target: &[1.0],
            value: 0.0,
            source: "a perfect prediction",
        },
        Known {
            expression: "dice(activation=\"none\")",
            prediction: &[0.0],
            target: &[0.0],
            value: 0.0,
            source: "an empty region, predicted empty",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            bounded: (self.activation != Activation::None).then_some(1.0),
            ..Facts::PLAIN
        }
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

    fn activation(&self) -> Activation {
        self.activation
    }

    fn squared(&self) -> bool {
        self.squared
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn per(&self) -> Per {
        self.per
    }
}
