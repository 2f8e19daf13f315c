//! Batches of images.

use crate::grid::Grid;
use crate::kernels::fields::{Field, FieldLoss};
use crate::metrics::batch::{Weights, check_finite, check_length};
use crate::metrics::{MetricError, Task};

/// The task of predicting an image or a volume.
#[derive(Clone, Copy, Debug)]
pub enum Images {}

impl Task for Images {
    type Batch<'a> = ImageBatch<'a>;
}

/// A checked batch of images with those that they should be; an image is a row.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics.
#[derive(Clone, Copy, Debug)]
pub struct ImageBatch<'a> {
    predictions: &'a [f64],
    targets: &'a [f64],
    channels: usize,
    grid: Grid,
    weights: Weights<'a>,
}

impl<'a> ImageBatch<'a> {
    /// Checks and wraps a batch of images `[rows, channels, …]` with one to three axes of pixels, row-major.
    ///
    /// Without weights every image counts once. Images of weight 0 are absent: their pixels are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::Shape`] if the shape has another number of axes or entries than the slices have;
    /// - [`MetricError::InvalidParameter`] for an empty axis;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN;
    /// - [`MetricError::NegativeWeight`] for a weight below zero.
    pub fn new(
        predictions: &'a [f64],
        targets: &'a [f64],
        shape: &[usize],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        let &[rows, channels, ref pixels @ ..] = shape else {
            return Err(MetricError::Shape {
                argument: "shape (axes)",
                expected: 4,
                got: shape.len(),
            });
        };
        let empty = MetricError::InvalidParameter {
            parameter: "shape (axes of pixels)",
            value: pixels.len() as f64,
            allowed: "one to three after rows and channels, none of them empty",
        };
        let grid = Grid::new(pixels).map_err(|_| empty.clone())?;
        if channels == 0 {
            return Err(empty);
        }
        let entries = rows.saturating_mul(channels).saturating_mul(grid.len());
        check_length("predictions (pixels)", predictions.len(), entries)?;
        check_length("targets (pixels)", targets.len(), entries)?;
        let batch = Self {
            predictions,
            targets,
            channels,
            grid,
            weights: Weights::new(weights, rows)?,
        };
        let size = channels * grid.len();
        for (row, _) in batch.weights.counted() {
            for at in row * size..(row + 1) * size {
                check_finite("predictions", row, predictions[at])?;
                check_finite("targets", row, targets[at])?;
            }
        }
        Ok(batch)
    }

    /// The number of images, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.weights.rows()
    }

    /// Whether the batch has no images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a window of this many pixels fits every image of the batch.
    pub(super) fn check_fit(
        &self,
        fits: Result<(), String>,
        window: u32,
    ) -> Result<(), MetricError> {
        fits.map_err(|_| MetricError::InvalidParameter {
            parameter: "window",
            value: f64::from(window),
            allowed: "no larger than the images at their coarsest scale",
        })
    }

    /// Shape of the pixels of a channel.
    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The mean over channels of a loss of one channel, of every image with a weight above zero; with its weight.
    pub(super) fn of_channels<L: FieldLoss>(&self, loss: &L) -> impl Iterator<Item = (f64, f64)> {
        let (pixels, channels) = (self.grid.len(), self.channels);
        self.weights.counted().map(move |(row, weight)| {
            let one = |channel: usize| {
                let at = (row * channels + channel) * pixels;
                loss.value(&Field {
                    values: &self.predictions[at..at + pixels],
                    target: &self.targets[at..at + pixels],
                    weights: &[],
                    items: 1,
                    channels: 1,
                    grid: &self.grid,
                })
            };
            (
                (0..channels).map(one).sum::<f64>() / channels as f64,
                weight,
            )
        })
    }

    /// A loss of all channels of every image with a weight above zero; with its weight.
    pub(super) fn of_images<L: FieldLoss>(&self, loss: &L) -> impl Iterator<Item = (f64, f64)> {
        let size = self.grid.len() * self.channels;
        self.weights.counted().map(move |(row, weight)| {
            let at = row * size;
            let value = loss.value(&Field {
                values: &self.predictions[at..at + size],
                target: &self.targets[at..at + size],
                weights: &[],
                items: 1,
                channels: self.channels,
                grid: &self.grid,
            });
            (value, weight)
        })
    }
}
