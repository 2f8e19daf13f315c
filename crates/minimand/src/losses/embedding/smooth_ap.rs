use super::FACTS;
use super::soft_ranks::{before, pull, with_own};
use crate::prelude::*;

loss! {
    /// SmoothAP: one minus the average precision of an anchor's ranking, with a sigmoid for each comparison.
    ///
    /// ℓ_i = 1 − mean over j in P_i and i of R⁺_j/R_j,  R_j = 1 + Σ_{k≠j} σ((s_ik − s_ij)/τ),
    /// and R⁺_j the same over P_i and i alone
    ///
    /// s are cosines. As in the authors' program the anchor is the first of its own ranking, with the cosine 1. An anchor
    /// counts if it has a positive. A zero vector has the gradient 0. Takes O(|P_i| n) for an anchor. Shapes: embeddings
    /// `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    /// embedding, of pairs a pair with the mean of its two losses. A share, in 0..1. Source: Brown et al. 2020.
    pub struct SmoothAp = "smooth_ap" {
        /// Temperature τ of the comparisons.
        temperature: f64 = 0.01, above(0.0);
    }
}

impl Loss for SmoothAp {
    type Kind = Anchors;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["smoothap", "smooth_ap_loss"];
    const VARIANTS: &'static [&'static str] = &["smooth_ap(temperature=0.2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "smooth_ap", prediction: &[1.0, 0.0, 0.8, 0.6, -1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "the positives come first" },
        Known { expression: "smooth_ap(temperature=1)", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 0.5,
                source: "by hand: all ranks are 1.5 and 2, of two anchors" },
        Known { expression: "smooth_ap(temperature=1)", prediction: &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 0.309_664_707_589_797_7,
                source: "by hand, of cosines (1, 0; −1) and (1, 0; 0)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            ..FACTS
        }
    }
}

impl AnchorLoss for SmoothAp {
    const NEEDS: Needs = Needs::Positive;

    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, partners: &Partners<'_, S>) -> Judged<S> {
        let alike = with_own(partners.positives);
        let mut precision = S::lift(0.0);
        for &x in &alike {
            // It has a half of itself before it.
            let among = before(x, &alike, self.temperature) + S::lift(0.5);
            precision =
                precision + among / (among + before(x, partners.negatives, self.temperature));
        }
        Judged {
            value: S::lift(1.0) - precision / S::lift(alike.len() as f64),
            mass: 1.0,
        }
    }

    fn fused(
        &self,
        partners: &Partners<'_, f64>,
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        let (alike, t) = (with_own(partners.positives), self.temperature);
        let share = 1.0 / alike.len() as f64;
        // One more than the positives: the anchor's own likeness is fixed.
        let mut slopes = vec![0.0; alike.len()];
        let mut precision = 0.0;
        for (j, &x) in alike.iter().enumerate() {
            let among = before(x, &alike, t) + 0.5;
            let rank = among + before(x, partners.negatives, t);
            precision += among / rank;
            let by_others = share * among / (rank * rank);
            let by_alike = by_others - share / rank;
            slopes[j] += pull(x, &alike, t, by_alike, &mut slopes);
            slopes[j] += pull(x, partners.negatives, t, by_others, negative);
        }
        for (to, slope) in positive.iter_mut().zip(slopes) {
            *to += slope;
        }
        Judged {
            value: 1.0 - share * precision,
            mass: 1.0,
        }
    }
}
