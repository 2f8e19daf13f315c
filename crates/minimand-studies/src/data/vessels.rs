//! Trees of vessels, in the plane and in space.

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use super::neighbours::for_ball;
use super::pictures::{Imaging, Picture, whole_between};

/// Vessels that enter at the border, bend, taper and branch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vessels {
    /// `[rows, columns]` or `[slices, rows, columns]`.
    pub(crate) grid: Grid,
    /// How many trees there are, from–to.
    pub(crate) trees: (usize, usize),
    /// Radius with which a tree enters, in pixels, from–to.
    pub(crate) radius: (f64, f64),
    /// Branches that would be thinner than this end, in pixels. Even the thinnest vessel is drawn one
    /// pixel wide.
    pub(crate) least_radius: f64,
    /// Mean number of branches for each pixel of length; 0 for tubes without branches.
    pub(crate) branching: f64,
    /// Standard deviation of the change of direction for each pixel of length, in radians.
    pub(crate) bend: f64,
    /// Places in a picture at which the vessel fades from the image but not from the labels, from–to.
    pub(crate) gaps: (usize, usize),
    /// Length of such a place, in pixels.
    pub(crate) gap_length: f64,
    /// How the drawing becomes an image.
    pub(crate) imaging: Imaging,
}

/// A picture of vessels. Labels: 1 in a vessel, 0 elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VesselPicture {
    pub(crate) picture: Picture,
    /// Radius of the widest vessel that covers each pixel, in pixels; 0 outside.
    pub(crate) radii: Vec<f32>,
    /// Is each pixel on a centre line? They are connected by corners within a tree.
    pub(crate) centre_lines: Vec<bool>,
}

/// Where a branch begins.
struct Bud {
    place: [f64; 3],
    direction: [f64; 3],
    radius: f64,
}

/// Length of a step along a vessel, in pixels: short enough that successive pixels touch.
const STEP: f64 = 0.5;
/// Radii behind a fork, as shares of that before it (a symmetric fork keeps the sum of cubes at 0.79).
const MAIN: f64 = 0.9;
const SIDE: f64 = 0.7;
/// A tree has at most so many branches.
const MOST_BRANCHES: usize = 200;

