use super::FACTS;
use super::all_pairs::{AllPairs, any_near, mean, plain_kinds};
use crate::prelude::*;

loss! {
    /// Threshold-consistent margin: one threshold for all classes. Positives below it and negatives above theirs pay.
    ///
    /// L = λ⁺ mean over positive pairs with s_ip ≤ m⁺ of (m⁺ − s_ip) + λ⁻ mean over negative pairs with s_ik ≥ m⁻ of
    /// (s_ik − m⁻)
    ///
    /// s are cosines. A mean over those beyond the margin alone, so that the loss jumps where a pair crosses it; a term
    /// beside another loss. Pairs are weighed by the product of their weights. Every item has the loss of the batch, so
    /// that a mean is L; a batch without pairs does not count. Takes memory O(n d). A zero vector has the gradient 0.
    /// Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`. In units of the cosine, ≥ 0. Source:
    /// Zhang et al. 2024.
    pub struct ThresholdConsistentMargin = "threshold_consistent_margin" {
        /// Cosine m⁺ above which a positive is near enough.
        positive_margin: f64 = 0.9, within(-1.0, 1.0);
        /// Cosine m⁻ below which a negative is far enough.
        negative_margin: f64 = 0.5, within(-1.0, 1.0);
        /// Factor λ⁺ of the positives.
        positive: f64 = 1.0, at_least(0.0);
        /// Factor λ⁻ of the negatives.
        negative: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for ThresholdConsistentMargin {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["tcm", "threshold_consistent_margin_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "threshold_consistent_margin(positive_margin=0.5, negative_margin=0.1, positive=2, negative=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "threshold_consistent_margin", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0], value: 0.6,
                source: "by hand: 0.9 − 0.8, and 0.6 − 0.5 of the one negative pair that is near, three items" },
        Known { expression: "threshold_consistent_margin(positive=2)", prediction: &[1.0, 0.0, 0.8, 0.6],
                target: &[0.0, 0.0], value: 0.4, source: "by hand: twice 0.1, two items" },
        Known { expression: "threshold_consistent_margin", prediction: &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0], value: 0.0, source: "beyond the margins" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl ThresholdConsistentMargin {
    /// By how much a pair is on the wrong side of its margin, if it is.
    fn excess(&self, kind: usize, s: f64) -> Option<f64> {
        let excess = if kind == 0 {
            self.positive_margin - s
        } else {
            s - self.negative_margin
        };
        (excess >= 0.0).then_some(excess)
    }
}

impl WholeLoss for ThresholdConsistentMargin {
    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let side = &whole.sides[0];
        let [positives, negatives] = plain_kinds(Likeness::Cosine, side, whole.width);
        let any = !(positives.is_empty() && negatives.is_empty());
        // 1 for those that pay, without a slope.
        let (zero, one) = (S::lift(0.0), S::lift(1.0));
        let of = |pairs: &[(f64, S)], margin: f64, sign: f64| {
            let excess = |s: S| S::lift(sign) * (S::lift(margin) - s);
            let pays = |s: S| S::select_lt(excess(s), zero, zero, one);
            let share = mean(pairs, pays);
            let safe = S::select_lt(zero, share, share, one);
            mean(pairs, |s| excess(s).relu()) / safe
        };
        let loss = S::lift(self.positive) * of(&positives, self.positive_margin, 1.0)
            + S::lift(self.negative) * of(&negatives, self.negative_margin, -1.0);
        of_batch(any.then_some(loss), side.rows())
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let side = &whole.sides[0];
        let pairs = AllPairs::new(Likeness::Cosine, side, whole.width);
        let (mut any, mut mass, mut sums) = (false, [0.0; 2], [0.0; 2]);
        pairs.each(|kind, weight, s| {
            any = true;
            if let Some(excess) = self.excess(kind, s) {
                mass[kind] += weight;
                sums[kind] += weight * excess;
            }
        });
        let factors = [self.positive, self.negative];
        let shares = [0, 1].map(|kind: usize| {
            let mass = mass[kind];
            if mass > 0.0 {
                factors[kind] / mass
            } else {
                0.0
            }
        });
        let items: f64 = side.weights.iter().sum();
        pairs.pull(&mut slopes[0], |kind, weight, s| {
            match self.excess(kind, s) {
                Some(_) if kind == 0 => -items * shares[0] * weight,
                Some(_) => items * shares[1] * weight,
                None => 0.0,
            }
        });
        let loss = shares[0] * sums[0] + shares[1] * sums[1];
        of_batch(any.then_some(loss), side.rows())
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let bounds = [self.positive_margin, self.negative_margin];
        any_near(Likeness::Cosine, whole, |kind, s| {
            (s - bounds[kind]).abs() < margin
        })
    }
}
