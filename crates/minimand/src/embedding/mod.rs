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
//! | [`false_negative_rate`] | how many pairs of a batch are of one class |
//!
//! Embeddings are arrays `[n, d]` in single or double precision, labels `[n]` any integers. What is random follows from
//! a seed; what is equal is ordered by its place; nothing depends on the number of threads. Losses of embeddings are in
//! [`losses`](crate::losses); measures that merge over sets of embeddings in [`metrics`](crate::metrics::embedding).

mod agreement;
mod collapse;
mod eigen;
mod geometry;
mod kmeans;
mod neighbours;
mod retrieval;
mod search;
mod table;

pub use agreement::Agreement;
pub use collapse::NeuralCollapse;
pub use geometry::{Spectrum, alignment, class_alignment, uniformity, uniformity_lower_bound};
pub use kmeans::{Clustering, KMeans};
pub use neighbours::{Neighbours, Proximity, nearest, nearest_others};
pub use retrieval::{Query, Retrieval, false_negative_rate};

#[cfg(test)]
mod tests;
