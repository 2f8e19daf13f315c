use super::descending;
use crate::prelude::*;

loss! {
    /// ListMLE: negative log-likelihood of the list's order by relevance, item by item from the first place on.
    ///
    /// ℓ(s, y) = Σ_i (ln Σ_{j≥i} e^(s_j) − s_i),  items in the order of falling y
    ///
    /// The likelihood of Plackett and Luce. Items of equal relevance stand in the order in which they come:
    /// shuffle lists with ties. Shapes: scores and relevances ≥ 0 `[lists, items]`; weights of lists, a mask of
    /// lists or items; one list is one item of a mean. In nats, ≥ 0. Source: Xia et al. 2008.
    pub struct ListMle = "list_mle" {}
}

impl Loss for ListMle {
    type Kind = Groups;
    const AREA: Area = Area::Ranking;
    const ALIASES: &'static [&'static str] = &["listmle", "plackett_luce"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "list_mle", prediction: &[0.0, 0.0, 0.0], target: &[0.0, 1.0, 2.0],
                value: 1.791_759_469_228_055, source: "equal scores: ln 3!" },
        Known { expression: "list_mle", prediction: &[1.0, 0.0], target: &[1.0, 0.0],
                value: 0.313_261_687_518_222_8, source: "by hand: ln(1 + e⁻¹)" },
        Known { expression: "list_mle", prediction: &[1.0, 0.0], target: &[0.0, 1.0],
                value: 1.313_261_687_518_222_8, source: "by hand: ln(1 + e)" },
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

impl GroupLoss for ListMle {
    const LAYOUT: Layout = Layout::Lists;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let order = descending(group.targets);
        let mut total = S::lift(0.0);
        for place in 0..order.len() {
            let left: Vec<S> = order[place..].iter().map(|&i| group.scores[i]).collect();
            let top = left.iter().skip(1).fold(left[0], |a, &b| a.max(b));
            let sum = left.iter().map(|&s| (s - top).exp());
            let sum = sum.reduce(|a, b| a + b).unwrap_or(S::lift(1.0));
            total = total + (top - left[0]) + sum.ln();
        }
        total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let order = descending(group.targets);
        let scores: Vec<f64> = order.iter().map(|&i| group.scores[i]).collect();
        // ln Σ e^s of the items after each place, and by how much it exceeds the item's own score.
        let mut after = vec![f64::NEG_INFINITY; scores.len()];
        let mut total = 0.0;
        for place in (0..scores.len().saturating_sub(1)).rev() {
            let (rest, own) = (after[place + 1], scores[place + 1]);
            after[place] = rest.max(own) + (-(rest - own).abs()).exp().ln_1p();
            total += (after[place] - scores[place]).softplus();
        }
        // Σ over the places up to here of e^(ln Σ here − ln Σ there): its terms only shrink.
        let mut chances = 0.0;
        for (place, &i) in order.iter().enumerate() {
            chances += 1.0;
            let ahead = after[place] - scores[place];
            slopes[i] = chances * (-ahead).sigmoid() - 1.0;
            chances *= ahead.sigmoid();
        }
        total
    }
}
