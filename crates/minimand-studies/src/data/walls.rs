//! Brick walls: thin mortar around bricks, whose topology is known.

use minimand::grid::{Components, Connectivity, Grid};
use minimand_burn::random::{Key, Random};

use super::pictures::{Picture, blurred, smooth_field};
use crate::error::StudyError;

/// A wall of running bond: the courses are shifted by about half a brick.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Walls {
    /// `[rows, columns]`.
    pub(crate) grid: Grid,
    /// Height of a course, mortar included, in pixels, from–to; one for the whole wall.
    pub(crate) height: (f64, f64),
    /// Width of a brick, mortar included, in pixels, from–to; one for the whole wall.
    pub(crate) width: (f64, f64),
    /// Thickness of the mortar, in pixels, from–to; one for the whole wall. At least 2 keeps it connected.
    pub(crate) mortar: (f64, f64),
    /// Each joint between bricks of a course is shifted by up to this share of the width.
    pub(crate) jitter: f64,
    /// The wall is turned by up to this angle to either side, in degrees.
    pub(crate) tilt: f64,
    /// How it looks.
    pub(crate) look: Look,
}

/// How a wall looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Look {
    /// Red, green and blue of bricks, from 0 to 1.
    pub(crate) brick: [f64; 3],
    /// Red, green and blue of mortar, from 0 to 1.
    pub(crate) mortar: [f64; 3],
    /// Standard deviation of the shade of whole bricks, of the grain and of the white noise.
    pub(crate) shade: f64,
    pub(crate) grain: f64,
    pub(crate) noise: f64,
    /// Brightness that is gained from one side of the wall to the opposite one.
    pub(crate) slope: f64,
    /// Standard deviation of the Gaussian blur, in pixels.
    pub(crate) blur: f64,
    /// Number of soft shadows, and of painted lines across the wall.
    pub(crate) shadows: usize,
    pub(crate) graffiti: usize,
}

impl Look {
    /// Red bricks with grey mortar in even light.
    pub(crate) const PLAIN: Self = Self {
        brick: [0.6, 0.3, 0.22],
        mortar: [0.68, 0.66, 0.62],
        shade: 0.06,
        grain: 0.04,
        noise: 0.05,
        slope: 0.1,
        blur: 0.6,
        shadows: 0,
        graffiti: 0,
    };
    /// Other colours, shadows, blur and graffiti: what a model has not seen.
    pub(crate) const SHIFTED: Self = Self {
        brick: [0.5, 0.4, 0.3],
        mortar: [0.75, 0.7, 0.6],
        shade: 0.08,
        grain: 0.06,
        noise: 0.07,
        slope: 0.25,
        blur: 1.0,
        shadows: 2,
        graffiti: 2,
    };
}

/// One wall, before it is photographed.
struct Layout {
    sine: f64,
    cosine: f64,
    height: f64,
    width: f64,
    mortar: f64,
    /// Place of the wall below the picture.
    origin: [f64; 2],
    key: Key,
    jitter: f64,
}

impl Layout {
    /// Course and brick of a pixel; `None` in the mortar.
    fn brick(&self, row: usize, column: usize) -> Option<[i64; 2]> {
        let (y, x) = (row as f64, column as f64);
        let v = self.origin[0] + self.cosine * y - self.sine * x;
        let u = self.origin[1] + self.sine * y + self.cosine * x;
        let course = (v / self.height).floor();
        if v - course * self.height < self.mortar {
            return None;
        }
        // Courses are shifted by half a brick in turn. The joint of a brick may be left of its place.
        let shift = 0.5 * course.rem_euclid(2.0);
        let guess = (u / self.width - shift).floor() as i64;
        let joint = |brick: i64| {
            let joint_key = self.key.child(course as i64 as u64).child(brick as u64);
            let jitter = self.jitter * Random::new(joint_key, 0).uniform_between(-1.0, 1.0);
            (brick as f64 + shift + jitter) * self.width
        };
        let brick = [guess + 1, guess, guess - 1]
            .into_iter()
            .find(|&brick| joint(brick) <= u)?;
        (u - joint(brick) >= self.mortar).then_some([course as i64, brick])
    }
}

