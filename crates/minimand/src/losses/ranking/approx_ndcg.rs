use super::{Gains, check_gains, discount};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::prelude::*;

loss! {
    /// ApproxNDCG: one minus the normalised discounted cumulative gain, with smooth ranks.
    ///
    /// ℓ(s, y) = 1 − Σ_i (2^(y_i) − 1)/log₂(1 + r_i) / ideal,  r_i = 1 + Σ_{j≠i} σ((s_j − s_i)/T)
    ///
    /// `ideal` is the gain of the order by relevance; as T falls to 0 the loss becomes 1 − NDCG. A list without
    /// relevant items does not count. Shapes: scores and relevances in 0..100 `[lists, items]`; weights of
    /// lists, a mask of lists or items; one list is one item of a mean. In 0..1. Source: Qin, Liu and Li 2010.
    pub struct ApproxNdcg = "approx_ndcg" {
        /// Temperature T of the ranks, in units of the score.
        temperature: f64 = 0.1, above(0.0);
    }
}

impl Loss for ApproxNdcg {
    type Kind = Groups;
    const AREA: Area = Area::Ranking;
    const ALIASES: &'static [&'static str] = &["approx_ndcg_loss"];
    const VARIANTS: &'static [&'static str] = &["approx_ndcg(temperature=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "approx_ndcg", prediction: &[9.0, 0.0], target: &[1.0, 0.0], value: 0.0,
                source: "the ideal order, far apart" },
        Known { expression: "approx_ndcg", prediction: &[0.0, 9.0], target: &[1.0, 0.0],
                value: 0.369_070_246_428_542_6, source: "by hand: 1 − 1/log₂ 3" },
        Known { expression: "approx_ndcg", prediction: &[1.0, 1.0], target: &[1.0, 0.0],
                value: 0.243_529_203_264_167_33, source: "by hand: both at rank 1½, 1 − 1/log₂ 2.5" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::NonNegative,
            bounded: Some(1.0),
            shift_invariant: true,
            // Items of equal relevance share their ranks: then 0 is not reached.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for ApproxNdcg {
    const LAYOUT: Layout = Layout::Lists;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        check_gains(group.targets)?;
        Ok(group.targets.iter().any(|&y| y > 0.0))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let gain = Gains::new(group).gain;
        let (one, ln_2) = (S::lift(1.0), S::lift(std::f64::consts::LN_2));
        let mut loss = one;
        for (i, &own) in group.scores.iter().enumerate() {
            let mut rank = one;
            for (j, &other) in group.scores.iter().enumerate() {
                if i != j {
                    rank = rank + ((other - own) * S::lift(1.0 / self.temperature)).sigmoid();
                }
            }
            loss = loss - S::lift(gain[i]) * ln_2 / rank.ln_1p();
        }
        loss
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let gain = Gains::new(group).gain;
        let steepness = 1.0 / self.temperature;
        let mut loss = 1.0;
        let mut by_rank = Vec::with_capacity(gain.len());
        for (i, &own) in group.scores.iter().enumerate() {
            // Its own share is ½.
            let rank = 0.5 + sums(group.scores, own, steepness, None);
            let discount = discount(rank);
            loss -= gain[i] * discount;
            // d/dr of −g ln 2/ln(1 + r)
            let slope = gain[i] * discount * discount / std::f64::consts::LN_2 / (1.0 + rank);
            by_rank.push(slope);
        }
        for (k, slope) in slopes.iter_mut().enumerate() {
            // Up goes k in all ranks but its own.
            *slope = steepness
                * sums(
                    group.scores,
                    group.scores[k],
                    steepness,
                    Some((&by_rank, by_rank[k])),
                );
        }
        loss
    }
}

/// Σ_j σ(a(s_j − own)), or with slopes c by the ranks Σ_j (c_j − c) σ′(a(s_j − own)).
fn sums(scores: &[f64], own: f64, steepness: f64, by_rank: Option<(&[f64], f64)>) -> f64 {
    dispatch!(Level::detect(), [] sums_body::<>(
        scores: &[f64], own: f64, steepness: f64, by_rank: Option<(&[f64], f64)>) -> f64)
}

#[inline(always)]
fn sums_body<const FUSED: bool>(
    scores: &[f64],
    own: f64,
    steepness: f64,
    by_rank: Option<(&[f64], f64)>,
) -> f64 {
    let splat = Lanes::<f64, FUSED>::splat;
    let mut total = splat(0.0);
    for at in (0..scores.len()).step_by(LANES) {
        // Beyond the end σ(−∞) = 0.
        let x = Lanes::load_at(scores, at, f64::NEG_INFINITY) - splat(own);
        let p = (x * splat(steepness)).sigmoid();
        total = match by_rank {
            None => total + p,
            Some((c, own)) => {
                let c = Lanes::load_at(c, at, own) - splat(own);
                total.plus_product(c, p * (splat(1.0) - p))
            }
        };
    }
    total.sum()
}
