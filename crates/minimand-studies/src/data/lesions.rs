//! Lesions of all sizes in a body.

use std::collections::BinaryHeap;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use super::neighbours::{Touch, for_neighbours};
use super::pictures::{Imaging, Picture, smooth_field, whole_between};

/// Lesions that do not touch, each in one piece.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lesions {
    /// `[rows, columns]` or `[slices, rows, columns]`.
    pub(crate) grid: Grid,
    /// How many lesions there are, from–to. Fewer, if there is no room.
    pub(crate) count: (usize, usize),
    /// Pixels of a lesion, from–to; its logarithm is uniform, so that all sizes occur.
    pub(crate) size: (f64, f64),
    /// How far outlines are from ellipses: 0 not at all, 0.3 visibly, 1 wildly.
    pub(crate) roughness: f64,
    /// Half axes of the elliptic body in which lesions lie, as a share of half of each side; 0 for a body
    /// that fills the picture.
    pub(crate) body: f64,
    /// Brightness of the body. That of a lesion is the body's plus 1, times the contrast.
    pub(crate) body_level: f64,
    /// Brightness of each lesion over the body, as a share of the contrast, from–to.
    pub(crate) strength: (f64, f64),
    /// How the drawing becomes an image.
    pub(crate) imaging: Imaging,
}

/// A picture of lesions. Labels: 1 in a lesion, 0 elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LesionPicture {
    pub(crate) picture: Picture,
    /// The number of the lesion of each pixel, from 1; 0 elsewhere.
    pub(crate) instances: Vec<u32>,
    /// Pixels of each lesion, in the order of their numbers.
    pub(crate) sizes: Vec<usize>,
    /// Is each pixel in the body?
    pub(crate) body: Vec<bool>,
}

/// A pixel on the outline of a growing lesion. The heap gives the least distance first; of equal ones the
/// first pixel.
#[derive(PartialEq)]
struct Candidate {
    distance: f64,
    pixel: usize,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other
            .distance
            .total_cmp(&self.distance)
            .then(other.pixel.cmp(&self.pixel))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Middles that are tried for a lesion before it is left out.
const TRIES: usize = 50;

impl Lesions {
    /// One to four lesions of 6 to 150 pixels on a square of this side.
    pub(crate) fn planar(side: usize) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side]).ok()?,
            count: (1, 4),
            size: (6.0, 150.0),
            roughness: 0.3,
            body: 0.0,
            body_level: 0.0,
            strength: (0.6, 1.0),
            imaging: Imaging {
                contrast: 1.0,
                blur: 0.8,
                ground: 0.25,
                patches: 6.0,
                noise: 0.3,
            },
        })
    }

    /// One to three faint lesions of 14 to 380 voxels (3 to 9 across) in the brain of a cube of this side.
    pub(crate) fn brain(side: usize) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side, side]).ok()?,
            count: (1, 3),
            size: (14.0, 380.0),
            body: 0.9,
            body_level: 1.0,
            strength: (0.4, 0.7),
            ..Self::planar(side)?
        })
    }

    /// One picture.
    pub(crate) fn draw(&self, key: Key) -> LesionPicture {
        let mut random = Random::new(key, 0);
        let body = self.inside_body();
        let mut instances = vec![0; self.grid.len()];
        let mut sizes = Vec::new();
        let mut wanted: Vec<usize> = (0..whole_between(&mut random, self.count))
            .map(|_| self.draw_size(&mut random))
            .collect();
        // The large ones first, as they need most room.
        wanted.sort_unstable_by(|a, b| b.cmp(a));
        let rough = smooth_field(&self.grid, 2.0, key.child(0));
        let mut drawing: Vec<f32> = body
            .iter()
            .map(|&inside| if inside { self.body_level as f32 } else { 0.0 })
            .collect();
        for size in wanted {
            let number = sizes.len() as u32 + 1;
            let grown =
                (0..TRIES).find_map(|_| self.grow(size, &body, &instances, &rough, &mut random));
            let Some(pixels) = grown else {
                continue;
            };
            let strength = random.uniform_between(self.strength.0, self.strength.1) as f32;
            for pixel in pixels {
                instances[pixel] = number;
                drawing[pixel] += strength;
            }
            sizes.push(size);
        }
        LesionPicture {
            picture: Picture {
                image: self.imaging.photograph(&self.grid, &drawing, key.child(1)),
                grid: self.grid,
                channels: 1,
                labels: instances
                    .iter()
                    .map(|&number| u32::from(number > 0))
                    .collect(),
            },
            instances,
            sizes,
            body,
        }
    }

    fn draw_size(&self, random: &mut Random) -> usize {
        let logarithm =
            random.uniform_between(self.size.0.max(1.0).ln(), self.size.1.max(1.0).ln());
        (logarithm.exp().round() as usize).max(1)
    }

    fn inside_body(&self) -> Vec<bool> {
        let inside = |index: usize| {
            let offset = self.offset(index, self.middle());
            let half = self.middle().map(|half| (half + 0.5) * self.body);
            let squares = (0..3).map(|axis| {
                if self.grid.volume()[axis] > 1 {
                    (offset[axis] / half[axis]).powi(2)
                } else {
                    0.0
                }
            });
            self.body <= 0.0 || squares.sum::<f64>() <= 1.0
        };
        (0..self.grid.len()).map(inside).collect()
    }

    fn middle(&self) -> [f64; 3] {
        self.grid.volume().map(|size| (size as f64 - 1.0) / 2.0)
    }

    fn offset(&self, index: usize, from: [f64; 3]) -> [f64; 3] {
        let [_, rows, columns] = self.grid.volume();
        let place = [
            index / (rows * columns),
            index / columns % rows,
            index % columns,
        ];
        std::array::from_fn(|axis| place[axis] as f64 - from[axis])
    }

    /// So many pixels around a random middle, those first that lie innermost in a rough ellipsoid; `None`
    /// if there is no room.
    fn grow(
        &self,
        size: usize,
        body: &[bool],
        instances: &[u32],
        rough: &[f64],
        random: &mut Random,
    ) -> Option<Vec<usize>> {
        let start = random.below(self.grid.len());
        let from = self.offset(start, [0.0; 3]);
        let radius = (size as f64).powf(1.0 / self.grid.axes() as f64).max(1.0);
        // An ellipsoid about a random direction, longer along it than across.
        let axis = direction(self.grid.axes(), random);
        let stretch = random.uniform_between(1.0, 1.8);
        let distance = |pixel: usize| {
            let offset = self.offset(pixel, from);
            let along: f64 = (0..3).map(|i| offset[i] * axis[i]).sum();
            let all: f64 = offset.iter().map(|x| x * x).sum();
            let ellipse = ((along / stretch).powi(2) + all - along * along)
                .max(0.0)
                .sqrt();
            ellipse / radius + 0.5 * self.roughness * rough[pixel]
        };
        let is_free = |pixel: usize| {
            let mut free = body[pixel];
            for_neighbours(&self.grid, pixel, Touch::Corners, |other| {
                free &= instances[other] == 0
            });
            free && instances[pixel] == 0
        };
        let mut seen = vec![false; self.grid.len()];
        let mut outline = BinaryHeap::new();
        let mut pixels = Vec::with_capacity(size);
        seen[start] = true;
        if is_free(start) {
            outline.push(Candidate {
                distance: distance(start),
                pixel: start,
            });
        }
        while pixels.len() < size {
            let Candidate { pixel, .. } = outline.pop()?;
            pixels.push(pixel);
            for_neighbours(&self.grid, pixel, Touch::Sides, |next| {
                if !std::mem::replace(&mut seen[next], true) && is_free(next) {
                    outline.push(Candidate {
                        distance: distance(next),
                        pixel: next,
                    });
                }
            });
        }
        Some(pixels)
    }
}

