use super::of_mean::{self, OfMean};
use crate::prelude::*;

loss! {
    /// Relative squared error: squared error as a share of that of the mean, 1 − R².
    ///
    /// ℓ(x, t) = Σ w (x − t)² / Σ w (t − t̄)²
    ///
    /// Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    /// each series is one; weights and mask of entries (per="item": weights of series). Targets that are all equal are an
    /// error. ≥ 0, without a unit; 1 is as good as the mean of the targets, so that series of different size compare.
    /// Source: Jadon et al. 2022 (paper 039).
    pub struct Rse = "rse" {
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Rse {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["rse_loss", "relative_squared_error"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &["rse(per=\"item\")"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rse", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.051_391_862_955, source: "record 039" },
        Known { expression: "rse", prediction: &[2.0, 2.0], target: &[1.0, 3.0], value: 1.0, source: "the mean" },
        Known { expression: "rse", prediction: &[7.0, 1.0], target: &[7.0, 1.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl OfMean for Rse {
    const ROOT: bool = false;

    fn point<S: Real>(&self, x: S, t: f64) -> S {
        let r = x - S::lift(t);
        r * r
    }

    fn unit(&self, targets: &[f64], weights: &[f64]) -> Option<f64> {
        Some(of_mean::spread(targets, weights, 2)).filter(|&unit| unit > 0.0)
    }
}

impl GroupLoss for Rse {
    const LAYOUT: Layout = Layout::Batch;

    fn cut(&self) -> Layout {
        of_mean::cut(self.per)
    }

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        of_mean::counts(self, group, "needs targets that differ")
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        of_mean::plainly(self, group)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        of_mean::fused(self, group, slopes)
    }
}