impl Vessels {
    /// Two or three branching vessels of 1 to 6 pixels width on a square of this side, with the noise of
    /// an angiogram.
    pub(crate) fn planar(side: usize) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side]).ok()?,
            trees: (2, 3),
            radius: (2.0, 3.0),
            least_radius: 0.5,
            branching: 0.06,
            bend: 0.12,
            gaps: (0, 0),
            gap_length: 4.0,
            imaging: Imaging {
                contrast: 1.0,
                blur: 0.7,
                ground: 0.15,
                patches: 8.0,
                noise: 0.25,
            },
        })
    }

    /// Three unbranched tubes with a radius of 1 to 1.5 voxels in a cube of this side, each faded at some
    /// places.
    pub(crate) fn tubes(side: usize) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side, side]).ok()?,
            trees: (3, 3),
            radius: (1.0, 1.5),
            branching: 0.0,
            bend: 0.1,
            gaps: (3, 5),
            ..Self::planar(side)?
        })
    }

    /// One picture.
    pub(crate) fn draw(&self, key: Key) -> VesselPicture {
        let mut random = Random::new(key, 0);
        let mut radii = vec![0.0; self.grid.len()];
        let mut centre_lines = vec![false; self.grid.len()];
        let mut points = Vec::new();
        for _ in 0..whole_between(&mut random, self.trees) {
            self.grow(&mut random, &mut radii, &mut centre_lines, &mut points);
        }
        let mut drawing: Vec<f32> = radii
            .iter()
            .map(|&radius| f32::from(u8::from(radius > 0.0)))
            .collect();
        if !points.is_empty() {
            for _ in 0..whole_between(&mut random, self.gaps) {
                self.fade(&mut drawing, points[random.below(points.len())]);
            }
        }
        let labels = radii
            .iter()
            .map(|&radius| u32::from(radius > 0.0))
            .collect();
        VesselPicture {
            picture: Picture {
                image: self.imaging.photograph(&self.grid, &drawing, key.child(1)),
                grid: self.grid,
                channels: 1,
                labels,
            },
            radii,
            centre_lines,
        }
    }

    /// One tree: it enters at a random place of the border, towards a place near the middle.
    fn grow(
        &self,
        random: &mut Random,
        radii: &mut [f32],
        centre_lines: &mut [bool],
        points: &mut Vec<[f64; 3]>,
    ) {
        let mut buds = vec![self.seed(random)];
        let mut branches = 0;
        while let Some(bud) = buds.pop() {
            branches += 1;
            let (mut place, mut direction, mut radius) = (bud.place, bud.direction, bud.radius);
            // Most vessels leave the grid long before.
            let longest = 8 * self.grid.volume().iter().sum::<usize>();
            for _ in 0..longest {
                let Some(pixel) = self.pixel(place) else {
                    break;
                };
                centre_lines[pixel] = true;
                points.push(place);
                self.paint(radii, place, pixel, radius);
                // Bends are a random walk: their deviation grows with the root of the length.
                let turn = self.bend * STEP.sqrt() * random.normal();
                direction = self.turned(direction, turn, random);
                for axis in 0..3 {
                    place[axis] += STEP * direction[axis];
                }
                if random.uniform() < self.branching * STEP && branches + buds.len() < MOST_BRANCHES
                {
                    let side = if random.below(2) == 0 { 1.0 } else { -1.0 };
                    let angle = side * random.uniform_between(0.5, 1.1);
                    let side = Bud {
                        place,
                        direction: self.turned(direction, angle, random),
                        radius: radius * SIDE,
                    };
                    radius *= MAIN;
                    if side.radius >= self.least_radius {
                        buds.push(side);
                    }
                    if radius < self.least_radius {
                        break;
                    }
                }
            }
        }
    }

    fn seed(&self, random: &mut Random) -> Bud {
        let shape = self.grid.volume();
        let first = 3 - self.grid.axes();
        let mut place = [0.0; 3];
        let mut towards = [0.0; 3];
        for axis in first..3 {
            let length = (shape[axis] - 1) as f64;
            place[axis] = random.uniform_between(0.1, 0.9) * length;
            towards[axis] = random.uniform_between(0.3, 0.7) * length;
        }
        let side = first + random.below(self.grid.axes());
        place[side] = match random.below(2) {
            0 => 0.0,
            _ => (shape[side] - 1) as f64,
        };
        let direction = std::array::from_fn(|axis| towards[axis] - place[axis]);
        Bud {
            place,
            direction: unit(direction),
            radius: random.uniform_between(self.radius.0, self.radius.1),
        }
    }

    /// The pixel at a place; `None` outside of the grid.
    fn pixel(&self, place: [f64; 3]) -> Option<usize> {
        let shape = self.grid.volume();
        let mut index = 0;
        for axis in 0..3 {
            let nearest = place[axis].round();
            if !(0.0..shape[axis] as f64).contains(&nearest) {
                return None;
            }
            index = index * shape[axis] + nearest as usize;
        }
        Some(index)
    }

    /// Covers the pixel itself and all whose middle is within the radius.
    fn paint(&self, radii: &mut [f32], place: [f64; 3], pixel: usize, radius: f64) {
        radii[pixel] = radii[pixel].max(radius as f32);
        for_ball(&self.grid, place, radius, |index, _| {
            radii[index] = radii[index].max(radius as f32)
        });
    }

    /// Dims what lies near a point; in its middle nothing is left.
    fn fade(&self, drawing: &mut [f32], point: [f64; 3]) {
        let deviation = self.gap_length / 2.0;
        for_ball(&self.grid, point, 3.0 * deviation, |index, distance| {
            let left = 1.0 - (-0.5 * (distance / deviation).powi(2)).exp();
            drawing[index] *= left as f32;
        });
    }

    /// Turned by an angle in the plane, or about a random axis in space.
    fn turned(&self, direction: [f64; 3], angle: f64, random: &mut Random) -> [f64; 3] {
        let across = if self.grid.axes() == 2 {
            [0.0, -direction[2], direction[1]]
        } else {
            let any: [f64; 3] = std::array::from_fn(|_| random.normal());
            let along: f64 = (0..3).map(|axis| any[axis] * direction[axis]).sum();
            unit(std::array::from_fn(|axis| {
                any[axis] - along * direction[axis]
            }))
        };
        let (sine, cosine) = angle.sin_cos();
        unit(std::array::from_fn(|axis| {
            cosine * direction[axis] + sine * across[axis]
        }))
    }
}

