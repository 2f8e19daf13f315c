use super::of_mean::{self, OfMean};
use crate::prelude::*;

loss! {
    /// Root mean squared error as a share of the size of the targets.
    ///
    /// ℓ(x, t) = √(Σ w (x − t)²/Σ w) / N,  N = |t̄|, max t − min t, the deviation or the interquartile range of the targets
    ///
    /// Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    /// each series is one; weights and mask of entries (per="item": weights of series). N = 0 is an error; weights count
    /// in mean and deviation, range and quartiles (interpolated linearly) are of all targets that count. ≥ 0, without a
    /// unit. Source: Jadon et al. 2022 (paper 039).
    pub struct Nrmse = "nrmse" {
        /// What it is a share of.
        by: TargetSize = TargetSize::Mean, finite();
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Nrmse {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["nrmse_loss"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &[
        "nrmse(by=\"range\", per=\"item\")",
        "nrmse(by=\"std\")",
        "nrmse(by=\"iqr\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "nrmse(by=\"mean\")", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.212_999_108_068, source: "record 039" },
        Known { expression: "nrmse(by=\"range\")", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.081_649_658_093, source: "record 039" },
        Known { expression: "nrmse(by=\"std\")", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.226_697_734_781, source: "record 039" },
        Known { expression: "nrmse(by=\"iqr\")", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.233_284_737_408, source: "record 039" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            ..Facts::PLAIN
        }
    }
}

/// What the error is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetSize {
    /// The size of the mean of the targets.
    Mean,
    /// Their largest less their smallest.
    Range,
    /// Their standard deviation, with the divisor n.
    Std,
    /// Their third less their first quartile.
    Iqr,
}
crate::parameter::choice!(TargetSize, "\"mean\", \"range\", \"std\" or \"iqr\"",
    "mean" => Mean, "range" => Range, "std" => Std, "iqr" => Iqr);

impl OfMean for Nrmse {
    const ROOT: bool = true;

    fn point<S: Real>(&self, x: S, t: f64) -> S {
        let r = x - S::lift(t);
        r * r
    }

    fn unit(&self, targets: &[f64], weights: &[f64]) -> Option<f64> {
        let mut sorted = targets.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let quantile = |q: f64| {
            let place = q * (sorted.len() - 1) as f64;
            let (low, high) = (
                sorted[place.floor() as usize],
                sorted[place.ceil() as usize],
            );
            low + place.fract() * (high - low)
        };
        let unit = match self.by {
            TargetSize::Mean => of_mean::mean(targets, weights).abs(),
            TargetSize::Range => quantile(1.0) - quantile(0.0),
            TargetSize::Std => of_mean::spread(targets, weights, 2).sqrt(),
            TargetSize::Iqr => quantile(0.75) - quantile(0.25),
        };
        Some(unit).filter(|&unit| unit > 0.0)
    }
}

impl GroupLoss for Nrmse {
    const LAYOUT: Layout = Layout::Batch;

    fn cut(&self) -> Layout {
        of_mean::cut(self.per)
    }

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        of_mean::counts(
            self,
            group,
            "is a share of the size of the targets, which is 0",
        )
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
