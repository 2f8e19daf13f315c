use super::FACTS;
use super::triplet_mining::{Mining, Triplets};
use crate::prelude::*;

loss! {
    /// Triplet loss: a positive must be nearer than a negative by a margin.
    ///
    /// ℓ_i = Σ_(p,k) w_pk max(0, d_ip − d_ik + m), or with `soft` softplus(d_ip − d_ik + m), over triplets (i, p, k)
    ///
    /// d are squared distances of unit vectors (`squared=false`: distances, `normalize=false`: of the embeddings as
    /// they are). `mining` says which triplets: "all" of a positive p and a negative k; "hard" the farthest positive
    /// with the nearest negative; "semi_hard" each positive with the nearest negative beyond it, or the farthest of all
    /// where none is; "distance_weighted" each positive with all negatives, by the probability with which Wu et al.
    /// draw them: the inverse density of distances on the sphere, distances below 0.5 counting as 0.5 and only those
    /// below 1.4 (all, if none is). Of equals the first is taken. Choice and weights are held fixed in the gradient,
    /// which is 0 between equal embeddings and of a zero vector that is normalised. A mean is over all triplets (over
    /// positives where each has one negative or the weights of several): an anchor counts as often as it has them, with
    /// `active` as often as they have a loss. An anchor without a positive or a negative does not count. "all" takes
    /// O(n log n) for an anchor, `soft` O(n²). Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`,
    /// `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two
    /// losses. In units of d, ≥ 0. Sources: Schroff et al. 2015, Hermans et al. 2017, Wu et al. 2017 (papers 007, 154).
    pub struct Triplet = "triplet" {
        /// Margin m.
        margin: f64 = 0.2, at_least(0.0);
        /// Which triplets.
        mining: Mining = Mining::All, finite();
        /// Softplus in the place of the hinge?
        soft: bool = false, finite();
        /// Squared distances?
        squared: bool = true, finite();
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
        /// Count only triplets with a loss in a mean?
        active: bool = false, finite();
    }
}

impl Loss for Triplet {
    type Kind = Anchors;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["triplet_margin", "triplet_loss"];
    const PAPERS: &'static [u16] = &[7, 154];
    const VARIANTS: &'static [&'static str] = &[
        "triplet(active=true)",
        "triplet(soft=true, margin=0, squared=false)",
        "triplet(mining=\"hard\", normalize=false, squared=false)",
        "triplet(mining=\"semi_hard\")",
        "triplet(mining=\"distance_weighted\", squared=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "triplet(mining=\"hard\", margin=1, squared=false, normalize=false)",
                prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 4.0, 4.0], target: &[0.0, 0.0, 1.0, 1.0],
                value: 7.585_786_438, source: "paper 154: 1, 0.585786438, 5 and 1" },
        Known { expression: "triplet(margin=2)", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0],
                value: 2.0, source: "paper 007: 0.4 of the first, and 0.4 − 0.8 + 2 of the second" },
        Known { expression: "triplet", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "paper 007" },
        Known { expression: "triplet(soft=true, margin=0)", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0],
                value: 2.0 * std::f64::consts::LN_2, source: "all equal" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl Triplet {
    fn triplets(&self) -> Triplets {
        Triplets {
            mining: self.mining,
            margin: self.margin,
            soft: self.soft,
            squared: self.squared,
            active: self.active,
        }
    }
}

impl AnchorLoss for Triplet {
    const NEEDS: Needs = Needs::Both;

    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, self.squared)
    }

    fn plainly<S: Real>(&self, partners: &Partners<'_, S>) -> Judged<S> {
        self.triplets().plainly(partners)
    }

    fn fused(
        &self,
        partners: &Partners<'_, f64>,
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        self.triplets().fused(partners, positive, negative)
    }

    fn near_kink(&self, partners: &Partners<'_, f64>, margin: f64) -> bool {
        self.triplets().near_kink(partners, margin)
    }
}
