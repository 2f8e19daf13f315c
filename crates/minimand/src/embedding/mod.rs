//! Embeddings: how good they are, and what a training with them needs beside its loss.
//!
//! | | |
//! | --- | --- |
//! | [`nearest`], [`nearest_others`] | exact nearest neighbours by cosine, distance or inner product |
//! | [`Retrieval`] | recall at k, R-precision, MAP at R, reciprocal rank |
//! | [`KMeans`], [`Agreement`] | clusters, and their mutual information with classes: NMI, AMI |
//! | [`alignment`], [`class_alignment`], [`uniformity`] | how near pairs are, and how evenly all lie on the sphere |
//! | [`Spectrum`] | effective rank, participation ratio, utilisation of the dimensions |
//! | [`NeuralCollapse`] | NC1 to NC4 of features, class means and classifier |
//! | [`ClassBatches`], [`ClusterBatches`], [`BindingBatches`], [`Episodes`] | which items make up a batch |
//! | [`false_negative_rate`], [`batches_bind`] | what batches are worth |
//! | [`Mining`] | pairs and triplets of a batch: batch hard, semi-hard, distance weighted, multi-similarity, angular |
//! | [`MemoryQueue`] | the embeddings of recent batches |
//!
//! Embeddings are arrays `[n, d]` in single or double precision, labels `[n]` any integers. What is random follows from
//! a seed; what is equal is ordered by its place; nothing depends on the number of threads. Losses of embeddings are in
//! [`losses`](crate::losses); measures that merge over sets of embeddings in [`metrics`](crate::metrics::embedding).

mod agreement;
mod batches;
mod collapse;
mod eigen;
mod geometry;
mod kmeans;
mod miners;
mod neighbours;
mod queue;
mod retrieval;
mod search;
mod table;
mod tuples;

pub use agreement::Agreement;
pub use batches::{BindingBatches, ClassBatches, ClusterBatches, Episode, Episodes, batches_bind};
pub use collapse::NeuralCollapse;
pub use geometry::{Spectrum, alignment, class_alignment, uniformity, uniformity_lower_bound};
pub use kmeans::{Clustering, KMeans};
pub use miners::Mining;
pub use neighbours::{Neighbours, Proximity, nearest, nearest_others};
pub use queue::MemoryQueue;
pub use retrieval::{Query, Retrieval, false_negative_rate};
pub use tuples::{Gap, Pairs, Pick, Triplets};

#[cfg(test)]
mod tests;
