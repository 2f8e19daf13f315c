//! Batches of sets of embeddings.

use crate::batch::{Array, Labels};
use crate::embedding::{Agreement, KMeans, Proximity, Retrieval};
use crate::metrics::batch::{Weights, check_finite, check_length};
use crate::metrics::{MetricError, Task};
use std::sync::OnceLock;

/// The task of putting items of a class near each other.
#[derive(Clone, Copy, Debug)]
pub enum Embedding {}

impl Task for Embedding {
    type Batch<'a> = EmbeddingBatch<'a>;
}

/// Embeddings with their labels.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddingSet<'a> {
    /// `[items, width]`, row by row, in either precision.
    pub embeddings: Array<'a>,
    /// `[items]`, any integers.
    pub labels: Labels<'a>,
}

/// A checked batch of sets of embeddings.
///
/// The check is made once, and so is the search for neighbours and the clustering; a batch can then go to any number of
/// metrics.
#[derive(Debug)]
pub struct EmbeddingBatch<'a> {
    sets: Vec<CheckedSet<'a>>,
    rows: usize,
}

/// A set with a weight above zero, and what several metrics read.
#[derive(Debug)]
pub struct CheckedSet<'a> {
    set: EmbeddingSet<'a>,
    pub(super) weight: f64,
    retrieval: OnceLock<Option<Retrieval>>,
    agreement: OnceLock<Option<Agreement>>,
}

impl<'a> EmbeddingBatch<'a> {
    /// Checks and wraps a batch.
    ///
    /// `weights` has one value per set; without weights every set counts once. Sets of weight 0 are absent: their
    /// values are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::Shape`] if an array is not `[items, width]` with a width of at least 1, or the labels are not
    ///   as many as its items;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN (the row is the set);
    /// - [`MetricError::NegativeWeight`] for a weight below zero.
    pub fn new(sets: &[EmbeddingSet<'a>], weights: Option<&[f64]>) -> Result<Self, MetricError> {
        let mut checked = Vec::with_capacity(sets.len());
        for (row, weight) in Weights::new(weights, sets.len())?.counted() {
            let set = sets[row];
            let (values, shape) = (set.embeddings.values, set.embeddings.shape);
            check_length("embeddings (axes)", shape.len(), 2)?;
            let (items, width) = (shape[0], shape[1]);
            if width == 0 {
                return Err(MetricError::InvalidParameter {
                    parameter: "width of the embeddings",
                    value: 0.0,
                    allowed: "at least 1",
                });
            }
            let entries = items.saturating_mul(width);
            check_length("embeddings (items x width)", values.len(), entries)?;
            check_length("labels (items)", set.labels.len(), items)?;
            for i in 0..values.len() {
                check_finite("embeddings", row, values.get(i))?;
            }
            checked.push(CheckedSet {
                set,
                weight,
                retrieval: OnceLock::new(),
                agreement: OnceLock::new(),
            });
        }
        Ok(Self {
            sets: checked,
            rows: sets.len(),
        })
    }

    /// The number of sets, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether the batch has no sets.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The sets with a weight above zero.
    pub(super) fn sets(&self) -> &[CheckedSet<'a>] {
        &self.sets
    }
}

impl<'a> CheckedSet<'a> {
    /// The embeddings with their labels.
    pub fn set(&self) -> &EmbeddingSet<'a> {
        &self.set
    }

    /// What a search by cosine among the embeddings finds.
    pub fn retrieval(&self) -> Option<&Retrieval> {
        let search = || Retrieval::among(&self.set.embeddings, self.set.labels, Proximity::Cosine);
        self.retrieval.get_or_init(|| search().ok()).as_ref()
    }

    /// How k-means of the embeddings, each divided by its length, agrees with the labels; as many clusters as there are
    /// labels. `None` without embeddings.
    pub fn agreement(&self) -> Option<&Agreement> {
        let compare = || {
            let labels = self.set.labels;
            let mut classes: Vec<i64> = (0..labels.len()).map(|i| labels.get(i)).collect();
            classes.sort_unstable();
            classes.dedup();
            let means = KMeans {
                clusters: classes.len(),
                spherical: true,
                ..KMeans::default()
            };
            let clusters = means.fit(&self.set.embeddings).ok()?;
            let clusters: Vec<u64> = clusters.labels().iter().map(|&k| k as u64).collect();
            Agreement::new(&clusters, labels).ok()
        };
        self.agreement.get_or_init(compare).as_ref()
    }
}
