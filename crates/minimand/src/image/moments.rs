//! Means, variances and covariance of two images in a sliding window, a score of them, and its gradient.
//!
//! The images are read once, slice by slice along their first axis: a ring holds the filtered slices that a
//! window spans, and a second ring the slopes that the gradient of a slice gathers. Memory is a few windows'
//! worth of slices, whatever the size of the image.

use super::window::{Border, Window, source};
use crate::grid::Grid;
use crate::kernels::dual::Dual;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::scalar::{Float, Real};
use rayon::prelude::*;
use std::ops::Range;

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
    let work = |(band, slopes): (usize, Option<&mut [T]>)| {
        let range = range(band);
        let first = if band == 0 {
            0
        } else {
            range.start - plan.before[0]
        };
        dispatch!(level, [T: Float, C: LocalScore] stream::<T, C>(
            score: &C, plan: &Plan<'_, T>, range: Range<usize>, first: usize, slopes: Option<&mut [T]>,
        ) -> f64)
    };
    let sums: Vec<f64> = if bands == 1 {
        parts.into_iter().enumerate().map(work).collect()
    } else {
        parts.into_par_iter().enumerate().map(work).collect()
    };
    sums.iter().sum()
}

/// A slice of moments: x, y, x², y², xy.
const PARTS: usize = 5;
/// A slice of slopes: those without factor, with x, with y.
const ROADS: usize = 3;

/// Buffers of one band.
struct Buffers<T> {
    /// Padded, centred slices of the images.
    images: [Vec<T>; 2],
    /// Filtered along columns, rows and columns: `[PARTS, padded rows, map columns]`.
    columns: Vec<T>,
    /// Ring of slices `[PARTS, map rows, map columns]`.
    moments: Vec<T>,
    /// Ring of slices `[ROADS, map rows, map columns]`.
    slopes: Vec<T>,
    /// Gathered slopes between zeros: `[ROADS, rows, columns]`, and after the filters.
    gathered: Vec<T>,
    spread: Vec<T>,
    back: Vec<T>,
}

/// The score over the slices of the map in `range`, and the slopes of the padded slices in it. `first` is the
/// slice of the image at which `slopes` begins.
#[inline(always)]
fn stream<T: Float, C: LocalScore, const FUSED: bool>(
    score: &C,
    plan: &Plan<'_, T>,
    range: Range<usize>,
    first: usize,
    mut slopes: Option<&mut [T]>,
) -> f64 {
    let taps = plan.taps[0].len();
    let size = plan.slice();
    let [rows, columns] = plan.padded();
    let (wide, high) = (
        columns + plan.taps[2].len() - 1,
        rows + plan.taps[1].len() - 1,
    );
    let zero = T::default();
    let mut b = Buffers {
        images: [vec![zero; rows * columns], vec![zero; rows * columns]],
        columns: vec![zero; PARTS * rows * plan.map[2]],
        moments: vec![zero; taps * PARTS * size],
        slopes: vec![zero; taps * ROADS * size],
        gathered: vec![
            zero;
            if slopes.is_some() {
                ROADS * plan.map[1] * wide
            } else {
                0
            }
        ],
        spread: vec![
            zero;
            if slopes.is_some() {
                ROADS * high * columns
            } else {
                0
            }
        ],
        back: vec![
            zero;
            if slopes.is_some() {
                ROADS * rows * columns
            } else {
                0
            }
        ],
    };
    if let Some(slopes) = &mut slopes {
        slopes.fill(zero);
    }
    // The gradient of a slice needs the slices of the map that see it, those every slice they see.
    let maps = range.start.saturating_sub(taps - 1)..range.end.min(plan.map[0]);
    let mut total = 0.0;
    for padded in maps.start..maps.end + taps - 1 {
        let slot = padded % taps * PARTS * size;
        match source(padded, plan.before[0], plan.shape[0], plan.border) {
            None => b.moments[slot..slot + PARTS * size].fill(zero),
            Some(from) => {
                load(plan, from, &mut b.images);
                let (moments, images) = (&mut b.moments[slot..slot + PARTS * size], &b.images);
                filter::<T, FUSED>(plan, images, &mut b.columns, moments);
            }
        }
        if padded + 1 < maps.start + taps {
            continue;
        }
        let map = padded + 1 - taps;
        let value = judge::<T, C, FUSED>(score, plan, map, slopes.is_some(), &mut b);
        if range.contains(&map) {
            total += value;
        }
        if let Some(slopes) = &mut slopes
            && range.contains(&map)
        {
            let see = map.saturating_sub(taps - 1).max(maps.start)..map + 1;
            gather::<T, FUSED>(plan, map, see, first, &mut b, slopes);
        }
    }
    if let Some(slopes) = &mut slopes {
        for padded in maps.end..range.end {
            let see = (padded + 1).saturating_sub(taps).max(maps.start)..maps.end;
            gather::<T, FUSED>(plan, padded, see, first, &mut b, slopes);
        }
    }
    total
}

