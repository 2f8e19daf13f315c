//! What happens to a row of predictions before its statistics are taken, and back to its gradient.
//!
//! A transform runs around the drivers: they see the transformed rows of a chunk as its logits.

use super::driver::{Chunk, Context};
use super::statistics::largest;
use super::{positive, tempered};
use crate::kernels::lanes::{LANES, Lanes, as_vectors};
use crate::kernels::level::dispatch;
use crate::kernels::scalar::{Float, Real};

/// A map of rows; a loss that has one says so in its [`Reads`](super::Reads).
#[derive(Debug, Clone, PartialEq)]
pub enum Transform {
    /// Entry by entry, with [`RowLoss::link`](super::RowLoss::link).
    Link,
    /// Adds a number to each class's entry: one for each class, or none at all.
    Shift(Vec<f64>),
    /// Scales rows whose Euclidean norm exceeds the radius back to it.
    Clip(f64),
    /// Subtracts the mean and divides by the standard deviation (over c), or by 1e-6 if that is smaller.
    Standardise,
    /// Subtracts the threshold τ of the sparsemax, Σ_k max(0, z_k − τ) = 1: for losses whose slope by τ is 0, so
    /// that the way back is the identity.
    Threshold,
    /// Makes scores positive and of mean 1: softplus, divided by the row's mean.
    Positive,
    /// Logarithms of the tempered softmax exp_t(z_k − λ) with this t ≠ 1, so that the softmax of what comes out is
    /// it.
    Tempered(f64),
    /// Divides by a temperature between `most`·(1 − 1/`spread`) and `most`, the lower the surer the row,
    /// which [`Row::fixed`](super::Row::fixed) then holds: most·(1 − KL(softmax(z/most) ‖ 1/c)/(spread ln c)).
    Temper {
        /// The highest temperature, that of a row without preference.
        most: f64,
        /// How far the temperature stays from 0; > 1.
        spread: f64,
        /// Is the row mapped by [`Transform::Positive`] before?
        positive: bool,
    },
}

/// Least standard deviation that divides a row.
const LEAST_DEVIATION: f64 = 1e-6;

/// What the way back needs of the way there.
pub(super) struct Changed<T> {
    /// The transformed rows, laid out like the chunk's logits.
    pub(super) rows: Vec<T>,
    /// Slopes of the links, laid out alike.
    slopes: Vec<T>,
    /// Per row: norm, deviation or temperature.
    scales: Vec<T>,
    line: [Vec<T>; 3],
    /// Entries of a row that are above a threshold.
    near: Vec<f64>,
    /// Shares of a row's classes.
    shares: Vec<T>,
}

impl<T> Changed<T> {
    pub(super) fn new() -> Self {
        Changed {
            rows: Vec::new(),
            slopes: Vec::new(),
            scales: Vec::new(),
            line: [Vec::new(), Vec::new(), Vec::new()],
            near: Vec::new(),
            shares: Vec::new(),
        }
    }

    /// What a view holds fixed per row.
    pub(super) fn temperatures(&self, transform: &Transform) -> &[T] {
        match transform {
            Transform::Temper { .. } => &self.scales,
            _ => &[],
        }
    }
}

/// (x − shift)·factor.
#[inline(always)]
fn scale_into<T: Float>(x: &[T], shift: f64, factor: f64, z: &mut [T]) {
    let (shift, factor) = (T::from_f64(shift), T::from_f64(factor));
    for (z, &x) in z.iter_mut().zip(x) {
        *z = (x - shift) * factor;
    }
}

/// (g − less − by·z)·factor.
#[inline(always)]
pub(super) fn combine<T: Float>(g: &mut [T], z: &[T], by: f64, less: f64, factor: f64) {
    let (by, less, factor) = (T::from_f64(by), T::from_f64(less), T::from_f64(factor));
    for (g, &z) in g.iter_mut().zip(z) {
        *g = (*g - less - z * by) * factor;
    }
}

