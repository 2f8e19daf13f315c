//! Losses of a batch or a series that are a weighted mean of losses of points, its root, or a share of something that
//! depends on the targets alone.

use crate::kernels::dual::Dual;
use crate::prelude::*;

/// √(Σ w p(x, t)/Σ w)/N or the same without the root.
pub(super) trait OfMean {
    /// The loss p of one point.
    fn point<S: Real>(&self, x: S, t: f64) -> S;

    /// With the root?
    const ROOT: bool;

    /// What it is a share of, > 0; `None` where that has no meaning.
    fn unit(&self, _targets: &[f64], _weights: &[f64]) -> Option<f64> {
        Some(1.0)
    }
}

/// Does it have a meaning? `lacks` says what is wrong with the targets if not.
pub(super) fn counts<L: OfMean>(
    loss: &L,
    group: &Group<'_, f64>,
    lacks: &str,
) -> Result<bool, Fault> {
    match loss.unit(group.targets, group.weights) {
        Some(_) => Ok(true),
        None => Err(Fault::Whole(lacks.to_string())),
    }
}

pub(super) fn plainly<L: OfMean, S: Real>(loss: &L, group: &Group<'_, S>) -> S {
    let mut sum = S::lift(0.0);
    for ((&x, &t), &w) in group.scores.iter().zip(group.targets).zip(group.weights) {
        sum = sum + S::lift(w) * loss.point(x, t);
    }
    let mean = sum / S::lift(group.weights.iter().sum());
    let unit = loss.unit(group.targets, group.weights).unwrap_or(1.0);
    let size = if L::ROOT { mean.sqrt() } else { mean };
    size / S::lift(unit)
}

pub(super) fn fused<L: OfMean>(loss: &L, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
    let mass: f64 = group.weights.iter().sum();
    let mut mean = 0.0;
    for (i, slope) in slopes.iter_mut().enumerate() {
        let y = loss.point(
            Dual::<f64, 1>::variable(group.scores[i], 0),
            group.targets[i],
        );
        let share = group.weights[i] / mass;
        mean += share * y.value;
        *slope = share * y.partials[0];
    }
    let unit = loss.unit(group.targets, group.weights).unwrap_or(1.0);
    let (size, slope) = match (L::ROOT, mean > 0.0) {
        (false, _) => (mean, 1.0),
        (true, true) => (mean.sqrt(), 0.5 / mean.sqrt()),
        // A perfect prediction is a tip: its slope is 0.
        (true, false) => (0.0, 0.0),
    };
    slopes.iter_mut().for_each(|d| *d *= slope / unit);
    size / unit
}

/// Weighted mean.
pub(super) fn mean(numbers: &[f64], weights: &[f64]) -> f64 {
    let mass: f64 = weights.iter().sum();
    numbers.iter().zip(weights).map(|(x, w)| w * x).sum::<f64>() / mass
}

/// Weighted mean of a power of the distances from the mean.
pub(super) fn spread(numbers: &[f64], weights: &[f64], power: i32) -> f64 {
    let centre = mean(numbers, weights);
    let mass: f64 = weights.iter().sum();
    let distances = numbers.iter().zip(weights);
    distances
        .map(|(x, w)| w * (x - centre).abs().powi(power))
        .sum::<f64>()
        / mass
}

/// The layout: the whole batch, or each row of `[series, steps]`.
pub(super) fn cut(per: Per) -> Layout {
    match per {
        Per::Batch => Layout::Batch,
        Per::Item => Layout::Lists,
    }
}
