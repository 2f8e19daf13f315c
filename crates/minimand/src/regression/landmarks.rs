//! Shapes of landmarks: a low-dimensional model of them, and how unusual a coordinate is beside it.

use super::{demand, finite};
use crate::error::Error;

/// A model of the shapes of a training set: their mean and the directions in which they vary most (an active shape model).
///
/// A shape is a row of coordinates. [`smooth`](Self::smooth) draws a shape to what the model can express;
/// [`difficulty`] of the two is the φ of `acr`. Source: Cootes et al. 1995; Fard and Mahoor 2022 (paper 094).
///
/// ```
/// use minimand::regression::{ShapeModel, difficulty};
///
/// // Two coordinates that move together, and one that does not move.
/// let shapes = [0.0, 0.0, 5.0, 1.0, 1.0, 5.0, 2.0, 2.0, 5.0, 3.0, 3.0, 5.0];
/// let model = ShapeModel::fit(&shapes, 3)?;
/// let unusual = [1.0, 1.5, 5.0];
/// let smooth = model.smooth(&unusual, 80.0)?;
/// assert!((smooth[0] - 1.25).abs() < 1e-12 && (smooth[1] - 1.25).abs() < 1e-12);
/// let phi = difficulty(&unusual, &smooth, 3)?;
/// assert!(phi[0] > 0.999 && phi[1] > 0.999 && phi[2] == 0.0);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShapeModel {
    mean: Vec<f64>,
    /// Variances along the directions, falling; those of rounding are left out.
    variances: Vec<f64>,
    /// Unit vectors, one a row.
    directions: Vec<f64>,
}

/// Deviations beyond which a shape is clipped along a direction.
const CLIP: f64 = 3.0;
/// Share of the largest variance below which a direction is rounding.
const ROUNDING: f64 = 1e-12;

impl ShapeModel {
    /// Fits the model to shapes `[n, coordinates]`, of which there may be fewer than coordinates.
    ///
    /// # Errors
    /// [`Error::Shape`] for fewer than two shapes, no coordinates, or a length that does not fit; [`Error::Value`] for a
    /// coordinate that is not finite.
    pub fn fit(shapes: &[f64], coordinates: usize) -> Result<Self, Error> {
        let n = shapes.len().checked_div(coordinates).unwrap_or(0);
        if n < 2 || n * coordinates != shapes.len() {
            return Err(Error::Shape {
                argument: "shapes",
                expected: format!(
                    "[n, {coordinates}] with at least two shapes of at least one coordinate"
                ),
                got: format!("{} numbers", shapes.len()),
            });
        }
        finite("shapes", shapes)?;
        let mut mean = vec![0.0; coordinates];
        for shape in shapes.chunks(coordinates) {
            mean.iter_mut()
                .zip(shape)
                .for_each(|(m, y)| *m += y / n as f64);
        }
        let centred =
            |shape: &[f64]| -> Vec<f64> { shape.iter().zip(&mean).map(|(y, m)| y - m).collect() };
        let mut rows: Vec<Vec<f64>> = shapes.chunks(coordinates).map(centred).collect();
        // With one-sided rotations the axis that is the shorter: no covariance is formed, whose rounding would be squared.
        let transposed = n < coordinates;
        if !transposed {
            rows = (0..coordinates)
                .map(|c| rows.iter().map(|row| row[c]).collect())
                .collect();
        }
        let mut turned = rotate(rows);
        turned.sort_by(|a, b| b.0.total_cmp(&a.0));
        let most = turned.first().map_or(0.0, |first| first.0);
        turned.retain(|(square, ..)| *square > ROUNDING * most);
        let direction = |(square, long, turns): &(f64, Vec<f64>, Vec<f64>)| -> Vec<f64> {
            if transposed {
                let length = square.sqrt();
                long.iter().map(|x| x / length).collect()
            } else {
                turns.clone()
            }
        };
        Ok(Self {
            variances: turned
                .iter()
                .map(|(square, ..)| square / (n - 1) as f64)
                .collect(),
            directions: turned.iter().flat_map(direction).collect(),
            mean,
        })
    }

    /// Variances along the directions, the largest first.
    pub fn variances(&self) -> &[f64] {
        &self.variances
    }

