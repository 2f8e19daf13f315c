//! Registration of two images without a network: a smooth field of displacements, given at knots, is moved
//! down the slopes of whatever is asked of it.

use minimand::grid::Grid;
use minimand::image::warp::{Outside, warp, warp_slopes};
use minimand::{Array, Batch, Denominator, Gradient, Objective, Options, Target};

use crate::adam::Adam;
use crate::error::StudyError;
use crate::net::cosine;
use crate::study::Trial;

/// A cubic B-spline over an image: pixels `[rows, columns]` as a linear function of knots (a free-form
/// deformation, Rueckert et al. 1999).
pub(super) struct Spline {
    /// Along rows and along columns: number of pixels, number of knots, weights `[pixels, knots]`.
    axes: [(usize, usize, Vec<f64>); 2],
}

impl Spline {
    /// With a knot every `spacing` pixels.
    pub(super) fn new(rows: usize, columns: usize, spacing: f64) -> Self {
        let axis = |pixels: usize| {
            let knots = ((pixels - 1) as f64 / spacing).ceil() as usize + 3;
            let weight = |pixel: usize, knot: usize| {
                let distance = (pixel as f64 / spacing - (knot as f64 - 1.0)).abs();
                match distance {
                    d if d < 1.0 => 2.0 / 3.0 - d * d + 0.5 * d * d * d,
                    d if d < 2.0 => (2.0 - d).powi(3) / 6.0,
                    _ => 0.0,
                }
            };
            let weights =
                (0..pixels).flat_map(|pixel| (0..knots).map(move |knot| weight(pixel, knot)));
            (pixels, knots, weights.collect())
        };
        Self {
            axes: [axis(rows), axis(columns)],
        }
    }

    /// Number of knots.
    pub(super) fn knots(&self) -> usize {
        self.axes[0].1 * self.axes[1].1
    }

    fn pixels(&self) -> usize {
        self.axes[0].0 * self.axes[1].0
    }

    /// The pixels `[components, rows, columns]` of knots `[components, …]`.
    pub(super) fn spread(&self, knots: &[f64]) -> Vec<f64> {
        let [(rows, high, by_row), (columns, wide, by_column)] = &self.axes;
        let mut pixels = Vec::with_capacity(knots.len() / self.knots() * self.pixels());
        for knots in knots.chunks_exact(self.knots()) {
            // `[knots, columns]`, then `[rows, columns]`.
            let mut lines = vec![0.0; high * columns];
            for (line, knots) in lines.chunks_exact_mut(*columns).zip(knots.chunks(*wide)) {
                for (pixel, weights) in line.iter_mut().zip(by_column.chunks(*wide)) {
                    *pixel = dot(weights, knots);
                }
            }
            for weights in by_row.chunks(*high).take(*rows) {
                let mut sums = vec![0.0; *columns];
                for (line, &weight) in lines.chunks(*columns).zip(weights) {
                    if weight != 0.0 {
                        sums.iter_mut()
                            .zip(line)
                            .for_each(|(s, x)| *s += weight * x);
                    }
                }
                pixels.extend(sums);
            }
        }
        pixels
    }

