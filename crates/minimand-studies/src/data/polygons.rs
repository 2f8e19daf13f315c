//! Polygons, how much of each pixel they cover, and shapes with spikes and bays.

use std::f64::consts::TAU;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use super::pictures::{Imaging, Picture, natural_texture, whole_between};

/// A corner, `[y, x]` in pixels: the middle of the first pixel is `[0, 0]`.
pub(crate) type Corner = [f64; 2];

/// The share of each pixel of a plane grid that a polygon covers, from `samples`² points in it. What its
/// outline goes around twice counts as outside (even–odd rule).
pub(crate) fn coverage(grid: &Grid, polygon: &[Corner], samples: usize) -> Vec<f32> {
    let [_, rows, columns] = grid.volume();
    let mut counts = vec![0_u32; rows * columns];
    let mut crossings = Vec::new();
    let place = |index: usize| (index as f64 + 0.5) / samples as f64 - 0.5;
    for line in 0..rows * samples {
        let y = place(line);
        crossings.clear();
        for (index, &[y1, x1]) in polygon.iter().enumerate() {
            let [y2, x2] = polygon[(index + 1) % polygon.len()];
            if (y1 <= y) != (y2 <= y) {
                crossings.push(x1 + (y - y1) / (y2 - y1) * (x2 - x1));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.as_chunks::<2>().0 {
            // The samples x with pair[0] ≤ x < pair[1].
            let first = |x: f64| ((x + 0.5) * samples as f64 - 0.5).ceil().max(0.0) as usize;
            for sample in first(pair[0])..first(pair[1]).min(columns * samples) {
                counts[line / samples * columns + sample / samples] += 1;
            }
        }
    }
    let all = (samples * samples) as f32;
    counts.iter().map(|&count| count as f32 / all).collect()
}

/// Shapes around a middle, with waves, spikes and bays.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shapes {
    /// `[rows, columns]`.
    pub(crate) grid: Grid,
    /// Mean radius, as a share of the shorter side, from–to.
    pub(crate) radius: (f64, f64),
    /// Number of thin spikes, and of narrow bays, from–to.
    pub(crate) spikes: (usize, usize),
    pub(crate) bays: (usize, usize),
    /// Length of spikes and depth of bays, in mean radii.
    pub(crate) reach: f64,
    /// Standard deviation of the texture that is laid over everything.
    pub(crate) texture: f64,
    /// How the drawing becomes an image.
    pub(crate) imaging: Imaging,
}

/// A picture of one shape. Labels: 1 where more than half of a pixel is covered, 0 elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ShapePicture {
    pub(crate) picture: Picture,
    /// The outline.
    pub(crate) polygon: Vec<Corner>,
    /// Share of each pixel that is covered.
    pub(crate) coverage: Vec<f32>,
}

/// Corners of an outline.
const CORNERS: usize = 180;

