//! What the passes read: scores and true regions, which pixels count, and what can be wrong with them.

use super::Activation;
use crate::batch::Labels;
use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Weighting;
use std::ops::Range;

/// How far beyond 0 and 1 a prediction may be that is a probability already: rounding of another softmax.
const PROBABILITY_TOLERANCE: f64 = 1e-3;

/// The true regions, in one of two forms.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RegionTarget<'a, T> {
    /// A class per pixel (with one class: 1 inside the region, 0 outside).
    Labels(Labels<'a>),
    /// A number in [0, 1] per class and pixel.
    Soft(&'a [T]),
}

/// Scores `[items, classes, pixels]` with their true regions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RegionProblem<'a, T> {
    pub(crate) prediction: &'a [T],
    pub(crate) items: usize,
    pub(crate) classes: usize,
    pub(crate) pixels: usize,
    pub(crate) activation: Activation,
    pub(crate) target: RegionTarget<'a, T>,
    /// Weights and mask by pixel.
    pub(crate) pixel_weighting: Weighting<'a>,
    /// Weights by item, for losses of one item.
    pub(crate) item_weights: Option<&'a [f64]>,
    pub(crate) ignore_index: i64,
}

/// Where a pixel cannot be read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Label {
        position: usize,
        label: i64,
    },
    Prediction {
        position: usize,
    },
    Target {
        position: usize,
    },
    /// The loss per pixel with this number is not finite at this pixel.
    Pixel {
        term: usize,
        position: usize,
    },
}

impl<T: Float> RegionProblem<'_, T> {
    pub(super) fn explain(&self, fault: Fault) -> Error {
        match fault {
            Fault::Label { position, label } => Error::Label {
                position,
                label,
                classes: self.classes.max(2),
                ignore_index: self.ignore_index,
            },
            Fault::Prediction { position } | Fault::Pixel { position, .. } => Error::Value {
                argument: "prediction",
                position,
                value: self.prediction[position].to_f64(),
                expected: match self.activation {
                    Activation::None => "a probability in [0, 1]".to_string(),
                    _ => "a finite number".to_string(),
                },
            },
            Fault::Target { position } => Error::Value {
                argument: "target",
                position,
                value: match self.target {
                    RegionTarget::Soft(t) => t[position].to_f64(),
                    RegionTarget::Labels(labels) => labels.get(position) as f64,
                },
                expected: "a number in [0, 1]".to_string(),
            },
        }
    }

    /// Position of a pixel of a class in the prediction.
    #[inline(always)]
    pub(super) fn at(&self, item: usize, class: usize, pixel: usize) -> usize {
        (item * self.classes + class) * self.pixels + pixel
    }

    /// What a label has to be for a pixel to lie in class 0: with a single class it says whether the
    /// pixel is inside.
    #[inline(always)]
    pub(super) fn first_label(&self) -> usize {
        usize::from(self.classes == 1)
    }

    /// Can the driver take this prediction?
    #[inline(always)]
    pub(super) fn allows(&self, x: T) -> bool {
        let x = x.to_f64();
        match self.activation {
            Activation::None => (-PROBABILITY_TOLERANCE..=1.0 + PROBABILITY_TOLERANCE).contains(&x),
            _ => x.is_finite(),
        }
    }

    /// Weight of a pixel; 0 if it does not count.
    #[inline(always)]
    pub(super) fn pixel_weight(&self, position: usize) -> f64 {
        if !self.pixel_weighting.counts(position) {
            return 0.0;
        }
        if let RegionTarget::Labels(labels) = self.target
            && labels.get(position) == self.ignore_index
        {
            return 0.0;
        }
        self.pixel_weighting.weight(position)
    }

    /// Labels beyond those of the pixels that do not count.
    #[inline(always)]
    pub(super) fn allowed_labels(&self) -> Range<i64> {
        0..self.classes.max(2) as i64
    }
}
