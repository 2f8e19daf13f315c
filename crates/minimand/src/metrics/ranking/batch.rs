//! Batches of ranked lists.

use crate::metrics::batch::{Weights, check_finite, check_length};
use crate::metrics::{MetricError, Task};

/// Relevance beyond which the gain 2^y − 1 would say nothing.
const LARGEST: f64 = 100.0;

/// The task of putting the items of lists in order.
#[derive(Clone, Copy, Debug)]
pub enum Ranking {}

impl Task for Ranking {
    type Batch<'a> = RankingBatch<'a>;
}

/// A checked batch of lists: scores with the relevance of the items.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct RankingBatch<'a> {
    scores: &'a [f64],
    relevances: &'a [f64],
    lengths: &'a [usize],
    weights: Weights<'a>,
}

/// One list with a weight above zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct RankedList<'a> {
    /// The higher, the earlier.
    pub(super) scores: &'a [f64],
    /// At least 0; an item above 0 is relevant.
    pub(super) relevances: &'a [f64],
    /// The weight of the list.
    pub(super) weight: f64,
}

impl RankedList<'_> {
    /// For each relevant item: the number of items, and of relevant ones, with at least its score.
    pub(super) fn ranks(&self) -> Vec<(f64, f64)> {
        let mut order: Vec<usize> = (0..self.scores.len()).collect();
        order.sort_by(|&a, &b| self.scores[b].total_cmp(&self.scores[a]));
        let mut ranks = Vec::new();
        let (mut items, mut relevant) = (0.0, 0.0);
        for tied in order.chunk_by(|&a, &b| self.scores[a] == self.scores[b]) {
            let hits = tied.iter().filter(|&&i| self.relevances[i] > 0.0).count();
            items += tied.len() as f64;
            relevant += hits as f64;
            ranks.extend(std::iter::repeat_n((items, relevant), hits));
        }
        ranks
    }
}

impl<'a> RankingBatch<'a> {
    /// Checks and wraps a batch.
    ///
    /// `scores` and `relevances` hold list after list, `lengths` the number of items of each. A relevance is
    /// a number in 0..100; above 0 an item is relevant. `weights` has one value per list; without weights
    /// every list counts once. Lists of weight 0 are absent: their values are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::Shape`] if the lengths do not fit together;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN (the row is the list);
    /// - [`MetricError::InvalidParameter`] for a relevance out of range;
    /// - [`MetricError::NegativeWeight`] for a weight below zero.
    pub fn new(
        scores: &'a [f64],
        relevances: &'a [f64],
        lengths: &'a [usize],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        let items = lengths
            .iter()
            .try_fold(0usize, |sum, &length| sum.checked_add(length))
            .unwrap_or(usize::MAX);
        check_length("scores (items of all lists)", scores.len(), items)?;
        check_length("relevances (items of all lists)", relevances.len(), items)?;
        let batch = Self {
            scores,
            relevances,
            lengths,
            weights: Weights::new(weights, lengths.len())?,
        };
        for (row, list) in batch.numbered_lists() {
            for (&score, &relevance) in list.scores.iter().zip(list.relevances) {
                check_finite("scores", row, score)?;
                check_finite("relevances", row, relevance)?;
                if !(0.0..=LARGEST).contains(&relevance) {
                    return Err(MetricError::InvalidParameter {
                        parameter: "relevances",
                        value: relevance,
                        allowed: "in 0..100",
                    });
                }
            }
        }
        Ok(batch)
    }

    /// The number of lists, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.weights.rows()
    }

    /// Whether the batch has no lists.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lists with a weight above zero.
    pub(super) fn lists(&self) -> impl Iterator<Item = RankedList<'a>> {
        self.numbered_lists().map(|(_, list)| list)
    }

    fn numbered_lists(&self) -> impl Iterator<Item = (usize, RankedList<'a>)> {
        let Self {
            scores,
            relevances,
            lengths,
            weights,
        } = *self;
        let mut starts = Vec::with_capacity(lengths.len());
        let mut start = 0;
        for length in lengths {
            starts.push(start);
            start += length;
        }
        weights.counted().map(move |(row, weight)| {
            let items = starts[row]..starts[row] + lengths[row];
            let list = RankedList {
                scores: &scores[items.clone()],
                relevances: &relevances[items],
                weight,
            };
            (row, list)
        })
    }
}
