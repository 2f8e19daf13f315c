//! A small network that fills holes of images.

use std::f64::consts::TAU;

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use minimand_burn::net::{Activation, Block, Conv, NetError, Norm, join, max_pool};
use minimand_burn::random::Key;

use super::holes::{PIXELS, SIDE};
use crate::net::numbers;

/// Channels at the coarsest scale, of a quarter of the side: half of them local, half global.
const COARSE: usize = 16;
/// Pixels at the coarsest scale.
const COARSE_PIXELS: usize = PIXELS / 16;

/// A U-Net of depth 2 with a block of fast Fourier convolutions (Chi et al. 2020) at its coarsest scale.
#[derive(Module, Debug)]
pub(super) struct Inpainter {
    encoder: Vec<Block>,
    local: Conv,
    local_to_global: Conv,
    spectral: Conv,
    spectral_norm: Norm,
    fourier_norm: Norm,
    decoder: Vec<Block>,
    head: Conv,
}

impl Inpainter {
    pub(super) fn new(key: Key) -> Result<Self, NetError> {
        let of = |number: u64| key.child(number);
        let block = |inputs: usize, outputs: usize, number: u64| {
            Block::new(2, inputs, outputs, 4, Activation::Relu, of(number))
        };
        Ok(Self {
            encoder: vec![block(2, 4, 0)?, block(4, 8, 1)?, block(8, COARSE, 2)?],
            local: Conv::new(2, 3, COARSE, COARSE / 2, of(3))?,
            local_to_global: Conv::new(2, 3, COARSE / 2, COARSE / 2, of(4))?,
            spectral: Conv::new(2, 1, COARSE, COARSE, of(5))?,
            spectral_norm: Norm::new(COARSE, 4, Activation::Relu)?,
            fourier_norm: Norm::new(COARSE, 4, Activation::Relu)?,
            decoder: vec![block(12, 4, 6)?, block(COARSE + 8, 8, 7)?],
            head: Conv::new(2, 1, 4, 1, of(8))?.with_bias(vec![0.0])?,
        })
    }

    /// Whole images `[n, 1, SIDE, SIDE]` for images with holes and where these are, `[n, 2, SIDE, SIDE]`.
    pub(super) fn forward(&self, images: Tensor<4>) -> Result<Tensor<4>, NetError> {
        let fine = self.encoder[0].forward(images)?;
        let middle = self.encoder[1].forward(max_pool(fine.clone())?)?;
        let coarse = self.encoder[2].forward(max_pool(middle.clone())?)?;
        let coarse = self.fourier(coarse)?;
        let middle = self.decoder[1].forward(join(coarse, middle)?)?;
        let fine = self.decoder[0].forward(join(middle, fine)?)?;
        Ok(self.head.forward(fine)?.add_scalar(0.5))
    }

    /// Global channels pass a convolution of side 1 on their spectra, so that each sees the whole image.
    fn fourier(&self, coarse: Tensor<4>) -> Result<Tensor<4>, NetError> {
        let [n, channels, rows, columns] = coarse.dims();
        let half = channels / 2;
        let (own, global) = (
            coarse.clone().narrow(1, 0, half),
            coarse.clone().narrow(1, half, half),
        );
        let there = transform(&coarse.device());
        let spectrum = global
            .reshape([n * half, COARSE_PIXELS])
            .matmul(there.clone());
        let part = |index: usize| {
            let part = spectrum
                .clone()
                .narrow(1, index * COARSE_PIXELS, COARSE_PIXELS);
            part.reshape([n, half, rows, columns])
        };
        let spectrum = self
            .spectral
            .forward(Tensor::cat(vec![part(0), part(1)], 1))?;
        let spectrum = self.spectral_norm.forward(spectrum)?;
        let part = |index: usize| {
            let part = spectrum.clone().narrow(1, index * half, half);
            part.reshape([n * half, COARSE_PIXELS])
        };
        let global = Tensor::cat(vec![part(0), part(1)], 1).matmul(there.transpose());
        let global =
            global.reshape([n, half, rows, columns]) + self.local_to_global.forward(own)?;
        let local = self.local.forward(coarse)?;
        self.fourier_norm
            .forward(Tensor::cat(vec![local, global], 1))
    }

    /// As [`forward`](Self::forward), on plain numbers.
    pub(super) fn fill(&self, images: Vec<f32>) -> Result<Vec<f32>, NetError> {
        let shape = [images.len() / (2 * PIXELS), 2, SIDE, SIDE];
        let images = TensorData::new(images, shape);
        let images = Tensor::from_data(images, (&Device::flex(), DType::F32));
        Ok(numbers(self.valid().forward(images)?))
    }
}

/// The unitary discrete Fourier transform of an image of the coarsest scale as a matrix: its real parts, then its
/// imaginary parts. Its transpose is the way back.
fn transform(device: &Device) -> Tensor<2> {
    let side = SIDE / 4;
    let mut values = Vec::with_capacity(2 * COARSE_PIXELS * COARSE_PIXELS);
    for pixel in 0..COARSE_PIXELS {
        for part in 0..2 {
            for wave in 0..COARSE_PIXELS {
                let turns = (pixel / side) * (wave / side) + (pixel % side) * (wave % side);
                let angle = TAU * (turns % side) as f64 / side as f64;
                let value = if part == 0 { angle.cos() } else { -angle.sin() };
                values.push((value / side as f64) as f32);
            }
        }
    }
    let data = TensorData::new(values, [COARSE_PIXELS, 2 * COARSE_PIXELS]);
    Tensor::from_data(data, (device, DType::F32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_and_its_transpose_undo_each_other() {
        let there = transform(&Device::flex());
        let both = numbers(there.clone().matmul(there.transpose()));
        for (place, value) in both.iter().enumerate() {
            let want = f32::from(place % COARSE_PIXELS == place / COARSE_PIXELS);
            assert!((value - want).abs() < 1e-5, "{place}: {value}");
        }
    }
}