/// A random unit vector in the plane of the last two axes, or in space.
fn direction(axes: usize, random: &mut Random) -> [f64; 3] {
    let mut vector = [0.0; 3];
    for axis in 3 - axes..3 {
        vector[axis] = random.normal();
    }
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.map(|x| x / length.max(1e-12))
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::grid::{Components, Connectivity};

    /// Faint lesions in a body, drawn as they are.
    fn in_body() -> Lesions {
        Lesions {
            body: 0.9,
            body_level: 1.0,
            strength: (0.4, 0.7),
            imaging: Imaging::CLEAN,
            ..Lesions::planar(48).unwrap()
        }
    }

    #[test]
    fn every_lesion_is_one_piece_of_its_size() {
        for settings in [Lesions::planar(48).unwrap(), in_body()] {
            for seed in 0..10 {
                let drawn = settings.draw(Key::new(seed));
                let mask: Vec<bool> = drawn
                    .picture
                    .labels
                    .iter()
                    .map(|&label| label == 1)
                    .collect();
                let parts = Components::new(&settings.grid, &mask, Connectivity::Vertex);
                let count = parts.unwrap().count();
                assert_eq!(count, drawn.sizes.len(), "lesions touch");
                assert!((1..=settings.count.1).contains(&count));
                for (number, size) in drawn.sizes.iter().enumerate() {
                    let own = drawn
                        .instances
                        .iter()
                        .filter(|&&instance| instance == number as u32 + 1);
                    assert_eq!(own.count(), *size);
                }
                assert!(
                    mask.iter()
                        .zip(&drawn.body)
                        .all(|(lesion, body)| !lesion || *body)
                );
            }
        }
    }

    #[test]
    fn the_logarithm_of_sizes_is_uniform() {
        let settings = Lesions {
            count: (3, 3),
            size: (4.0, 256.0),
            ..Lesions::planar(96).unwrap()
        };
        let mut sizes: Vec<usize> = (0..100)
            .flat_map(|seed| settings.draw(Key::new(seed)).sizes)
            .collect();
        sizes.sort_unstable();
        assert_eq!(sizes.len(), 300);
        for (share, expected) in [(0.25, 11.3), (0.5, 32.0), (0.75, 90.5)] {
            let size = sizes[(share * 300.0) as usize] as f64;
            assert!((size / expected).ln().abs() < 0.4, "{size} at {share}");
        }
    }

    #[test]
    fn lesions_are_brighter_than_their_body() {
        let settings = in_body();
        let drawn = settings.draw(Key::new(4));
        for (index, &pixel) in drawn.picture.image.iter().enumerate() {
            let expected = match (drawn.body[index], drawn.picture.labels[index]) {
                (false, _) => 0.0..=0.0,
                (true, 0) => 1.0..=1.0,
                _ => 1.4..=1.701,
            };
            assert!(expected.contains(&pixel), "{pixel}");
        }
        assert_eq!(drawn, settings.draw(Key::new(4)));
    }
}
