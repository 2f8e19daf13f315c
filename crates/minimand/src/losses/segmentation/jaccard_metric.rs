use super::{facts, settings};
use crate::prelude::*;

loss! {
    /// Jaccard metric loss: equal to soft Jaccard for hard labels, and 0 only at p = t for soft ones.
    ///
    /// ℓ = D / ((Σ p + Σ t + D)/2 + s), or in form 2 D / (Σ p·t + D + s), with D = Σ |p − t|, per item and class
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    /// in 0..1. One region, an item's class, is one item of a mean. In 0..1; without s form 1 is a metric,
    /// 1 − Σ min(p, t) / Σ max(p, t). For label smoothing and distillation, where soft Jaccard prefers the wrong,
    /// hard prediction. The derivative at p = t is taken as 0. Source: Wang et al. 2023.
    pub struct JaccardMetric = "jaccard_metric" {
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

impl Loss for JaccardMetric {
    type Kind = Regions;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["jml", "jaccard_metric_loss"];
    const PAPERS: &'static [u16] = &[42, 85, 125];
    const VARIANTS: &'static [&'static str] = &[
        "jaccard_metric(form=2)",
        "jaccard_metric(activation=\"sigmoid\", smooth=1)",
        "jaccard_metric(include_background=false, classes=\"present\")",
        "jaccard_metric(form=2, per=\"batch\")",
        "jaccard_metric(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "jaccard_metric(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[1.0, 0.0, 1.0], value: 0.318181818182, source: "paper 042: hard labels" },
        Known { expression: "jaccard_metric(activation=\"none\", form=2, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[1.0, 0.0, 1.0], value: 0.318181818182, source: "paper 042: hard labels" },
        Known { expression: "jaccard_metric(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.176470588235, source: "paper 042: soft labels" },
        Known { expression: "jaccard_metric(activation=\"none\", form=2, smooth=1e-10)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.223880597015, source: "paper 042: soft labels" },
        Known { expression: "jaccard_metric(activation=\"none\", smooth=1)", prediction: &[0.9, 0.2, 0.6], target: &[0.8, 0.1, 0.5], value: 0.111111111111, source: "paper 042: s = 1" },
        Known { expression: "jaccard_metric(activation=\"none\")", prediction: &[0.8, 0.1, 0.5], target: &[0.8, 0.1, 0.5], value: 0.0, source: "paper 042: p = t" },
        Known { expression: "jaccard_metric(activation=\"none\", smooth=1e-10)", prediction: &[0.9, 0.2, 0.6, 0.1], target: &[0.8, 0.3, 0.5, 0.0], value: 0.210526316, source: "paper 085" },
    ];

    fn facts(&self) -> Facts {
        facts(self.activation, Some(1.0))
    }
}

impl RegionLoss for JaccardMetric {
    #[inline(always)]
    fn region<S: Real>(&self, sums: &Region<S>) -> S {
        let shared = if self.form == 1 {
            S::lift(0.5) * (sums.prediction + sums.target - sums.difference)
        } else {
            sums.intersection
        };
        sums.difference / (shared + sums.difference + S::lift(self.smooth))
    }

    fn difference(&self) -> bool {
        true
    }

    settings!();
}