/// Σ x·y of two rows.
#[inline(always)]
pub(super) fn products<T: Float, const FUSED: bool>(x: &[T], y: &[T]) -> f64 {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let mut sums = [zero; 4];
    for at in (0..x.len()).step_by(4 * LANES) {
        for (u, sum) in sums.iter_mut().enumerate() {
            let at = at + u * LANES;
            if at < x.len() {
                let x = Lanes::load_at(x, at, T::default());
                *sum = sum.plus_product(x, Lanes::load_at(y, at, T::default()));
            }
        }
    }
    as_vectors(sums).iter().map(|s| s.sum()).sum()
}

/// Temperature of one row, from its softmax at the highest temperature.
#[inline(always)]
fn temper<T: Float, const FUSED: bool>(row: &[T], most: f64, spread: f64) -> f64 {
    let (top, _) = largest::<T, FUSED>(row);
    let (shift, scale) = (Lanes::<T, FUSED>::splat(top), Lanes::lift(1.0 / most));
    let (mut sum, mut weighted) = (
        [Lanes::splat(T::default()); 4],
        [Lanes::splat(T::default()); 4],
    );
    let (body, tail) = row.split_at(row.len() / (4 * LANES) * 4 * LANES);
    for part in body.chunks_exact(4 * LANES) {
        for u in 0..4 {
            let z = (Lanes::<T, FUSED>::load(&part[u * LANES..]) - shift) * scale;
            let e = z.exp_nonpositive();
            sum[u] = sum[u] + e;
            weighted[u] = weighted[u].plus_product(e, z.max(Lanes::lift(-1e4)));
        }
    }
    for part in tail.chunks(LANES) {
        // Beyond the end −∞, which has no share.
        let z = (Lanes::load_part(part, T::LOWEST) - shift) * scale;
        let e = z.exp_nonpositive();
        sum[0] = sum[0] + e;
        weighted[0] = weighted[0].plus_product(e, z.max(Lanes::lift(-1e4)));
    }
    let (sum, weighted) = as_vectors((sum, weighted));
    let total = |s: [Lanes<T, FUSED>; 4]| s.iter().map(|s| s.sum()).sum::<f64>();
    let (sum, weighted) = (total(sum), total(weighted));
    let classes = row.len() as f64;
    let divergence = weighted / sum - sum.ln() + classes.ln();
    most * (1.0 - divergence.clamp(0.0, classes.ln()) / (spread * classes.ln()))
}

/// Maps one row; returns what the way back needs.
#[inline(always)]
fn forward_row<T: Float, const FUSED: bool>(
    transform: &Transform,
    x: &[T],
    z: &mut [T],
    near: &mut Vec<f64>,
) -> T {
    match transform {
        Transform::Clip(radius) => {
            let norm = products::<T, FUSED>(x, x).sqrt();
            // A norm that is no number must stay one, so that the row is refused.
            let factor = if norm <= *radius { 1.0 } else { radius / norm };
            scale_into(x, 0.0, factor, z);
            T::from_f64(norm)
        }
        Transform::Standardise => {
            let mean = largest::<T, FUSED>(x).1 / x.len() as f64;
            scale_into(x, mean, 1.0, z);
            let variance = products::<T, FUSED>(z, z) / x.len() as f64;
            let deviation = variance.sqrt();
            let factor = T::from_f64(1.0 / deviation.max(LEAST_DEVIATION));
            for z in z.iter_mut() {
                *z = *z * factor;
            }
            T::from_f64(deviation)
        }
        Transform::Positive => positive::forward::<T, FUSED>(x, z),
        Transform::Tempered(t) => tempered::forward::<T, FUSED>(*t, x, z),
        Transform::Temper {
            most,
            spread,
            positive,
        } => {
            let temperature = if *positive {
                positive::forward::<T, FUSED>(x, z);
                let temperature = temper::<T, FUSED>(z, *most, *spread);
                let factor = T::from_f64(1.0 / temperature);
                for z in z.iter_mut() {
                    *z = *z * factor;
                }
                temperature
            } else {
                let temperature = temper::<T, FUSED>(x, *most, *spread);
                scale_into(x, 0.0, 1.0 / temperature, z);
                temperature
            };
            T::from_f64(temperature)
        }
        Transform::Threshold => {
            let (top, _) = largest::<T, FUSED>(x);
            let threshold = T::from_f64(threshold::<T, FUSED>(x, top, near));
            for (z, &x) in z.iter_mut().zip(x) {
                *z = (x - top) - threshold;
            }
            threshold
        }
        Transform::Link | Transform::Shift(_) => T::default(),
    }
}

