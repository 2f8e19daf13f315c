//! Networks that predict numbers for each pixel, and predicting with them.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::super::dataset::check_finite;
use super::super::error::TrainError;
use super::batch::image_tensor;
use super::set::check_shape;
use crate::loss::numbers;
use crate::net::{NetError, UNet};

/// Pixels that go through a network at a time when it predicts, which bounds the memory of its layers.
const BLOCK: usize = 1 << 17;

/// A network from images to logits of each pixel.
pub trait Segmenter: Module {
    /// Logits `[n, outputs, …]` of images `[n, channels, …]`, or of volumes.
    ///
    /// # Errors
    /// Images that the network does not take.
    fn logits<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError>;

    /// All that a loss sees in training: the logits, and behind them those of coarser scales, if the
    /// network has any.
    ///
    /// # Errors
    /// Those of [`logits`](Self::logits).
    fn scales<const D: usize>(&self, images: Tensor<D>) -> Result<Vec<Tensor<D>>, NetError> {
        Ok(vec![self.logits(images)?])
    }
}

impl Segmenter for UNet {
    fn logits<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        self.forward(images)
    }

    fn scales<const D: usize>(&self, images: Tensor<D>) -> Result<Vec<Tensor<D>>, NetError> {
        let features = self.features(images)?;
        let mut scales = vec![self.head(&features)?];
        scales.extend(self.side_heads(&features)?);
        Ok(scales)
    }
}

/// The logits `[n, outputs, …]` of images of this shape `[n, channels, …]`, block by block.
///
/// # Errors
/// A shape that is not that of images or volumes, numbers that do not fit it or are not finite, and images
/// that the network does not take.
pub fn predict<M: Segmenter>(
    net: &M,
    images: &[f32],
    shape: &[usize],
) -> Result<Vec<f32>, TrainError> {
    let entries = check_shape(images, shape)?;
    check_finite("images", images, entries)?;
    let net = net.valid();
    let pixels: usize = shape[2..].iter().product();
    let mut logits = Vec::new();
    for block in images.chunks((BLOCK / pixels).max(1) * entries) {
        let mut shape = shape.to_vec();
        shape[0] = block.len() / entries;
        let block = block.to_vec();
        logits.extend(match shape.len() {
            4 => block_logits::<4, M>(&net, block, &shape)?,
            _ => block_logits::<5, M>(&net, block, &shape)?,
        });
    }
    Ok(logits)
}

fn block_logits<const D: usize, M: Segmenter>(
    net: &M,
    images: Vec<f32>,
    shape: &[usize],
) -> Result<Vec<f32>, TrainError> {
    let images = image_tensor::<D>(images, shape, &Device::flex())?;
    Ok(numbers(&net.logits(images)?)?)
}
