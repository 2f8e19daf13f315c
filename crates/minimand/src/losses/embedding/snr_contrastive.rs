use super::FACTS;
use super::margin_pairs::active;
use crate::prelude::*;

loss! {
    /// Signal-to-noise contrastive loss: the noise between positives is small, between negatives at least a margin.
    ///
    /// ℓ_i = Σ_{p∈P_i} d_ip + Σ_{k∈N_i} max(0, m − d_ik),  d_ij = var(x_i − x_j)/var(x_i)
    ///
    /// Variances are over the numbers of an embedding: the anchor is the signal, its difference from the partner the
    /// noise. An embedding all of whose numbers are equal has no signal: as an anchor it has the distance 0 from all, and
    /// no slope. A mean is over all pairs: an anchor counts as often as it has partners, with `active` as often as it has
    /// terms above 0. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are
    /// all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A ratio of variances, ≥ 0.
    /// Source: Yuan et al. 2019, whose regularisation of the embeddings' means is left to another term.
    pub struct SnrContrastive = "snr_contrastive" {
        /// Ratio m from which on negatives are far enough.
        margin: f64 = 1.0, at_least(0.0);
        /// Count only terms above 0 in a mean?
        active: bool = false, finite();
    }
}

impl Loss for SnrContrastive {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["signal_to_noise_ratio_contrastive"];
    const VARIANTS: &'static [&'static str] = &["snr_contrastive(margin=2, active=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "snr_contrastive", prediction: &[1.0, -1.0, 2.0, -2.0], target: &[0.0, 0.0], value: 1.25,
                source: "by hand: 1/1 and 1/4" },
        Known { expression: "snr_contrastive", prediction: &[1.0, -1.0, 2.0, -2.0], target: &[0.0, 1.0], value: 0.75,
                source: "by hand: 1 − 1 and 1 − 1/4" },
        Known { expression: "snr_contrastive", prediction: &[4.0, 2.0, 12.0, 8.0], target: &[0.0, 0.0], value: 1.25,
                source: "by hand: the mean of an embedding does not count" },
        Known { expression: "snr_contrastive", prediction: &[1.0, 1.0, 2.0, 0.0], target: &[0.0, 1.0], value: 1.0,
                source: "no signal" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for SnrContrastive {
    const NEGATIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Sum];
    const NEEDS: Needs = Needs::Partner;

    fn likeness(&self) -> Likeness {
        Likeness::NoiseToSignal
    }

    #[inline(always)]
    fn negative<S: Real>(&self, d: S) -> [S; 2] {
        let missing = (S::lift(self.margin) - d).relu();
        [missing, active(missing)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, d: S, _: [S; 2]) -> [S; 2] {
        [d, active(d)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        negatives + positives
    }

    fn mass(&self, negatives: [f64; 2], positives: [f64; 2], partners: [usize; 2]) -> f64 {
        if self.active {
            negatives[1] + positives[1]
        } else {
            (partners[0] + partners[1]) as f64
        }
    }

    fn negative_near_kink(&self, d: f64, margin: f64) -> bool {
        (d - self.margin).abs() < margin
    }
}
