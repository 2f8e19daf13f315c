//! Pairs of images with a known displacement between them, in the plane and in space.

use minimand::grid::Grid;
use minimand::image::registration::jacobian_determinants;
use minimand_burn::random::{Key, Random};

use super::pictures::{smooth_field, whole_between};

/// Two images of one scene of which one is deformed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RegistrationPairs {
    /// `[rows, columns]` or `[slices, rows, columns]`.
    pub(crate) grid: Grid,
    /// Largest displacement along an axis, in pixels. It is made smaller where the map would fold.
    pub(crate) amplitude: f64,
    /// Smoothness of the displacement: standard deviation of the Gaussian it is smoothed with, in pixels.
    pub(crate) scale: f64,
    /// Number of smooth blobs of the scene, from–to.
    pub(crate) blobs: (usize, usize),
    /// Standard deviation of a blob, as a share of the shortest side, from–to.
    pub(crate) blob_size: (f64, f64),
    /// Standard deviation of the noise of both images.
    pub(crate) noise: f64,
    /// A bright ball that differs between the images.
    pub(crate) tumour: Option<Tumour>,
}

/// A bright ball, in both images at corresponding places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tumour {
    /// Radius in the moving image, as a share of the shortest side.
    pub(crate) radius: f64,
    /// The radius in the fixed image as a share of that in the moving one; 0 for no tumour there.
    pub(crate) remains: f64,
    /// Brightness over its surroundings.
    pub(crate) contrast: f64,
}

/// A pair. For every pixel x of the fixed image, `fixed(x) = moving(x + displacement(x))` but for noise and
/// the tumour: to warp the moving image is to read it at x + displacement(x).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RegistrationPair {
    pub(crate) grid: Grid,
    pub(crate) fixed: Vec<f32>,
    pub(crate) moving: Vec<f32>,
    /// `[axes, …]` in pixels, axes in the order of the grid.
    pub(crate) displacement: Vec<f32>,
    /// The organ in each image: where the scene is brighter than its threshold.
    pub(crate) fixed_organ: Vec<bool>,
    pub(crate) moving_organ: Vec<bool>,
    /// The tumour in the moving image.
    pub(crate) tumour: Vec<bool>,
}

/// A scene that is known at every point, not only at pixels.
struct Scene {
    /// Middle, standard deviation and height of each blob.
    blobs: Vec<([f64; 3], f64, f64)>,
    tumour: Option<([f64; 3], f64, f64)>,
}

/// Level of the scene above which a place belongs to the organ. The first blob, which all scenes have, is
/// 1 in its middle.
const ORGAN: f64 = 0.45;
/// The least Jacobian determinant of a map that does not fold, with a margin.
const LEAST_JACOBIAN: f64 = 0.2;

impl Scene {
    fn organ(&self, place: [f64; 3]) -> f64 {
        let blobs = self.blobs.iter();
        blobs
            .map(|(middle, deviation, height)| {
                height * (-0.5 * squared(place, *middle) / (deviation * deviation)).exp()
            })
            .sum()
    }

    /// How far a place is inside the tumour: from 0 to 1 within a pixel about its surface.
    fn tumour(&self, place: [f64; 3], share: f64) -> f64 {
        self.tumour.map_or(0.0, |(middle, radius, _)| {
            let radius = radius * share;
            if radius <= 0.0 {
                return 0.0;
            }
            (radius - squared(place, middle).sqrt() + 0.5).clamp(0.0, 1.0)
        })
    }

    fn level(&self, place: [f64; 3], share: f64) -> f64 {
        let contrast = self.tumour.map_or(0.0, |(.., contrast)| contrast);
        self.organ(place) + contrast * self.tumour(place, share)
    }
}

fn squared(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum()
}

impl RegistrationPairs {
    /// Smooth blobs on a square of this side that move by up to a tenth of it.
    pub(crate) fn planar(side: usize) -> Option<Self> {
        Self::on(Grid::new(&[side, side]).ok()?)
    }

