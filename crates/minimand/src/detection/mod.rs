//! What a detector needs around its losses: overlaps of boxes, suppression of duplicates, matching of
//! predictions to objects, and distances as distributions.
//!
//! | | |
//! | --- | --- |
//! | [`Overlap`] | IoU and its kin of every pair of two lists of boxes |
//! | [`rotated_iou`], [`rotated_pairs`] | IoU of turned boxes, with slopes |
//! | [`split_giou`] | generalised IoU of curved text, piece by piece, with slopes |
//! | [`nms`], [`soft_nms`] | which of many overlapping detections stay |
//! | [`assign`] | the assignment of least total cost (Hungarian method) |
//! | [`MatchingCost`] | the costs by which set predictors match |
//! | [`two_hot`], [`expected_bin`] | a distance as a distribution over bins, and back |
//!
//! Boxes are arrays `[n, 4]` of x1 y1 x2 y2, row by row, with x1 ≤ x2 and y1 ≤ y2, in any unit; a side that runs
//! backwards has length 0. [`corners`] and [`centres`] convert from and to centre and size. Losses of such boxes, of
//! turned ones `[n, 5]` and of quadrilaterals `[n, 8]` with their gradients are in [`losses`](crate::losses), area
//! detection.

mod assignment;
mod boxes;
pub(crate) mod convex;
mod distribution;
mod matching;
mod overlap;
mod rotated;
mod split;
mod suppression;

pub use assignment::assign;
pub use boxes::{centres, corners};
pub use distribution::{expected_bin, two_hot};
pub use matching::{ClassCost, MatchingCost};
pub use overlap::Overlap;
pub use rotated::{rotated_iou, rotated_pairs};
pub use split::split_giou;
pub use suppression::{Decay, Suppression, nms, soft_nms};
