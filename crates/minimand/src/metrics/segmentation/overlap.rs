//! Measures that count pixels.

use super::{MaskPair, Measure};
use crate::grid::Grid;
use crate::metrics::sum::ratio;
use crate::metrics::{Direction, MetricInfo};

/// How many pixels two masks have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// In both masks: true positives.
    pub both: usize,
    /// Where the class is predicted.
    pub predicted: usize,
    /// Where the class truly is.
    pub truth: usize,
    /// All pixels of the case.
    pub pixels: usize,
    /// The length, area or volume of a pixel: the product of the spacing.
    pub pixel_size: f64,
}

impl Overlap {
    pub(super) fn new(frame: &Grid, prediction: &[bool], truth: &[bool]) -> Self {
        let count = |mask: &[bool]| mask.iter().filter(|&&inside| inside).count();
        let pairs = prediction.iter().zip(truth);
        Self {
            both: pairs.filter(|&(&a, &b)| a && b).count(),
            predicted: count(prediction),
            truth: count(truth),
            pixels: frame.len(),
            pixel_size: frame.spacing().iter().product(),
        }
    }

    fn either(&self) -> usize {
        self.predicted + self.truth - self.both
    }
}

fn quotient(numerator: usize, denominator: usize) -> Option<f64> {
    ratio(numerator as f64, denominator as f64)
}

/// A measure of the overlap, which has no parameters.
macro_rules! overlap_measure {
    (
        $(#[$doc:meta])* $name:ident = $text:literal,
        $summary:literal, $formula:literal, $direction:expr, $range:expr,
        $overlap:ident => $value:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;

        impl Measure for $name {
            const INFO: MetricInfo = MetricInfo {
                name: $text,
                summary: $summary,
                formula: $formula,
                direction: $direction,
                range: $range,
            };

            fn of(&self, pair: &MaskPair) -> Option<f64> {
                let $overlap = pair.overlap();
                $value
            }
        }
    };
}

overlap_measure! {
    /// Twice the common pixels over the pixels of both masks, in 0..1. Undefined if both are empty, as in
    /// MONAI's `DiceMetric` and nnU-Net. Source: Dice 1945.
    Dice = "dice",
    "Dice coefficient: common pixels over the mean size of the masks",
    "2 |P and T| / (|P| + |T|)",
    Direction::Higher, 0.0..=1.0,
    overlap => quotient(2 * overlap.both, overlap.predicted + overlap.truth)
}

overlap_measure! {
    /// The common pixels over those of the union (intersection over union), in 0..1. Undefined if both masks
    /// are empty. Source: Jaccard 1901.
    Jaccard = "jaccard",
    "intersection over union",
    "|P and T| / |P or T|",
    Direction::Higher, 0.0..=1.0,
    overlap => quotient(overlap.both, overlap.either())
}

overlap_measure! {
    /// The share of the predicted pixels that are right, in 0..1. Undefined if none is predicted.
    Precision = "precision",
    "share of the predicted pixels that are right",
    "|P and T| / |P|",
    Direction::Higher, 0.0..=1.0,
    overlap => quotient(overlap.both, overlap.predicted)
}

overlap_measure! {
    /// The share of the true pixels that are predicted (sensitivity), in 0..1. Undefined if there is none.
    Recall = "recall",
    "share of the true pixels that are predicted",
    "|P and T| / |T|",
    Direction::Higher, 0.0..=1.0,
    overlap => quotient(overlap.both, overlap.truth)
}

overlap_measure! {
    /// The share of the pixels outside the true mask that are not predicted, in 0..1. Undefined if
    /// the true mask is everywhere. It grows with the size of the background.
    Specificity = "specificity",
    "share of the pixels of other classes that are not predicted",
    "|not P and not T| / |not T|",
    Direction::Higher, 0.0..=1.0,
    overlap => quotient(overlap.pixels - overlap.either(), overlap.pixels - overlap.truth)
}

overlap_measure! {
    /// The absolute difference of the volumes (of images: areas), in the unit of the spacing to the power
    /// of the axes.
    VolumeDifference = "volume_difference",
    "absolute difference of predicted and true volume (area), in the unit of the spacing",
    "| |P| - |T| | * volume of a pixel",
    Direction::Lower, 0.0..=f64::INFINITY,
    overlap => {
        let pixels = overlap.predicted.abs_diff(overlap.truth) as f64;
        Some(pixels * overlap.pixel_size).filter(|volume| volume.is_finite())
    }
}

overlap_measure! {
    /// The predicted volume less the true one, over the true one: -1 if nothing is predicted. Undefined for an
    /// empty true mask. Errors of both signs cancel in the mean.
    RelativeVolumeError = "relative_volume_error",
    "predicted volume over the true one, less 1",
    "(|P| - |T|) / |T|",
    Direction::Nearest(0.0), -1.0..=f64::INFINITY,
    overlap => ratio(overlap.predicted as f64 - overlap.truth as f64, overlap.truth as f64)
}
