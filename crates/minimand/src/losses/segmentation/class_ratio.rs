use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Class ratio loss: divergence of the predicted from the true shares of the classes.
    ///
    /// ℓ = Σ_c r̂ ln((r̂ + ε)/(r + ε)) − r̂ + r, with r̂ = Σ p / N and r = Σ t / N over N pixels
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. An item is one item of a mean (the batch, with sums over it). ≥ 0 but for rounding by ε; 0 at the
    /// true ratio, wherever the pixels lie: a prior, not a loss to train with alone. A ratio that is known without
    /// labels is given as soft labels that are the same at every pixel. Over shares that sum to 1 it is the
    /// Kullback-Leibler divergence. Source: Bateson et al. 2022.
    pub struct ClassRatio = "class_ratio" {
        /// Divergence of the true from the predicted ratio (r and r̂ change places)?
        reverse: bool = false, finite();
        /// Floor ε of the shares.
        epsilon: f64 = 1e-10, above(0.0);
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

impl Loss for ClassRatio {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["class_ratio_kl"];
    const PAPERS: &'static [u16] = &[54];
    const VARIANTS: &'static [&'static str] = &[
        "class_ratio(reverse=true)",
        "class_ratio(activation=\"sigmoid\")",
        "class_ratio(include_background=false, classes=\"present\")",
        "class_ratio(per=\"batch\")",
        "class_ratio(activation=\"none\", epsilon=1e-3)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "class_ratio(activation=\"none\")", prediction: &[0.9, 0.6, 0.2, 0.7], target: &[0.7, 0.7, 0.7, 0.7], value: 0.0075095921, source: "by hand: 0.6 ln(0.6/0.7) + 0.1" },
        Known { expression: "class_ratio(activation=\"none\")", prediction: &[0.1, 0.4, 0.8, 0.3], target: &[0.3, 0.3, 0.3, 0.3], value: 0.015072829, source: "by hand: 0.4 ln(0.4/0.3) − 0.1; together paper 054" },
        Known { expression: "class_ratio(activation=\"none\", reverse=true)", prediction: &[0.9, 0.6, 0.2, 0.7], target: &[0.7, 0.7, 0.7, 0.7], value: 0.007905476, source: "by hand: 0.7 ln(0.7/0.6) − 0.1" },
        Known { expression: "class_ratio(activation=\"none\")", prediction: &[0.25, 0.75], target: &[1.0, 0.0], value: 0.0, source: "the true ratio" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, None)
    }
}

impl RegionLoss for ClassRatio {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let floor = S::lift(self.epsilon);
        let shares = [sums.prediction / sums.pixels, sums.target / sums.pixels];
        let [from, to] = if self.reverse {
            [shares[1], shares[0]]
        } else {
            shares
        };
        from * ((from + floor).ln() - (to + floor).ln()) - from + to
    }

    fn joint(&self) -> bool {
        true
    }

    #[inline(always)]
    fn regions<S: Real>(&self, regions: &[Region<S>]) -> S {
        regions.iter().fold(S::lift(0.0), |sum, region| {
            sum + S::lift(region.weight) * self.region(region)
        })
    }

    settings!();
}
