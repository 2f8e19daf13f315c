use super::of_mean;
use crate::prelude::*;

loss! {
    /// Relative root mean squared error: as a share of the size of the targets or, as first written, of the predictions.
    ///
    /// ℓ(x, t) = √(Σ w (x − t)²/Σ w / Σ w s²),  s = t, or with by="prediction" s = x
    ///
    /// Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    /// each series is one; weights and mask of entries (per="item": weights of series). Σ w s² counts as at least 10⁻¹².
    /// ≥ 0, without a unit. By the predictions it is not convex, and its slope fades for predictions that are far too large,
    /// where it levels off at 1/√Σ w. Source: Jadon et al. 2022 (paper 039).
    pub struct Rrmse = "rrmse" {
        /// What it is a share of.
        by: Side = Side::Target, finite();
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

/// Least sum of squares.
const LEAST: f64 = 1e-12;

/// One side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The targets.
    Target,
    /// The predictions.
    Prediction,
}
crate::parameter::choice!(Side, "\"target\" or \"prediction\"", "target" => Target, "prediction" => Prediction);

impl Loss for Rrmse {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["rrmse_loss"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &["rrmse(by=\"prediction\")", "rrmse(per=\"item\")"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rrmse", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.077_615_052_571, source: "record 039" },
        Known { expression: "rrmse(by=\"prediction\")", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 0.071_066_905_452, source: "record 039" },
        Known { expression: "rrmse", prediction: &[7.0, 1.0], target: &[7.0, 1.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: self.by == Side::Target,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for Rrmse {
    const LAYOUT: Layout = Layout::Batch;

    fn cut(&self) -> Layout {
        of_mean::cut(self.per)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (mut errors, mut sizes) = (S::lift(0.0), S::lift(0.0));
        for ((&x, &t), &w) in group.scores.iter().zip(group.targets).zip(group.weights) {
            let (t, w) = (S::lift(t), S::lift(w));
            let s = if self.by == Side::Target { t } else { x };
            errors = errors + w * (x - t) * (x - t);
            sizes = sizes + w * s * s;
        }
        let mass: f64 = group.weights.iter().sum();
        errors.sqrt() / (S::lift(mass) * sizes.max(S::lift(LEAST))).sqrt()
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (mut errors, mut sizes) = (0.0, 0.0);
        for (i, slope) in slopes.iter_mut().enumerate() {
            let (x, t, w) = (group.scores[i], group.targets[i], group.weights[i]);
            let s = if self.by == Side::Target { t } else { x };
            errors += w * (x - t) * (x - t);
            sizes += w * s * s;
            *slope = w * (x - t);
        }
        let mass: f64 = group.weights.iter().sum();
        let floor = sizes.max(LEAST);
        let value = errors.sqrt() / (mass * floor).sqrt();
        let of_errors = if errors > 0.0 { value / errors } else { 0.0 };
        let moves = self.by == Side::Prediction && sizes > LEAST;
        let of_sizes = if moves { value / floor } else { 0.0 };
        for (i, slope) in slopes.iter_mut().enumerate() {
            *slope = of_errors * *slope - of_sizes * group.weights[i] * group.scores[i];
        }
        value
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let near = |(x, t): (&f64, &f64)| (x - t).abs() < margin;
        group.values.iter().zip(group.targets).all(near)
    }
}
