//! Halving and doubling images.

use burn::tensor::{Tensor, TensorData};

use super::error::NetError;
use super::layers::{check_images, space};
use super::operation::{Input, function, host};
use super::resize_kernel::Halving;

/// The largest number of each block of 2 × 2 (× 2): images `[n, c, …]` of half the size.
///
/// # Errors
/// Sides that are odd, images that are no images `[n, c, …]` with 2 or 3 axes in space, not F32, and not
/// on the Flex device.
pub fn max_pool<const D: usize>(images: Tensor<D>) -> Result<Tensor<D>, NetError> {
    let large = images.dims();
    check_axes("images", &large)?;
    if large[2..].iter().any(|side| side % 2 == 1) {
        return Err(NetError::Size {
            multiple: 2,
            got: large[2..].to_vec(),
        });
    }
    let shape = std::array::from_fn(|axis| {
        if axis < 2 {
            large[axis]
        } else {
            large[axis] / 2
        }
    });
    let halving = halving(&shape);
    let (y, places) = halving.pool(host("images", &images)?.f32()?);
    let parents = [images.into(), Input::none(), Input::none()];
    Ok(function(parents, y, shape, move |gradient, _| {
        let values = halving.unpool(gradient, &places);
        [Some(TensorData::new(values, large)), None, None]
    }))
}

/// Images `[n, c, …]` of twice the size, each pixel repeated 2 × 2 (× 2) times.
///
/// # Errors
/// Images that are no images `[n, c, …]` with 2 or 3 axes in space, not F32, and not on the Flex device.
pub fn upsample<const D: usize>(images: Tensor<D>) -> Result<Tensor<D>, NetError> {
    let small = images.dims();
    check_axes("images", &small)?;
    let shape = doubled(&small);
    let halving = halving(&small);
    let mut y = vec![0.0; shape.iter().product()];
    halving.repeat(host("images", &images)?.f32()?, &mut y);
    let parents = [images.into(), Input::none(), Input::none()];
    Ok(function(parents, y, shape, move |gradient, _| {
        let mut values = vec![0.0; small.iter().product()];
        halving.sum(gradient, &mut values);
        [Some(TensorData::new(values, small)), None, None]
    }))
}

/// The channels of `coarse` `[n, c, …]` at twice the size, and behind them those of `fine` `[n, k, …]`,
/// which is so large: `[n, c + k, …]`.
///
/// # Errors
/// Those of [`upsample`], and `fine` not being twice as large.
pub fn join<const D: usize>(coarse: Tensor<D>, fine: Tensor<D>) -> Result<Tensor<D>, NetError> {
    let (small, large) = (coarse.dims(), fine.dims());
    check_axes("coarse", &small)?;
    let mut expected = doubled(&small);
    let (own, other) = (small[1], large[1]);
    expected[1] = other;
    if large != expected {
        return Err(NetError::Shape {
            argument: "fine",
            expected: format!("{expected:?}, twice as large as `coarse`"),
            got: large.to_vec(),
        });
    }
    let mut shape = large;
    shape[1] += own;
    let halving = halving(&small);
    let (small_image, large_image) = (own * halving.small_pixels(), other * halving.large_pixels());
    let split = own * halving.large_pixels();
    let mut y = vec![0.0; shape.iter().product()];
    let (a, b) = (host("coarse", &coarse)?, host("fine", &fine)?);
    let (a, b) = (a.f32()?, b.f32()?);
    let images = a
        .chunks_exact(small_image.max(1))
        .zip(b.chunks_exact(large_image.max(1)));
    for (y, (a, b)) in y.chunks_exact_mut((split + large_image).max(1)).zip(images) {
        halving.repeat(a, &mut y[..split]);
        y[split..].copy_from_slice(b);
    }
    let parents = [coarse.into(), fine.into(), Input::none()];
    Ok(function(parents, y, shape, move |gradient, wanted| {
        let images = || gradient.chunks_exact((split + large_image).max(1));
        let by_coarse = wanted[0].then(|| {
            let mut values = vec![0.0; small.iter().product()];
            for (image, values) in images().zip(values.chunks_exact_mut(small_image.max(1))) {
                halving.sum(&image[..split], values);
            }
            TensorData::new(values, small)
        });
        let by_fine = wanted[1].then(|| {
            let mut values = Vec::with_capacity(large.iter().product());
            images().for_each(|image| values.extend_from_slice(&image[split..]));
            TensorData::new(values, large)
        });
        [by_coarse, by_fine, None]
    }))
}

fn check_axes(argument: &'static str, shape: &[usize]) -> Result<(), NetError> {
    let axes = shape.len().saturating_sub(2).clamp(2, 3);
    let channels = shape.get(1).copied().unwrap_or(1);
    check_images(argument, shape, axes, channels.max(1))
}

/// Between this checked shape and one twice as large.
fn halving<const D: usize>(small: &[usize; D]) -> Halving {
    Halving {
        small: space(small),
        factor: if D == 5 { [2; 3] } else { [1, 2, 2] },
    }
}

fn doubled<const D: usize>(shape: &[usize; D]) -> [usize; D] {
    std::array::from_fn(|axis| {
        if axis < 2 {
            shape[axis]
        } else {
            2 * shape[axis]
        }
    })
}
