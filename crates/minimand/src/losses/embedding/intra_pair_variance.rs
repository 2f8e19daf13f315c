use super::FACTS;
use super::all_pairs::{AllPairs, any_near, mean, plain_kinds};
use crate::prelude::*;

loss! {
    /// Intra-pair variance: no positive pair much below the mean of positives, no negative one much above theirs.
    ///
    /// L = mean over positive pairs of max(0, (1 − ε⁺) μ⁺ − s_ip)² + mean over negative pairs of
    /// max(0, s_ik − (1 + ε⁻) μ⁻)²
    ///
    /// s are cosines and μ their means over all pairs of a kind, through which there is a gradient. A term beside
    /// another loss, as it says nothing of the means. Pairs are weighed by the product of their weights. Every item has
    /// the loss of the batch, so that a mean is L; a kind of which there is no pair has the term 0, and a batch without
    /// pairs does not count. Takes memory O(n d). A zero vector has the gradient 0. Shapes: embeddings `[n, d]` with
    /// labels `[n]`, or pairs `[n, d]`, `[n, d]`. In squares of cosines, ≥ 0. Source: Yu and Tao 2019 (with the tuplet
    /// margin loss).
    pub struct IntraPairVariance = "intra_pair_variance" {
        /// Part ε⁺ of its mean by which a positive may be below.
        positive_epsilon: f64 = 0.01, within(0.0, 1.0);
        /// Part ε⁻ of its mean by which a negative may be above.
        negative_epsilon: f64 = 0.01, at_least(0.0);
    }
}

impl Loss for IntraPairVariance {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["intra_pair_variance_loss"];
    const VARIANTS: &'static [&'static str] =
        &["intra_pair_variance(positive_epsilon=0.2, negative_epsilon=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "intra_pair_variance(positive_epsilon=0)",
                prediction: &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0], target: &[0.0, 0.0, 0.0], value: 2.0 / 9.0,
                source: "by hand: cosines 0, 1 and 0 of mean 1/3, three times 2/3 of 1/9" },
        Known { expression: "intra_pair_variance(negative_epsilon=0)",
                prediction: &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0], target: &[0.0, 1.0, 2.0], value: 4.0 / 9.0,
                source: "by hand: three times 1/3 of (2/3)²" },
        Known { expression: "intra_pair_variance", prediction: &[1.0, 0.0, 0.0, 1.0], target: &[0.0, 0.0], value: 0.0,
                source: "one pair of cosine 0" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl IntraPairVariance {
    /// How far a cosine is on the wrong side of its part of the mean.
    fn excess<S: Real>(&self, kind: usize, mean: S, s: S) -> S {
        let bound = S::lift(self.bound(kind)) * mean;
        if kind == 0 {
            (bound - s).relu()
        } else {
            (s - bound).relu()
        }
    }

    fn bound(&self, kind: usize) -> f64 {
        if kind == 0 {
            1.0 - self.positive_epsilon
        } else {
            1.0 + self.negative_epsilon
        }
    }
}

impl WholeLoss for IntraPairVariance {
    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let side = &whole.sides[0];
        let kinds = plain_kinds(Likeness::Cosine, side, whole.width);
        let mut loss = S::lift(0.0);
        for (kind, pairs) in kinds.iter().enumerate() {
            let middle = mean(pairs, |s| s);
            loss = loss + mean(pairs, |s| self.excess(kind, middle, s).square());
        }
        let any = kinds.iter().any(|pairs| !pairs.is_empty());
        of_batch(any.then_some(loss), side.rows())
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let side = &whole.sides[0];
        let pairs = AllPairs::new(Likeness::Cosine, side, whole.width);
        let (mut mass, mut means) = ([0.0; 2], [0.0; 2]);
        pairs.each(|kind, weight, s| {
            mass[kind] += weight;
            means[kind] += weight * s;
        });
        let shares = mass.map(|mass| if mass > 0.0 { 1.0 / mass } else { 0.0 });
        for kind in 0..2 {
            means[kind] *= shares[kind];
        }
        let (mut loss, mut pulls) = (0.0, [0.0; 2]);
        pairs.each(|kind, weight, s| {
            let excess = self.excess(kind, means[kind], s);
            loss += shares[kind] * weight * excess * excess;
            pulls[kind] += shares[kind] * weight * 2.0 * excess;
        });
        let items: f64 = side.weights.iter().sum();
        pairs.pull(&mut slopes[0], |kind, weight, s| {
            let own = 2.0 * self.excess(kind, means[kind], s);
            let by_mean = self.bound(kind) * pulls[kind];
            let slope = if kind == 0 {
                by_mean - own
            } else {
                own - by_mean
            };
            items * shares[kind] * weight * slope
        });
        of_batch((mass != [0.0; 2]).then_some(loss), side.rows())
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let kinds = plain_kinds(Likeness::Cosine, &whole.sides[0], whole.width);
        let middles = [0, 1].map(|kind: usize| self.bound(kind) * mean(&kinds[kind], |s| s));
        any_near(Likeness::Cosine, whole, |kind, s| {
            (s - middles[kind]).abs() < margin
        })
    }
}
