//! Normalised discounted cumulative gain.

use super::batch::RankedList;
use crate::metrics::metric::{same_metric, same_parameter};
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Ranking, RankingBatch};

/// The mean over lists of the normalised discounted cumulative gain.
///
/// `DCG / ideal DCG`, `DCG = sum_i (2^{y_i} - 1) / log2(1 + rank_i)` over the first k ranks (default: all); in
/// 0..1. Items of equal score share their ranks, that is the mean of their discounts, as in scikit-learn, whose
/// gains however are the relevances themselves: `ndcg_score(2**y - 1, s, k=k)`. A list without relevant items
/// is left out. State: two sums. Source: Järvelin and Kekäläinen 2002; Burges et al. 2005.
#[derive(Clone, Debug, Default)]
pub struct Ndcg {
    k: Option<usize>,
    mean: WeightedMean,
}

impl Ndcg {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "ndcg",
        summary: "normalised discounted cumulative gain of the order by score, over all ranks unless set",
        formula: "mean of sum_i (2^y_i - 1) / log2(1 + rank_i), over that of the order by relevance",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    /// An empty state that looks at the first k ranks only.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for k = 0.
    pub fn at(k: usize) -> Result<Self, MetricError> {
        if k == 0 {
            return Err(MetricError::InvalidParameter {
                parameter: "k",
                value: 0.0,
                allowed: "at least 1",
            });
        }
        Ok(Self {
            k: Some(k),
            mean: WeightedMean::default(),
        })
    }

    /// The gain of the order by `keys`.
    fn gain(&self, keys: &[f64], relevances: &[f64]) -> f64 {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by(|&a, &b| keys[b].total_cmp(&keys[a]));
        let discount = |rank: usize| match self.k {
            Some(k) if rank > k => 0.0,
            _ => 1.0 / (1.0 + rank as f64).log2(),
        };
        let (mut total, mut rank) = (0.0, 0);
        for tied in order.chunk_by(|&a, &b| keys[a] == keys[b]) {
            let discounts: f64 = (rank + 1..=rank + tied.len()).map(discount).sum();
            let gains: f64 = tied.iter().map(|&i| relevances[i].exp2() - 1.0).sum();
            total += gains * discounts / tied.len() as f64;
            rank += tied.len();
        }
        total
    }

    fn of(&self, list: &RankedList<'_>) -> Option<f64> {
        let ideal = self.gain(list.relevances, list.relevances);
        let gain = self.gain(list.scores, list.relevances);
        (ideal > 0.0).then(|| (gain / ideal).min(1.0))
    }
}

impl Metric<Ranking> for Ndcg {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RankingBatch<'_>) -> Result<(), MetricError> {
        for list in batch.lists() {
            if let Some(value) = self.of(&list) {
                self.mean.add(value, list.weight);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Ranking>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        same_parameter(self.k, other.k, |k| match k {
            Some(k) => format!("ndcg at {k}"),
            None => "ndcg at all ranks".to_owned(),
        })?;
        self.mean.merge(&other.mean);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.mean.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(mut metric: Ndcg, scores: &[f64], relevances: &[f64]) -> Option<f64> {
        let batch = RankingBatch::new(scores, relevances, &[4], None).unwrap();
        metric.update(&batch).unwrap();
        metric.value()
    }

    #[test]
    fn worked_values() {
        let (log3, log5) = (3f64.log2(), 5f64.log2());
        // Gains 3, 0, 1, 0 at the ranks 2, 1, 4, 3; ideal 3 + 1/log₂ 3.
        let (scores, relevances) = ([2.0, 3.0, 0.0, 1.0], [2.0, 0.0, 1.0, 0.0]);
        let ideal = 3.0 + 1.0 / log3;
        let got = value(Ndcg::default(), &scores, &relevances).unwrap();
        assert!((got - (3.0 / log3 + 1.0 / log5) / ideal).abs() < 1e-15);
        let got = value(Ndcg::at(2).unwrap(), &scores, &relevances).unwrap();
        assert!((got - 3.0 / log3 / ideal).abs() < 1e-15);
        // All tied: the mean discount for each.
        let all = 1.0 + 1.0 / log3 + 0.5 + 1.0 / log5;
        let got = value(Ndcg::default(), &[1.0; 4], &relevances).unwrap();
        assert!((got - 4.0 * all / 4.0 / ideal).abs() < 1e-15);
        assert_eq!(value(Ndcg::default(), &scores, &[0.0; 4]), None);
    }

    #[test]
    fn other_depths_do_not_merge() {
        assert!(Ndcg::at(0).is_err());
        let merged = Ndcg::at(5).unwrap().merge(&Ndcg::default());
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
    }
}
