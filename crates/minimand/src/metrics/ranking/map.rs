//! Mean average precision.

use crate::metrics::metric::same_metric;
use crate::metrics::sum::WeightedMean;
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Ranking, RankingBatch};

/// The mean over lists of the average precision: over the relevant items, the share of relevant ones among those
/// ranked no later; in 0..1.
///
/// Items of equal score are ranked together, as in scikit-learn: `label_ranking_average_precision_score`. A list
/// without relevant items is left out (scikit-learn counts it as 1). State: two sums.
#[derive(Clone, Debug, Default)]
pub struct MeanAveragePrecision {
    mean: WeightedMean,
}

impl MeanAveragePrecision {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "map",
        summary: "mean over lists of the average precision",
        formula: "mean of mean over relevant i of (relevant items up to i) / rank_i",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };
}

impl Metric<Ranking> for MeanAveragePrecision {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &RankingBatch<'_>) -> Result<(), MetricError> {
        for list in batch.lists() {
            let ranks = list.ranks();
            if !ranks.is_empty() {
                let sum: f64 = ranks.iter().map(|(rank, relevant)| relevant / rank).sum();
                self.mean.add(sum / ranks.len() as f64, list.weight);
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
        let mut metric = MeanAveragePrecision::default();
        // Relevant at the ranks 2 and 3; tied with another at ranks 1 and 2; a list without relevant items.
        metric.update(&RankingBatch::new(
            &[0.5, 0.9, 0.1, 0.2, 1.0, 1.0, 0.3],
            &[1.0, 0.0, 0.0, 3.0, 1.0, 0.0, 0.0],
            &[4, 2, 1],
            None,
        )?)?;
        let first = (1.0 / 2.0 + 2.0 / 3.0) / 2.0;
        let value = metric.value().unwrap_or_default();
        assert!((value - (first + 0.5) / 2.0).abs() < 1e-15);
        Ok(())
    }
}
