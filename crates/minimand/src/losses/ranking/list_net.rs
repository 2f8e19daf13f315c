use super::ranking_softmax::plain_cross_entropy;
use crate::kernels::groups::softmax::Normaliser;
use crate::prelude::*;

loss! {
    /// ListNet: cross-entropy of the softmax of a list's scores from the softmax of its relevances.
    ///
    /// ℓ(s, y) = −Σ_i softmax(y)_i ln softmax(s)_i
    ///
    /// The probabilities are those of an item to come first. Shapes: scores and relevances ≥ 0
    /// `[lists, items]`; weights of lists, a mask of lists or items; one list is one item of a mean. In nats,
    /// ≥ 0, least at scores that are the relevances. Source: Cao et al. 2007.
    pub struct ListNet = "list_net" {}
}

impl Loss for ListNet {
    type Kind = Groups;
    const AREA: Area = Area::Ranking;
    const ALIASES: &'static [&'static str] = &["listnet"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "list_net", prediction: &[1.0, -1.0], target: &[0.0, 0.0],
                value: 1.126_928_011_042_972_5, source: "by hand: ln(1 + e⁻²) + 1" },
        Known { expression: "list_net", prediction: &[0.0, 0.0, 0.0], target: &[3.0, 0.0, 1.0],
                value: 1.098_612_288_668_109_8, source: "equal scores: ln 3" },
        Known { expression: "list_net", prediction: &[1.0, 0.0], target: &[1.0, 0.0],
                value: 0.582_203_109_070_016_7, source: "by hand: the entropy of σ(1)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::NonNegative,
            convex: true,
            lipschitz: Some(1.0),
            shift_invariant: true,
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

fn first_place(relevances: &[f64]) -> Vec<f64> {
    let mut target = vec![0.0; relevances.len()];
    Normaliser::of(relevances, &mut target);
    target
}

impl GroupLoss for ListNet {
    const LAYOUT: Layout = Layout::Lists;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        plain_cross_entropy(group.scores, &first_place(group.targets))
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let target = first_place(group.targets);
        Normaliser::of(group.scores, slopes).cross_entropy(group.scores, &target, slopes)
    }
}
