//! Metrics of detectors: boxes with scores and classes against the objects of an image.
//!
//! A detection and an object of one class are matched by their overlap; what counts is how precise the
//! detections are while the threshold on the score falls. Detections of equal score enter together, so that
//! the order of images does not matter. [`DetectionScores`] holds what all COCO numbers are read from.

pub(super) mod batch;
mod coco;
mod curve;
mod matching;
mod scores;
mod size;
mod voc;

pub use coco::{CocoAp, CocoAp50, CocoAp75, CocoAr};
pub use scores::{CocoSummary, DetectionScores, Selection};
pub use size::Size;
pub use voc::{Interpolation, VocAp};