    /// The shapes `[n, coordinates]` as the model has them, with the fewest directions that hold `retained` percent of the
    /// variance. Along each of them a shape is clipped to three deviations.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a percentage that is not above 0 and at most 100, [`Error::Shape`] and [`Error::Value`] for
    /// shapes that do not fit or are not finite.
    pub fn smooth(&self, shapes: &[f64], retained: f64) -> Result<Vec<f64>, Error> {
        demand(
            retained > 0.0 && retained <= 100.0,
            "shape model",
            "retained",
            "a number in (0, 100]",
            retained,
        )?;
        let coordinates = self.mean.len();
        if !shapes.len().is_multiple_of(coordinates) {
            return Err(Error::Shape {
                argument: "shapes",
                expected: format!("[n, {coordinates}]"),
                got: format!("{} numbers", shapes.len()),
            });
        }
        finite("shapes", shapes)?;
        let whole: f64 = self.variances.iter().sum();
        let mut held = 0.0;
        // A whole that is all but rounding is the whole.
        let enough =
            |held: f64| held >= whole * (retained / 100.0) * (1.0 - 1e-12) && retained < 100.0;
        let kept = self.variances.iter().take_while(|v| {
            let before = held;
            held += **v;
            !enough(before)
        });
        let kept = kept.count();
        let mut out = Vec::with_capacity(shapes.len());
        for shape in shapes.chunks(coordinates) {
            let mut smooth = self.mean.clone();
            let directions = self.directions.chunks(coordinates).zip(&self.variances);
            for (direction, variance) in directions.take(kept) {
                let along: f64 = (0..coordinates)
                    .map(|c| direction[c] * (shape[c] - self.mean[c]))
                    .sum();
                let most = CLIP * variance.sqrt();
                let along = along.clamp(-most, most);
                smooth
                    .iter_mut()
                    .zip(direction)
                    .for_each(|(s, d)| *s += along * d);
            }
            out.extend(smooth);
        }
        Ok(out)
    }
}

/// Turns vectors by pairs until they are orthogonal (Jacobi's one-sided method). Each comes back with its squared length and
/// what the turns make of the unit vector of its place.
fn rotate(mut rows: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>, Vec<f64>)> {
    /// Sweeps after which it has long converged.
    const SWEEPS: usize = 60;
    let m = rows.len();
    // Row i holds the coefficients of the vector i in the original ones.
    let mut turns: Vec<Vec<f64>> = (0..m)
        .map(|i| (0..m).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    let largest = rows
        .iter()
        .map(|row| row.iter().map(|x| x * x).sum::<f64>())
        .fold(0.0, f64::max);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for _ in 0..SWEEPS {
        let mut turned = false;
        for i in 1..m {
            for j in 0..i {
                let (a, b, c) = (
                    dot(&rows[j], &rows[j]),
                    dot(&rows[i], &rows[i]),
                    dot(&rows[j], &rows[i]),
                );
                if c.abs() <= 1e-13 * (a * b).sqrt() + 1e-26 * largest {
                    continue;
                }
                turned = true;
                let zeta = (b - a) / (2.0 * c);
                let tangent = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let sine = cosine * tangent;
                for vectors in [&mut rows, &mut turns] {
                    let (before, from) = vectors.split_at_mut(i);
                    for (x, y) in before[j].iter_mut().zip(from[0].iter_mut()) {
                        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
                    }
                }
            }
        }
        if !turned {
            break;
        }
    }
    let each = rows.into_iter().zip(turns);
    each.map(|(row, turn)| (dot(&row, &row), row, turn))
        .collect()
}

/// How unusual each coordinate of shapes `[n, coordinates]` is: its distance from the smooth shape as a share of the
/// largest one of its shape, in 0..1; 0 where all of them are rounding (at most 10⁻⁹ (1 + largest coordinate)).
///
/// # Errors
/// [`Error::Shape`] if both sides are not as long or no multiple of the coordinates, [`Error::Value`] for a coordinate that
/// is not finite.
pub fn difficulty(shapes: &[f64], smooth: &[f64], coordinates: usize) -> Result<Vec<f64>, Error> {
    if coordinates == 0 || smooth.len() != shapes.len() || !shapes.len().is_multiple_of(coordinates)
    {
        return Err(Error::Shape {
            argument: "smooth",
            expected: format!(
                "[n, {coordinates}], as the shapes with {} numbers",
                shapes.len()
            ),
            got: format!("{} numbers", smooth.len()),
        });
    }
    finite("shapes", shapes)?;
    finite("smooth", smooth)?;
    let mut out = Vec::with_capacity(shapes.len());
    for (shape, smooth) in shapes.chunks(coordinates).zip(smooth.chunks(coordinates)) {
        let distance = |(a, b): (&f64, &f64)| (a - b).abs();
        let largest = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, f64::max);
        let most = largest(&mut shape.iter().zip(smooth).map(distance));
        let rounding = 1e-9 * (1.0 + largest(&mut shape.iter().map(|y| y.abs())));
        let share = |pair| {
            if most > rounding {
                distance(pair) / most
            } else {
                0.0
            }
        };
        out.extend(shape.iter().zip(smooth).map(share));
    }
    Ok(out)
}