/// A slice of both images, centred and padded.
#[inline(always)]
fn load<T: Float>(plan: &Plan<'_, T>, from: usize, images: &mut [Vec<T>; 2]) {
    let [_, rows, columns] = plan.shape;
    let wide = plan.padded()[1];
    for ((image, out), centre) in [plan.x, plan.y].into_iter().zip(images).zip(plan.centre) {
        let image = &image[from * rows * columns..(from + 1) * rows * columns];
        for (row, out) in out.chunks_mut(wide).enumerate() {
            let Some(row) = source(row, plan.before[1], rows, plan.border) else {
                out.fill(T::default());
                continue;
            };
            let image = &image[row * columns..(row + 1) * columns];
            let before = plan.before[2];
            for (o, &v) in out[before..before + columns].iter_mut().zip(image) {
                *o = v - centre;
            }
            for at in (0..before).chain(before + columns..wide) {
                out[at] = source(at, before, columns, plan.border)
                    .map_or(T::default(), |c| image[c] - centre);
            }
        }
    }
}

/// The five moments of a padded slice, filtered along columns and rows.
#[inline(always)]
fn filter<T: Float, const FUSED: bool>(
    plan: &Plan<'_, T>,
    images: &[Vec<T>; 2],
    columns: &mut [T],
    moments: &mut [T],
) {
    let ([high, wide], width) = (plan.padded(), plan.map[2]);
    let flat = plan.taps[1].len() == 1;
    let parts = high * width;
    let out: &mut [T] = if flat { &mut *moments } else { &mut *columns };
    let (taps, zero) = (&plan.taps[2][..], T::default());
    for row in 0..high {
        let x = &images[0][row * wide..(row + 1) * wide];
        let y = &images[1][row * wide..(row + 1) * wide];
        for at in (0..width).step_by(LANES) {
            let mut sums = [Lanes::<T, FUSED>::splat(zero); PARTS];
            for (k, &w) in taps.iter().enumerate() {
                let w = Lanes::<T, FUSED>::splat(w);
                let u = Lanes::<T, FUSED>::load_at(x, at + k, zero);
                let v = Lanes::<T, FUSED>::load_at(y, at + k, zero);
                let (wu, wv) = (w * u, w * v);
                sums[0] = sums[0] + wu;
                sums[1] = sums[1] + wv;
                sums[2] = sums[2].plus_product(wu, u);
                sums[3] = sums[3].plus_product(wv, v);
                sums[4] = sums[4].plus_product(wu, v);
            }
            for part in 0..PARTS {
                let from = part * parts + row * width;
                sums[part].store_at(&mut out[from..from + width], at);
            }
        }
    }
    if !flat {
        for part in 0..PARTS {
            let size = plan.slice();
            down::<T, FUSED>(
                &plan.taps[1],
                &columns[part * parts..(part + 1) * parts],
                width,
                &mut moments[part * size..(part + 1) * size],
            );
        }
    }
}

