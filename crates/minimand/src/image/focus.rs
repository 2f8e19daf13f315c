//! How sharp an image of warped events is: the 22 focus scores of event-based vision (paper 093), with slopes.

use super::differences::laplacian;
use super::events::{EventImage, EventSlopes, blur};
use super::focus_terms::{
    Linear, averaged, boxed, covered, entropy, geary, local_deviation, mean, mean_absolute,
    mean_square, moran, sign, squares_of_all, through, variance,
};
use crate::error::Error;
use crate::grid::Grid;

/// How much of an area a pixel of I events covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// 1 − e^−|I|
    Exponential,
    /// erf(|I|/√2)
    Gaussian,
    /// (2/π) arctan |I|
    Lorentzian,
    /// tanh |I|
    Hyperbolic,
}

/// A score of sharpness. What it is for the image I with mean Ī over N pixels stands beside it; "max" and "min"
/// say which way sharper images lie. Borders repeat the outermost pixels; local scores have 3×3 boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the formula is the documentation")]
pub enum FocusObjective {
    /// mean (I − Ī)², max
    Variance,
    /// mean I², max
    MeanSquare,
    /// mean |I − Ī|, max
    MeanAbsoluteDeviation,
    /// mean |I|, max; constant without signs
    MeanAbsoluteValue,
    /// −Σ p ln p of the histogram from least to largest pixel, with linear votes; max; flat on empty images
    Entropy { bins: usize },
    /// max I − min I, max
    Range,
    /// Σ coverage of I, min
    Area(Coverage),
    /// mean of the variances of boxes, max
    LocalVariance,
    /// mean of the mean squares of boxes, max
    LocalMeanSquare,
    /// mean of the mean absolute deviations of boxes, max
    LocalMeanAbsoluteDeviation,
    /// mean of the mean absolute values of boxes, max
    LocalMeanAbsoluteValue,
    /// N/W Σ_ij (I_i − Ī)(I_j − Ī)/Σ (I_i − Ī)² over 4 or 8 neighbours, min
    Moran { eight: bool },
    /// (N − 1)/(2W) Σ_ij (I_i − I_j)²/Σ (I_i − Ī)², max
    Geary { eight: bool },
    /// mean ‖∇I‖² by central differences, max
    GradientMagnitude,
    /// mean (ΔI)², max
    LaplacianMagnitude,
    /// mean I_xx² + I_yy² + 2 I_xy², max
    HessianMagnitude,
    /// mean ((G_1 − G_1.6)*I)², zeros beyond the border, max
    DifferenceOfGaussians,
    /// mean (Δ(G_1*I))², max
    LaplacianOfGaussian,
    /// Variance of ΔI, max
    VarianceOfLaplacian,
    /// Variance of ‖∇I‖, max
    VarianceOfGradient,
    /// Variance of ‖∇I‖², max
    VarianceOfSquaredGradient,
    /// Σ over polarities and pixels of the squared mean time, min
    MeanTimestamp,
}

use FocusObjective as F;

impl FocusObjective {
    /// All 22, with the exponential area, 256 bins and four neighbours.
    pub const ALL: [FocusObjective; 22] = [
        F::Variance,
        F::MeanSquare,
        F::MeanAbsoluteDeviation,
        F::MeanAbsoluteValue,
        F::Entropy { bins: 256 },
        F::Range,
        F::Area(Coverage::Exponential),
        F::LocalVariance,
        F::LocalMeanSquare,
        F::LocalMeanAbsoluteDeviation,
        F::LocalMeanAbsoluteValue,
        F::Moran { eight: false },
        F::Geary { eight: false },
        F::GradientMagnitude,
        F::LaplacianMagnitude,
        F::HessianMagnitude,
        F::DifferenceOfGaussians,
        F::LaplacianOfGaussian,
        F::VarianceOfLaplacian,
        F::VarianceOfGradient,
        F::VarianceOfSquaredGradient,
        F::MeanTimestamp,
    ];

    /// Is a larger score sharper?
    pub fn rises(&self) -> bool {
        !matches!(self, F::Area(_) | F::Moran { .. } | F::MeanTimestamp)
    }

    /// The score and its slopes by what it reads. Of a flat image, Moran's and Geary's scores are 0.
    ///
    /// # Errors
    /// [`Error::Shape`] if the arrays do not have the image's size, [`Error::Parameter`] for fewer than two bins.
    pub fn score(&self, events: &EventImage) -> Result<(f64, EventSlopes), Error> {
        let shape = [events.rows, events.columns];
        let grid = Grid::new(&shape)?;
        let mut all = std::iter::once(&events.image).chain(events.times.iter().flatten());
        if let Some(bad) = all.find(|a| a.len() != grid.len()) {
            return Err(Error::shape("image", format!("{shape:?}"), &[bad.len()]));
        }
        if let F::Entropy { bins } = self
            && *bins < 2
        {
            return Err(Error::Parameter {
                loss: "entropy".to_string(),
                parameter: "bins".to_string(),
                expected: "at least 2".to_string(),
                got: bins.to_string(),
            });
        }
        let mut slopes = EventSlopes {
            image: vec![0.0; grid.len()],
            times: Default::default(),
        };
        if *self == F::MeanTimestamp {
            let mut total = 0.0;
            for (sums, slopes) in events.times.iter().zip(&mut slopes.times) {
                for (&time, &votes) in sums[0].iter().zip(&sums[1]) {
                    let votes = votes + 1e-9;
                    let mean = time / votes;
                    total += mean * mean;
                    slopes[0].push(2.0 * mean / votes);
                    slopes[1].push(-2.0 * mean * mean / votes);
                }
            }
            return Ok((total, slopes));
        }
        let (value, by_image) = self.of_image(&grid, &events.image);
        slopes.image = by_image;
        Ok((value, slopes))
    }