/// The percentage of variance that the model of `acr` keeps at this share (0..1) of a training of the paper's 100 epochs:
/// 80, from 0.16 on 85, from 0.31 on 90, from 0.71 on 95, so that ever fewer coordinates are unusual.
///
/// # Errors
/// [`Error::Parameter`] for a share that is not in 0..1.
pub fn retained_share(done: f64) -> Result<f64, Error> {
    demand(
        (0.0..=1.0).contains(&done),
        "shape model",
        "done",
        "a number in [0, 1]",
        done,
    )?;
    Ok(match done {
        d if d < 0.16 => 80.0,
        d if d < 0.31 => 85.0,
        d if d < 0.71 => 90.0,
        _ => 95.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapes that vary along three directions with these deviations, deterministic.
    fn shapes(n: usize, coordinates: usize) -> Vec<f64> {
        let wave = |k: usize, c: usize| {
            ((k + 1) as f64 * (c as f64 + 0.5) * std::f64::consts::PI / coordinates as f64).cos()
        };
        let mut out = Vec::new();
        for i in 0..n {
            let along = |k: usize| [4.0, 2.0, 0.5][k] * ((i * (3 * k + 7)) as f64 * 0.37).sin();
            out.extend(
                (0..coordinates)
                    .map(|c| c as f64 + (0..3).map(|k| along(k) * wave(k, c)).sum::<f64>()),
            );
        }
        out
    }

    #[test]
    fn all_directions_give_the_training_shapes_back() {
        // More shapes than coordinates, and fewer.
        for (n, coordinates) in [(40, 8), (6, 20)] {
            let shapes = shapes(n, coordinates);
            let model = ShapeModel::fit(&shapes, coordinates).unwrap();
            assert!(
                model.variances().len() == 3 && model.variances().is_sorted_by(|a, b| a >= b),
                "{:?}",
                model.variances()
            );
            let smooth = model.smooth(&shapes, 100.0).unwrap();
            let phi = difficulty(&shapes, &smooth, coordinates).unwrap();
            assert!(phi.iter().all(|&phi| phi == 0.0), "{n} shapes");
            // Fewer directions leave more, and the most unusual coordinate has 1.
            let phi =
                difficulty(&shapes, &model.smooth(&shapes, 50.0).unwrap(), coordinates).unwrap();
            assert!(
                phi.chunks(coordinates)
                    .all(|phi| phi.iter().fold(0.0f64, |a, &b| a.max(b)) == 1.0)
            );
        }
    }

    #[test]
    fn variances_are_those_of_the_covariance() {
        let shapes = shapes(50, 5);
        let model = ShapeModel::fit(&shapes, 5).unwrap();
        let mean: Vec<f64> = (0..5)
            .map(|c| shapes.chunks(5).map(|s| s[c]).sum::<f64>() / 50.0)
            .collect();
        let squares = shapes
            .chunks(5)
            .map(|s| (0..5).map(|c| (s[c] - mean[c]).powi(2)).sum::<f64>());
        let trace = squares.sum::<f64>() / 49.0;
        assert!((model.variances().iter().sum::<f64>() - trace).abs() < 1e-10 * trace);
        // Along each direction the covariance is its variance: C v = λ v.
        for (direction, &variance) in model.directions.chunks(5).zip(model.variances()) {
            let mut image = [0.0; 5];
            for shape in shapes.chunks(5) {
                let along: f64 = (0..5).map(|c| direction[c] * (shape[c] - mean[c])).sum();
                (0..5).for_each(|c| image[c] += along * (shape[c] - mean[c]) / 49.0);
            }
            assert!((0..5).all(|c| (image[c] - variance * direction[c]).abs() < 1e-10 * trace));
        }
    }

    #[test]
    fn shapes_are_clipped_at_three_deviations() {
        let line: Vec<f64> = (0..11).flat_map(|i| [f64::from(i) - 5.0, 0.0]).collect();
        let model = ShapeModel::fit(&line, 2).unwrap();
        assert!((model.variances()[0] - 11.0).abs() < 1e-12);
        let smooth = model.smooth(&[100.0, 3.0], 95.0).unwrap();
        assert!((smooth[0] - 3.0 * 11f64.sqrt()).abs() < 1e-12 && smooth[1].abs() < 1e-12);
        let still = ShapeModel::fit(&[1.0, 2.0, 1.0, 2.0], 2).unwrap();
        assert_eq!(still.smooth(&[5.0, 5.0], 90.0).unwrap(), [1.0, 2.0]);
    }

    #[test]
    fn the_records_difficulty_and_refusals() {
        let y = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0];
        let smooth = [0.1, 0.0, 0.8, 0.0, 1.0, 0.95, 0.0, 1.0];
        let phi = difficulty(&y, &smooth, 8).unwrap();
        let want = [0.5, 0.0, 1.0, 0.0, 0.0, 0.25, 0.0, 0.0];
        assert!(
            phi.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-12),
            "{phi:?}"
        );
        assert!(ShapeModel::fit(&[1.0, 2.0], 2).is_err() && ShapeModel::fit(&[1.0], 0).is_err());
        assert!(ShapeModel::fit(&[1.0, f64::NAN], 1).is_err());
        let model = ShapeModel::fit(&[1.0, 2.0], 1).unwrap();
        assert!(model.smooth(&[1.0], 0.0).is_err() && model.smooth(&[1.0], 100.5).is_err());
        assert!(difficulty(&y, &smooth, 3).is_err());
        assert_eq!(
            [0.0, 0.2, 0.5, 1.0].map(|d| retained_share(d).unwrap()),
            [80.0, 85.0, 90.0, 95.0]
        );
        assert!(retained_share(1.1).is_err());
    }
}