/// The threshold of the sparsemax, less the largest entry: the mean excess over 1 of the entries above it. That of
/// some entries is never above that of all, and the largest of each lane make it high enough that hardly any entry
/// is looked at twice.
#[inline(always)]
fn threshold<T: Float, const FUSED: bool>(row: &[T], top: T, near: &mut Vec<f64>) -> f64 {
    let mut most = [Lanes::<T, FUSED>::splat(T::LOWEST); 4];
    let (body, tail) = row.split_at(row.len() / (4 * LANES) * 4 * LANES);
    for part in body.chunks_exact(4 * LANES) {
        for (u, most) in most.iter_mut().enumerate() {
            *most = most.maximum(Lanes::load(&part[u * LANES..]));
        }
    }
    for part in tail.chunks(LANES) {
        most[0] = most[0].maximum(Lanes::load_part(part, T::LOWEST));
    }
    near.clear();
    // Less the top first: next to a large number 1 is nothing.
    for most in as_vectors(most) {
        near.extend(most.0.iter().map(|&x| (x - top).to_f64()));
    }
    let least = T::from_f64(excess(near));
    near.clear();
    for part in row.chunks(4 * LANES) {
        let mut any = false;
        for &x in part {
            any |= x - top > least;
        }
        if any {
            let above = part.iter().filter(|&&x| x - top > least);
            near.extend(above.map(|&x| (x - top).to_f64()));
        }
    }
    excess(near)
}

/// The threshold of these entries: the mean excess over 1 of ever fewer of them (Michelot 1986).
#[inline(always)]
fn excess(near: &mut Vec<f64>) -> f64 {
    loop {
        let threshold = (near.iter().sum::<f64>() - 1.0) / near.len() as f64;
        let before = near.len();
        near.retain(|&x| x > threshold);
        if near.len() == before || near.is_empty() {
            return threshold;
        }
    }
}

/// Turns the gradient by a transformed row into the gradient by the row: `x` as it was, `z` as it became.
#[inline(always)]
fn backward_row<T: Float, const FUSED: bool>(
    transform: &Transform,
    x: &[T],
    z: &[T],
    scale: T,
    g: &mut [T],
    shares: &mut Vec<T>,
) {
    let classes = z.len() as f64;
    let scale = scale.to_f64();
    match transform {
        // No part of the slope lies along the row.
        Transform::Clip(radius) if scale > *radius => {
            let along = products::<T, FUSED>(x, g) / scale / scale;
            combine(g, x, along, 0.0, radius / scale);
        }
        Transform::Standardise => {
            let mean = largest::<T, FUSED>(g).1 / classes;
            let along = if scale > LEAST_DEVIATION {
                products::<T, FUSED>(z, g) / classes
            } else {
                0.0
            };
            combine(g, z, along, mean, 1.0 / scale.max(LEAST_DEVIATION));
        }
        Transform::Positive => positive::backward::<T, FUSED>(x, z, 1.0, g),
        Transform::Tempered(t) => tempered::backward::<T, FUSED>(*t, z, g, shares),
        Transform::Temper { positive, .. } => {
            let factor = T::from_f64(1.0 / scale);
            for g in g.iter_mut() {
                *g = *g * factor;
            }
            if *positive {
                positive::backward::<T, FUSED>(x, z, scale, g);
            }
        }
        Transform::Clip(_) | Transform::Link | Transform::Shift(_) | Transform::Threshold => {}
    }
}

