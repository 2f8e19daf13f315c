//! Images, and holes of many kinds in them.

use std::f64::consts::TAU;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use crate::data::Labelled;
use crate::data::pictures::{natural_texture, whole_between};

/// Side of an image, in pixels.
pub(super) const SIDE: usize = 32;
/// Pixels of an image.
pub(super) const PIXELS: usize = SIDE * SIDE;

/// Images in 0..1, one after the other: by turns a texture with a grating, and a digit of 8×8 pixels that is
/// enlarged to the image.
pub(super) fn images(count: usize, digits: &Labelled, grid: &Grid, key: Key) -> Vec<f32> {
    let mut images = Vec::with_capacity(count * PIXELS);
    for index in 0..count {
        let key = key.child(index as u64);
        let mut random = Random::new(key, 0);
        if index % 2 == 0 {
            let texture = natural_texture(grid, key.child(0));
            let (angle, phase) = (TAU * random.uniform(), TAU * random.uniform());
            let wave = TAU / random.uniform_between(3.0, 10.0);
            let (x, y) = (wave * angle.cos(), wave * angle.sin());
            images.extend(texture.iter().enumerate().map(|(pixel, texture)| {
                let turn = x * (pixel % SIDE) as f64 + y * (pixel / SIDE) as f64 + phase;
                (0.5 + 0.15 * texture + 0.15 * turn.sin()).clamp(0.0, 1.0) as f32
            }));
        } else {
            let row = random.below(digits.labels.len());
            images.extend(enlarged(&digits.features[row * 64..][..64]));
        }
    }
    images
}

/// An image of 8×8 pixels at four times the size, linear between the middles of pixels.
fn enlarged(small: &[f32]) -> impl Iterator<Item = f32> + '_ {
    let along = |place: usize| {
        let at = ((place as f32 + 0.5) / 4.0 - 0.5).clamp(0.0, 7.0);
        let low = (at as usize).min(6);
        (low, at - low as f32)
    };
    (0..PIXELS).map(move |pixel| {
        let ((row, down), (column, right)) = (along(pixel / SIDE), along(pixel % SIDE));
        let line = |row: usize| {
            let at = row * 8 + column;
            small[at] * (1.0 - right) + small[at + 1] * right
        };
        line(row) * (1.0 - down) + line(row + 1) * down
    })
}

/// A kind of hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hole {
    /// Strokes of a brush 6 to 10 pixels wide.
    Thick,
    /// 3 to 5 pixels wide.
    Medium,
    /// 1.5 to 2.5 pixels wide.
    Thin,
    /// Every second to sixth row or column.
    Lines,
    /// One half of the image.
    Half,
    /// All but the middle quarter.
    Expand,
    /// Up to three boxes of 6 to 14 pixels.
    Boxes,
    /// All but every second to fourth pixel of every second to fourth row.
    Nearest,
}

