use crate::kernels::dual::Dual;
use crate::prelude::*;

loss! {
    /// Proxy anchor loss: every proxy pulls the embeddings of its class, the hardest most, and pushes all others.
    ///
    /// ℓ = 1/|C⁺| Σ_{c∈C⁺} ln(1 + Σ_{i: y_i=c} e^(−α(s_ic − δ))) + 1/|C| Σ_c ln(1 + Σ_{i: y_i≠c} e^(α(s_ic + δ)))
    ///
    /// s are cosines of embeddings with the proxies of the classes C, of which C⁺ have an embedding in the set. Proxies
    /// learn with [`Proxies`](crate::linear::Proxies), which takes the batch as one set `[1, n, d]`. Shapes: cosines
    /// `[sets, members, c]`, labels `[sets, members]` in `0..c`; weights of sets, a mask of sets or members; one set is
    /// one item. In nats, ≥ 0. Source: Kim et al. 2020 (papers 007, 098).
    pub struct ProxyAnchor = "proxy_anchor" {
        /// Margin δ.
        margin: f64 = 0.1, at_least(0.0);
        /// Sharpness α.
        alpha: f64 = 32.0, above(0.0);
    }
}

impl Loss for ProxyAnchor {
    type Kind = Groups;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["proxy_anchor_loss"];
    const PAPERS: &'static [u16] = &[7, 98];
    const VARIANTS: &'static [&'static str] = &["proxy_anchor(alpha=4)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "proxy_anchor", prediction: &[0.1, -0.1, -0.1, 0.1], target: &[0.0, 1.0],
                value: 2.0 * std::f64::consts::LN_2, source: "by hand: all on the margins" },
        Known { expression: "proxy_anchor", prediction: &[0.1, -0.1, -0.1], target: &[0.0],
                value: 5.0 / 3.0 * std::f64::consts::LN_2, source: "by hand: two of three proxies push" },
        Known { expression: "proxy_anchor(margin=0, alpha=1)", prediction: &[0.0, 0.0, 0.0, 0.0], target: &[0.0, 0.0],
                value: 1.647_918_433_002_164_5, source: "by hand: ln 3 of the first proxy, half of ln 3 of the second" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl ProxyAnchor {
    /// The exponent of an embedding at a proxy.
    fn exponent<S: Real>(&self, s: S, own: bool) -> S {
        let margin = S::lift(self.margin);
        let alpha = S::lift(self.alpha);
        if own {
            alpha * (margin - s)
        } else {
            alpha * (margin + s)
        }
    }

    /// Part of a proxy's terms, of its own embeddings and of the others, in the loss.
    fn shares(targets: &[f64], classes: usize) -> [f64; 2] {
        let mut seen = vec![false; classes];
        targets
            .iter()
            .for_each(|&label| seen[label as usize] = true);
        let with_own = seen.iter().filter(|seen| **seen).count();
        [with_own, classes].map(|count| 1.0 / count.max(1) as f64)
    }
}

/// ln(1 + Σ e^t)
fn log_one_and<S: Real>(terms: impl Iterator<Item = S> + Clone) -> S {
    let zero = S::lift(0.0);
    let top = terms.clone().fold(zero, S::max);
    let sum = terms.fold((-top).exp(), |sum, t| sum + (t - top).exp());
    top + sum.ln()
}

impl GroupLoss for ProxyAnchor {
    const LAYOUT: Layout = Layout::Sets;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let shares = Self::shares(group.targets, group.classes);
        let mut total = S::lift(0.0);
        for class in 0..group.classes {
            for (own, share) in [true, false].into_iter().zip(shares) {
                let members = group.scores.chunks(group.classes).zip(group.targets);
                let terms = members
                    .filter(|&(_, &label)| (label as usize == class) == own)
                    .map(|(row, _)| self.exponent(row[class], own));
                total = total + S::lift(share) * log_one_and(terms);
            }
        }
        total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let shares = Self::shares(group.targets, group.classes);
        let mut total = 0.0;
        for class in 0..group.classes {
            let at = |own: bool| {
                let members = group.targets.iter().enumerate();
                members
                    .filter(move |&(_, &label)| (label as usize == class) == own)
                    .map(move |(i, _)| i * group.classes + class)
            };
            for (own, share) in [true, false].into_iter().zip(shares) {
                let joined = log_one_and(at(own).map(|k| self.exponent(group.scores[k], own)));
                total += share * joined;
                for k in at(own) {
                    let score = Dual::<f64, 1>::variable(group.scores[k], 0);
                    let term = self.exponent(score, own);
                    slopes[k] += share * (term.value - joined).exp() * term.partials[0];
                }
            }
        }
        total
    }
}