/// Maps the rows of a chunk.
pub(super) fn forward<T: Float>(
    transform: &Transform,
    context: &Context<'_, T>,
    chunk: &Chunk<'_, T>,
    changed: &mut Changed<T>,
) {
    changed.rows.resize(chunk.logits.len(), T::default());
    match transform {
        Transform::Link => {
            let Changed { rows, slopes, .. } = changed;
            slopes.resize(chunk.logits.len(), T::default());
            let (kernel, level) = (context.kernel, context.level);
            kernel.link_run(level, chunk.logits, rows, slopes);
        }
        Transform::Shift(by) => shift(by, chunk, context.problem.classes, &mut changed.rows),
        _ => {
            let classes = context.problem.classes;
            dispatch!(context.level, [T: Float] forward_rows::<T>(
                transform: &Transform, classes: usize, chunk: &Chunk<'_, T>, changed: &mut Changed<T>))
        }
    }
}

/// Turns the gradient by the transformed rows of a chunk into the gradient by its rows.
pub(super) fn backward<T: Float>(
    transform: &Transform,
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    changed: &mut Changed<T>,
) {
    let Some(gradient) = chunk.gradient.as_deref_mut() else {
        return;
    };
    match transform {
        Transform::Link => {
            for (g, &slope) in gradient.iter_mut().zip(&changed.slopes) {
                // A row that does not count may hold anything, NaN included: its slope is exactly 0.
                *g = if *g == T::default() { *g } else { *g * slope };
            }
        }
        Transform::Shift(_) => {}
        _ => {
            let classes = context.problem.classes;
            dispatch!(context.level, [T: Float] backward_rows::<T>(
                transform: &Transform, classes: usize, chunk: &mut Chunk<'_, T>, changed: &mut Changed<T>))
        }
    }
}

#[inline(always)]
fn forward_rows<T: Float, const FUSED: bool>(
    transform: &Transform,
    classes: usize,
    chunk: &Chunk<'_, T>,
    changed: &mut Changed<T>,
) {
    let Changed {
        rows,
        scales,
        line: [x, z, _],
        near,
        ..
    } = changed;
    scales.resize(chunk.rows, T::default());
    for row in 0..chunk.rows {
        if chunk.class_stride == 1 {
            let at = row * classes..(row + 1) * classes;
            let from = &chunk.logits[at.clone()];
            scales[row] = forward_row::<T, FUSED>(transform, from, &mut rows[at], near);
            continue;
        }
        let at = |k: usize| row * chunk.row_stride + k * chunk.class_stride;
        x.clear();
        x.extend((0..classes).map(|k| chunk.logits[at(k)]));
        z.resize(classes, T::default());
        scales[row] = forward_row::<T, FUSED>(transform, x, z, near);
        for (k, &z) in z.iter().enumerate() {
            rows[at(k)] = z;
        }
    }
}

#[inline(always)]
fn backward_rows<T: Float, const FUSED: bool>(
    transform: &Transform,
    classes: usize,
    chunk: &mut Chunk<'_, T>,
    changed: &mut Changed<T>,
) {
    let Changed {
        rows,
        scales,
        line: [x, z, g],
        shares,
        ..
    } = changed;
    let (row_stride, class_stride) = (chunk.row_stride, chunk.class_stride);
    let Some(gradient) = chunk.gradient.as_deref_mut() else {
        return;
    };
    for (row, &scale) in scales[..chunk.rows].iter().enumerate() {
        // A row that does not count may hold anything, NaN included; its gradient is 0 already.
        if !scale.finite() {
            continue;
        }
        if class_stride == 1 {
            let at = row * classes..(row + 1) * classes;
            let (x, z) = (&chunk.logits[at.clone()], &rows[at.clone()]);
            backward_row::<T, FUSED>(transform, x, z, scale, &mut gradient[at], shares);
            continue;
        }
        let at = |k: usize| row * row_stride + k * class_stride;
        let lines: [(&mut Vec<T>, &[T]); 3] = [
            (&mut *x, chunk.logits),
            (&mut *z, rows.as_slice()),
            (&mut *g, &*gradient),
        ];
        for (line, from) in lines {
            line.clear();
            line.extend((0..classes).map(|k| from[at(k)]));
        }
        backward_row::<T, FUSED>(transform, x, z, scale, g, shares);
        for (k, &g) in g.iter().enumerate() {
            gradient[at(k)] = g;
        }
    }
}

/// Adds the classes' numbers to a chunk.
#[inline(always)]
fn shift<T: Float>(by: &[f64], chunk: &Chunk<'_, T>, classes: usize, out: &mut [T]) {
    let shift: Vec<T> = (0..classes)
        .map(|k| T::from_f64(by.get(k).copied().unwrap_or(0.0)))
        .collect();
    let (block, stride) = if chunk.class_stride == 1 {
        (classes, 1)
    } else {
        (chunk.class_stride, 0)
    };
    // Adjacent classes: one shift an entry. Otherwise a block of positions a class.
    for (i, (out, x)) in out
        .chunks_mut(block)
        .zip(chunk.logits.chunks(block))
        .enumerate()
    {
        if stride == 1 {
            for ((out, &x), &by) in out.iter_mut().zip(x).zip(&shift) {
                *out = x + by;
            }
        } else {
            let by = shift[i % classes];
            for (out, &x) in out.iter_mut().zip(x) {
                *out = x + by;
            }
        }
    }
}

/// The map on any number, plainly: the row and what [`Row::fixed`](super::Row::fixed) holds.
pub(super) fn plainly<S: Real>(
    transform: &Transform,
    x: &[S],
    link: impl Fn(S) -> S,
) -> (Vec<S>, Option<S>) {
    let sum = |terms: Vec<S>| terms.into_iter().reduce(|a, b| a + b).unwrap_or(x[0]);
    let each = |f: &dyn Fn(S) -> S| -> Vec<S> { x.iter().map(|&x| f(x)).collect() };
    let (one, classes) = (S::lift(1.0), S::lift(x.len() as f64));
    match transform {
        Transform::Link => (x.iter().map(|&x| link(x)).collect(), None),
        Transform::Shift(by) => {
            let by = |k: usize| S::lift(by.get(k).copied().unwrap_or(0.0));
            (
                x.iter().enumerate().map(|(k, &x)| x + by(k)).collect(),
                None,
            )
        }
        Transform::Clip(radius) => {
            let norm = sum(each(&|x| x * x)).sqrt();
            let radius = S::lift(*radius);
            let factor = S::select_lt(radius, norm, radius / norm, one);
            (each(&|x| x * factor), None)
        }
        Transform::Standardise => {
            let mean = sum(x.to_vec()) / classes;
            let deviation = (sum(each(&|x| (x - mean).square())) / classes).sqrt();
            let deviation = deviation.max(S::lift(LEAST_DEVIATION));
            (each(&|x| (x - mean) / deviation), None)
        }
        Transform::Threshold => {
            let top = x.iter().skip(1).fold(x[0], |a, &b| a.max(b));
            // The largest of the mean excesses over 1 of the entries from each one up.
            let candidate = |least: &S| {
                let zero = S::lift(0.0);
                let (mut sum, mut count) = (S::lift(-1.0), zero);
                for &x in x {
                    sum = sum + S::select_lt(x, *least, zero, x - top);
                    count = count + S::select_lt(x, *least, zero, one);
                }
                sum / count
            };
            let threshold = x
                .iter()
                .map(candidate)
                .reduce(|a, b| a.max(b))
                .unwrap_or(one);
            (each(&|x| (x - top) - threshold), None)
        }
        Transform::Positive => (positive::plainly(x), None),
        Transform::Tempered(t) => (tempered::plainly(*t, x), None),
        Transform::Temper {
            most,
            spread,
            positive,
        } => {
            let mapped = if *positive {
                positive::plainly(x)
            } else {
                x.to_vec()
            };
            let x = mapped.as_slice();
            let sum = |terms: Vec<S>| terms.into_iter().reduce(|a, b| a + b).unwrap_or(x[0]);
            let each = |f: &dyn Fn(S) -> S| -> Vec<S> { x.iter().map(|&x| f(x)).collect() };
            let most = S::lift(*most);
            let top = x.iter().skip(1).fold(x[0], |a, &b| a.max(b));
            let e = each(&|x| ((x - top) / most).exp());
            let total = sum(e.clone());
            let shares = e
                .iter()
                .zip(x)
                .map(|(&e, &x)| e / total * ((x - top) / most));
            let log_classes = classes.ln();
            let divergence = sum(shares.collect()) - total.ln() + log_classes;
            let temperature = most * (one - divergence / (S::lift(*spread) * log_classes));
            let temperature = temperature.detach();
            (each(&|x| x / temperature), Some(temperature))
        }
    }
}