    fn on(grid: Grid) -> Option<Self> {
        let shortest = grid.shape().iter().copied().min()? as f64;
        Some(Self {
            grid,
            amplitude: 0.1 * shortest,
            scale: 0.15 * shortest,
            blobs: (6, 10),
            blob_size: (0.06, 0.14),
            noise: 0.02,
            tumour: None,
        })
    }

    /// One pair.
    pub(crate) fn draw(&self, key: Key) -> RegistrationPair {
        let mut random = Random::new(key, 0);
        let scene = self.scene(&mut random);
        let displacement = self.displacement(key.child(0));
        let count = self.grid.len();
        let share = self.tumour.map_or(0.0, |tumour| tumour.remains);
        let mut pair = RegistrationPair {
            grid: self.grid,
            fixed: Vec::with_capacity(count),
            moving: Vec::with_capacity(count),
            fixed_organ: Vec::with_capacity(count),
            moving_organ: Vec::with_capacity(count),
            tumour: Vec::with_capacity(count),
            displacement: displacement.iter().map(|&value| value as f32).collect(),
        };
        let first = 3 - self.grid.axes();
        for index in 0..count {
            let place = place(&self.grid, index);
            let mut moved = place;
            for axis in first..3 {
                moved[axis] += displacement[(axis - first) * count + index];
            }
            let noise = self.noise;
            pair.moving
                .push((scene.level(place, 1.0) + noise * random.normal()) as f32);
            pair.fixed
                .push((scene.level(moved, share) + noise * random.normal()) as f32);
            pair.moving_organ.push(scene.organ(place) > ORGAN);
            pair.fixed_organ.push(scene.organ(moved) > ORGAN);
            pair.tumour.push(scene.tumour(place, 1.0) > 0.5);
        }
        pair
    }

    fn scene(&self, random: &mut Random) -> Scene {
        let shape = self.grid.volume();
        let shortest = self.grid.shape().iter().copied().min().unwrap_or(1) as f64;
        let mut somewhere = |margin: f64| -> [f64; 3] {
            std::array::from_fn(|axis| match shape[axis] {
                1 => 0.0,
                size => (size - 1) as f64 * random.uniform_between(margin, 1.0 - margin),
            })
        };
        // The body of the organ, near the middle.
        let body = somewhere(0.4);
        let places: Vec<[f64; 3]> = (0..self.blobs.1).map(|_| somewhere(0.15)).collect();
        let mut blobs = vec![(body, 0.22 * shortest, 1.0)];
        for middle in places.into_iter().take(whole_between(random, self.blobs)) {
            let deviation = random.uniform_between(self.blob_size.0, self.blob_size.1) * shortest;
            blobs.push((middle, deviation, random.uniform_between(-0.4, 0.6)));
        }
        let tumour = self.tumour.map(|tumour| {
            let shift = std::array::from_fn(|axis| match shape[axis] {
                1 => 0.0,
                _ => 0.08 * shortest * random.uniform_between(-1.0, 1.0),
            });
            let shift: [f64; 3] = shift;
            let middle = std::array::from_fn(|axis| body[axis] + shift[axis]);
            (middle, tumour.radius * shortest, tumour.contrast)
        });
        Scene { blobs, tumour }
    }

    /// `[axes, …]` in pixels: 0 at the border, and without folds.
    fn displacement(&self, key: Key) -> Vec<f64> {
        let mut field: Vec<f64> = Vec::with_capacity(self.grid.axes() * self.grid.len());
        for axis in 0..self.grid.axes() {
            let mut smooth = smooth_field(&self.grid, self.scale, key.child(axis as u64));
            for (index, value) in smooth.iter_mut().enumerate() {
                *value *= window(&self.grid, index);
            }
            let largest = smooth
                .iter()
                .fold(0.0, |largest: f64, value| largest.max(value.abs()));
            let factor = self.amplitude / largest.max(1e-12);
            field.extend(smooth.iter().map(|value| factor * value));
        }
        while least_jacobian(&self.grid, &field) < LEAST_JACOBIAN {
            field.iter_mut().for_each(|value| *value *= 0.8);
        }
        field
    }
}

fn place(grid: &Grid, index: usize) -> [f64; 3] {
    let [_, rows, columns] = grid.volume();
    [
        index / (rows * columns),
        index / columns % rows,
        index % columns,
    ]
    .map(|place| place as f64)
}

