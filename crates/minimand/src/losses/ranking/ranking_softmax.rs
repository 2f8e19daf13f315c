use crate::kernels::groups::softmax::Normaliser;
use crate::prelude::*;

loss! {
    /// Softmax ranking loss: cross-entropy of a list's scores, weighed by relevance.
    ///
    /// ℓ(s, y) = −Σ_i y_i ln softmax(s)_i
    ///
    /// Shapes: scores and relevances ≥ 0 `[lists, items]`; weights of lists, a mask of lists or items; one list
    /// is one item of a mean. A list without relevant items has loss 0 and counts. In nats, ≥ 0; as large as
    /// the relevances add up to (`list_net` makes them a distribution). Source: optax's `ranking_softmax_loss`;
    /// Cao et al. 2007.
    pub struct RankingSoftmax = "ranking_softmax" {}
}

impl Loss for RankingSoftmax {
    type Kind = Groups;
    const AREA: Area = Area::Ranking;
    const ALIASES: &'static [&'static str] = &["ranking_softmax_loss", "listwise_softmax"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ranking_softmax", prediction: &[0.0, 0.0], target: &[1.0, 0.0],
                value: std::f64::consts::LN_2, source: "equal scores: ln 2" },
        Known { expression: "ranking_softmax", prediction: &[2.0, -1.0, 0.5], target: &[3.0, 0.0, 0.0],
                value: 3.0 * 0.241_311_296_657_157_03, source: "three times the cross-entropy of one label" },
        Known { expression: "ranking_softmax", prediction: &[5.0, 1.0], target: &[0.0, 0.0],
                value: 0.0, source: "nothing relevant" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::NonNegative,
            convex: true,
            shift_invariant: true,
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

/// Σ_i t_i (−ln softmax(s)_i), written out.
pub(super) fn plain_cross_entropy<S: Real>(scores: &[S], target: &[f64]) -> S {
    let top = scores.iter().skip(1).fold(scores[0], |a, &b| a.max(b));
    let norm = scores
        .iter()
        .map(|&s| (s - top).exp())
        .reduce(|a, b| a + b)
        .unwrap_or(S::lift(1.0));
    let terms = scores.iter().zip(target);
    terms.fold(S::lift(0.0), |total, (&s, &t)| {
        total + S::lift(t) * (top + norm.ln() - s)
    })
}

impl GroupLoss for RankingSoftmax {
    const LAYOUT: Layout = Layout::Lists;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        plain_cross_entropy(group.scores, group.targets)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        Normaliser::of(group.scores, slopes).cross_entropy(group.scores, group.targets, slopes)
    }
}