impl Walls {
    /// Walls of a square of this side as in TopoMortar's protocol: courses of 10 to 16 pixels, bricks of
    /// 22 to 34, mortar of 2 to 4, turned by up to 5 degrees.
    pub(crate) fn topomortar(side: usize, look: Look) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side]).ok()?,
            height: (10.0, 16.0),
            width: (22.0, 34.0),
            mortar: (2.0, 4.0),
            jitter: 0.08,
            tilt: 5.0,
            look,
        })
    }

    /// A picture of a wall in three channels. Labels: 1 mortar, 0 brick. The mortar is one piece; its holes are
    /// the bricks that do not reach the border.
    pub(crate) fn draw(&self, key: Key) -> Result<Picture, StudyError> {
        let [_, rows, columns] = self.grid.volume();
        let layout = self.layout(key);
        let pixels =
            (0..self.grid.len()).map(|index| layout.brick(index / columns, index % columns));
        let bricks: Vec<Option<[i64; 2]>> = pixels.collect();
        let mortar: Vec<bool> = bricks.iter().map(Option::is_none).collect();
        // A corner of the picture may cut off a bit of mortar: it becomes part of the brick beside it.
        let parts = Components::new(&self.grid, &mortar, Connectivity::Vertex)?;
        let largest = parts.sizes().iter().copied().max().unwrap_or(0);
        let mortar = parts.at_least(largest);
        Ok(Picture {
            grid: self.grid,
            channels: 3,
            image: self.photograph([rows, columns], &bricks, &mortar, key.child(2)),
            labels: mortar.iter().map(|&is| u32::from(is)).collect(),
        })
    }

    fn layout(&self, key: Key) -> Layout {
        let mut random = Random::new(key, 0);
        let mut between = |(low, high)| random.uniform_between(low, high);
        let (sine, cosine) = between((-self.tilt, self.tilt)).to_radians().sin_cos();
        let (height, width) = (between(self.height), between(self.width));
        Layout {
            sine,
            cosine,
            height,
            width,
            mortar: between(self.mortar),
            origin: [between((0.0, height)), between((0.0, width))],
            key: key.child(1),
            jitter: self.jitter,
        }
    }

    fn photograph(
        &self,
        [rows, columns]: [usize; 2],
        bricks: &[Option<[i64; 2]>],
        mortar: &[bool],
        key: Key,
    ) -> Vec<f32> {
        let look = &self.look;
        let mut random = Random::new(key, 0);
        let (sine, cosine) = random.uniform_between(0.0, std::f64::consts::TAU).sin_cos();
        let side = rows.max(columns) as f64;
        let mut light: Vec<f64> = (0..bricks.len())
            .map(|index| {
                let (y, x) = ((index / columns) as f64, (index % columns) as f64);
                look.slope * ((y / side - 0.5) * sine + (x / side - 0.5) * cosine)
            })
            .collect();
        for shadow in 0..look.shadows {
            let field = smooth_field(&self.grid, side / 8.0, key.child(shadow as u64 + 100));
            for (light, value) in light.iter_mut().zip(field) {
                *light -= 0.2 / (1.0 + (-8.0 * (value - 0.5)).exp());
            }
        }
        let paint = self.graffiti([rows, columns], &mut random);
        let grain = smooth_field(&self.grid, 1.0, key.child(1));
        let mut image = Vec::with_capacity(3 * bricks.len());
        for channel in 0..3 {
            let channel: Vec<f32> = (0..bricks.len())
                .map(|index| {
                    let shade = bricks[index].map_or(0.0, |[course, brick]| {
                        let shade_key = key.child(2).child(course as u64).child(brick as u64);
                        look.shade * Random::new(shade_key, 0).normal()
                    });
                    let level = match (paint[index], mortar[index]) {
                        (Some(colour), _) => colour[channel],
                        (None, true) => look.mortar[channel],
                        (None, false) => look.brick[channel] + shade,
                    };
                    (level + light[index] + look.grain * grain[index]) as f32
                })
                .collect();
            image.extend(blurred(&self.grid, &channel, look.blur));
        }
        for pixel in &mut image {
            *pixel += (look.noise * random.normal()) as f32;
        }
        image
    }

    /// The colour of each painted pixel: straight lines of three pixels across the wall.
    fn graffiti(&self, [rows, columns]: [usize; 2], random: &mut Random) -> Vec<Option<[f64; 3]>> {
        let mut paint = vec![None; rows * columns];
        for _ in 0..self.look.graffiti {
            let colour = [random.uniform(), random.uniform(), random.uniform()];
            let (sine, cosine) = random.uniform_between(0.0, std::f64::consts::PI).sin_cos();
            let (y, x) = (
                random.uniform() * rows as f64,
                random.uniform() * columns as f64,
            );
            for (index, pixel) in paint.iter_mut().enumerate() {
                let (dy, dx) = ((index / columns) as f64 - y, (index % columns) as f64 - x);
                if (dy * cosine - dx * sine).abs() <= 1.5 {
                    *pixel = Some(colour);
                }
            }
        }
        paint
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use minimand::grid::persistence::{Construction, betti::betti_numbers};

    use super::*;

    #[test]
    fn the_mortar_is_one_piece_around_the_whole_bricks() {
        for side in [64, 96] {
            let walls = Walls::topomortar(side, Look::PLAIN).unwrap();
            let mut total = 0;
            for seed in 0..40 {
                let key = Key::new(seed);
                let drawn = walls.draw(key).unwrap();
                let mask: Vec<bool> = drawn.labels.iter().map(|&label| label == 1).collect();
                let numbers = betti_numbers(&mask, &walls.grid, Construction::TopCells).unwrap();
                // Counted by their places in the wall instead of by connection.
                let layout = walls.layout(key);
                let (mut all, mut cut) = (HashSet::new(), HashSet::new());
                for index in 0..walls.grid.len() {
                    if let Some(brick) = layout.brick(index / side, index % side) {
                        all.insert(brick);
                        if [0, side - 1]
                            .iter()
                            .any(|&edge| [index / side, index % side].contains(&edge))
                        {
                            cut.insert(brick);
                        }
                    }
                }
                let whole = all.len() - cut.len();
                assert_eq!(numbers, [1, whole], "seed {seed}");
                total += whole;
                let share =
                    mask.iter().filter(|mortar| **mortar).count() as f64 / mask.len() as f64;
                assert!((0.15..0.55).contains(&share), "{share}");
            }
            assert!(total > 40 * 2, "{total}");
        }
    }

    #[test]
    fn mortar_can_be_told_by_its_colour_and_looks_shift() {
        let walls = Walls::topomortar(64, Look::PLAIN).unwrap();
        let drawn = walls.draw(Key::new(1)).unwrap();
        let mean = |picture: &Picture, wanted: u32| {
            let blue = picture.image[2 * 64 * 64..].iter().zip(&picture.labels);
            let own: Vec<f64> = blue
                .filter(|(_, l)| **l == wanted)
                .map(|(x, _)| f64::from(*x))
                .collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        assert!(mean(&drawn, 1) - mean(&drawn, 0) > 0.2);
        let shifted = Walls::topomortar(64, Look::SHIFTED)
            .unwrap()
            .draw(Key::new(1))
            .unwrap();
        assert_eq!(shifted.labels, drawn.labels);
        assert_ne!(shifted.image, drawn.image);
        assert_eq!(drawn, walls.draw(Key::new(1)).unwrap());
    }
}