    /// Slopes by the knots, given those by the pixels: the transpose of [`spread`](Self::spread).
    pub(super) fn gather(&self, slopes: &[f64]) -> Vec<f64> {
        let [(_, high, by_row), (columns, wide, by_column)] = &self.axes;
        let mut knots = Vec::with_capacity(slopes.len() / self.pixels() * self.knots());
        for slopes in slopes.chunks_exact(self.pixels()) {
            let mut lines = vec![0.0; high * columns];
            for (slopes, weights) in slopes.chunks(*columns).zip(by_row.chunks(*high)) {
                for (line, &weight) in lines.chunks_mut(*columns).zip(weights) {
                    if weight != 0.0 {
                        line.iter_mut()
                            .zip(slopes)
                            .for_each(|(l, s)| *l += weight * s);
                    }
                }
            }
            for line in lines.chunks(*columns) {
                let mut sums = vec![0.0; *wide];
                for (slope, weights) in line.iter().zip(by_column.chunks(*wide)) {
                    sums.iter_mut()
                        .zip(weights)
                        .for_each(|(s, w)| *s += slope * w);
                }
                knots.extend(sums);
            }
        }
        knots
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The moving image of a pair, and how its field is looked for.
pub(super) struct Registration<'a> {
    pub(super) grid: Grid,
    /// One channel of the grid.
    pub(super) moving: &'a [f64],
    /// Pixels between the knots of the field.
    pub(super) spacing: f64,
    /// Weight of the mean squared slope of the field.
    pub(super) smoothness: f64,
    /// Steps of Adam.
    pub(super) steps: usize,
}

/// Slopes by the warped image and, where there are any, by the field `[axes, …]`.
pub(super) type Slopes = (Vec<f64>, Option<Vec<f64>>);

impl Registration<'_> {
    /// The field `[axes, …]` in pixels that Adam comes to from rest, with a rate that falls from 0.1 pixels
    /// to 0 along half a cosine. `slopes` sees the number of the step, the warped image and the field.
    pub(super) fn run(
        &self,
        trial: &Trial<'_>,
        mut slopes: impl FnMut(usize, &[f64], &[f64]) -> Result<Slopes, StudyError>,
    ) -> Result<Vec<f64>, StudyError> {
        let [rows, columns] = [self.grid.shape()[0], self.grid.shape()[1]];
        let spline = Spline::new(rows, columns, self.spacing);
        let smoothness: Objective = "displacement_smoothness".parse()?;
        let mut knots = vec![0.0; 2 * spline.knots()];
        let mut adam = Adam::new(knots.len());
        for step in 0..self.steps {
            trial.check_stop()?;
            let field = spline.spread(&knots);
            let warped = self.warped(self.moving, &field)?;
            let (by_warped, by_field) = slopes(step, &warped, &field)?;
            let [_, mut total] = warp_slopes(
                &self.grid,
                self.moving,
                &field,
                Outside::Nearest,
                &by_warped,
            )?;
            let shape = [1, 2, rows, columns];
            let smooth = value_and_slopes(&smoothness, &field, &shape, None, None)?.1;
            for (total, slope) in total.iter_mut().zip(smooth) {
                *total += self.smoothness * slope;
            }
            for (total, slope) in total.iter_mut().zip(by_field.into_iter().flatten()) {
                *total += slope;
            }
            let rate = 0.1 * cosine(step as f64 / self.steps as f64);
            adam.step(rate, &mut knots, &spline.gather(&total));
        }
        Ok(spline.spread(&knots))
    }

    /// An image of the moving frame, warped by a field.
    pub(super) fn warped(&self, image: &[f64], field: &[f64]) -> Result<Vec<f64>, StudyError> {
        Ok(warp(&self.grid, image, field, Outside::Nearest)?)
    }
}

/// An objective and its slopes by the prediction `[1, channels, rows, columns]`. Weights are of pixels, or
/// of the entries of the prediction; a mean is over all of them, whatever their weights.
pub(super) fn value_and_slopes(
    objective: &Objective,
    prediction: &[f64],
    shape: &[usize; 4],
    target: Option<&[f64]>,
    weights: Option<Array<'_>>,
) -> Result<(f64, Vec<f64>), StudyError> {
    let options = Options {
        denominator: Denominator::Count,
        ..Options::default()
    };
    let target = target.map_or(Target::None, |target| Target::dense(target, shape));
    let batch = Batch {
        weights,
        ..Batch::new(Array::new(prediction, shape), target)
    };
    let evaluation = objective.value_and_gradient(&batch, &options)?;
    let slopes = evaluation.gradient.as_ref().map(Gradient::to_f64);
    Ok((evaluation.value, slopes.unwrap_or_default()))
}

/// Mean length of the difference of two fields `[2, …]` over the pixels that count, in pixels.
pub(super) fn end_point_error(a: &[f64], b: &[f64], counts: impl Fn(usize) -> bool) -> f64 {
    let pixels = a.len() / 2;
    let inside: Vec<usize> = (0..pixels).filter(|&at| counts(at)).collect();
    let error = |&at: &usize| (a[at] - b[at]).hypot(a[pixels + at] - b[pixels + at]);
    inside.iter().map(error).sum::<f64>() / inside.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splines_reproduce_constants_and_gather_is_the_transpose() {
        let spline = Spline::new(9, 12, 3.5);
        let flat = spline.spread(&vec![2.0; spline.knots()]);
        assert_eq!(flat.len(), 9 * 12);
        assert!(flat.iter().all(|x| (x - 2.0).abs() < 1e-12));
        let numbers = |count: usize, seed: usize| -> Vec<f64> {
            let number = |i: usize| ((i * 7919 + seed) % 101) as f64 / 50.0 - 1.0;
            (0..count).map(number).collect()
        };
        let (knots, slopes) = (numbers(2 * spline.knots(), 3), numbers(2 * 9 * 12, 5));
        let there = dot(&spline.spread(&knots), &slopes);
        let back = dot(&knots, &spline.gather(&slopes));
        assert!((there - back).abs() < 1e-10, "{there} {back}");
    }

    #[test]
    fn errors_are_lengths() {
        let (a, b) = ([3.0, 0.0, 4.0, 9.0], [0.0; 4]);
        assert_eq!(end_point_error(&a, &b, |at| at == 0), 5.0);
        assert_eq!(end_point_error(&a, &b, |_| true), 7.0);
    }
}
