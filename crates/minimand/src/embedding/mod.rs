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
//! | [`isometric_distance`], [`global_hard_term`], [`hausdorff_distances`] | how far embeddings are from others |
//! | [`ClassBatches`], [`ClusterBatches`], [`BindingBatches`], [`Episodes`] | which items make up a batch |
//! | [`false_negative_rate`], [`batches_bind`] | what batches are worth |
//! | [`Mining`] | pairs and triplets of a batch: batch hard, semi-hard, distance weighted, multi-similarity, angular |
//! | [`MemoryQueue`] | the embeddings of recent batches |
//! | [`Prototypes`] | a prototype for each class that follows the embeddings, with its loss (HYPO) |
//! | [`CollaborativeInnerProduct`], [`SymmetricContinual`], [`Swivel`] | losses of several arrays |
//! | [`AdaptiveTemperature`] | a contrastive loss of several heads with a temperature for each pair |
//! | [`TripletMargin`], [`MixedMultiSimilarity`], [`metric_mixes`] | losses of listed triplets and of mixes |
//! | [`DynamicSoftMargin`] | a triplet loss whose margin follows the batches |
//! | [`Manifold`] | nearness to proxies by random walks on a batch |
//! | [`Geodesic`], [`GaussianGeodesic`] | examples on the way from one set of embeddings to another |
//! | [`hard_patch_mask`], [`relative_loss_prediction`] | masks over hard patches, and the head that finds them |
//!
//! Embeddings are arrays `[n, d]` in single or double precision, labels `[n]` any integers. What is random follows from
//! a seed; what is equal is ordered by its place; nothing depends on the number of threads. Losses of embeddings are in
//! [`losses`](crate::losses); measures that merge over sets of embeddings in [`metrics`](crate::metrics::embedding).

mod adaptive_temperature;
mod agreement;
mod batches;
mod collapse;
mod continual;
mod eigen;
mod geodesic;
mod geometry;
mod hard_patches;
mod inner_product;
mod isometry;
mod kmeans;
mod manifold;
mod miners;
mod mixed_similarity;
mod neighbours;
mod prototypes;
mod queue;
mod retrieval;
mod search;
mod soft_margin;
mod swivel;
mod table;
mod triplet_margin;
mod tuples;

pub use adaptive_temperature::{AdaptiveTemperature, MultiHeadLoss, ViewHead};
pub use agreement::Agreement;
pub use batches::{BindingBatches, ClassBatches, ClusterBatches, Episode, Episodes, batches_bind};
pub use collapse::NeuralCollapse;
pub use continual::{ContinualBatch, ContinualLoss, SymmetricContinual};
pub use geodesic::{GaussianGeodesic, Geodesic, WorstCase};
pub use geometry::{Spectrum, alignment, class_alignment, uniformity, uniformity_lower_bound};
pub use hard_patches::{hard_patch_mask, relative_loss_prediction};
pub use inner_product::CollaborativeInnerProduct;
pub use isometry::{global_hard_term, hausdorff_distances, isometric_distance};
pub use kmeans::{Clustering, KMeans};
pub use manifold::Manifold;
pub use miners::Mining;
pub use mixed_similarity::{Mix, MixedMultiSimilarity, metric_mixes};
pub use neighbours::{Neighbours, Proximity, nearest, nearest_others};
pub use prototypes::Prototypes;
pub use queue::MemoryQueue;
pub use retrieval::{Query, Retrieval, false_negative_rate};
pub use soft_margin::DynamicSoftMargin;
pub use swivel::{Shard, Swivel, cooccurrences, shard_indices};
pub use triplet_margin::TripletMargin;
pub use tuples::{Gap, Pairs, Pick, Triplets};

#[cfg(test)]
mod tests;
