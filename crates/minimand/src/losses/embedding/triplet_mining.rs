//! The triplets of one anchor: which count, and their sum without listing them.

use crate::kernels::groups::Group;
use crate::losses::pairs::{Margin, mean_over_pairs};
use crate::prelude::*;

/// Which triplets of an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mining {
    /// Every positive with every negative.
    All,
    /// The farthest positive with the nearest negative.
    Hard,
    /// Every positive with the nearest negative beyond it, or the farthest one.
    SemiHard,
    /// Every positive with all negatives, by the inverse density of distances on the sphere.
    DistanceWeighted,
}
crate::parameter::choice!(Mining, "\"all\", \"hard\", \"semi_hard\" or \"distance_weighted\"",
        "all" => All, "hard" => Hard, "semi_hard" => SemiHard, "distance_weighted" => DistanceWeighted);

/// Distance below which all count alike in the density.
const NEAREST: f64 = 0.5;
/// Distance from which on negatives are not drawn.
const FARTHEST: f64 = 1.4;

/// The parameters of the loss.
pub(super) struct Triplets {
    pub(super) mining: Mining,
    pub(super) margin: f64,
    pub(super) soft: bool,
    pub(super) squared: bool,
    pub(super) active: bool,
}

/// Place of the first largest number.
fn largest(values: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (place, x) in values.enumerate() {
        if x > best.1 {
            best = (place, x);
        }
    }
    best.0
}

/// Negatives in ascending order; equals in the order of the batch.
fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

impl Triplets {
    /// The pairs of a positive and a negative, where each positive has at most one.
    fn chosen(&self, positives: &[f64], negatives: &[f64]) -> Vec<(usize, usize)> {
        if self.mining == Mining::Hard {
            let farthest = largest(positives.iter().copied());
            return vec![(farthest, largest(negatives.iter().map(|x| -x)))];
        }
        let order = ascending(negatives);
        let last = largest(negatives.iter().copied());
        let each = positives.iter().enumerate().map(|(p, x)| {
            let beyond = order.partition_point(|&k| negatives[k] <= *x);
            (p, order.get(beyond).copied().unwrap_or(last))
        });
        each.collect()
    }

    /// Weight of each negative, where each positive has all of them.
    fn weights(&self, partners: &Partners<'_, impl Sized>) -> Vec<f64> {
        let negatives = partners.negative_values;
        if self.mining == Mining::All {
            return vec![1.0; negatives.len()];
        }
        let width = partners.width as f64;
        let distance = |x: f64| if self.squared { x.sqrt() } else { x };
        let none = !negatives.iter().any(|&x| distance(x) < FARTHEST);
        // −ln q; the sphere ends at the distance 2.
        let logs: Vec<f64> = (negatives.iter())
            .map(|&x| {
                let d = distance(x).max(NEAREST);
                let cap = (1.0 - 0.25 * d * d).max(1e-8);
                let drawn = none || d < FARTHEST;
                let log = (2.0 - width) * d.ln() - 0.5 * (width - 3.0) * cap.ln();
                if drawn { log } else { f64::NEG_INFINITY }
            })
            .collect();
        let top = logs.iter().fold(f64::NEG_INFINITY, |top, &x| top.max(x));
        let total: f64 = logs.iter().map(|x| (x - top).exp()).sum();
        logs.iter().map(|x| (x - top).exp() / total).collect()
    }

    /// Has every positive more than one negative?
    fn several(&self) -> bool {
        matches!(self.mining, Mining::All | Mining::DistanceWeighted)
    }

    fn term<S: Real>(&self, positive: S, negative: S) -> S {
        let lead = positive - negative + S::lift(self.margin);
        if self.soft {
            lead.softplus()
        } else {
            lead.relu()
        }
    }

    /// How often an anchor counts: its triplets' weights, all or those of triplets with a loss.
    fn counted(&self, all: f64, with_loss: f64) -> f64 {
        if self.active { with_loss } else { all }
    }

    pub(super) fn plainly<S: Real>(&self, partners: &Partners<'_, S>) -> Judged<S> {
        let (mut value, mut all, mut active) = (S::lift(0.0), 0.0, 0.0);
        let mut add = |p: usize, k: usize, weight: S, plain: f64| {
            let term = self.term(partners.positives[p], partners.negatives[k]);
            value = value + weight * term;
            all += plain;
            let (positive, negative) = (partners.positive_values[p], partners.negative_values[k]);
            if self.term(positive, negative) > 0.0 {
                active += plain;
            }
        };
        if self.several() {
            let weights = self.weights(partners);
            let fixed: Vec<S> = weights.iter().map(|&w| S::lift(w).detach()).collect();
            for p in 0..partners.positives.len() {
                for (k, &weight) in weights.iter().enumerate() {
                    add(p, k, fixed[k], weight);
                }
            }
        } else {
            for (p, k) in self.chosen(partners.positive_values, partners.negative_values) {
                add(p, k, S::lift(1.0), 1.0);
            }
        }
        let mass = self.counted(all, active);
        Judged { value, mass }
    }

