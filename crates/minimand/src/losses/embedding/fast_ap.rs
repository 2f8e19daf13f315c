use super::FACTS;
use crate::prelude::*;

/// Squared chords reach from 0 to this.
const FARTHEST: f64 = 4.0;

loss! {
    /// FastAP: one minus the average precision of an anchor's ranking, from soft histograms of its distances.
    ///
    /// ℓ_i = 1 − (1/|P_i|) Σ_b h⁺_b H⁺_b / H_b
    ///
    /// h⁺ is the histogram of the positives' squared distances of unit vectors, H⁺ and H are the cumulated ones of the
    /// positives and of all partners; a distance is shared out linearly between the two nearest of the `bins` + 1 centres
    /// in 0..4. An anchor counts if it has a positive. The gradient of a zero vector is 0. Takes O(n + bins) for an
    /// anchor. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all
    /// anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A share, in 0..1. Source: Cakir
    /// et al. 2019.
    pub struct FastAp = "fast_ap" {
        /// Bins of the histogram.
        bins: u32 = 10, within(1.0, 10_000.0);
    }
}

impl Loss for FastAp {
    type Kind = Anchors;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["fastap", "fast_ap_loss"];
    const VARIANTS: &'static [&'static str] = &["fast_ap(bins=4)", "fast_ap(bins=37)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "fast_ap", prediction: &[1.0, 0.0, 1.0, 0.0, -1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "the positives come first" },
        Known { expression: "fast_ap", prediction: &[1.0, 0.0, -1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 1.0, source: "by hand: half of each, the first behind its negative, the second beside it" },
        Known { expression: "fast_ap", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 1.0, source: "by hand: half of each, as all are equal" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            ..FACTS
        }
    }
}

impl FastAp {
    fn count(&self) -> usize {
        self.bins as usize
    }

    /// Width of a bin.
    fn step(&self) -> f64 {
        FARTHEST / f64::from(self.bins)
    }

    /// The centre below a distance, of which there is one above.
    fn below(&self, d: f64) -> usize {
        ((d / self.step()) as usize).min(self.count() - 1)
    }

    /// The histogram of some distances.
    fn histogram<S: Real>(&self, distances: &[S], values: &[f64]) -> Vec<S> {
        let mut bins = vec![S::lift(0.0); self.count() + 1];
        for (&d, &value) in distances.iter().zip(values) {
            let below = self.below(value);
            let above = d * S::lift(1.0 / self.step()) - S::lift(below as f64);
            bins[below] = bins[below] + S::lift(1.0) - above;
            bins[below + 1] = bins[below + 1] + above;
        }
        bins
    }
}

impl AnchorLoss for FastAp {
    const NEEDS: Needs = Needs::Positive;

    fn likeness(&self) -> Likeness {
        Likeness::SquaredChord
    }

    fn plainly<S: Real>(&self, partners: &Partners<'_, S>) -> Judged<S> {
        let positives = self.histogram(partners.positives, partners.positive_values);
        let negatives = self.histogram(partners.negatives, partners.negative_values);
        let filled = |values: &[f64], b: usize| values.iter().any(|&d| self.below(d) <= b);
        let zero = S::lift(0.0);
        let (mut before, mut all, mut found) = (zero, zero, zero);
        for (b, (&p, &n)) in positives.iter().zip(&negatives).enumerate() {
            before = before + p;
            all = all + p + n;
            if filled(partners.positive_values, b) {
                found = found + p * before / all;
            }
        }
        let share = S::lift(1.0 / partners.positives.len() as f64);
        Judged {
            value: S::lift(1.0) - share * found,
            mass: 1.0,
        }
    }

    fn fused(
        &self,
        partners: &Partners<'_, f64>,
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        let positives = self.histogram(partners.positives, partners.positives);
        let negatives = self.histogram(partners.negatives, partners.negatives);
        let share = 1.0 / partners.positives.len() as f64;
        // Per bin: what its positives give at once, and what one more in the cumulated sums gives.
        let (mut own, mut by_before, mut by_all) = (Vec::new(), Vec::new(), Vec::new());
        let (mut before, mut all, mut found) = (0.0, 0.0, 0.0);
        for (p, n) in positives.iter().zip(&negatives) {
            before += p;
            all += p + n;
            let [precision, one] = if all > 0.0 {
                [before / all, 1.0 / all]
            } else {
                [0.0, 0.0]
            };
            found += p * precision;
            own.push(precision);
            by_before.push(p * one);
            by_all.push(-p * precision * one);
        }
        // A number in a bin is in all cumulated sums from there on.
        let (mut later_before, mut later_all) = (0.0, 0.0);
        for b in (0..own.len()).rev() {
            later_before += by_before[b];
            later_all += by_all[b];
            own[b] += later_before + later_all;
            by_all[b] = later_all;
        }
        let factor = -share / self.step();
        for (slopes, distances, worth) in [
            (positive, partners.positives, &own),
            (negative, partners.negatives, &by_all),
        ] {
            for (slope, &d) in slopes.iter_mut().zip(distances) {
                let below = self.below(d);
                *slope += factor * (worth[below + 1] - worth[below]);
            }
        }
        Judged {
            value: 1.0 - share * found,
            mass: 1.0,
        }
    }

    fn near_kink(&self, partners: &Partners<'_, f64>, margin: f64) -> bool {
        let near = |&d: &f64| {
            let places = d / self.step();
            (places - places.round()).abs() * self.step() < margin
        };
        partners.positives.iter().any(near) || partners.negatives.iter().any(near)
    }
}
