use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Size range loss: squared distance of a region's size from a range around the true size.
    ///
    /// ℓ = max(r̂ − (1 + τ) r, (1 − τ) r − r̂, 0)², with r̂ = Σ p / N and r = Σ t / N over N pixels
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1, in squares of shares of the item. A
    /// prior, not a loss to train with alone; a size that is known without labels is given as soft labels that are
    /// the same at every pixel. Source: Kervadec et al. 2019, paper 054.
    pub struct SizeRange = "size_range" {
        /// Half width τ of the range, relative to the true size.
        tolerance: f64 = 0.1, at_least(0.0);
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

impl Loss for SizeRange {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["size_constraint"];
    const PAPERS: &'static [u16] = &[54];
    const VARIANTS: &'static [&'static str] = &[
        "size_range(tolerance=0)",
        "size_range(activation=\"sigmoid\")",
        "size_range(include_background=false, classes=\"present\")",
        "size_range(per=\"batch\")",
        "size_range(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "size_range(activation=\"none\")", prediction: &[0.9, 0.6, 0.2, 0.7], target: &[0.7, 0.7, 0.7, 0.7], value: 0.0009, source: "by hand: (0.63 − 0.6)²" },
        Known { expression: "size_range(activation=\"none\")", prediction: &[0.1, 0.4, 0.8, 0.3], target: &[0.3, 0.3, 0.3, 0.3], value: 0.0049, source: "by hand: (0.4 − 0.33)²" },
        Known { expression: "size_range(activation=\"none\", tolerance=0.5)", prediction: &[0.1, 0.4, 0.8, 0.3], target: &[0.3, 0.3, 0.3, 0.3], value: 0.0, source: "inside" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for SizeRange {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let share = sums.prediction / sums.pixels;
        let wanted = sums.target / sums.pixels;
        let above = share - S::lift(1.0 + self.tolerance) * wanted;
        let below = S::lift(1.0 - self.tolerance) * wanted - share;
        above.max(below).relu().square()
    }

    settings!();
}
