//! The images of one training step.

use burn::tensor::{DType, Device, Tensor, TensorData};
use minimand::{Array, Target};

use super::super::error::TrainError;
use super::set::Masks;

/// The images of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageBatch {
    pub(super) images: Vec<f32>,
    pub(super) shape: Vec<usize>,
    pub(super) masks: Masks,
    /// Of the labels, `[n, …]`, or of the numbers, `[n, channels, …]`.
    pub(super) mask_shape: Vec<usize>,
    /// `[n, …]`.
    pub(super) pixel_shape: Vec<usize>,
    pub(super) weights: Option<Vec<f32>>,
}

impl ImageBatch {
    /// The images as a tensor `[n, channels, …]` on the Flex device with autodiff.
    ///
    /// # Errors
    /// A rank `D` that is not that of the images.
    pub fn tensor<const D: usize>(&self) -> Result<Tensor<D>, TrainError> {
        image_tensor(self.images.clone(), &self.shape, &Device::flex().autodiff())
    }

    /// The images `[n, channels, …]`.
    pub fn images(&self) -> &[f32] {
        &self.images
    }

    /// `[n, channels, …]`.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Labels `[n, …]` or numbers `[n, channels, …]`, as objectives take them.
    pub fn target(&self) -> Target<'_> {
        match &self.masks {
            Masks::Labels { labels, .. } => Target::labels(labels, &self.mask_shape),
            Masks::Dense { values, .. } => Target::dense(values, &self.mask_shape),
        }
    }

    /// The masks.
    pub fn masks(&self) -> &Masks {
        &self.masks
    }

    /// Weights `[n]` or `[n, …]`, as objectives take them.
    pub fn weights(&self) -> Option<Array<'_>> {
        let weights = self.weights.as_ref()?;
        let n = &self.shape[..1];
        let each_image = weights.len() == n[0];
        Some(Array::new(
            weights,
            if each_image { n } else { &self.pixel_shape },
        ))
    }

    /// What the batch counts in a mean over batches: the sum of its weights, or the number of images.
    pub(super) fn mass(&self) -> f64 {
        match &self.weights {
            Some(weights) => {
                let sum: f64 = weights.iter().map(|&w| f64::from(w)).sum();
                sum * self.shape[0] as f64 / weights.len() as f64
            }
            None => self.shape[0] as f64,
        }
    }
}

/// Images of a runtime shape as a tensor.
pub(super) fn image_tensor<const D: usize>(
    images: Vec<f32>,
    shape: &[usize],
    device: &Device,
) -> Result<Tensor<D>, TrainError> {
    let Ok(shape) = <[usize; D]>::try_from(shape) else {
        return Err(TrainError::Length {
            what: "shape",
            expected: format!("{D} axes"),
            got: shape.len(),
        });
    };
    Ok(Tensor::from_data(
        TensorData::new(images, shape),
        (device, DType::F32),
    ))
}