    pub(super) fn fused(
        &self,
        partners: &Partners<'_, f64>,
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        let (positives, negatives) = (partners.positives, partners.negatives);
        if self.several() {
            let weights = self.weights(partners);
            return if self.soft {
                self.softly(partners, &weights, positive, negative)
            } else {
                self.sweep(partners, &weights, positive, negative)
            };
        }
        let mut judged = Judged::default();
        let (mut all, mut active) = (0.0, 0.0);
        for (p, k) in self.chosen(positives, negatives) {
            let lead = positives[p] - negatives[k] + self.margin;
            let (value, slope) = if self.soft {
                (lead.softplus(), lead.sigmoid())
            } else {
                (lead.max(0.0), f64::from(u8::from(lead > 0.0)))
            };
            judged.value += value;
            all += 1.0;
            active += f64::from(u8::from(value > 0.0));
            positive[p] += slope;
            negative[k] -= slope;
        }
        judged.mass = self.counted(all, active);
        judged
    }

    /// The hinge of every positive with every negative: both in ascending order, so that the negatives with a loss are
    /// the first ones, ever more of them.
    fn sweep(
        &self,
        partners: &Partners<'_, f64>,
        weights: &[f64],
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        let (positives, negatives) = (partners.positives, partners.negatives);
        let (rising, order) = (ascending(positives), ascending(negatives));
        let (mut value, mut active) = (0.0, 0.0);
        // Σ w and Σ w·excess over the first `next` negatives, for the bound of the last positive.
        let (mut share, mut excess, mut next) = (0.0, 0.0, 0);
        let mut last = f64::NEG_INFINITY;
        for (seen, &p) in rising.iter().enumerate() {
            let bound = positives[p] + self.margin;
            if next > 0 {
                excess += share * (bound - last);
            }
            last = bound;
            while let Some(&k) = order.get(next)
                && negatives[k] < bound
            {
                share += weights[k];
                excess += weights[k] * (bound - negatives[k]);
                // From this positive on all have a loss with it.
                negative[k] -= weights[k] * (rising.len() - seen) as f64;
                next += 1;
            }
            value += excess;
            active += share;
            positive[p] += share;
        }
        let all = positives.len() as f64 * weights.iter().sum::<f64>();
        Judged {
            value,
            mass: self.counted(all, active),
        }
    }

    /// The softplus of every positive with every negative.
    fn softly(
        &self,
        partners: &Partners<'_, f64>,
        weights: &[f64],
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        let count = partners.positives.len();
        // Scores of which the negatives' must lead, as a ranking has them.
        let scores: Vec<f64> = (partners.positives.iter().map(|x| -x - self.margin))
            .chain(partners.negatives.iter().map(|x| -x))
            .collect();
        let targets: Vec<f64> = (0..scores.len())
            .map(|i| f64::from(u8::from(i < count)))
            .collect();
        let ones = std::iter::repeat_n(1.0, count);
        let weights: Vec<f64> = ones.chain(weights.iter().copied()).collect();
        let total = count as f64 * weights[count..].iter().sum::<f64>();
        let mut slopes = vec![0.0; scores.len()];
        let group = Group {
            scores: &scores[..],
            values: &scores,
            targets: &targets,
            weights: &weights,
            classes: 1,
        };
        let mean = mean_over_pairs(Margin::Logistic, &group, &mut slopes);
        let (of_positives, of_negatives) = slopes.split_at(count);
        for (to, from) in [(positive, of_positives), (negative, of_negatives)] {
            for (to, from) in to.iter_mut().zip(from) {
                *to -= total * from;
            }
        }
        Judged {
            value: total * mean,
            mass: total,
        }
    }

    pub(super) fn near_kink(&self, partners: &Partners<'_, f64>, margin: f64) -> bool {
        let (positives, negatives) = (partners.positives, partners.negatives);
        let near = |values: &[f64], x: f64| values.iter().any(|y| (x - y).abs() < margin);
        let hinge = !self.soft && positives.iter().any(|p| near(negatives, p + self.margin));
        let ties =
            |values: &[f64]| (values.iter().enumerate()).any(|(i, &x)| near(&values[i + 1..], x));
        match self.mining {
            Mining::All => hinge,
            Mining::Hard => hinge || ties(positives) || ties(negatives),
            Mining::SemiHard => {
                hinge || ties(negatives) || positives.iter().any(|&p| near(negatives, p))
            }
            // The weights are held fixed.
            Mining::DistanceWeighted => hinge,
        }
    }
}
