use super::FACTS;
use super::all_pairs::{AllPairs, any_near, plain_kinds};
use crate::prelude::*;

loss! {
    /// Histogram loss: the probability that a random negative pair is more alike than a random positive one.
    ///
    /// L = Σ_b h⁻_b Σ_{c≤b} h⁺_c
    ///
    /// h are the histograms of all positive and of all negative pairs' cosines, each of which is shared out linearly
    /// between the two nearest of `bins` + 1 centres in −1..1. Pairs are weighed by the product of their weights. Every
    /// item has the loss of the batch, so that a mean is L; a batch without positive or without negative pairs does not
    /// count. Takes memory O(n d). A zero vector has the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or
    /// pairs `[n, d]`, `[n, d]`. A probability (pairs in one bin count for the negative), in 0..1. Source: Ustinova and
    /// Lempitsky 2016.
    pub struct Histogram = "histogram" {
        /// Bins of the histograms.
        bins: u32 = 100, within(1.0, 10_000.0);
    }
}

impl Loss for Histogram {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["histogram_loss"];
    const VARIANTS: &'static [&'static str] = &["histogram(bins=7)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "histogram", prediction: &[1.0, 0.0, 1.0, 0.0, -1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "positives are alike, negatives opposite" },
        Known { expression: "histogram", prediction: &[1.0, 0.0, -1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 3.0, source: "the other way round" },
        Known { expression: "histogram(bins=2)", prediction: &[1.0, 0.0, 0.6, 0.8, 0.6, -0.8],
                target: &[0.0, 0.0, 1.0], value: 1.572,
                source: "by hand: positives (0, 0.4, 0.6), negatives (0.14, 0.56, 0.3), three items" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            ..FACTS
        }
    }
}

impl Histogram {
    fn step(&self) -> f64 {
        2.0 / f64::from(self.bins)
    }

    /// The centre below a cosine, of which there is one above.
    fn below(&self, s: f64) -> usize {
        // Rounding may take a cosine beyond ±1.
        (((s + 1.0) / self.step()) as usize).min(self.bins as usize - 1)
    }

    /// The part of a cosine at the centre above.
    fn above<S: Real>(&self, s: S, below: usize) -> S {
        (s + S::lift(1.0)) * S::lift(1.0 / self.step()) - S::lift(below as f64)
    }
}

impl WholeLoss for Histogram {
    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let side = &whole.sides[0];
        let kinds = plain_kinds(Likeness::Cosine, side, whole.width);
        let plain = WholeSide {
            vectors: side.values,
            values: side.values,
            classes: side.classes,
            weights: side.weights,
        };
        let values = plain_kinds(Likeness::Cosine, &plain, whole.width);
        let histogram = |kind: usize| {
            let mut bins = vec![S::lift(0.0); self.bins as usize + 1];
            let total: f64 = kinds[kind].iter().map(|(weight, _)| weight).sum();
            for (&(weight, s), &(_, value)) in kinds[kind].iter().zip(&values[kind]) {
                let (below, share) = (self.below(value), S::lift(weight / total));
                let above = self.above(s, below);
                bins[below] = bins[below] + share * (S::lift(1.0) - above);
                bins[below + 1] = bins[below + 1] + share * above;
            }
            bins
        };
        let (mut up_to, mut loss) = (S::lift(0.0), S::lift(0.0));
        for (p, n) in histogram(0).into_iter().zip(histogram(1)) {
            up_to = up_to + p;
            loss = loss + n * up_to;
        }
        let both = kinds.iter().all(|pairs| !pairs.is_empty());
        of_batch(both.then_some(loss), side.rows())
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let side = &whole.sides[0];
        let pairs = AllPairs::new(Likeness::Cosine, side, whole.width);
        let mut bins = [0, 1].map(|_| vec![0.0; self.bins as usize + 1]);
        let mut mass = [0.0; 2];
        pairs.each(|kind, weight, s| {
            let below = self.below(s);
            let above = self.above(s, below);
            bins[kind][below] += weight * (1.0 - above);
            bins[kind][below + 1] += weight * above;
            mass[kind] += weight;
        });
        if mass.contains(&0.0) {
            return of_batch(None, side.rows());
        }
        // What one pair more in a bin would cost: positives in the bins up to it, negatives in those from it on.
        let mut worth = bins.clone();
        let (mut up_to, mut loss) = (0.0, 0.0);
        for b in 0..worth[0].len() {
            up_to += bins[0][b] / mass[0];
            worth[1][b] = up_to;
            loss += bins[1][b] / mass[1] * up_to;
        }
        let mut from = 0.0;
        for b in (0..worth[0].len()).rev() {
            from += bins[1][b] / mass[1];
            worth[0][b] = from;
        }
        let items: f64 = side.weights.iter().sum();
        let factors = mass.map(|mass| items / (mass * self.step()));
        pairs.pull(&mut slopes[0], |kind, weight, s| {
            let below = self.below(s);
            factors[kind] * weight * (worth[kind][below + 1] - worth[kind][below])
        });
        of_batch(Some(loss), side.rows())
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        // With many bins every pair is near one; what moves a cosine in the checks is far less.
        let margin = margin.min(0.05 * self.step());
        any_near(Likeness::Cosine, whole, |_, s| {
            let places = (s + 1.0) / self.step();
            (places - places.round()).abs() * self.step() < margin
        })
    }
}
