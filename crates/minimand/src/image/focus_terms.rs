//! What focus scores are made of, each with its slopes by the image.

use super::differences::{laplacian, neighbours, three_taps, three_taps_back};
use super::focus::Coverage;
use crate::grid::Grid;

pub(super) fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

pub(super) fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

pub(super) fn mean_square(x: &[f64]) -> (f64, Vec<f64>) {
    let share = 1.0 / x.len() as f64;
    (
        share * x.iter().map(|x| x * x).sum::<f64>(),
        x.iter().map(|x| 2.0 * share * x).collect(),
    )
}

pub(super) fn variance(x: &[f64]) -> (f64, Vec<f64>) {
    let centre = mean(x);
    mean_square(&x.iter().map(|x| x - centre).collect::<Vec<f64>>())
}

pub(super) fn mean_absolute(x: &[f64]) -> (f64, Vec<f64>) {
    let share = 1.0 / x.len() as f64;
    (
        share * x.iter().map(|x| x.abs()).sum::<f64>(),
        x.iter().map(|&x| share * sign(x)).collect(),
    )
}

pub(super) fn entropy(image: &[f64], bins: usize) -> (f64, Vec<f64>) {
    let low = image.iter().copied().fold(f64::INFINITY, f64::min);
    let high = image.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let per = if high > low {
        (bins - 1) as f64 / (high - low)
    } else {
        0.0
    };
    let share = 1.0 / image.len() as f64;
    let place = |x: f64| {
        let at = (x - low) * per;
        let bin = (at as usize).min(bins - 2);
        (bin, at - bin as f64)
    };
    let mut p = vec![0.0; bins];
    for &x in image {
        let (bin, part) = place(x);
        p[bin] += share * (1.0 - part);
        p[bin + 1] += share * part;
    }
    let log = |p: f64| {
        if p > 0.0 {
            p.ln()
        } else {
            f64::MIN_POSITIVE.ln()
        }
    };
    let value = -p
        .iter()
        .filter(|p| **p > 0.0)
        .map(|p| p * p.ln())
        .sum::<f64>();
    let slope = |&x: &f64| {
        let (bin, _) = place(x);
        share * per * (log(p[bin]) - log(p[bin + 1]))
    };
    (value, image.iter().map(slope).collect())
}

/// Coverage and its slope at x ≥ 0.
pub(super) fn covered(coverage: Coverage, x: f64) -> (f64, f64) {
    use std::f64::consts::{FRAC_2_PI, PI};
    match coverage {
        Coverage::Exponential => (-(-x).exp_m1(), (-x).exp()),
        Coverage::Gaussian => {
            let slope = (2.0 / PI).sqrt() * (-0.5 * x * x).exp();
            (error_function(x * std::f64::consts::FRAC_1_SQRT_2), slope)
        }
        Coverage::Lorentzian => (FRAC_2_PI * x.atan(), FRAC_2_PI / (1.0 + x * x)),
        Coverage::Hyperbolic => (x.tanh(), 1.0 - x.tanh() * x.tanh()),
    }
}

/// erf(x) for x ≥ 0, by its series Σ (2x²)^k/(1·3·…·(2k+1)), all of one sign.
fn error_function(x: f64) -> f64 {
    if x > 6.0 {
        return 1.0;
    }
    let (mut term, mut sum, mut k) = (1.0, 1.0, 1.0);
    while term > 1e-17 * sum {
        term *= 2.0 * x * x / (2.0 * k + 1.0);
        sum += term;
        k += 1.0;
    }
    std::f64::consts::FRAC_2_SQRT_PI * x * (-x * x).exp() * sum
}

/// Means of 3×3 boxes, or the transpose.
pub(super) fn boxed(grid: &Grid, image: &[f64], back: bool) -> Vec<f64> {
    let taps = [1.0 / 3.0; 3];
    let pass = if back { three_taps_back } else { three_taps };
    pass(grid, 2, taps, &pass(grid, 1, taps, image))
}

/// The mean over all boxes of their means of a function given with its slope.
pub(super) fn averaged(
    grid: &Grid,
    image: &[f64],
    f: impl Fn(f64) -> (f64, f64),
) -> (f64, Vec<f64>) {
    let n = image.len() as f64;
    let even = boxed(grid, &vec![1.0 / n; image.len()], true);
    let each = image
        .iter()
        .zip(&even)
        .map(|(&x, w)| (w * f(x).0, w * f(x).1));
    let (values, slopes): (Vec<f64>, Vec<f64>) = each.unzip();
    (values.iter().sum(), slopes)
}

pub(super) fn local_deviation(grid: &Grid, image: &[f64]) -> (f64, Vec<f64>) {
    let [rows, columns] = [grid.shape()[0], grid.shape()[1]];
    let level = boxed(grid, image, false);
    let share = 1.0 / (9 * image.len()) as f64;
    let (mut total, mut slopes, mut by_level) =
        (0.0, vec![0.0; image.len()], vec![0.0; image.len()]);
    for at in 0..image.len() {
        for shift in 0..9 {
            let row = (at / columns + shift / 3).saturating_sub(1).min(rows - 1);
            let column = (at % columns + shift % 3)
                .saturating_sub(1)
                .min(columns - 1);
            let d = image[row * columns + column] - level[at];
            total += share * d.abs();
            slopes[row * columns + column] += share * sign(d);
            by_level[at] -= share * sign(d);
        }
    }
    for (s, d) in slopes.iter_mut().zip(boxed(grid, &by_level, true)) {
        *s += d;
    }
    (total, slopes)
}

