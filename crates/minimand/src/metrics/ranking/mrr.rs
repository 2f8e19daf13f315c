//! Mean reciprocal rank.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Ranking, RankingBatch};

/// The mean over lists of one over the rank of the first relevant item; in 0..1.
///
/// Of items of equal score the irrelevant ones come first. A list without relevant items is
/// left out. State: two sums.
#[derive(Clone, Debug, Default)]
pub struct MeanReciprocalRank {
    mean: WeightedMean,
}

impl MeanReciprocalRank {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "mrr",
        summary: "mean over lists of 1 / rank of the first relevant item",
        formula: "mean of 1 / rank of the first relevant item",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Ranking> for MeanReciprocalRank {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RankingBatch<'_>) -> Result<(), MetricError> {
        for list in batch.lists() {
            let ranks = list.ranks();
            if let Some((items, relevant)) = ranks.first() {
                // Irrelevant items of the same score come before it.
                let rank = 1.0 + items - relevant;
                self.mean.add(1.0 / rank, list.weight);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Ranking>) -> Result<(), MetricError> {
        self.mean.merge(&same_metric(self, other)?.mean);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        self.mean.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = MeanReciprocalRank::default();
        // Relevant at the ranks 2 and 3; tied with another at ranks 1 and 2; a list without relevant items.
        metric.update(&RankingBatch::new(
            &[0.5, 0.9, 0.1, 0.2, 1.0, 1.0, 0.3],
            &[1.0, 0.0, 0.0, 3.0, 1.0, 0.0, 0.0],
            &[4, 2, 1],
            None,
        )?)?;
        assert_eq!(metric.value(), Some(0.5));
        Ok(())
    }
}
