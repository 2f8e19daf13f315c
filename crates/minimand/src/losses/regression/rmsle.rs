use super::of_mean::{self, OfMean};
use crate::prelude::*;

loss! {
    /// Root mean squared logarithmic error.
    ///
    /// ℓ(x, t) = √(Σ w (ln(1 + x) − ln(1 + t))²/Σ w)
    ///
    /// Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    /// each series is one; weights and mask of entries (per="item": weights of series). Both sides ≥ 0. ≥ 0, without a
    /// unit. Source: Jadon et al. 2022 (paper 039).
    pub struct Rmsle = "rmsle" {
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Rmsle {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["rmsle_loss", "root_mean_squared_logarithmic_error"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &["rmsle(per=\"item\")"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rmsle", prediction: &[2.5, 5.0, 4.0, 8.0], target: &[3.0, 5.0, 2.5, 7.0],
                value: 0.199_324_165_581, source: "record 039" },
        Known { expression: "rmsle", prediction: &[0.0], target: &[std::f64::consts::E - 1.0], value: 1.0,
                source: "by hand: ln e" },
        Known { expression: "rmsle", prediction: &[7.0, 1.0], target: &[7.0, 1.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::NonNegative,
            target: Domain::NonNegative,
            ..Facts::PLAIN
        }
    }
}

impl OfMean for Rmsle {
    const ROOT: bool = true;

    fn point<S: Real>(&self, x: S, t: f64) -> S {
        ((x - S::lift(t)) / S::lift(1.0 + t)).ln_1p().square()
    }
}

impl GroupLoss for Rmsle {
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
