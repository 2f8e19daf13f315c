//! Losses of the order of a list's items.

use crate::kernels::{Fault, groups::Group};

mod approx_ndcg;
mod list_mle;
mod list_net;
mod pairwise;
mod pairwise_hinge;
mod pairwise_logistic;
mod ranking_softmax;

crate::catalog::list![
    ranking_softmax::RankingSoftmax,
    list_net::ListNet,
    list_mle::ListMle,
    pairwise_logistic::PairwiseLogistic,
    pairwise_hinge::PairwiseHinge,
    approx_ndcg::ApproxNdcg,
];

/// Relevance beyond which 2^y is no sensible gain.
const LARGEST_RELEVANCE: f64 = 100.0;

/// Places in descending order; equals in the order in which they come.
fn descending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    order
}

/// 1/log₂(1 + rank).
fn discount(rank: f64) -> f64 {
    1.0 / (1.0 + rank).log2()
}

/// What the normalised discounted cumulative gain is made of.
struct Gains {
    /// 2^y − 1 of each item, over the gain of the ideal order.
    gain: Vec<f64>,
    /// Discount of each item at its present rank.
    discount: Vec<f64>,
}

impl Gains {
    fn new<S>(group: &Group<'_, S>) -> Self {
        let gain: Vec<f64> = group.targets.iter().map(|y| y.exp2() - 1.0).collect();
        let ideal: f64 = descending(group.targets)
            .iter()
            .enumerate()
            .map(|(at, &i)| gain[i] * discount(at as f64 + 1.0))
            .sum();
        let mut discounts = vec![0.0; gain.len()];
        for (at, &i) in descending(group.values).iter().enumerate() {
            discounts[i] = discount(at as f64 + 1.0);
        }
        Gains {
            gain: gain.iter().map(|g| g / ideal).collect(),
            discount: discounts,
        }
    }
}

/// Refuses relevances whose gains would overflow.
fn check_gains(targets: &[f64]) -> Result<(), Fault> {
    match targets.iter().position(|&y| y > LARGEST_RELEVANCE) {
        Some(at) => Err(Fault::Target(
            at,
            "a relevance of at most 100: its gain is 2^y − 1",
        )),
        None => Ok(()),
    }
}
