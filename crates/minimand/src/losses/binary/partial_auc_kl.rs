use crate::losses::pairs::{Margin, both_kinds, pair_near_kink};
use crate::prelude::*;

loss! {
    /// Smooth partial AUC surrogate: pairs weigh by the exponential of their loss, hard negatives most.
    ///
    /// ℓ_k = λ₊ ln mean_p e^(r_p/λ₊),  r_p = λ₋ ln mean_q e^(φ(f_p − f_q)/λ₋)
    ///
    /// The worst case over weights of the negatives (and of the positives) near the equal ones, by their divergence.
    /// λ₋ → 0 is the hardest negative alone, λ₋ → ∞ the AUC; without λ₊ the mean over the positives is plain, the
    /// one-way partial AUC, with it the two-way one. Per label k; the mean is over the labels that have both kinds,
    /// the others do not count. Shapes: scores and 0/1 targets `[n, k]` (or `[n]` for one label); weights and mask of
    /// rows or entries, class weights of labels; one label is one item. ≥ 0. In time n₊·n₋. Source: Zhu et al. 2022.
    pub struct PartialAucKl = "partial_auc_kl" {
        /// Temperature λ₋ of the negatives, in units of the losses.
        negatives: f64 = 1.0, above(0.0);
        /// Temperature λ₊ of the positives.
        positives: Option<f64> = None, above(0.0);
        /// The loss φ of a margin.
        base: Margin = Margin::SquaredHinge, finite();
    }
}

impl Loss for PartialAucKl {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["pauc_dro", "pauc_kl", "two_way_partial_auc_kl"];
    const VARIANTS: &'static [&'static str] = &[
        "partial_auc_kl(negatives=0.1, positives=2, base=\"logistic\")",
        "partial_auc_kl(negatives=10, positives=0.5)",
        "partial_auc_kl(base=\"hinge\")",
        "partial_auc_kl(base=\"exponential\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "partial_auc_kl", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 0.0, 0.0], value: 1.0,
                source: "equal pairs: the loss of one" },
        Known { expression: "partial_auc_kl(negatives=1e9, base=\"logistic\")", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.253_981_382, source: "paper 101: the mean over all pairs" },
        Known { expression: "partial_auc_kl(negatives=0.0001, base=\"hinge\")", prediction: &[1.0, 0.75, 0.0],
                target: &[1.0, 0.0, 0.0], value: 0.75 - 0.0001 * std::f64::consts::LN_2,
                source: "by hand: the hardest of two negatives, λ ln 2 below its loss" },
        Known { expression: "partial_auc_kl(negatives=2, positives=2, base=\"hinge\")", prediction: &[0.0, 2.0, 0.0],
                target: &[1.0, 1.0, 0.0], value: 0.561_859_607_240_322_8,
                source: "by hand: losses 1 and 0 of two positives, 2 ln((√e + 1)/2)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: self.base.lipschitz(),
            shift_invariant: true,
            hessian: self.base.hessian(),
            ..Facts::PLAIN
        }
    }
}

/// Places of one kind.
fn of_kind(targets: &[f64], positive: bool) -> Vec<usize> {
    (0..targets.len())
        .filter(|&i| (targets[i] > 0.0) == positive)
        .collect()
}

/// λ ln of the weighted mean of e^(x/λ).
fn soft_maximum<S: Real>(values: &[S], weights: &[f64], temperature: f64) -> S {
    let top = values.iter().skip(1).fold(values[0], |a, &b| a.max(b));
    let mass: f64 = weights.iter().sum();
    let mut sum = S::lift(0.0);
    for (&x, &w) in values.iter().zip(weights) {
        // What the exponentials exceed 1 by, so that the mean of nearly equal ones does not cancel.
        sum = sum + S::lift(w / mass) * ((x - top) / S::lift(temperature)).exp_m1();
    }
    top + S::lift(temperature) * sum.ln_1p()
}

/// The same, and the slopes by the values.
fn soft_maximum_with_slopes(values: &[f64], weights: &[f64], temperature: f64) -> (f64, Vec<f64>) {
    let value = soft_maximum(values, weights, temperature);
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let each = values.iter().zip(weights);
    let mut slopes: Vec<f64> = each
        .map(|(x, w)| w * ((x - top) / temperature).exp())
        .collect();
    let sum: f64 = slopes.iter().sum();
    slopes.iter_mut().for_each(|d| *d /= sum);
    (value, slopes)
}

impl GroupLoss for PartialAucKl {
    const LAYOUT: Layout = Layout::Columns;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(both_kinds(group.targets))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (positives, negatives) = (of_kind(group.targets, true), of_kind(group.targets, false));
        let weights = |of: &[usize]| -> Vec<f64> { of.iter().map(|&i| group.weights[i]).collect() };
        let (own, other) = (weights(&positives), weights(&negatives));
        let risks: Vec<S> = positives
            .iter()
            .map(|&p| {
                let lead = |&q: &usize| self.base.of(group.scores[p] - group.scores[q]);
                let losses: Vec<S> = negatives.iter().map(lead).collect();
                soft_maximum(&losses, &other, self.negatives)
            })
            .collect();
        if let Some(temperature) = self.positives {
            return soft_maximum(&risks, &own, temperature);
        }
        let mass: f64 = own.iter().sum();
        let each = risks.iter().zip(&own);
        each.fold(S::lift(0.0), |sum, (&r, w)| sum + S::lift(w / mass) * r)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (positives, negatives) = (of_kind(group.targets, true), of_kind(group.targets, false));
        let weights = |of: &[usize]| -> Vec<f64> { of.iter().map(|&i| group.weights[i]).collect() };
        let (own, other) = (weights(&positives), weights(&negatives));
        // Each positive against the negatives: its risk, and what the pairs' margins make of it.
        let mut risks = Vec::with_capacity(positives.len());
        let mut by_pair = Vec::with_capacity(positives.len());
        for &p in &positives {
            let lead = |&q: &usize| self.base.with_slope(group.scores[p] - group.scores[q]);
            let (losses, margins): (Vec<f64>, Vec<f64>) = negatives.iter().map(lead).unzip();
            let (risk, mut by) = soft_maximum_with_slopes(&losses, &other, self.negatives);
            by.iter_mut()
                .zip(margins)
                .for_each(|(d, slope)| *d *= slope);
            risks.push(risk);
            by_pair.push(by);
        }
        let mass: f64 = own.iter().sum();
        let (value, by_risk) = match self.positives {
            Some(temperature) => soft_maximum_with_slopes(&risks, &own, temperature),
            None => {
                let shares: Vec<f64> = own.iter().map(|w| w / mass).collect();
                (risks.iter().zip(&shares).map(|(r, w)| r * w).sum(), shares)
            }
        };
        for ((&p, by), outer) in positives.iter().zip(by_pair).zip(by_risk) {
            for (&q, d) in negatives.iter().zip(by) {
                slopes[p] += outer * d;
                slopes[q] -= outer * d;
            }
        }
        value
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        pair_near_kink(self.base, group, margin)
    }
}