/// Each row of `out` is the weighted sum of as many rows of `from` as there are taps.
#[inline(always)]
fn down<T: Float, const FUSED: bool>(taps: &[T], from: &[T], width: usize, out: &mut [T]) {
    for (row, out) in out.chunks_mut(width).enumerate() {
        for at in (0..width).step_by(LANES) {
            let mut sum = Lanes::<T, FUSED>::splat(T::default());
            for (k, &w) in taps.iter().enumerate() {
                let line = &from[(row + k) * width..(row + k + 1) * width];
                let v = Lanes::<T, FUSED>::load_at(line, at, T::default());
                sum = sum.plus_product(Lanes::splat(w), v);
            }
            sum.store_at(out, at);
        }
    }
}

/// The score over one slice of the map; with `keep`, its slopes by what was filtered go to their ring.
#[inline(always)]
fn judge<T: Float, C: LocalScore, const FUSED: bool>(
    score: &C,
    plan: &Plan<'_, T>,
    map: usize,
    keep: bool,
    b: &mut Buffers<T>,
) -> f64 {
    let (taps, size) = (plan.taps[0].len(), plan.slice());
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let centre = [plan.centre[0], plan.centre[1]].map(Lanes::<T, FUSED>::splat);
    let half = Lanes::<T, FUSED>::lift(0.5);
    let scale = Lanes::<T, FUSED>::splat(plan.scale);
    let road = map % taps * ROADS * size;
    let weights = match plan.weights {
        [] => None,
        weights => Some(&weights[map * size..(map + 1) * size]),
    };
    let (mut total, mut some, mut runs) = (0.0, zero, 0);
    for at in (0..size).step_by(LANES) {
        let mut sums = [zero; PARTS];
        for (k, &w) in plan.taps[0].iter().enumerate() {
            let w = Lanes::<T, FUSED>::splat(w);
            let slot = (map + k) % taps * PARTS * size;
            for part in 0..PARTS {
                let line = &b.moments[slot + part * size..slot + (part + 1) * size];
                sums[part] = sums[part].plus_product(w, Lanes::load_at(line, at, T::default()));
            }
        }
        let [mx, my, xx, yy, xy] = sums;
        let var_y = (yy - my * my).maximum(zero);
        let var_x = (xx - mx * mx).maximum(zero);
        let most = (var_x + var_y) * half;
        let cov = (xy - mx * my).min(most).maximum(-most);
        let result = score.score(Moments {
            mean_x: Dual::<_, 3>::variable(mx + centre[0], 0),
            mean_y: Dual::constant(my + centre[1]),
            var_x: Dual::variable(var_x, 1),
            var_y: Dual::constant(var_y),
            cov: Dual::variable(cov, 2),
        });
        let mut value = result.value;
        let mut slopes = result.partials;
        if let Some(weights) = weights {
            let w = Lanes::load_at(weights, at, T::default());
            value = value * w;
            for s in &mut slopes {
                *s = *s * w;
            }
        }
        if at + LANES > size {
            let mut whole = [T::default(); LANES];
            whole[..size - at].copy_from_slice(&value.0[..size - at]);
            value = Lanes(whole);
        }
        some = some + value;
        runs += 1;
        if runs == RUN {
            total += some.sum();
            (some, runs) = (zero, 0);
        }
        if keep {
            for s in &mut slopes {
                *s = *s * scale;
            }
            let [by_mean, by_var, by_cov] = slopes;
            let twice = by_var + by_var;
            let plain = by_mean - twice * mx - by_cov * my;
            let ways = [plain, twice, by_cov];
            for way in 0..ROADS {
                let from = road + way * size;
                ways[way].store_at(&mut b.slopes[from..from + size], at);
            }
        }
    }
    total + some.sum()
}