/// Runs `f` on every pair of neighbours once.
fn adjacent(grid: &Grid, eight: bool, mut f: impl FnMut(usize, usize)) {
    neighbours(grid, |i, j, _| f(i, j));
    let [rows, columns] = [grid.shape()[0], grid.shape()[1]];
    if eight {
        for at in 0..(rows - 1) * columns {
            if at % columns + 1 < columns {
                f(at, at + columns + 1);
                f(at + 1, at + columns);
            }
        }
    }
}

/// factor · Σ over pairs of `pair` / Σ (I − Ī)², with slopes; `pair` gives a value and its slopes by both.
fn autocorrelation(
    grid: &Grid,
    image: &[f64],
    eight: bool,
    factor: impl Fn(f64, f64) -> f64,
    pair: impl Fn(f64, f64) -> (f64, f64, f64),
) -> (f64, Vec<f64>) {
    let (n, centre) = (image.len() as f64, mean(image));
    let gaps: Vec<f64> = image.iter().map(|x| x - centre).collect();
    let spread: f64 = gaps.iter().map(|d| d * d).sum();
    let (mut sum, mut pairs, mut slopes) = (0.0, 0.0, vec![0.0; gaps.len()]);
    adjacent(grid, eight, |i, j| {
        let (value, by_i, by_j) = pair(gaps[i], gaps[j]);
        // Each pair counts in both directions.
        sum += 2.0 * value;
        pairs += 2.0;
        slopes[i] += 2.0 * by_i;
        slopes[j] += 2.0 * by_j;
    });
    if spread <= 0.0 || pairs == 0.0 {
        return (0.0, vec![0.0; gaps.len()]);
    }
    let scale = factor(n, pairs) / spread;
    for (s, d) in slopes.iter_mut().zip(&gaps) {
        *s = scale * (*s - 2.0 * sum / spread * d);
    }
    let level = mean(&slopes);
    slopes.iter_mut().for_each(|s| *s -= level);
    (scale * sum, slopes)
}

pub(super) fn moran(grid: &Grid, image: &[f64], eight: bool) -> (f64, Vec<f64>) {
    autocorrelation(grid, image, eight, |n, w| n / w, |a, b| (a * b, b, a))
}

pub(super) fn geary(grid: &Grid, image: &[f64], eight: bool) -> (f64, Vec<f64>) {
    let pair = |a: f64, b: f64| ((a - b) * (a - b), 2.0 * (a - b), 2.0 * (b - a));
    autocorrelation(grid, image, eight, |n, w| (n - 1.0) / (2.0 * w), pair)
}

/// A linear map of an image to a map of its size.
pub(super) enum Linear {
    /// Taps along rows, then along columns, times a factor.
    Taps([f64; 3], [f64; 3], f64),
    Laplacian,
}

impl Linear {
    const SAME: [f64; 3] = [0.0, 1.0, 0.0];
    const SLOPE: [f64; 3] = [-0.5, 0.0, 0.5];
    const BEND: [f64; 3] = [1.0, -2.0, 1.0];
    pub(super) const GRADIENT: [Linear; 2] = [
        Linear::Taps(Self::SLOPE, Self::SAME, 1.0),
        Linear::Taps(Self::SAME, Self::SLOPE, 1.0),
    ];
    pub(super) const HESSIAN: [Linear; 3] = [
        Linear::Taps(Self::BEND, Self::SAME, 1.0),
        Linear::Taps(Self::SAME, Self::BEND, 1.0),
        Linear::Taps(Self::SLOPE, Self::SLOPE, std::f64::consts::SQRT_2),
    ];

    fn run(&self, grid: &Grid, image: &[f64], back: bool) -> Vec<f64> {
        match *self {
            Linear::Laplacian => laplacian(grid, image),
            Linear::Taps(down, across, factor) => {
                let pass = if back { three_taps_back } else { three_taps };
                let mut out = pass(grid, 2, across, &pass(grid, 1, down, image));
                out.iter_mut().for_each(|x| *x *= factor);
                out
            }
        }
    }
}

/// A score of linear maps of the image, and its slopes by the image.
pub(super) fn through(
    image: &[f64],
    maps: &[Linear],
    grid: &Grid,
    score: impl Fn(&[Vec<f64>]) -> (f64, Vec<Vec<f64>>),
) -> (f64, Vec<f64>) {
    let values: Vec<Vec<f64>> = maps.iter().map(|m| m.run(grid, image, false)).collect();
    let (value, slopes) = score(&values);
    let mut total = vec![0.0; image.len()];
    for (map, slopes) in maps.iter().zip(&slopes) {
        for (t, d) in total.iter_mut().zip(map.run(grid, slopes, true)) {
            *t += d;
        }
    }
    (value, total)
}

pub(super) fn squares_of_all(maps: &[Vec<f64>]) -> (f64, Vec<Vec<f64>>) {
    let each = maps.iter().map(|map| mean_square(map));
    let (values, slopes): (Vec<f64>, Vec<Vec<f64>>) = each.unzip();
    (values.iter().sum(), slopes)
}
