//! The classes of the pixels of an image of any size: a window of the network's slides over it.

use minimand_burn::net::UNet;
use minimand_burn::train::TrainError;
use minimand_burn::train::images::predict;

use super::windows::{Origin, Size, cut, pixels, tent, tiles};
use super::{Case, Layout};

/// Windows that go through a network at a time.
const TILES: usize = 8;

/// Numbers on a box of pixels, `[channels, slices, rows, columns]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture<'a> {
    pub(super) size: Size,
    pub(super) values: &'a [f32],
}

impl<'a> From<&'a Case> for Picture<'a> {
    fn from(case: &'a Case) -> Self {
        Self {
            size: case.size(),
            values: &case.values,
        }
    }
}

/// The class of each pixel: the largest of the logits, of which those of overlapping windows are averaged with most
/// weight in their middle. `None` if a logit is not finite.
///
/// # Errors
/// A network of another layout.
pub(super) fn segment(
    net: &UNet,
    layout: &Layout,
    picture: Picture<'_>,
) -> Result<Option<Vec<u8>>, TrainError> {
    let (size, crop) = (picture.size, layout.crop);
    let tiles = tiles(size, crop);
    let mut sums = vec![0.0_f32; layout.classes * pixels(size)];
    let weights = tent(crop);
    for some in tiles.chunks(TILES) {
        let mut values = Vec::with_capacity(some.len() * layout.channels * pixels(crop));
        for origin in some {
            cut(picture.values, size, *origin, crop, &mut values);
        }
        let logits = predict(net, &values, &layout.shape(some.len()))?;
        if logits.iter().any(|logit| !logit.is_finite()) {
            return Ok(None);
        }
        let each = layout.classes * pixels(crop);
        for (origin, logits) in some.iter().zip(logits.chunks_exact(each)) {
            for (sums, logits) in sums
                .chunks_exact_mut(pixels(size))
                .zip(logits.chunks_exact(pixels(crop)))
            {
                add(sums, size, logits, &weights, *origin, crop);
            }
        }
    }
    Ok(Some(largest(&sums, pixels(size))))
}

/// Adds what a window says, times its weights, where it is inside of the image.
fn add(
    sums: &mut [f32],
    [slices, rows, columns]: Size,
    logits: &[f32],
    weights: &[f32],
    origin: Origin,
    crop: Size,
) {
    let inside = |axis: usize, step: usize, side: usize| {
        let place = usize::try_from(origin[axis] + step as isize).ok()?;
        (place < side).then_some(place)
    };
    for slice_step in 0..crop[0] {
        let Some(slice) = inside(0, slice_step, slices) else {
            continue;
        };
        for row_step in 0..crop[1] {
            let Some(row) = inside(1, row_step, rows) else {
                continue;
            };
            let line = (slice_step * crop[1] + row_step) * crop[2];
            let to = &mut sums[(slice * rows + row) * columns..][..columns];
            for column_step in 0..crop[2] {
                if let Some(column) = inside(2, column_step, columns) {
                    let at = line + column_step;
                    to[column] += weights[at] * logits[at];
                }
            }
        }
    }
}

/// The first of the classes with the largest sum, for each pixel of `[classes, pixels]`.
fn largest(sums: &[f32], pixels: usize) -> Vec<u8> {
    let mut best = sums[..pixels].to_vec();
    let mut classes = vec![0_u8; pixels];
    for (class, sums) in (1..).zip(sums[pixels..].chunks_exact(pixels)) {
        for ((best, found), sum) in best.iter_mut().zip(&mut classes).zip(sums) {
            if sum > best {
                (*best, *found) = (*sum, class);
            }
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand_burn::net::UNetSettings;
    use minimand_burn::random::{Key, Random};

    fn layout(crop: Size) -> Layout {
        Layout {
            axes: 2,
            channels: 1,
            classes: 3,
            crop,
        }
    }

    fn net() -> UNet {
        let settings = UNetSettings {
            classes: 3,
            width: 4,
            ..UNetSettings::default()
        };
        UNet::new(&settings, Key::new(1)).unwrap()
    }

    fn noise(count: usize) -> Vec<f32> {
        let mut random = Random::new(Key::new(2), 0);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    #[test]
    fn one_window_gives_the_largest_logit() {
        let values = noise(256);
        let picture = Picture {
            size: [1, 16, 16],
            values: &values,
        };
        let found = segment(&net(), &layout([1, 16, 16]), picture)
            .unwrap()
            .unwrap();
        let logits = predict(&net(), &values, &[1, 1, 16, 16]).unwrap();
        for (pixel, class) in found.iter().enumerate() {
            let of = |class: usize| logits[class * 256 + pixel];
            assert!((0..3).all(|other| of(other) <= of(usize::from(*class))));
        }
        assert!(found.iter().any(|class| *class > 0));
    }

    #[test]
    fn images_of_any_size_have_a_class_for_each_pixel() {
        for size in [[1, 5, 7], [1, 16, 40], [1, 33, 21]] {
            let values = noise(pixels(size));
            let picture = Picture {
                size,
                values: &values,
            };
            let found = segment(&net(), &layout([1, 16, 16]), picture).unwrap();
            assert_eq!(found.map(|classes| classes.len()), Some(pixels(size)));
        }
    }

    #[test]
    fn overlapping_windows_are_averaged() {
        let (size, crop) = ([1, 1, 3], [1, 1, 2]);
        let mut sums = vec![0.0; 3];
        let weights = [1.0, 1.0];
        add(&mut sums, size, &[1.0, 2.0], &weights, [0, 0, 0], crop);
        add(&mut sums, size, &[5.0, 7.0], &weights, [0, 0, 1], crop);
        add(&mut sums, size, &[9.0, 11.0], &weights, [0, 0, 2], crop);
        add(&mut sums, size, &[100.0, 0.5], &weights, [0, 0, -1], crop);
        assert_eq!(sums, [1.5, 7.0, 16.0]);
        assert_eq!(largest(&[1.0, 1.0, 1.0, 2.0, 0.0, 2.0], 2), [0, 1]);
    }
}
