//! Pictures like radiographs of a chest: two lungs and a heart, outlined by landmarks.

use std::f64::consts::TAU;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use crate::data::pictures::{Imaging, natural_texture};
use crate::data::polygons::{Corner, coverage};

/// Side of a picture.
pub(super) const SIDE: usize = 40;
/// Landmarks of the left lung, the right lung and the heart: a closed contour each.
pub(super) const ORGANS: [usize; 3] = [16, 16, 8];
/// All landmarks.
pub(super) const LANDMARKS: usize = 40;

/// A picture with its landmarks.
pub(super) struct Chest {
    pub(super) image: Vec<f32>,
    /// `[y, x]` of each landmark, as shares of the sides.
    pub(super) landmarks: Vec<f32>,
}

/// A picture of a random shape: five modes with normal coefficients change the size of everything, the
/// height of the lungs, the size of the heart, the place, and the tilt. Lungs are dark, the heart is bright;
/// ribs, a texture and noise lie over everything.
pub(super) fn chest(grid: &Grid, key: Key) -> Chest {
    let mut random = Random::new(key, 0);
    let mut mode = |size: f64| size * random.normal().clamp(-2.0, 2.0);
    let (scale, height, heart) = (1.0 + mode(0.06), 1.0 + mode(0.1), 1.0 + mode(0.12));
    let (shift, tilt) = (mode(0.03), mode(0.08));
    let mut landmarks = Vec::with_capacity(2 * LANDMARKS);
    for (organ, count) in ORGANS.into_iter().enumerate() {
        for index in 0..count {
            let (sine, cosine) = (TAU * index as f64 / count as f64).sin_cos();
            // Lungs are flat towards the middle.
            let (y, x) = match organ {
                0 => (
                    -0.05 + 0.3 * height * sine,
                    -0.23 + 0.13 * cosine * flat(cosine),
                ),
                1 => (
                    -0.05 + 0.3 * height * sine,
                    0.23 + 0.13 * cosine * flat(-cosine),
                ),
                _ => (0.13 + 0.14 * heart * sine, 0.02 + 0.1 * heart * cosine),
            };
            let (sine, cosine) = tilt.sin_cos();
            landmarks.push((0.5 + 0.5 * shift + scale * (cosine * y + sine * x)) as f32);
            landmarks.push((0.5 + shift + scale * (cosine * x - sine * y)) as f32);
        }
    }
    let drawing: Vec<f32> = labels(grid, &landmarks)
        .into_iter()
        .map(|label| [0.0, -0.8, -0.8, 0.6][label as usize])
        .collect();
    let imaging = Imaging {
        contrast: 1.0,
        blur: 0.8,
        ground: 0.2,
        patches: 6.0,
        noise: 0.25,
    };
    let mut image = imaging.photograph(grid, &drawing, key.child(1));
    let [_, rows, columns] = grid.volume();
    let phase = TAU * Random::new(key, 1).uniform();
    let texture = natural_texture(grid, key.child(2));
    for (index, pixel) in image.iter_mut().enumerate() {
        let rib = (TAU * 7.0 * (index / columns) as f64 / rows as f64 + phase).sin();
        *pixel += (0.15 * rib + 0.2 * texture[index]) as f32;
    }
    Chest { image, landmarks }
}

fn flat(towards_middle: f64) -> f64 {
    if towards_middle > 0.0 { 0.7 } else { 1.0 }
}

/// The label of each pixel: 1 to 3 in an organ's contour, by the even–odd rule, 0 elsewhere.
pub(super) fn labels(grid: &Grid, landmarks: &[f32]) -> Vec<u32> {
    let [_, rows, columns] = grid.volume();
    let mut labels = vec![0; grid.len()];
    let mut rest = landmarks;
    for (organ, count) in ORGANS.into_iter().enumerate() {
        let (own, others) = rest.split_at(2 * count);
        rest = others;
        let place = |share: f32, side: usize| f64::from(share) * side as f64 - 0.5;
        let corners = own.as_chunks::<2>().0.iter();
        let polygon: Vec<Corner> = corners
            .map(|&[y, x]| [place(y, rows), place(x, columns)])
            .collect();
        for (label, share) in labels.iter_mut().zip(coverage(grid, &polygon, 3)) {
            if share > 0.5 {
                *label = organ as u32 + 1;
            }
        }
    }
    labels
}

/// A box of 9 to 14 pixels that touches the organs is blank.
pub(super) fn occlude(grid: &Grid, image: &mut [f32], key: Key) {
    let mut random = Random::new(key, 0);
    let [_, rows, columns] = grid.volume();
    let mut span = |length: usize| {
        let size = 9 + random.below(6);
        let middle = (length as f64 * random.uniform_between(0.25, 0.75)) as usize;
        let start = middle
            .saturating_sub(size / 2)
            .min(length.saturating_sub(size));
        start..start + size
    };
    let (lines, places) = (span(rows), span(columns));
    for y in lines {
        image[y * columns..][places.clone()].fill(0.0);
    }
}