/// From 0 at the border to 1 in the middle, along every axis half a sine.
fn window(grid: &Grid, index: usize) -> f64 {
    let place = place(grid, index);
    let share = |axis: usize| match grid.volume()[axis] {
        1 => 1.0,
        size => (std::f64::consts::PI * place[axis] / (size - 1) as f64).sin(),
    };
    share(0) * share(1) * share(2)
}

/// The least determinant of the derivative of x + u(x), by differences of neighbours.
fn least_jacobian(grid: &Grid, displacement: &[f64]) -> f64 {
    let determinants = jacobian_determinants(grid, displacement).unwrap_or_default();
    determinants.into_iter().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::image::warp::{Outside, warp};

    fn warped(pair: &RegistrationPair, image: &[f32]) -> Vec<f32> {
        warp(&pair.grid, image, &pair.displacement, Outside::Nearest).unwrap()
    }

    fn distance(a: &[f32], b: &[f32]) -> f64 {
        let squares: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        (squares / a.len() as f64).sqrt()
    }

    #[test]
    fn the_known_field_warps_moving_to_fixed() {
        let settings = RegistrationPairs {
            noise: 0.0,
            ..RegistrationPairs::planar(48).unwrap()
        };
        for seed in 0..5 {
            let pair = settings.draw(Key::new(seed));
            let before = distance(&pair.moving, &pair.fixed);
            let after = distance(&warped(&pair, &pair.moving), &pair.fixed);
            assert!(after < 0.15 * before && before > 0.02, "{before} {after}");
            // And so are the organs.
            let organ = |mask: &[bool]| -> Vec<f32> {
                mask.iter()
                    .map(|&inside| f32::from(u8::from(inside)))
                    .collect()
            };
            let moved = warped(&pair, &organ(&pair.moving_organ));
            let wrong = moved
                .iter()
                .zip(&pair.fixed_organ)
                .filter(|(value, inside)| (**value > 0.5) != **inside);
            assert!(wrong.count() * 50 < pair.grid.len());
            assert!(
                pair.fixed_organ.iter().filter(|inside| **inside).count() * 50 > pair.grid.len()
            );
        }
    }

    #[test]
    fn fields_are_bounded_and_do_not_fold() {
        let settings = RegistrationPairs::planar(48).unwrap();
        for seed in 0..10 {
            let pair = settings.draw(Key::new(seed));
            let largest = pair
                .displacement
                .iter()
                .fold(0.0, |most: f32, u| most.max(u.abs()));
            assert!((1.0..4.801).contains(&largest), "{largest}");
            let field: Vec<f64> = pair.displacement.iter().map(|&u| f64::from(u)).collect();
            assert!(least_jacobian(&pair.grid, &field) > 0.19);
            assert!(pair.displacement[..48].iter().all(|&u| u.abs() < 1e-6));
        }
        let folded = vec![0.0, 0.0, -1.5, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert!(least_jacobian(&Grid::new(&[2, 2]).unwrap(), &folded) < 0.0);
    }

    #[test]
    fn a_tumour_may_be_in_one_image_only() {
        let settings = RegistrationPairs {
            noise: 0.0,
            tumour: Some(Tumour {
                radius: 0.1,
                remains: 0.0,
                contrast: 1.0,
            }),
            ..RegistrationPairs::planar(64).unwrap()
        };
        let without = RegistrationPairs {
            tumour: None,
            ..settings.clone()
        };
        let (pair, plain) = (settings.draw(Key::new(3)), without.draw(Key::new(3)));
        let size = pair.tumour.iter().filter(|inside| **inside).count() as f64;
        let disc = std::f64::consts::PI * 6.4 * 6.4;
        assert!((size - disc).abs() < 0.1 * disc, "{size}");
        let gain = |index: usize| pair.moving[index] - plain.moving[index];
        assert!((0..pair.grid.len()).all(|i| !pair.tumour[i] || gain(i) > 0.4));
        assert_eq!(pair.fixed, plain.fixed);
    }
}