impl Hole {
    /// Every kind with its name.
    pub(super) const ALL: [(&'static str, Self); 8] = [
        ("thick", Self::Thick),
        ("medium", Self::Medium),
        ("thin", Self::Thin),
        ("lines", Self::Lines),
        ("half", Self::Half),
        ("expand", Self::Expand),
        ("boxes", Self::Boxes),
        ("nearest", Self::Nearest),
    ];

    /// 1 for each pixel that is missing, 0 for the others.
    pub(super) fn draw(self, random: &mut Random) -> Vec<f32> {
        match self {
            Self::Thick => strokes(random, (1, 2), (3.0, 5.0)),
            Self::Medium => strokes(random, (2, 3), (1.5, 2.5)),
            Self::Thin => strokes(random, (4, 6), (0.75, 1.25)),
            Self::Lines => {
                let (every, is_row) = (2 + random.below(5), random.below(2) == 0);
                let first = random.below(every);
                mask(|row, column| (if is_row { row } else { column }) % every == first)
            }
            Self::Half => {
                let side = random.below(4);
                mask(|row, column| match side {
                    0 => row < SIDE / 2,
                    1 => row >= SIDE / 2,
                    2 => column < SIDE / 2,
                    _ => column >= SIDE / 2,
                })
            }
            Self::Expand => {
                let kept = SIDE / 4..SIDE - SIDE / 4;
                mask(|row, column| !(kept.contains(&row) && kept.contains(&column)))
            }
            Self::Boxes => {
                let boxes: Vec<[usize; 4]> = (0..1 + random.below(3))
                    .map(|_| {
                        let sides = [0; 2].map(|_| 6 + random.below(9));
                        let [y, x] = sides.map(|side| random.below(SIDE - side + 1));
                        [y, y + sides[0], x, x + sides[1]]
                    })
                    .collect();
                mask(|row, column| {
                    boxes.iter().any(|&[top, bottom, left, right]| {
                        (top..bottom).contains(&row) && (left..right).contains(&column)
                    })
                })
            }
            Self::Nearest => {
                let every = 2 + random.below(3);
                mask(|row, column| row % every > 0 || column % every > 0)
            }
        }
    }
}

fn mask(is_missing: impl Fn(usize, usize) -> bool) -> Vec<f32> {
    (0..PIXELS)
        .map(|pixel| f32::from(is_missing(pixel / SIDE, pixel % SIDE)))
        .collect()
}

/// Walks of three to five straight strokes with a brush; how many and its radius, from–to.
fn strokes(random: &mut Random, walks: (usize, usize), radius: (f64, f64)) -> Vec<f32> {
    let mut segments = Vec::new();
    for _ in 0..whole_between(random, walks) {
        let radius = random.uniform_between(radius.0, radius.1);
        let mut at = [0.0; 2].map(|_: f64| random.uniform_between(0.0, SIDE as f64));
        let mut angle = TAU * random.uniform();
        for _ in 0..3 + random.below(3) {
            angle += random.uniform_between(-1.5, 1.5);
            let length = random.uniform_between(5.0, 12.0);
            let step = [length * angle.sin(), length * angle.cos()];
            let to = [0, 1].map(|axis| (at[axis] + step[axis]).clamp(0.0, SIDE as f64));
            segments.push((at, to, radius));
            at = to;
        }
    }
    mask(|row, column| {
        let point = [row as f64 + 0.5, column as f64 + 0.5];
        segments
            .iter()
            .any(|(from, to, radius)| distance(point, *from, *to) <= *radius)
    })
}

/// Of a point from a segment.
fn distance(point: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let offset = [point[0] - from[0], point[1] - from[1]];
    let length = (along[0] * along[0] + along[1] * along[1]).max(1e-12);
    let share = ((offset[0] * along[0] + offset[1] * along[1]) / length).clamp(0.0, 1.0);
    (offset[0] - share * along[0]).hypot(offset[1] - share * along[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_as_large_as_their_kind() {
        for (name, hole) in Hole::ALL {
            let mut random = Random::new(Key::new(1), 0);
            let (least, most) = match hole {
                Hole::Thick => (0.03, 0.7),
                Hole::Medium => (0.05, 0.5),
                Hole::Thin => (0.03, 0.4),
                Hole::Lines => (0.15, 0.5),
                Hole::Half => (0.5, 0.5),
                Hole::Expand => (0.75, 0.75),
                Hole::Boxes => (0.03, 0.58),
                Hole::Nearest => (0.75, 0.94),
            };
            for _ in 0..50 {
                let missing: f32 = hole.draw(&mut random).iter().sum();
                let share = f64::from(missing) / PIXELS as f64;
                assert!((least..=most).contains(&share), "{name}: {share}");
            }
        }
    }

    #[test]
    fn enlarged_digits_keep_their_mean() {
        let small: Vec<f32> = (0..64).map(|i| (i % 8) as f32 / 7.0).collect();
        let large: Vec<f32> = enlarged(&small).collect();
        assert!((large.iter().sum::<f32>() / PIXELS as f32 - 0.5).abs() < 1e-5);
        assert_eq!((large[0], large[31]), (0.0, 1.0));
    }
}
