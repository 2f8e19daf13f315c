//! The pass over a strip of an image, slice by slice.

use super::{LocalScore, Moments, PARTS, Plan, ROADS, RUN};
use crate::image::window::{Border, source};
use crate::kernels::dual::Dual;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};
use std::ops::Range;

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
pub(super) fn stream<T: Float, C: LocalScore, const FUSED: bool>(
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
