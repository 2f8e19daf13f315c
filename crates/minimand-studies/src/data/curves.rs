//! Networks of thin curves in the plane: rings and lines that cross.

use std::f64::consts::TAU;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use super::neighbours::for_ball;
use super::pictures::{Imaging, Picture, whole_between};

/// Closed and open curves of one width.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curves {
    /// `[rows, columns]`.
    pub(crate) grid: Grid,
    /// Number of closed curves, from–to.
    pub(crate) rings: (usize, usize),
    /// Mean radius of a closed curve, as a share of the shorter side, from–to.
    pub(crate) ring_radius: (f64, f64),
    /// Number of curves from border to border, from–to.
    pub(crate) lines: (usize, usize),
    /// Width, in pixels, from–to; one for each curve.
    pub(crate) width: (f64, f64),
    /// Places in a picture at which a curve fades from the image but not from the labels, from–to.
    pub(crate) gaps: (usize, usize),
    /// Length of such a place, in pixels.
    pub(crate) gap_length: f64,
    /// How the drawing becomes an image.
    pub(crate) imaging: Imaging,
}

impl Curves {
    /// One or two rings and one or two lines of 1 to 2 pixels on a square of this side, with gaps and
    /// noise.
    pub(crate) fn network(side: usize) -> Option<Self> {
        Some(Self {
            grid: Grid::new(&[side, side]).ok()?,
            rings: (1, 2),
            ring_radius: (0.15, 0.3),
            lines: (1, 2),
            width: (1.0, 2.0),
            gaps: (1, 3),
            gap_length: 3.0,
            imaging: Imaging {
                contrast: 1.0,
                blur: 0.5,
                ground: 0.1,
                patches: 6.0,
                noise: 0.25,
            },
        })
    }

    /// One picture. Labels: 1 on a curve, 0 elsewhere.
    pub(crate) fn draw(&self, key: Key) -> Picture {
        let mut random = Random::new(key, 0);
        let mut drawing = vec![0.0; self.grid.len()];
        let mut points = Vec::new();
        for _ in 0..whole_between(&mut random, self.rings) {
            let curve = self.ring(&mut random);
            self.trace(curve, &mut random, &mut drawing, &mut points);
        }
        for _ in 0..whole_between(&mut random, self.lines) {
            let curve = self.line(&mut random);
            self.trace(curve, &mut random, &mut drawing, &mut points);
        }
        let labels = drawing
            .iter()
            .map(|&drawn| u32::from(drawn > 0.0))
            .collect();
        if !points.is_empty() {
            for _ in 0..whole_between(&mut random, self.gaps) {
                let point = points[random.below(points.len())];
                let deviation = self.gap_length / 2.0;
                for_ball(&self.grid, point, 3.0 * deviation, |index, distance| {
                    drawing[index] *= 1.0 - (-0.5 * (distance / deviation).powi(2)).exp() as f32;
                });
            }
        }
        Picture {
            image: self.imaging.photograph(&self.grid, &drawing, key.child(1)),
            grid: self.grid,
            channels: 1,
            labels,
        }
    }

    /// A circle whose radius swings by a tenth or two, wholly inside.
    fn ring(&self, random: &mut Random) -> impl Fn(f64) -> [f64; 2] + use<> {
        let [rows, columns] = self.sides();
        let radius =
            random.uniform_between(self.ring_radius.0, self.ring_radius.1) * rows.min(columns);
        let swing = random.uniform_between(0.05, 0.2);
        let (waves, phase) = ((2 + random.below(2)) as f64, TAU * random.uniform());
        let reach = (radius * (1.0 + swing) + self.width.1).min(rows.min(columns) / 2.0);
        let middle = [rows, columns]
            .map(|side| random.uniform_between(reach, (side - 1.0 - reach).max(reach)));
        move |share: f64| {
            let angle = TAU * share;
            let radius = radius * (1.0 + swing * (waves * angle + phase).sin());
            [
                middle[0] + radius * angle.sin(),
                middle[1] + radius * angle.cos(),
            ]
        }
    }

    /// From one side to the opposite one, with a bow.
    fn line(&self, random: &mut Random) -> impl Fn(f64) -> [f64; 2] + use<> {
        let [rows, columns] = self.sides();
        let (from, to) = (
            random.uniform_between(0.1, 0.9),
            random.uniform_between(0.1, 0.9),
        );
        let bow = random.uniform_between(-0.2, 0.2);
        let is_upright = random.below(2) == 0;
        move |share: f64| {
            let across = from + (to - from) * share + bow * (TAU / 2.0 * share).sin();
            match is_upright {
                true => [share * (rows - 1.0), across * (columns - 1.0)],
                false => [across * (rows - 1.0), share * (columns - 1.0)],
            }
        }
    }

    fn sides(&self) -> [f64; 2] {
        let [_, rows, columns] = self.grid.volume();
        [rows as f64, columns as f64]
    }

    fn trace(
        &self,
        curve: impl Fn(f64) -> [f64; 2],
        random: &mut Random,
        drawing: &mut [f32],
        points: &mut Vec<[f64; 3]>,
    ) {
        let [rows, columns] = self.sides();
        let radius = random.uniform_between(self.width.0, self.width.1) / 2.0;
        // No curve is longer than eight sides: successive points are at most a quarter of a pixel apart.
        let steps = (32.0 * rows.max(columns)) as usize;
        for step in 0..steps {
            let [y, x] = curve(step as f64 / steps as f64);
            let (row, column) = (y.round(), x.round());
            if (0.0..rows).contains(&row) && (0.0..columns).contains(&column) {
                drawing[row as usize * columns as usize + column as usize] = 1.0;
                points.push([0.0, y, x]);
                for_ball(&self.grid, [0.0, y, x], radius, |index, _| {
                    drawing[index] = 1.0
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::grid::persistence::{Construction, betti::betti_numbers};

    #[test]
    fn rings_close_and_lines_do_not() {
        let network = Curves::network(32).unwrap();
        let rings = Curves {
            rings: (1, 1),
            lines: (0, 0),
            ..network.clone()
        };
        let lines = Curves {
            rings: (0, 0),
            lines: (1, 1),
            ..network.clone()
        };
        for seed in 0..40 {
            for (settings, expected) in [(&rings, 1), (&lines, 0)] {
                let picture = settings.draw(Key::new(seed));
                let mask: Vec<bool> = picture.labels.iter().map(|&label| label == 1).collect();
                let numbers = betti_numbers(&mask, &settings.grid, Construction::TopCells);
                assert_eq!(numbers.unwrap(), [1, expected], "seed {seed}");
            }
        }
        let picture = network.draw(Key::new(1));
        assert_eq!(picture, network.draw(Key::new(1)));
        let share = picture.labels.iter().sum::<u32>() as f64 / network.grid.len() as f64;
        assert!((0.05..0.5).contains(&share), "{share}");
    }
}
