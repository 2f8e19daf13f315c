//! Convolutions of images as plain numbers: forward, and both gradients.
//!
//! A padded image is one long row: a neighbour at an offset in space is a neighbour at an offset in
//! the row, also across the ends of lines, where the padding's zeros lie. So every convolution is
//! `output[co, q] = Σ_k weight[co, k] · input[q + offset[k]]` over k = (input channel, place in the
//! kernel), for all places q at once, and needs no matrix of patches. With few channels, which is
//! where a network spends its time, that matrix costs more than the arithmetic.

use super::conv_kernel::{OUTPUTS, PLACES, convolve, correlate};

/// Sizes of a convolution of odd kernels with zero padding and stride 1: output as large as input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Geometry {
    /// Slices, rows and columns of the image.
    size: [usize; 3],
    /// The same of the kernel, all odd.
    kernel: [usize; 3],
}

impl Geometry {
    pub(super) fn new(size: [usize; 3], kernel: [usize; 3]) -> Self {
        Geometry { size, kernel }
    }

    /// Pixels of a channel.
    fn pixels(&self) -> usize {
        self.size.iter().product()
    }

    /// Entries of a kernel.
    pub(super) fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    /// Size of a padded channel. Each line needs zeros only behind it: what is before a line is what
    /// is behind the one before.
    fn padded(&self) -> [usize; 3] {
        [0, 1, 2].map(|axis| self.size[axis] + self.kernel[axis] / 2)
    }

    fn plane(&self) -> usize {
        self.padded().iter().product()
    }

    /// The largest offset to either side.
    fn reach(&self) -> usize {
        let [_, rows, columns] = self.padded();
        let [z, y, x] = self.kernel.map(|k| k / 2);
        (z * rows + y) * columns + x
    }

    /// Length of a padded image with so many channels, read by whole blocks.
    fn length(&self, channels: usize) -> usize {
        2 * self.reach() + channels * self.plane() + PLACES
    }

    /// Where each column of the weights reads, relative to the place it computes; mirrored for the
    /// gradient of the input.
    fn offsets(&self, channels: usize, mirrored: bool) -> Vec<usize> {
        let [_, rows, columns] = self.padded();
        let [depth, height, width] = self.kernel;
        let mut offsets = Vec::with_capacity(channels * self.taps());
        for channel in 0..channels {
            let start = channel * self.plane();
            for (z, y, x) in (0..depth)
                .flat_map(|z| (0..height).flat_map(move |y| (0..width).map(move |x| (z, y, x))))
            {
                let tap = (z * rows + y) * columns + x;
                offsets.push(
                    start
                        + if mirrored {
                            2 * self.reach() - tap
                        } else {
                            tap
                        },
                );
            }
        }
        offsets
    }

    /// For each line of an image: where it begins in a channel, and in a padded one.
    fn lines(&self) -> impl Iterator<Item = (usize, usize)> {
        let [slices, rows, columns] = self.size;
        let [_, padded_rows, padded_columns] = self.padded();
        (0..slices).flat_map(move |z| {
            (0..rows).map(move |y| {
                (
                    (z * rows + y) * columns,
                    (z * padded_rows + y) * padded_columns,
                )
            })
        })
    }

    /// Copies an image `[channels, …]` between the zeros of a padded one.
    fn pad(&self, image: &[f32], padded: &mut [f32]) {
        let (pixels, plane, reach) = (self.pixels(), self.plane(), self.reach());
        let columns = self.size[2];
        for (channel, image) in image.chunks_exact(pixels).enumerate() {
            let padded = &mut padded[reach + channel * plane..][..plane];
            for (from, to) in self.lines() {
                padded[to..][..columns].copy_from_slice(&image[from..][..columns]);
            }
        }
    }

    /// Appends channels `[_, plane]` without their padding.
    fn unpad(&self, padded: &[f32], images: &mut Vec<f32>) {
        let columns = self.size[2];
        for padded in padded.chunks_exact(self.plane()) {
            for (_, from) in self.lines() {
                images.extend_from_slice(&padded[from..][..columns]);
            }
        }
    }

    /// The convolution of images `[n, inputs, …]` with weights `[outputs, inputs, taps]`; a bias is
    /// added where there is one.
    pub(super) fn forward(
        &self,
        images: &[f32],
        inputs: usize,
        weights: &[f32],
        outputs: usize,
        bias: Option<&[f32]>,
    ) -> Vec<f32> {
        let mut result = self.apply(images, inputs, weights, outputs, false);
        if let Some(bias) = bias {
            let channels = result.chunks_exact_mut(self.pixels());
            for (channel, bias) in channels.zip(bias.iter().cycle()) {
                channel.iter_mut().for_each(|x| *x += bias);
            }
        }
        result
    }

    /// The gradient by the images, given that by the output `[n, outputs, …]`.
    pub(super) fn input_gradient(
        &self,
        gradient: &[f32],
        outputs: usize,
        weights: &[f32],
        inputs: usize,
    ) -> Vec<f32> {
        // From [outputs, inputs, taps] to [inputs, outputs, taps].
        let taps = self.taps();
        let mut turned = Vec::with_capacity(weights.len());
        for input in 0..inputs {
            for output in 0..outputs {
                turned.extend_from_slice(&weights[(output * inputs + input) * taps..][..taps]);
            }
        }
        self.apply(gradient, outputs, &turned, inputs, true)
    }

    fn apply(
        &self,
        images: &[f32],
        inputs: usize,
        weights: &[f32],
        outputs: usize,
        mirrored: bool,
    ) -> Vec<f32> {
        let (pixels, plane) = (self.pixels(), self.plane());
        let offsets = self.offsets(inputs, mirrored);
        let packed = packed(weights, outputs, offsets.len());
        let mut padded = vec![0.0; self.length(inputs)];
        let mut computed = vec![0.0; outputs * plane];
        let mut result = Vec::with_capacity(images.len() / inputs * outputs);
        for image in images.chunks_exact(inputs * pixels) {
            self.pad(image, &mut padded);
            convolve(&padded, &offsets, &packed, &mut computed, plane);
            self.unpad(&computed, &mut result);
        }
        result
    }

    /// The gradient by the weights, given the images and the gradient by the output.
    pub(super) fn weight_gradient(
        &self,
        images: &[f32],
        inputs: usize,
        gradient: &[f32],
        outputs: usize,
    ) -> Vec<f32> {
        let pixels = self.pixels();
        let offsets = self.offsets(inputs, false);
        let mut padded = vec![0.0; self.length(inputs)];
        let mut incoming = vec![0.0; self.length(outputs)];
        let mut sums = vec![0.0; outputs * offsets.len()];
        let gradients = gradient.chunks_exact(outputs * pixels);
        for (image, gradient) in images.chunks_exact(inputs * pixels).zip(gradients) {
            self.pad(image, &mut padded);
            self.pad(gradient, &mut incoming);
            // Behind its last place, the zeros go on for longer than a vector.
            let incoming = &incoming[self.reach()..];
            correlate(
                &padded,
                &offsets,
                incoming,
                self.plane(),
                outputs,
                &mut sums,
            );
        }
        sums
    }
}

/// Weights `[outputs, columns]`, such that those of four outputs lie together for each column.
fn packed(weights: &[f32], outputs: usize, columns: usize) -> Vec<f32> {
    let mut packed = Vec::with_capacity(weights.len());
    for first in (0..outputs).step_by(OUTPUTS) {
        let last = outputs.min(first + OUTPUTS);
        for column in 0..columns {
            packed.extend((first..last).map(|output| weights[output * columns + column]));
        }
    }
    packed
}