impl Shapes {
    /// Shapes with two to five spikes and up to two bays on a texture, on a square of this side.
    pub(crate) fn salient(side: usize) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side]).ok()?,
            radius: (0.15, 0.22),
            spikes: (2, 5),
            bays: (0, 2),
            reach: 0.8,
            texture: 0.25,
            imaging: Imaging {
                contrast: 0.8,
                blur: 0.6,
                ground: 0.2,
                patches: 6.0,
                noise: 0.1,
            },
        })
    }

    /// One picture.
    pub(crate) fn draw(&self, key: Key) -> ShapePicture {
        let mut random = Random::new(key, 0);
        let polygon = self.outline(&mut random);
        let coverage = coverage(&self.grid, &polygon, 4);
        let mut image = self.imaging.photograph(&self.grid, &coverage, key.child(1));
        for (pixel, texture) in image
            .iter_mut()
            .zip(natural_texture(&self.grid, key.child(2)))
        {
            *pixel += (self.texture * texture) as f32;
        }
        ShapePicture {
            picture: Picture {
                grid: self.grid,
                channels: 1,
                image,
                labels: coverage
                    .iter()
                    .map(|&share| u32::from(share > 0.5))
                    .collect(),
            },
            polygon,
            coverage,
        }
    }

    fn outline(&self, random: &mut Random) -> Vec<Corner> {
        let [_, rows, columns] = self.grid.volume();
        let shorter = rows.min(columns) as f64;
        let radius = random.uniform_between(self.radius.0, self.radius.1) * shorter;
        let middle = [rows, columns].map(|side| side as f64 * random.uniform_between(0.4, 0.6));
        let waves: Vec<(f64, f64)> = (2..5)
            .map(|wave| (0.12 * random.normal() / wave as f64, TAU * random.uniform()))
            .collect();
        // Spikes are about a twelfth of the outline wide, bays twice that.
        let mut marks: Vec<(f64, f64, f64)> = Vec::new();
        for _ in 0..whole_between(random, self.spikes) {
            marks.push((
                TAU * random.uniform(),
                0.12,
                self.reach * random.uniform_between(0.7, 1.0),
            ));
        }
        for _ in 0..whole_between(random, self.bays) {
            marks.push((
                TAU * random.uniform(),
                0.25,
                -self.reach * random.uniform_between(0.5, 0.8),
            ));
        }
        let corner = |index: usize| {
            let angle = TAU * index as f64 / CORNERS as f64;
            let mut length = 1.0;
            for (wave, (swing, phase)) in (2..).zip(&waves) {
                length += swing * (f64::from(wave) * angle + phase).sin();
            }
            for (at, width, height) in &marks {
                let distance = (angle - at + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
                length += height * (1.0 - (distance / width).abs()).max(0.0);
            }
            let length = radius * length.max(0.15);
            [
                middle[0] + length * angle.sin(),
                middle[1] + length * angle.cos(),
            ]
        };
        (0..CORNERS).map(corner).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::grid::{Components, Connectivity};

    #[test]
    fn coverage_sums_to_the_area() {
        let grid = Grid::new(&[20, 30]).unwrap();
        let square = [[2.5, 3.5], [2.5, 13.5], [7.5, 13.5], [7.5, 3.5]];
        let covered = coverage(&grid, &square, 4);
        assert_eq!(covered.iter().sum::<f32>(), 50.0);
        assert!(covered.iter().all(|&share| share == 0.0 || share == 1.0));
        assert_eq!(
            (
                covered[3 * 30 + 4],
                covered[2 * 30 + 4],
                covered[3 * 30 + 13]
            ),
            (1.0, 0.0, 1.0)
        );
        // A triangle of area 50, half outside of the grid beyond the left.
        let triangle = [[5.0, -10.0], [5.0, 10.0], [10.0, 0.0]];
        let area: f32 = coverage(&grid, &triangle, 8).iter().sum();
        // The half-pixel left of the first middle belongs to the grid.
        assert!((area - 27.4).abs() < 0.5, "{area}");
        let crossed = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
        let area: f32 = coverage(&grid, &crossed, 8).iter().sum();
        assert!((area - 50.0).abs() < 1.0, "{area}");
    }

    #[test]
    fn shapes_are_one_piece_with_thin_parts() {
        let settings = Shapes::salient(48).unwrap();
        let mut bare = 0;
        for seed in 0..20 {
            let drawn = settings.draw(Key::new(seed));
            let mask: Vec<bool> = drawn
                .picture
                .labels
                .iter()
                .map(|&label| label == 1)
                .collect();
            let parts = Components::new(&settings.grid, &mask, Connectivity::Vertex);
            let largest = parts.unwrap().sizes().iter().copied().max().unwrap();
            let all = mask.iter().filter(|inside| **inside).count();
            // The tip of a spike may come off.
            assert!(largest * 10 >= all * 9 && all > 80, "{largest} of {all}");
            // Pixels of the shape of which a neighbour lies outside.
            bare += (49..mask.len() - 49)
                .filter(|&i| {
                    mask[i] && !(mask[i - 1] && mask[i + 1] && mask[i - 48] && mask[i + 48])
                })
                .count()
                * 100
                / all;
        }
        // A disc of the same size has less than a quarter of its pixels at the outline.
        assert!(bare / 20 > 20, "{bare}");
        assert_eq!(settings.draw(Key::new(1)), settings.draw(Key::new(1)));
    }
}
