//! What is made of a segmentation before or beside its loss: distance maps, soft labels, weights of pixels and
//! of classes, skeletons and projections.
//!
//! Masks and values have one entry for each pixel of a [`Grid`](crate::grid::Grid), row-major. Distances are in the
//! unit of the grid's spacing.

pub mod distance_maps;
pub mod label_smoothing;
pub mod projection;
pub mod sauna;
pub mod soft_skeleton;
pub mod weight_maps;

mod pooling;
