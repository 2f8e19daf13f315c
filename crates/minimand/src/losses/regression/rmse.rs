use super::of_mean::{self, OfMean};
use crate::prelude::*;

loss! {
    /// Root mean squared error.
    ///
    /// ℓ(x, t) = √(Σ w (x − t)²/Σ w)
    ///
    /// Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    /// each series is one; weights and mask of entries (per="item": weights of series). In units of the target, ≥ 0. The slope
    /// stays as steep near the target as far from it: it has the minimum of `mse`, with steps of one length. Source:
    /// Jadon et al. 2022 (paper 039).
    pub struct Rmse = "rmse" {
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Rmse {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["rmse_loss", "root_mean_squared_error"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &["rmse(per=\"item\")"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rmse", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.612_372_435_696, source: "record 039" },
        Known { expression: "rmse", prediction: &[3.0], target: &[1.0], value: 2.0, source: "one number: mae" },
        Known { expression: "rmse", prediction: &[7.0, 1.0], target: &[7.0, 1.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl OfMean for Rmse {
    const ROOT: bool = true;

    fn point<S: Real>(&self, x: S, t: f64) -> S {
        let r = x - S::lift(t);
        r * r
    }
}

impl GroupLoss for Rmse {
    const LAYOUT: Layout = Layout::Batch;

    fn cut(&self) -> Layout {
        of_mean::cut(self.per)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        of_mean::plainly(self, group)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        of_mean::fused(self, group, slopes)
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let near = |(x, t): (&f64, &f64)| (x - t).abs() < margin;
        group.values.iter().zip(group.targets).all(near)
    }
}
