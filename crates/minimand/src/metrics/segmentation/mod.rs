//! Metrics of segmentations: a class for each pixel of an image or a volume, against the true ones.
//!
//! A row is one case, with its own grid and spacing. Class 0 is the background and is not measured. A
//! [`Measure`] judges one class of one case, given as the two masks of a [`MaskPair`]; its metric is a
//! [`CaseMean`]: for each class the mean over the cases in which the measure is defined, and of these the mean.
//! [`measures`] gives all of one class of one case, as a row of a table.
//!
//! What a measure gives where a class is missing:
//!
//! | measure | in neither mask | in one of them |
//! | --- | --- | --- |
//! | [`Dice`], [`Jaccard`], [`BoundaryIou`], [`ClDice`], [`SurfaceDice`], [`LesionF1`] | undefined | 0 |
//! | [`Precision`], [`LesionPrecision`] | undefined | 0 if predicted, else undefined |
//! | [`Recall`], [`LesionRecall`] | undefined | 0 if true, else undefined |
//! | [`Specificity`] | 1 | as defined |
//! | [`VolumeDifference`] | 0 | the volume |
//! | [`BettiError`] | 0 | its components, holes and cavities |
//! | [`RelativeVolumeError`] | undefined | -1 if true, else undefined |
//! | [`Hausdorff`], [`HausdorffPercentile`], [`AverageSurfaceDistance`], [`MeanSurfaceDistance`] | undefined | undefined |
//!
//! An undefined value is left out of the mean, also a distance that would be infinite: a model that misses whole
//! objects does not pay for it there, which [`CaseMean::undefined`] tells and the overlap shows.

pub(super) mod batch;
mod boundary_iou;
mod centreline;
mod lesions;
mod mean;
mod overlap;
mod pair;
mod row;
mod surfaces;
#[cfg(test)]
mod tests;
mod topology;

pub use boundary_iou::BoundaryIou;
pub use centreline::ClDice;
pub use lesions::{
    Lesion, LesionCounts, LesionF1, LesionMatching, LesionPrecision, LesionRecall, Lesions,
};
pub use mean::{CaseMean, Measure};
pub use overlap::{
    Dice, Jaccard, Overlap, Precision, Recall, RelativeVolumeError, Specificity, VolumeDifference,
};
pub use pair::MaskPair;
pub use row::{Settings, measures, measures_where};
pub use surfaces::{
    AverageSurfaceDistance, Hausdorff, HausdorffPercentile, MeanSurfaceDistance, SurfaceDice,
    Surfaces,
};
pub use topology::BettiError;
