//! The parts of images that networks see: boxes of one size, mirrored at the border where they stick out.
//!
//! Sizes and places are `[slices, rows, columns]`, in the plane with one slice.

use minimand_burn::random::Random;

/// Pixels along each axis.
pub(crate) type Size = [usize; 3];

/// Where a box begins, which may be outside of an image that is smaller.
pub(crate) type Origin = [isize; 3];

/// The product of the sides.
pub(crate) fn pixels(size: Size) -> usize {
    size.iter().product()
}

/// The boxes of size `crop` that cover an image, neighbours with at least a quarter in common.
pub(crate) fn tiles(size: Size, crop: Size) -> Vec<Origin> {
    let starts = |axis: usize| -> Vec<isize> {
        let (side, crop) = (size[axis], crop[axis]);
        let Some(room) = side.checked_sub(crop).filter(|room| *room > 0) else {
            return vec![centred(side, crop)];
        };
        let stride = (3 * crop / 4).max(1);
        let steps = room.div_ceil(stride);
        (0..=steps)
            .map(|step| (step * room / steps) as isize)
            .collect()
    };
    let mut origins = Vec::new();
    for slice in starts(0) {
        for row in starts(1) {
            origins.extend(starts(2).into_iter().map(|column| [slice, row, column]));
        }
    }
    origins
}

/// A box of size `crop` somewhere within an image: around `pixel` as far as the borders allow, or anywhere.
pub(crate) fn placed(size: Size, crop: Size, pixel: Option<Size>, random: &mut Random) -> Origin {
    std::array::from_fn(|axis| {
        let (side, crop) = (size[axis], crop[axis]);
        if side <= crop {
            return centred(side, crop);
        }
        let room = side - crop;
        match pixel {
            Some(pixel) => pixel[axis].saturating_sub(crop / 2).min(room) as isize,
            None => random.below(room + 1) as isize,
        }
    })
}

/// Where a box begins in the middle of which a side lies that is not longer.
fn centred(side: usize, crop: usize) -> isize {
    -((crop.saturating_sub(side) / 2) as isize)
}

/// Appends the part of an array `[channels, slices, rows, columns]` in a box. What is outside of the array is its
/// mirror image.
pub(crate) fn cut<T: Copy>(values: &[T], size: Size, origin: Origin, crop: Size, to: &mut Vec<T>) {
    let places: [Vec<usize>; 3] = std::array::from_fn(|axis| {
        let place = |step: usize| mirrored(origin[axis] + step as isize, size[axis]);
        (0..crop[axis]).map(place).collect()
    });
    let [_, rows, columns] = size;
    for channel in values.chunks_exact(pixels(size)) {
        for slice in &places[0] {
            for row in &places[1] {
                let line = &channel[(slice * rows + row) * columns..][..columns];
                to.extend(places[2].iter().map(|column| line[*column]));
            }
        }
    }
}

/// The place on a side of this length that a mirror at each of its ends shows at `place`.
fn mirrored(place: isize, side: usize) -> usize {
    let (period, side) = (2 * side as isize, side as isize);
    let place = place.rem_euclid(period);
    let place = if place < side {
        place
    } else {
        period - 1 - place
    };
    place as usize
}

/// How much each pixel of a box counts where boxes overlap: least at its borders, where a network sees least of
/// what is around, and never nothing.
pub(crate) fn tent(crop: Size) -> Vec<f32> {
    let side = |axis: usize, place: usize| (place + 1).min(crop[axis] - place) as f32;
    let mut weights = Vec::with_capacity(pixels(crop));
    for slice in 0..crop[0] {
        for row in 0..crop[1] {
            let of_line = side(0, slice) * side(1, row);
            weights.extend((0..crop[2]).map(|column| of_line * side(2, column)));
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand_burn::random::Key;

    #[test]
    fn tiles_cover_every_pixel_and_stay_inside() {
        for (size, crop) in [
            ([1, 100, 70], [1, 32, 32]),
            ([1, 32, 33], [1, 32, 32]),
            ([9, 20, 20], [8, 16, 16]),
            ([1, 5, 40], [1, 8, 16]),
        ] {
            let mut seen = vec![0_usize; pixels(size)];
            for origin in tiles(size, crop) {
                for axis in 0..3 {
                    let end = origin[axis] + crop[axis] as isize;
                    assert!(origin[axis] >= 0 || size[axis] < crop[axis]);
                    assert!(end <= size[axis].max(crop[axis]) as isize);
                }
                let indices: Vec<usize> = (0..pixels(size)).collect();
                let mut inside = Vec::new();
                cut(&indices, size, origin, crop, &mut inside);
                inside.iter().for_each(|index| seen[*index] += 1);
            }
            assert!(seen.iter().all(|count| *count > 0), "{size:?}");
        }
        assert_eq!(tiles([1, 16, 16], [1, 16, 16]), [[0, 0, 0]]);
        assert_eq!(tiles([1, 1, 20], [1, 1, 16]), [[0, 0, 0], [0, 0, 4]]);
    }

    #[test]
    fn what_sticks_out_is_mirrored() {
        let mut row = Vec::new();
        cut(&[1, 2, 3], [1, 1, 3], [0, 0, -2], [1, 1, 8], &mut row);
        assert_eq!(row, [2, 1, 1, 2, 3, 3, 2, 1]);
        let mut single = Vec::new();
        cut(&[7], [1, 1, 1], [0, -1, -1], [1, 3, 2], &mut single);
        assert_eq!(single, [7; 6]);
        // Channels one after the other.
        let mut both = Vec::new();
        cut(&[1, 2, 3, 4], [1, 1, 2], [0, 0, 1], [1, 1, 1], &mut both);
        assert_eq!(both, [2, 4]);
    }

    #[test]
    fn boxes_are_placed_around_a_pixel_or_anywhere() {
        let mut random = Random::new(Key::new(1), 0);
        let size = [1, 50, 10];
        let around = |pixel, random: &mut Random| placed(size, [1, 16, 16], Some(pixel), random);
        assert_eq!(around([0, 25, 3], &mut random), [0, 17, -3]);
        assert_eq!(around([0, 49, 3], &mut random), [0, 34, -3]);
        assert_eq!(around([0, 2, 3], &mut random), [0, 0, -3]);
        let rows: Vec<isize> = (0..200)
            .map(|_| placed(size, [1, 16, 16], None, &mut random)[1])
            .collect();
        assert_eq!(
            (rows.iter().min(), rows.iter().max()),
            (Some(&0), Some(&34))
        );
    }

    #[test]
    fn the_middle_of_a_box_counts_most() {
        assert_eq!(tent([1, 1, 4]), [1.0, 2.0, 2.0, 1.0]);
        assert_eq!(tent([1, 2, 3]), [1.0, 2.0, 1.0, 1.0, 2.0, 1.0]);
    }
}
