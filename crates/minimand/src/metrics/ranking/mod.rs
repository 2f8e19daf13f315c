//! Metrics of ranked lists: scores of items against their relevance.
//!
//! Items of equal score have no order: each metric says what it makes of them. A list without relevant
//! items has no value and is left out of the mean.

pub(super) mod batch;
mod map;
mod mrr;
mod ndcg;

pub use map::MeanAveragePrecision;
pub use mrr::MeanReciprocalRank;
pub use ndcg::Ndcg;
