//! Means, variances and covariance of two images in a sliding window, a score of them, and its gradient.
//!
//! The images are read once, slice by slice along their first axis: a ring holds the filtered slices that a
//! window spans, and a second ring the slopes that the gradient of a slice gathers. Memory is a few windows'
//! worth of slices, whatever the size of the image.

mod stream;

use super::window::{Border, Window};
use crate::grid::Grid;
use crate::kernels::level::{Level, dispatch};
use crate::kernels::parallel;
use crate::kernels::scalar::{Float, Real};
use std::ops::Range;
use stream::stream;

/// A slice of moments: x, y, x², y², xy.
const PARTS: usize = 5;
/// A slice of slopes: those without factor, with x, with y.
const ROADS: usize = 3;

/// Moments of two images within one window; variances are not below 0 and the covariance is no larger than
/// their mean, whatever the rounding.
#[derive(Debug, Clone, Copy)]
pub struct Moments<S> {
    /// Mean of the first image (the prediction).
    pub mean_x: S,
    /// Mean of the second (the target).
    pub mean_y: S,
    /// Variance of the first.
    pub var_x: S,
    /// Variance of the second.
    pub var_y: S,
    /// Covariance.
    pub cov: S,
}

/// A score of the moments of a window.
pub trait LocalScore: Sync {
    /// The score. Mark it `#[inline(always)]`.
    fn score<S: Real>(&self, moments: Moments<S>) -> S;
}

/// Pixels of a field that is cut into bands of slices, which run side by side.
const LARGE: usize = 1 << 20;
/// Slices of the map in one band.
const BAND: usize = 256;
/// Lanes that are added up in single precision before their sum goes on in double precision.
const RUN: usize = 16;

/// Two images `[slices, rows, columns]` and the window that runs over them.
struct Plan<'a, T> {
    x: &'a [T],
    y: &'a [T],
    /// Weight of each place of the map; empty if all count once.
    weights: &'a [T],
    /// Slices, rows, columns.
    shape: [usize; 3],
    /// Of the map.
    map: [usize; 3],
    taps: [Vec<T>; 3],
    /// Reversed, for the way back.
    back: [Vec<T>; 3],
    before: [usize; 3],
    border: Border,
    /// What is taken off either image, so that variances do not cancel.
    centre: [T; 2],
    scale: T,
}

impl<T: Float> Plan<'_, T> {
    /// Entries of one slice of the map.
    fn slice(&self) -> usize {
        self.map[1] * self.map[2]
    }

    /// Rows and columns of a padded slice.
    fn padded(&self) -> [usize; 2] {
        [1, 2].map(|axis| self.map[axis] + self.taps[axis].len() - 1)
    }
}

/// Mean of the score over the places of the map (weighted by `weights`, if there are any), and with `slopes`
/// `scale` times its slopes by `x`, written over what was there. 0 where no place has weight.
pub fn mean_score<T: Float>(
    score: &impl LocalScore,
    window: &Window,
    grid: &Grid,
    images: [&[T]; 2],
    weights: &[T],
    scale: f64,
    slopes: Option<&mut [T]>,
) -> f64 {
    // A plane is a stack of rows: its first axis comes to the front.
    let plane = grid.axes() == 2;
    let arrange = |v: [usize; 3]| if plane { [v[1], 1, v[2]] } else { v };
    let map = window.map_shape(grid);
    let entries: usize = map.iter().product();
    let mass: f64 = match weights {
        [] => entries as f64,
        weights => weights.iter().map(|w| w.to_f64()).sum(),
    };
    if mass <= 0.0 {
        if let Some(slopes) = slopes {
            slopes.fill(T::default());
        }
        return 0.0;
    }
    let taps = window.taper.taps(window.size);
    let axes = match grid.axes() {
        1 => [false, false, true],
        2 => [true, false, true],
        _ => [true; 3],
    };
    let along = |real: bool| -> Vec<T> {
        let one = [1.0];
        let taps = if real { &taps[..] } else { &one };
        taps.iter().map(|&w| T::from_f64(w)).collect()
    };
    let taps = axes.map(along);
    let back = [0, 1, 2].map(|a| taps[a].iter().rev().copied().collect());
    let before = axes.map(|real| if real { window.padding()[0] } else { 0 });
    // With a border of zeros the level of the image matters.
    let centre = match window.border {
        Border::Zero => [T::default(); 2],
        _ => images.map(middle),
    };
    let plan = Plan {
        x: images[0],
        y: images[1],
        weights,
        shape: arrange(grid.volume()),
        map: arrange(map),
        taps,
        back,
        before,
        border: window.border,
        centre,
        scale: T::from_f64(scale / mass),
    };
    let level = Level::detect();
    run(score, level, &plan, grid.len(), slopes) / mass
}

