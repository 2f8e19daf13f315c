//! Images in patches, some of them masked, and the loss of a head that predicts which are hard.

use burn::tensor::Tensor;
use minimand::embedding::{hard_patch_mask, relative_loss_prediction};
use minimand_burn::random::{Key, Random};

use super::encoder::with_gradient;
use crate::error::StudyError;
use crate::net::numbers;

/// Patches along a side, and of an image.
const SIDE: usize = 4;
pub(super) const PATCHES: usize = SIDE * SIDE;
/// Share of the patches that is masked.
const MASKED: f64 = 0.75;

/// The patch of each pixel of a square image.
pub(super) fn patch_of(pixel: usize, columns: usize) -> usize {
    let side = columns.isqrt();
    let step = side.div_ceil(SIDE);
    pixel / side / step * SIDE + pixel % side / step
}

/// Images with zeros where they are masked, each followed by its mask.
pub(super) fn seen(images: &[f32], columns: usize, masks: &[bool]) -> Vec<f32> {
    let pairs = images
        .chunks_exact(columns)
        .zip(masks.chunks_exact(PATCHES));
    pairs
        .flat_map(|(image, mask)| {
            let pixels = image.iter().enumerate().map(move |(pixel, &x)| {
                if mask[patch_of(pixel, columns)] {
                    0.0
                } else {
                    x
                }
            });
            pixels.chain(mask.iter().map(|&is_masked| f32::from(u8::from(is_masked))))
        })
        .collect()
}

/// Mean squared error of each patch `[n, patches]`.
pub(super) fn errors(found: &[f32], images: &[f32], columns: usize) -> Vec<f64> {
    let pairs = found
        .chunks_exact(columns)
        .zip(images.chunks_exact(columns));
    pairs
        .flat_map(|(found, image)| {
            let (mut sums, mut counts) = ([0.0; PATCHES], [0.0; PATCHES]);
            for (pixel, (x, t)) in found.iter().zip(image).enumerate() {
                let patch = patch_of(pixel, columns);
                sums[patch] += f64::from(x - t).powi(2);
                counts[patch] += 1.0;
            }
            sums.into_iter()
                .zip(counts)
                .map(|(sum, count)| sum / f64::max(count, 1.0))
        })
        .collect()
}

/// Masks of images by the predicted losses of their patches: this share of the masked ones are those of the largest.
pub(super) fn masks(scores: &[f32], hard: f64, key: Key) -> Result<Vec<bool>, StudyError> {
    let mut random = Random::new(key, 0);
    let mut masks = Vec::with_capacity(scores.len());
    for scores in scores.chunks_exact(PATCHES) {
        let scores: Vec<f64> = scores.iter().map(|&x| f64::from(x)).collect();
        masks.extend(hard_patch_mask(&scores, MASKED, hard, random.bits())?);
    }
    Ok(masks)
}

/// The loss of the order of the masked patches' errors, for its gradient.
pub(super) fn order_loss(
    predicted: Tensor<2>,
    errors: &[f64],
    masks: &[bool],
) -> Result<Tensor<1>, StudyError> {
    let plain = numbers(predicted.clone().detach());
    let masked: Vec<usize> = (0..masks.len()).filter(|&patch| masks[patch]).collect();
    let counts: Vec<usize> = masks
        .chunks_exact(PATCHES)
        .map(|mask| mask.iter().filter(|is_masked| **is_masked).count())
        .collect();
    let scores: Vec<f64> = masked
        .iter()
        .map(|&patch| f64::from(plain[patch]))
        .collect();
    let errors: Vec<f64> = masked.iter().map(|&patch| errors[patch]).collect();
    let (_, gradient) = relative_loss_prediction(&scores, &errors, &counts)?;
    let mut slopes = vec![0.0; masks.len()];
    for (&patch, slope) in masked.iter().zip(gradient) {
        slopes[patch] = slope;
    }
    Ok(with_gradient(predicted, slopes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_hide_their_pixels() {
        let image: Vec<f32> = (1..=64).map(|x| x as f32).collect();
        let mut mask = vec![false; PATCHES];
        mask[5] = true;
        let rows = seen(&image, 64, &mask);
        let hidden: Vec<usize> = (0..64).filter(|&pixel| rows[pixel] == 0.0).collect();
        assert_eq!(hidden, [18, 19, 26, 27]);
        assert_eq!(rows.len(), 80);
        let found = vec![0.0; 64];
        // The squares of 19, 20, 27 and 28.
        assert_eq!(
            errors(&found, &image, 64)[5],
            (361.0 + 400.0 + 729.0 + 784.0) / 4.0
        );
    }
}
