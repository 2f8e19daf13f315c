//! Regions of curved text: drawn, disturbed, and laid over each other.

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use crate::data::boxes::Corners;
use crate::data::polygons::{Corner, coverage};

/// Control points x y of the upper curve, then of the lower one; the image is 1 wide and high.
pub(super) type Region = [f64; 16];

/// Pixels of the side of a raster.
pub(super) const SIDE: usize = 192;

/// A region and what was predicted of it.
pub(super) struct Pair {
    pub(super) target: Region,
    pub(super) prediction: Region,
}

/// The middle line's bend, the size and the place of a region.
#[derive(Clone, Copy)]
struct Shape {
    middle: [f64; 2],
    length: f64,
    height: f64,
    bend: f64,
    turn: f64,
}

impl Shape {
    fn region(&self) -> Region {
        let (sine, cosine) = self.turn.sin_cos();
        let mut region = [0.0; 16];
        for (index, point) in region.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let place = (index % 4) as f64 / 3.0 - 0.5;
            // Inner control points a third further than the middle of the curve, which so is bent as asked for.
            let bent = if matches!(index % 4, 1 | 2) {
                4.0 / 3.0 * self.bend
            } else {
                0.0
            };
            let side = if index < 4 { 0.5 } else { -0.5 };
            let (x, y) = (place * self.length, side * self.height + bent);
            *point = [
                self.middle[0] + cosine * x - sine * y,
                self.middle[1] + sine * x + cosine * y,
            ];
        }
        region
    }

    fn draw(random: &mut Random) -> Self {
        let length = random.uniform_between(0.3, 0.6);
        Self {
            middle: [
                random.uniform_between(0.3, 0.7),
                random.uniform_between(0.3, 0.7),
            ],
            length,
            height: random.uniform_between(0.06, 0.16),
            bend: random.uniform_between(-0.35, 0.35) * length,
            turn: random.uniform_between(-0.6, 0.6),
        }
    }

    fn disturbed(mut self, random: &mut Random) -> Self {
        match random.below(3) {
            0 => {
                for axis in &mut self.middle {
                    *axis += random.uniform_between(-0.8, 0.8) * self.height;
                }
            }
            1 => {
                let scale = random.uniform_between(-0.5, 0.5).exp();
                self.length *= scale;
                self.height *= scale;
                self.bend *= scale;
            }
            _ => self.bend += random.uniform_between(-1.2, 1.2) * self.height,
        }
        self
    }
}

/// So many regions, each with itself shifted, scaled or bent, and noise on the control points.
pub(super) fn pairs(count: usize, key: Key) -> Vec<Pair> {
    let mut random = Random::new(key, 0);
    let pair = |_| {
        let shape = Shape::draw(&mut random);
        let prediction = shape.disturbed(&mut random).region();
        Pair {
            target: shape.region(),
            prediction: prediction.map(|x| x + 0.006 * random.normal()),
        }
    };
    (0..count).map(pair).collect()
}

/// The outline `[y, x]` of a region, 1 being so many pixels long.
fn outline(region: &Region, scale: f64) -> Vec<Corner> {
    let points = region.as_chunks::<2>().0;
    let on_curve = |control: &[[f64; 2]], t: f64| -> Corner {
        let s = 1.0 - t;
        let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        [1, 0].map(|axis: usize| {
            let terms = weights
                .iter()
                .zip(control)
                .map(|(w, point)| w * point[axis]);
            scale * terms.sum::<f64>() - 0.5
        })
    };
    let steps = || (0..=32).map(|step| f64::from(step) / 32.0);
    let upper = steps().map(|t| on_curve(&points[..4], t));
    let lower = steps().rev().map(|t| on_curve(&points[4..], t));
    upper.chain(lower).collect()
}

/// IoU of the regions by what they cover of each pixel.
pub(super) fn true_overlap(grid: &Grid, pair: &Pair) -> f64 {
    let covered = |region: &Region| coverage(grid, &outline(region, SIDE as f64), 1);
    let (a, b) = (covered(&pair.prediction), covered(&pair.target));
    let (mut shared, mut either) = (0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        shared += f64::from(a.min(*b));
        either += f64::from(a.max(*b));
    }
    shared / either
}

/// The box around a region.
pub(super) fn around(region: &Region) -> Corners {
    let outline = outline(region, 1.0);
    let empty = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    outline.iter().fold(empty, |[x1, y1, x2, y2], &[y, x]| {
        [x1.min(x), y1.min(y), x2.max(x), y2.max(y)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rasters_measure_the_overlap_of_rectangles() {
        let shape = Shape {
            middle: [0.5, 0.5],
            length: 0.5,
            height: 0.25,
            bend: 0.0,
            turn: 0.0,
        };
        let moved = Shape {
            middle: [0.625, 0.5],
            ..shape
        };
        let pair = Pair {
            target: shape.region(),
            prediction: moved.region(),
        };
        let grid = Grid::new(&[SIDE, SIDE]).unwrap();
        assert!((true_overlap(&grid, &pair) - 0.6).abs() < 0.01);
        let box_of = around(&pair.target);
        let want = [-0.25, -0.125, 0.25, 0.125];
        // In the image's unit, of which half a pixel is taken off.
        assert!(
            box_of
                .iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < 1e-9),
            "{box_of:?}"
        );
    }
}