/// The mean of an image, roughly.
fn middle<T: Float>(image: &[T]) -> T {
    let sum: f64 = image.chunks(1024).map(|c| c[0].to_f64()).sum();
    T::from_f64(sum / image.len().div_ceil(1024) as f64)
}

fn run<T: Float, C: LocalScore>(
    score: &C,
    level: Level,
    plan: &Plan<'_, T>,
    pixels: usize,
    slopes: Option<&mut [T]>,
) -> f64 {
    let slice = plan.shape[1] * plan.shape[2];
    let all = plan.map[0] + plan.taps[0].len() - 1;
    // Bands depend on the shape alone; what is reflected at an end must stay in its band.
    let bands = if pixels >= LARGE && plan.map[0] >= 2 * BAND && 2 * plan.before[0] < BAND {
        plan.map[0] / BAND
    } else {
        1
    };
    let range = |band: usize| {
        let end = if band + 1 == bands {
            all
        } else {
            (band + 1) * BAND
        };
        band * BAND..end
    };
    let mut parts: Vec<Option<&mut [T]>> = Vec::new();
    match slopes {
        None => parts.resize_with(bands, || None),
        Some(mut rest) => {
            let mut done = 0;
            for band in 0..bands {
                // In slices of the image: those of the padding go with the first and the last band.
                let end = range(band)
                    .end
                    .saturating_sub(plan.before[0])
                    .min(plan.shape[0]);
                let end = if band + 1 == bands {
                    plan.shape[0]
                } else {
                    end
                };
                let (own, others) = rest.split_at_mut((end - done) * slice);
                parts.push(Some(own));
                (rest, done) = (others, end);
            }
        }
    }
    let work = |(): &mut (), (band, slopes): &mut (usize, Option<&mut [T]>)| {
        let (range, slopes) = (range(*band), slopes.take());
        let first = if *band == 0 {
            0
        } else {
            range.start - plan.before[0]
        };
        dispatch!(level, [T: Float, C: LocalScore] stream::<T, C>(
            score: &C, plan: &Plan<'_, T>, range: Range<usize>, first: usize, slopes: Option<&mut [T]>,
        ) -> f64)
    };
    let mut parts: Vec<_> = parts.into_iter().enumerate().collect();
    parallel::run(&mut parts, || (), work).iter().sum()
}

/// [`mean_score`] written out plainly, on any number.
pub fn plain_mean_score<S: Real>(
    score: &impl LocalScore,
    window: &Window,
    grid: &Grid,
    x: &[S],
    y: &[f64],
    weights: &[f64],
) -> S {
    let (mut total, mut mass) = (S::lift(0.0), 0.0);
    window.each(grid, |place, pixels| {
        let weight = weights.get(place).copied().unwrap_or(1.0);
        mass += weight;
        let zero = S::lift(0.0);
        let (mut mean_x, mut mean_y) = (zero, 0.0);
        for &(at, w) in pixels {
            if let Some(at) = at {
                mean_x = mean_x + S::lift(w) * x[at];
                mean_y += w * y[at];
            }
        }
        let (mut var_x, mut var_y, mut cov) = (zero, 0.0, zero);
        let mut add = |dx: S, dy: f64, w: f64| {
            var_x = var_x + S::lift(w) * dx.square();
            var_y += w * dy * dy;
            cov = cov + S::lift(w * dy) * dx;
        };
        for &(at, w) in pixels {
            if let Some(at) = at {
                add(x[at] - mean_x, y[at] - mean_y, w);
            }
        }
        // All zeros beyond the border at once.
        let beyond = pixels.iter().filter(|(at, _)| at.is_none());
        let beyond: f64 = beyond.map(|(_, w)| w).sum();
        if beyond > 0.0 {
            add(-mean_x, -mean_y, beyond);
        }
        let moments = Moments {
            mean_x,
            mean_y: S::lift(mean_y),
            var_x,
            var_y: S::lift(var_y),
            cov,
        };
        total = total + S::lift(weight) * score.score(moments);
    });
    if mass > 0.0 {
        total / S::lift(mass)
    } else {
        S::lift(0.0)
    }
}
