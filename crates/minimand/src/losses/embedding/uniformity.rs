use super::FACTS;
use super::all_pairs::{AllPairs, plain_kinds};
use crate::prelude::*;

loss! {
    /// Uniformity: embeddings lie all over the sphere.
    ///
    /// L = ln mean_{i<j} e^(−t d_ij²)
    ///
    /// d are distances of unit vectors; the mean is over all pairs of a side, weighed by the product of their weights,
    /// and labels do not matter. Of pairs it is the mean of both sides' losses. Every item has the loss of the batch,
    /// so that a mean is L; a batch of one embedding does not count. With positives drawn together: "alignment +
    /// uniformity". Takes memory O(n d). A zero vector has the gradient 0. Shapes: embeddings `[n, d]` with labels
    /// `[n]`, or pairs `[n, d]`, `[n, d]`. In −4t..0, without a unit. Source: Wang and Isola 2020 (paper 142);
    /// `embedding::uniformity_lower_bound` has what is within reach.
    pub struct Uniformity = "uniformity" {
        /// Sharpness t.
        t: f64 = 2.0, above(0.0);
    }
}

impl Loss for Uniformity {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["uniform_loss", "lunif"];
    const PAPERS: &'static [u16] = &[142];
    const VARIANTS: &'static [&'static str] = &["uniformity(t=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "uniformity", prediction: &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0],
                target: &[0.0, 0.0, 0.0, 0.0], value: -17.585_395_868, source: "paper 142: four times −4.396348967" },
        Known { expression: "uniformity", prediction: &[1.0, 0.0, -2.0, 0.0], target: &[0.0, 1.0], value: -16.0,
                source: "paper 142: −4t of two opposite ones, for each item" },
        Known { expression: "uniformity(t=3)", prediction: &[1.0, 0.0, 2.0, 0.0, 3.0, 0.0], target: &[0.0, 1.0, 2.0],
                value: 0.0, source: "paper 142: all equal" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(0.0),
            at_perfect: None,
            ..FACTS
        }
    }
}

/// ln Σ e^t of numbers that come one by one.
#[derive(Default)]
struct LogSum {
    top: f64,
    sum: f64,
}

impl LogSum {
    fn add(&mut self, weight: f64, t: f64) {
        if self.sum == 0.0 {
            self.top = t;
        } else if t > self.top {
            self.sum *= (self.top - t).exp();
            self.top = t;
        }
        self.sum += weight * (t - self.top).exp();
    }

    fn value(&self) -> f64 {
        self.top + self.sum.ln()
    }
}

/// Σ of the products of the weights of two.
fn pair_weights(weights: &[f64]) -> f64 {
    let mut before = 0.0;
    let each = weights.iter().map(|w| {
        let product = w * before;
        before += w;
        product
    });
    each.sum()
}

impl WholeLoss for Uniformity {
    fn sides(&self) -> Sides {
        Sides::Apart
    }

    fn likeness(&self) -> Likeness {
        Likeness::SquaredChord
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let mut loss = Some(S::lift(0.0));
        for side in whole.sides {
            let [positives, negatives] = plain_kinds(self.likeness(), side, whole.width);
            let terms: Vec<S> = (positives.iter().chain(&negatives))
                .map(|&(weight, d)| S::lift(weight.ln()) - S::lift(self.t) * d)
                .collect();
            let top = terms.iter().copied().reduce(S::max);
            loss = loss.zip(top).map(|(loss, top)| {
                let sum = terms.iter().map(|&t| (t - top).exp());
                let sum = sum.fold(S::lift(0.0), |sum, e| sum + e);
                loss + top + sum.ln() - S::lift(pair_weights(side.weights).ln())
            });
        }
        let share = S::lift(1.0 / whole.sides.len() as f64);
        of_batch(loss.map(|loss| share * loss), whole.sides[0].rows())
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let anchors = whole.sides[0].rows();
        if !whole
            .sides
            .iter()
            .all(|side| pair_weights(side.weights) > 0.0)
        {
            return of_batch(None, anchors);
        }
        let share = 1.0 / whole.sides.len() as f64;
        let items: f64 = whole.sides[0].weights.iter().sum();
        let mut loss = 0.0;
        for (side, slopes) in whole.sides.iter().zip(slopes) {
            let pairs = AllPairs::new(self.likeness(), side, whole.width);
            let mut log_sum = LogSum::default();
            pairs.each(|_, weight, d| log_sum.add(weight, -self.t * d));
            // Each pair came twice.
            let all = log_sum.value();
            loss += share * (all - (2.0 * pair_weights(side.weights)).ln());
            let factor = -share * items * self.t;
            pairs.pull(slopes, |_, weight, d| {
                factor * weight * (-self.t * d - all).exp()
            });
        }
        of_batch(Some(loss), anchors)
    }
}