/// Slopes of one padded slice from the slices `maps` of the map that see it, added to the slice of the image
/// that it stands for.
#[inline(always)]
fn gather<T: Float, const FUSED: bool>(
    plan: &Plan<'_, T>,
    padded: usize,
    maps: Range<usize>,
    first: usize,
    b: &mut Buffers<T>,
    slopes: &mut [T],
) {
    let Some(to) = source(padded, plan.before[0], plan.shape[0], plan.border) else {
        return;
    };
    let (taps, size) = (plan.taps[0].len(), plan.slice());
    let [_, map_rows, width] = plan.map;
    let [rows, columns] = plan.padded();
    let margin = plan.taps[2].len() - 1;
    let wide = columns + margin;
    let zero = Lanes::<T, FUSED>::splat(T::default());
    for way in 0..ROADS {
        for row in 0..map_rows {
            let from = way * map_rows * wide + row * wide + margin;
            let out = &mut b.gathered[from..from + width];
            for at in (0..width).step_by(LANES) {
                let mut sum = zero;
                for map in maps.clone() {
                    let slot = map % taps * ROADS * size + way * size + row * width;
                    let line = &b.slopes[slot..slot + width];
                    let w = Lanes::splat(plan.taps[0][padded - map]);
                    sum = sum.plus_product(w, Lanes::load_at(line, at, T::default()));
                }
                sum.store_at(out, at);
            }
        }
    }
    // Along columns: the slopes lie between zeros, so that the way back is a filter too.
    let above = plan.taps[1].len() - 1;
    let high = rows + above;
    let flat = above == 0;
    let target: &mut [T] = if flat { &mut b.back } else { &mut b.spread };
    for way in 0..ROADS {
        for row in 0..map_rows {
            let line =
                &b.gathered[(way * map_rows + row) * wide..(way * map_rows + row + 1) * wide];
            let from = way * high * columns + (row + above) * columns;
            let out = &mut target[from..from + columns];
            for at in (0..columns).step_by(LANES) {
                let mut sum = zero;
                for (k, &w) in plan.back[2].iter().enumerate() {
                    let v = Lanes::load_at(line, at + k, T::default());
                    sum = sum.plus_product(Lanes::splat(w), v);
                }
                sum.store_at(out, at);
            }
        }
    }
    let padded_size = rows * columns;
    if !flat {
        for way in 0..ROADS {
            let from = &b.spread[way * high * columns..(way + 1) * high * columns];
            let out = &mut b.back[way * padded_size..(way + 1) * padded_size];
            down::<T, FUSED>(&plan.back[1], from, columns, out);
        }
    }
    fold(plan, &mut b.back);
    let [_, own_rows, own_columns] = plan.shape;
    for row in 0..own_rows {
        let at = (to * own_rows + row) * own_columns;
        let from = (row + plan.before[1]) * columns + plan.before[2];
        let line = |way: usize| &b.back[way * padded_size + from..][..own_columns];
        let (plain, with_x, with_y) = (line(0), line(1), line(2));
        let (x, y) = (&plan.x[at..at + own_columns], &plan.y[at..at + own_columns]);
        let out = (at - first * own_rows * own_columns)..;
        let out = &mut slopes[out][..own_columns];
        let [cx, cy] = plan.centre;
        for i in 0..own_columns {
            out[i] = out[i] + plain[i] + with_x[i] * (x[i] - cx) + with_y[i] * (y[i] - cy);
        }
    }
}

/// Slopes of reflected columns and rows go where their pixels came from.
#[inline(always)]
fn fold<T: Float>(plan: &Plan<'_, T>, back: &mut [T]) {
    if plan.border != Border::Reflect {
        return;
    }
    let [rows, columns] = plan.padded();
    let inside = |at: usize, axis: usize| {
        (plan.before[axis]..plan.before[axis] + plan.shape[axis]).contains(&at)
    };
    for slopes in back.chunks_mut(rows * columns) {
        for at in (0..columns).filter(|&at| !inside(at, 2)) {
            let Some(to) = source(at, plan.before[2], plan.shape[2], plan.border) else {
                continue;
            };
            for row in slopes.chunks_mut(columns) {
                row[plan.before[2] + to] = row[plan.before[2] + to] + row[at];
            }
        }
        for at in (0..rows).filter(|&at| !inside(at, 1)) {
            let Some(to) = source(at, plan.before[1], plan.shape[1], plan.border) else {
                continue;
            };
            for i in 0..columns {
                let row = (plan.before[1] + to) * columns + i;
                slopes[row] = slopes[row] + slopes[at * columns + i];
            }
        }
    }
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
