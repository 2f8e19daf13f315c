use super::FACTS;
use super::margin_pairs::active;
use crate::prelude::*;

loss! {
    /// Ranked list loss: positives within a small ball, negatives outside a large one, those that break it weighted.
    ///
    /// ℓ_i = (1 − λ) Σ_{p∈P_i} u_p (d_ip − α + m)₊ / Σ u_p + λ Σ_{k∈N_i} v_k (α − d_ik)₊ / Σ v_k
    ///
    /// Only partners with a term above 0 take part, with the weights u = e^(T_p (d − α + m)) and v = e^(T_n (α − d)),
    /// held fixed in the gradient; without any the part is 0. d are distances of unit vectors; between equal embeddings
    /// the gradient is 0, and so is a zero vector's. Every anchor with a partner counts. Shapes: embeddings `[n, d]`
    /// with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of
    /// pairs a pair with the mean of its two losses. In units of the distance, ≥ 0. Source: Wang et al. 2019 (paper
    /// 007).
    pub struct RankedList = "ranked_list" {
        /// Distance α from which on negatives are far enough.
        alpha: f64 = 1.2, within(0.0, 2.0);
        /// By how much nearer positives must be: the margin m.
        margin: f64 = 0.4, at_least(0.0);
        /// Sharpness T_p of the positives' weights; 0 for a plain mean.
        positive_sharpness: f64 = 0.0, within(0.0, 30.0);
        /// Sharpness T_n of the negatives' weights.
        negative_sharpness: f64 = 10.0, within(0.0, 30.0);
        /// Share λ of the negatives.
        balance: f64 = 0.5, within(0.0, 1.0);
    }
}

impl Loss for RankedList {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["ranked_list_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] =
        &["ranked_list(alpha=1, positive_sharpness=2, balance=0.25)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ranked_list(margin=0.8, negative_sharpness=3)",
                prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0, -0.6, 0.8], target: &[0.0, 0.0, 1.0, 1.0],
                value: 0.770_483_872, source: "paper 007: four times 0.192620968" },
        Known { expression: "ranked_list", prediction: &[1.0, 0.0, 1.0, 0.0, -1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "nothing to mend" },
        Known { expression: "ranked_list", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 1.8, source: "all equal: half of α each" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

/// A term with its weight, both 0 where there is nothing to mend. Weights are relative to that of the largest term that
/// there can be, so that none overflows.
#[inline(always)]
fn weighted<S: Real>(excess: S, sharpness: f64, largest: f64) -> [S; 2] {
    let term = excess.relu();
    let weight = active(term) * (S::lift(sharpness) * (term - S::lift(largest))).exp();
    let weight = weight.detach();
    [weight * term, weight]
}

/// A mean by the weights; 0 of nothing.
#[inline(always)]
fn mean<S: Real>([sum, weight]: [S; 2]) -> S {
    let zero = S::lift(0.0);
    let safe = S::select_lt(zero, weight, weight, S::lift(1.0));
    S::select_lt(zero, weight, sum / safe, zero)
}

impl PairLoss for RankedList {
    const NEGATIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const NEEDS: Needs = Needs::Partner;

    fn likeness(&self) -> Likeness {
        Likeness::Chord
    }

    #[inline(always)]
    fn negative<S: Real>(&self, d: S) -> [S; 2] {
        weighted(S::lift(self.alpha) - d, self.negative_sharpness, self.alpha)
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        let inner = self.alpha - self.margin;
        weighted(d - S::lift(inner), self.positive_sharpness, 2.0 - inner)
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, negatives: [S; 2], positives: [S; 2]) -> S {
        let balance = S::lift(self.balance);
        (S::lift(1.0) - balance) * mean(positives) + balance * mean(negatives)
    }

    fn negative_near_kink(&self, d: f64, margin: f64) -> bool {
        (d - self.alpha).abs() < margin
    }

    fn positive_near_kink(&self, d: f64, margin: f64) -> bool {
        (d - self.alpha + self.margin).abs() < margin
    }
}
