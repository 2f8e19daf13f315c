use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Generalised Dice loss: overlaps and sizes of all classes, summed with weights that make small ones count.
    ///
    /// ℓ = 1 − (2 Σ_c w_c Σ p·t + s) / (Σ_c w_c (Σ p + Σ t) + s), w_c = (m / Σ t)² or m / Σ t or 1
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. An item is one item of a mean (the batch, with sums over it). In 0..1 for hard labels. m is the
    /// smallest true region of the item, so that s is in pixels whatever the sizes are; a class that is absent
    /// weighs as much as that one. Class weights multiply w. Without smoothing it is MONAI's loss; there s is
    /// added to sums in which m is 1, and drowns them where all regions are large. Source: Sudre et al. 2017,
    /// paper 118.
    pub struct GeneralizedDice = "generalized_dice" {
        /// How the size of a true region weighs it.
        weight: SizeWeight = SizeWeight::Square, finite();
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

impl Loss for GeneralizedDice {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["generalised_dice", "generalized_dice_loss"];
    const PAPERS: &'static [u16] = &[118];
    const VARIANTS: &'static [&'static str] = &[
        "generalized_dice(weight=\"simple\")",
        "generalized_dice(weight=\"uniform\", activation=\"sigmoid\", smooth=1)",
        "generalized_dice(include_background=false, classes=\"present\")",
        "generalized_dice(per=\"batch\")",
        "generalized_dice(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "generalized_dice(activation=\"none\", smooth=1)", prediction: &[0.8, 0.4, 0.1], target: &[1.0, 0.0, 0.0], value: 0.212121212, source: "of one class: dice" },
        Known { expression: "generalized_dice(activation=\"none\", weight=\"simple\", smooth=1e-9)", prediction: &[0.9, 0.8, 0.1, 0.3], target: &[1.0, 1.0, 0.0, 1.0], value: 0.2156862745, source: "of one class: dice" },
        Known { expression: "generalized_dice(activation=\"none\")", prediction: &[0.0], target: &[0.0], value: 0.0, source: "an empty region, predicted empty" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

/// How the size of a true region weighs its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeWeight {
    /// One over its square.
    Square,
    /// One over it.
    Simple,
    /// Not at all.
    Uniform,
}
crate::parameter::choice!(SizeWeight, "\"square\", \"simple\" or \"uniform\"",
        "square" => Square, "simple" => Simple, "uniform" => Uniform);

impl RegionLoss for GeneralizedDice {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        self.regions(std::slice::from_ref(sums))
    }

    fn joint(&self) -> bool {
        true
    }

    #[inline(always)]
    fn regions<S: Real>(&self, regions: &[Region<S>]) -> S {
        let (zero, none) = (S::lift(0.0), S::lift(f64::MAX));
        let smallest = regions.iter().fold(none, |least, region| {
            least.min(S::select_lt(zero, region.target, region.target, none))
        });
        let (mut sizes, mut overlap) = (zero, zero);
        for region in regions {
            // An absent class is taken for one of the smallest size.
            let size = S::select_lt(zero, region.target, region.target, smallest);
            let share = smallest / size;
            let weight = match self.weight {
                SizeWeight::Square => share * share,
                SizeWeight::Simple => share,
                SizeWeight::Uniform => S::lift(1.0),
            };
            let weight = weight * S::lift(region.weight);
            sizes = sizes + weight * (region.prediction + region.target);
            overlap = overlap + weight * region.intersection;
        }
        (sizes - S::lift(2.0) * overlap) / (sizes + S::lift(self.smooth))
    }

    settings!();
}
