use super::FACTS;
use super::soft_ranks::{before, pull, with_own};
use crate::kernels::dual::Dual;
use crate::prelude::*;

/// What the negatives before a positive cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NegativesBefore {
    /// R
    Plain,
    /// (1 + R) ln(1 + R): more for many.
    Unbounded,
    /// (b R − ln(1 + b R))/b²: more for many, but at most R/b for each.
    Bounded,
    /// ln(1 + R): less for many.
    Slow,
    /// 1 − (1 + R)^−α: less for many, and at most 1.
    Quick,
}
crate::parameter::choice!(NegativesBefore, "\"o\", \"iu\", \"ib\", \"ds\" or \"dq\"",
        "o" => Plain, "iu" => Unbounded, "ib" => Bounded, "ds" => Slow, "dq" => Quick);

loss! {
    /// PNP: the number of negatives that come before a positive is to be small.
    ///
    /// ℓ_i = mean over j in P_i and i of f(R_j),  R_j = Σ_{k∈N_i} σ((s_ik − s_ij)/τ)
    ///
    /// s are cosines. `variant` says what f is, by the names of the paper: "o" R; "iu" (1 + R) ln(1 + R); "ib"
    /// (b R − ln(1 + b R))/b²; "ds" ln(1 + R); "dq" 1 − (1 + R)^−α. The slope of f grows with R in the ones with i, so that
    /// hopeless positives lead, and shrinks in those with d, which forgive wrong labels. As in the authors' program the
    /// anchor is among its positives, with the cosine 1. An anchor counts if it has a positive. A zero vector has the
    /// gradient 0. Takes O(|P_i| n) for an anchor. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`,
    /// `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two
    /// losses. A number of negatives, ≥ 0. Source: Li et al. 2022 (rethinking the optimization of average precision).
    pub struct Pnp = "pnp" {
        /// What f is.
        variant: NegativesBefore = NegativesBefore::Plain, finite();
        /// Temperature τ of the comparisons.
        temperature: f64 = 0.01, above(0.0);
        /// Number b of "ib".
        b: f64 = 2.0, above(0.0);
        /// Power α of "dq".
        alpha: f64 = 1.0, above(0.0);
    }
}

impl Loss for Pnp {
    type Kind = Anchors;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["pnp_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "pnp(variant=\"iu\", temperature=0.1)",
        "pnp(variant=\"ib\", temperature=0.1, b=3)",
        "pnp(variant=\"ds\", temperature=0.1)",
        "pnp(variant=\"dq\", temperature=0.1, alpha=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "pnp", prediction: &[1.0, 0.0, 0.8, 0.6, -1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "the positives come first" },
        Known { expression: "pnp", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 1.0, source: "by hand: all equal, half a negative before each, of two anchors" },
        Known { expression: "pnp(variant=\"dq\")", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 2.0 / 3.0, source: "by hand: twice 1 − 1/1.5" },
        Known { expression: "pnp(variant=\"ib\")", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 0.153_426_409_720_027_34, source: "by hand: twice (1 − ln 2)/4" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl Pnp {
    /// f(R)
    fn cost<S: Real>(&self, r: S) -> S {
        let one = S::lift(1.0);
        match self.variant {
            NegativesBefore::Plain => r,
            NegativesBefore::Unbounded => (one + r) * r.ln_1p(),
            NegativesBefore::Bounded => {
                let scaled = S::lift(self.b) * r;
                (scaled - scaled.ln_1p()) / S::lift(self.b * self.b)
            }
            NegativesBefore::Slow => r.ln_1p(),
            NegativesBefore::Quick => one - (one + r).powf(-self.alpha),
        }
    }
}

impl AnchorLoss for Pnp {
    const NEEDS: Needs = Needs::Positive;

    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, partners: &Partners<'_, S>) -> Judged<S> {
        let alike = with_own(partners.positives);
        let each =
            (alike.iter()).map(|&x| self.cost(before(x, partners.negatives, self.temperature)));
        let total = each.fold(S::lift(0.0), |sum, x| sum + x);
        Judged {
            value: total / S::lift(alike.len() as f64),
            mass: 1.0,
        }
    }

    fn fused(
        &self,
        partners: &Partners<'_, f64>,
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64> {
        let alike = with_own(partners.positives);
        let share = 1.0 / alike.len() as f64;
        let mut judged = Judged {
            value: 0.0,
            mass: 1.0,
        };
        for (j, &x) in alike.iter().enumerate() {
            let r = before(x, partners.negatives, self.temperature);
            let cost = self.cost(Dual::<f64, 1>::variable(r, 0));
            judged.value += share * cost.value;
            let factor = share * cost.partials[0];
            let own = pull(x, partners.negatives, self.temperature, factor, negative);
            // The anchor itself, which is last, has no slope.
            if let Some(slope) = positive.get_mut(j) {
                *slope += own;
            }
        }
        judged
    }
}