fn unit(vector: [f64; 3]) -> [f64; 3] {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    match length > 0.0 {
        true => vector.map(|x| x / length),
        false => [0.0, 0.0, 1.0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::grid::{Components, Connectivity};

    fn pieces(grid: &Grid, mask: &[bool]) -> usize {
        let pieces = Components::new(grid, mask, Connectivity::Vertex);
        pieces.unwrap().count()
    }

    #[test]
    fn a_tree_is_one_piece() {
        for (settings, seeds) in [
            (Vessels::planar(64).unwrap(), 20),
            (Vessels::tubes(24).unwrap(), 5),
        ] {
            let settings = Vessels {
                trees: (1, 1),
                branching: 0.1,
                ..settings
            };
            for seed in 0..seeds {
                let drawn = settings.draw(Key::new(seed));
                let mask: Vec<bool> = drawn
                    .picture
                    .labels
                    .iter()
                    .map(|&label| label == 1)
                    .collect();
                assert_eq!(pieces(&settings.grid, &mask), 1, "seed {seed}");
                assert_eq!(pieces(&settings.grid, &drawn.centre_lines), 1);
                assert!(
                    drawn
                        .centre_lines
                        .iter()
                        .zip(&mask)
                        .all(|(line, inside)| !line || *inside)
                );
            }
        }
    }

    #[test]
    fn radii_are_those_asked_for() {
        let settings = Vessels::planar(96).unwrap();
        let mut widths = [0, 0];
        for seed in 0..10 {
            let drawn = settings.draw(Key::new(seed));
            assert!(
                drawn
                    .radii
                    .iter()
                    .all(|&radius| radius == 0.0 || (0.5..=3.0).contains(&radius))
            );
            let share =
                drawn.picture.labels.iter().sum::<u32>() as f64 / settings.grid.len() as f64;
            assert!((0.01..0.7).contains(&share), "{share}");
            widths[0] += drawn
                .radii
                .iter()
                .filter(|&&radius| radius > 0.0 && radius <= 1.0)
                .count();
            widths[1] += drawn.radii.iter().filter(|&&radius| radius > 2.0).count();
        }
        assert!(widths[0] > 500 && widths[1] > 500, "{widths:?}");
    }

    #[test]
    fn gaps_are_in_the_image_only() {
        let clean = Vessels {
            imaging: Imaging::CLEAN,
            ..Vessels::tubes(32).unwrap()
        };
        let whole = Vessels {
            gaps: (0, 0),
            ..clean.clone()
        };
        let (faded, whole) = (clean.draw(Key::new(1)), whole.draw(Key::new(1)));
        assert_eq!(faded.picture.labels, whole.picture.labels);
        let dim = faded
            .picture
            .image
            .iter()
            .zip(&faded.picture.labels)
            .filter(|(x, l)| **l == 1 && **x < 0.5);
        assert!(dim.count() > 10);
        assert!(
            whole
                .picture
                .image
                .iter()
                .zip(&whole.picture.labels)
                .all(|(x, l)| *x == *l as f32)
        );
        assert_eq!(faded, clean.draw(Key::new(1)));
        assert_ne!(faded, clean.draw(Key::new(2)));
    }
}