    /// The score as a loss: with the sign that makes sharper images smaller.
    ///
    /// # Errors
    /// As for [`score`](FocusObjective::score).
    pub fn loss(&self, events: &EventImage) -> Result<(f64, EventSlopes), Error> {
        let (mut value, mut slopes) = self.score(events)?;
        if self.rises() {
            value = -value;
            let all = slopes.times.iter_mut().flatten().chain([&mut slopes.image]);
            all.flatten().for_each(|d| *d = -*d);
        }
        Ok((value, slopes))
    }

    fn of_image(&self, grid: &Grid, image: &[f64]) -> (f64, Vec<f64>) {
        let sigmas = [1.0, 1.6];
        let [rows, columns] = [grid.shape()[0], grid.shape()[1]];
        match *self {
            F::Variance => variance(image),
            F::MeanSquare => mean_square(image),
            F::MeanAbsoluteDeviation => {
                let centre = mean(image);
                let gaps: Vec<f64> = image.iter().map(|x| x - centre).collect();
                let (value, mut slopes) = mean_absolute(&gaps);
                let level = mean(&slopes);
                slopes.iter_mut().for_each(|d| *d -= level);
                (value, slopes)
            }
            F::MeanAbsoluteValue => mean_absolute(image),
            F::Entropy { bins } => entropy(image, bins),
            F::Range => {
                let by = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
                let low = image.iter().enumerate().min_by(by).map_or(0, |e| e.0);
                let high = image.iter().enumerate().max_by(by).map_or(0, |e| e.0);
                let mut slopes = vec![0.0; image.len()];
                slopes[high] += 1.0;
                slopes[low] -= 1.0;
                (image[high] - image[low], slopes)
            }
            F::Area(coverage) => {
                let each = image.iter().map(|&x| {
                    let (value, slope) = covered(coverage, x.abs());
                    (value, slope * sign(x))
                });
                let (values, slopes): (Vec<f64>, Vec<f64>) = each.unzip();
                (values.iter().sum(), slopes)
            }
            F::LocalVariance => {
                let squares: Vec<f64> = image.iter().map(|x| x * x).collect();
                let (level, energy) = (boxed(grid, image, false), boxed(grid, &squares, false));
                let n = image.len() as f64;
                let value = energy
                    .iter()
                    .zip(&level)
                    .map(|(e, m)| e - m * m)
                    .sum::<f64>()
                    / n;
                let even = boxed(grid, &vec![1.0 / n; image.len()], true);
                let back = boxed(grid, &level, true);
                let slopes = (0..image.len()).map(|i| 2.0 * (image[i] * even[i] - back[i] / n));
                (value, slopes.collect())
            }
            F::LocalMeanSquare => averaged(grid, image, |x| (x * x, 2.0 * x)),
            F::LocalMeanAbsoluteValue => averaged(grid, image, |x| (x.abs(), sign(x))),
            F::LocalMeanAbsoluteDeviation => local_deviation(grid, image),
            F::Moran { eight } => moran(grid, image, eight),
            F::Geary { eight } => geary(grid, image, eight),
            F::GradientMagnitude => through(image, &Linear::GRADIENT, grid, squares_of_all),
            F::LaplacianMagnitude => through(image, &[Linear::Laplacian], grid, squares_of_all),
            F::HessianMagnitude => through(image, &Linear::HESSIAN, grid, squares_of_all),
            F::DifferenceOfGaussians => {
                let apart = |image: &[f64]| -> Vec<f64> {
                    let [a, b] = sigmas.map(|sigma| blur(image, rows, columns, sigma));
                    a.iter().zip(b).map(|(a, b)| a - b).collect()
                };
                let (value, slopes) = mean_square(&apart(image));
                (value, apart(&slopes))
            }
            F::LaplacianOfGaussian => {
                let smooth = blur(image, rows, columns, sigmas[0]);
                let (value, slopes) = mean_square(&laplacian(grid, &smooth));
                (
                    value,
                    blur(&laplacian(grid, &slopes), rows, columns, sigmas[0]),
                )
            }
            F::VarianceOfLaplacian => {
                let (value, slopes) = variance(&laplacian(grid, image));
                (value, laplacian(grid, &slopes))
            }
            F::VarianceOfGradient => through(image, &Linear::GRADIENT, grid, |maps| {
                let size: Vec<f64> = (0..maps[0].len())
                    .map(|i| maps[0][i].hypot(maps[1][i]))
                    .collect();
                let (value, slopes) = variance(&size);
                let by = |map: &Vec<f64>| {
                    let slope = |i: usize| {
                        if size[i] > 0.0 {
                            slopes[i] * map[i] / size[i]
                        } else {
                            0.0
                        }
                    };
                    (0..map.len()).map(slope).collect()
                };
                (value, maps.iter().map(by).collect())
            }),
            F::VarianceOfSquaredGradient => through(image, &Linear::GRADIENT, grid, |maps| {
                let size: Vec<f64> = (0..maps[0].len())
                    .map(|i| maps[0][i] * maps[0][i] + maps[1][i] * maps[1][i])
                    .collect();
                let (value, slopes) = variance(&size);
                let by =
                    |map: &Vec<f64>| (0..map.len()).map(|i| 2.0 * slopes[i] * map[i]).collect();
                (value, maps.iter().map(by).collect())
            }),
            // Read from the times alone.
            F::MeanTimestamp => (0.0, vec![0.0; image.len()]),
        }
    }
}

#[cfg(test)]
#[path = "focus_tests.rs"]
mod tests;
