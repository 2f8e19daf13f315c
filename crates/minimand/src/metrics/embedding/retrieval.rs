//! Scores of a search among the embeddings, by cosine.

use super::batch::CheckedSet;
use super::mean::Measure;
use crate::metrics::{Direction, MetricError, MetricInfo};

/// The share of items with one of their class among the k nearest; in 0..1.
///
/// Items that are alone in their class are left out; of equally near items the earlier comes first. k is 1 unless set,
/// and the metric then also called precision at 1. Source: Jégou et al. 2011.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecallAtK {
    k: usize,
}

impl Default for RecallAtK {
    fn default() -> Self {
        Self { k: 1 }
    }
}

impl RecallAtK {
    /// Among the k nearest.
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
        Ok(Self { k })
    }
}

impl Measure for RecallAtK {
    const INFO: MetricInfo = MetricInfo {
        name: "recall_at_k",
        summary: "share of items with one of their class among the k nearest (k = 1 unless set)",
        formula: "mean over items i of [some of the k nearest of i has the class of i]",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        set.retrieval()?.recall_at(self.k)
    }
}

/// The mean over items of the share of their class among the R nearest, with R the number of the others of the class;
/// in 0..1.
///
/// Items that are alone in their class are left out; of equally near items the earlier comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RPrecision;

impl Measure for RPrecision {
    const INFO: MetricInfo = MetricInfo {
        name: "r_precision",
        summary: "share of the own class among the R nearest, R being the number of others of the class",
        formula: "mean over items i of (of the R_i nearest of i those of its class) / R_i",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        set.retrieval()?.r_precision()
    }
}

/// The mean over items of the average precision among the R nearest, with R the number of the others of the class; in
/// 0..1, at most the R-precision.
///
/// Items that are alone in their class are left out; of equally near items the earlier comes first. Source: Musgrave,
/// Belongie and Lim 2020.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MapAtR;

impl Measure for MapAtR {
    const INFO: MetricInfo = MetricInfo {
        name: "map_at_r",
        summary: "mean average precision among the R nearest, R being the number of others of the class",
        formula: "mean over items i of sum over j <= R_i of [j-th is of the class] precision(j) / R_i",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        set.retrieval()?.map_at_r()
    }
}

/// The mean over items of one over the rank of the nearest other of the class; in 0..1.
///
/// Items that are alone in their class are left out; of equally near items the earlier comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanReciprocalRank;

impl Measure for MeanReciprocalRank {
    const INFO: MetricInfo = MetricInfo {
        name: "mrr",
        summary: "mean over items of 1 / rank of the nearest other of the class",
        formula: "mean over items i of 1 / rank of the nearest other of the class of i",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        set.retrieval()?.mean_reciprocal_rank()
    }
}
