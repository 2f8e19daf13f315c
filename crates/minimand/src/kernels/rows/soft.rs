//! Soft labels: Σ_k t_k·row(k), by the same formula. Label smoothing makes hard labels soft, a row
//! at a time. Losses that combine the terms of all classes otherwise ([`Combines`]) run here too:
//! of normalised ones both sums, and then (t_k − ratio)/sum takes the place of t_k, which has the gradient of the
//! quotient.
//!
//! The class with the largest logit is treated apart in both drivers: only its probability can exceed
//! ½, so only there would 1 − p and t·∂ − p·Σ cancel.

use super::driver::{Chunk, Context, Fault, Scratch, class_factor};
use super::statistics::{
    exponentials, first_of, largest, log_probability, squares_of, sum_without,
};
use super::transpose::{Group, gather, scatter};
use super::{BLOCK, Combines, within_block};
use crate::kernels::lanes::{LANES, Lanes, as_vectors};
use crate::kernels::scalar::{Float, Real};

/// How far the sum of a row's soft labels may be from 1.
const SUM_TOLERANCE: f64 = 1e-3;

/// Where a row's target distribution comes from.
enum Source {
    Label(usize),
    Given,
}

/// Weight and source of a row's target, or `None` if the row does not count.
#[inline(always)]
fn source<T: Float>(context: &Context<'_, T>, row: usize) -> Result<Option<(Source, f64)>, Fault> {
    match context.labels {
        Some(labels) => {
            // Class weight and alpha belong to the classes of the smoothed label, not to the row.
            let weighting = &context.problem.weighting;
            let found = context.problem.labelled(labels, &[], row)?;
            Ok(found.map(|(k, _)| (Source::Label(k), weighting.weight(row))))
        }
        None if context.problem.weighting.counts(row) => {
            Ok(Some((Source::Given, context.problem.weighting.weight(row))))
        }
        None => Ok(None),
    }
}

/// Target mass of one class after smoothing, before class weights.
#[inline(always)]
fn smoothed(given: f64, smoothing: f64, classes: usize) -> f64 {
    (1.0 - smoothing) * given + smoothing / classes as f64
}

/// Class weight times alpha.
#[inline(always)]
fn factor<T: Float>(context: &Context<'_, T>, class: usize) -> f64 {
    let weight = context.problem.weighting.classes.map_or(1.0, |w| w[class]);
    weight * class_factor(context.alpha, class)
}

/// The first block of a buffer that is a whole number of them.
#[inline(always)]
fn whole<T>(from: &[T]) -> &[T; BLOCK] {
    match from.first_chunk() {
        Some(block) => block,
        None => unreachable!("buffers are whole blocks"),
    }
}

/// [`whole`] of a buffer to write to.
#[inline(always)]
fn whole_mut<T>(from: &mut [T]) -> &mut [T; BLOCK] {
    match from.first_chunk_mut() {
        Some(block) => block,
        None => unreachable!("buffers are whole blocks"),
    }
}

#[inline(always)]
pub(super) fn wide<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let reads = context.kernel.reads();
    let temperature = context.inverse_temperature;
    let weighted = context.problem.weighting.classes.is_some() || !context.alpha.is_empty();
    let (every, normalised) = combination(context);
    let plain = !weighted && context.smoothing == 0.0 && !normalised;
    let fixed = context.has_fixed(chunk.fixed);
    let Scratch {
        block,
        partials,
        row: [exps, target, slopes],
        ..
    } = scratch;
    // Whole blocks, so that no loop over one has to look where the row ends; beyond the end all are 0.
    let padded = classes.next_multiple_of(BLOCK);
    for buffer in [&mut *exps, &mut *target, &mut *slopes] {
        buffer.clear();
        buffer.resize(padded, T::default());
    }
    let mut tail = [T::default(); BLOCK];
    let one = Lanes::<T, FUSED>::lift(1.0);
    let mut total = 0.0;

    for row in 0..chunk.rows {
        let Some((source, weight)) = source(context, chunk.first + row)? else {
            chunk.keep(row, 0.0);
            chunk.clear(row, classes);
            continue;
        };
        let x = &chunk.logits[row * classes..][..classes];
        let bad = Fault::Target {
            row: chunk.first + row,
        };
        let given = match source {
            Source::Given => {
                let given = &chunk.soft[row * classes..][..classes];
                check_distribution::<T, FUSED>(given).ok_or(bad)?;
                Some(given)
            }
            Source::Label(_) => None,
        };
        let mut weight = weight;
        match (given, &source) {
            (Some(given), _) if plain => target[..classes].copy_from_slice(given),
            (None, Source::Label(label)) if !weighted => {
                target[..classes].fill(T::from_f64(smoothed(0.0, context.smoothing, classes)));
                target[*label] = T::from_f64(smoothed(1.0, context.smoothing, classes));
            }
            _ => {
                let mut share = 0.0;
                for (k, t) in target[..classes].iter_mut().enumerate() {
                    let mass = match source {
                        Source::Label(label) => f64::from(u8::from(k == label)),
                        Source::Given => given.map_or(0.0, |given| given[k].to_f64()),
                    };
                    let mass = smoothed(mass, context.smoothing, classes);
                    let by_class = if weighted { factor(context, k) } else { 1.0 };
                    share += mass * by_class;
                    *t = T::from_f64(if every { mass } else { mass * by_class });
                }
                if every && weighted {
                    weight *= share;
                }
            }
        }
        let (top, sum_z) = largest::<T, FUSED>(x);
        if !sum_z.is_finite() {
            return Err(Fault::Prediction {
                row: chunk.first + row,
            });
        }
        let exps_of_row = &mut exps[..classes];
        let (sum, squares) = match (reads.probability, reads.logits) {
            (true, false) => exponentials::<T, false, FUSED>(x, top, temperature, exps_of_row),
            (true, true) => exponentials::<T, true, FUSED>(x, top, temperature, exps_of_row),
            // Without probabilities the exponentials stay 0, and with them their part of the slopes.
            (false, _) => (1.0, squares_of::<T, FUSED>(x, temperature)),
        };
        let best = first_of(x, top);
        let best_exp = exps[best].to_f64();
        let rest = if best_exp > 0.5 * sum {
            sum_without::<T, FUSED>(exps, best)
        } else {
            sum - best_exp
        };
        let sum = rest + best_exp;
        let best_q = rest / sum;
        let inverse = Lanes::<T, FUSED>::lift(1.0 / sum);
        let log_sum = Lanes::<T, FUSED>::lift(sum.ln());
        let shift = Lanes::<T, FUSED>::splat(top);
        let scale = Lanes::<T, FUSED>::splat(temperature);

        // Σ t·row, Σ t·∂/∂ln p over the classes but the best, Σ t·∂/∂Σz²; and the same with 1 − t.
        let mut by_target = [[0.0; 3]; 2];
        let (mut own, mut own_direct) = (0.0, 0.0);
        for base in (0..classes).step_by(BLOCK) {
            let len = BLOCK.min(classes - base);
            let x = match x[base..].first_chunk::<BLOCK>() {
                Some(whole) => whole,
                None => {
                    tail.fill(top);
                    tail[..len].copy_from_slice(&x[base..]);
                    &tail
                }
            };
            let (exps, target, slopes) = (
                whole(&exps[base..]),
                whole(&target[base..]),
                whole_mut(&mut slopes[base..]),
            );
            for at in (0..len).step_by(LANES) {
                let at = within_block(at);
                let z = Lanes::<T, FUSED>::load(&x[at..]);
                let p = Lanes::<T, FUSED>::load(&exps[at..]) * inverse;
                p.store(&mut block.p[at..]);
                (one - p).store(&mut block.q[at..]);
                ((z - shift) * scale - log_sum).store(&mut block.log_p[at..]);
                if reads.logits {
                    let z = z * scale;
                    z.store(&mut block.z[at..]);
                    // Rounding may take the last of a row of one large logit below 0.
                    (Lanes::<T, FUSED>::lift(squares) - z * z)
                        .relu()
                        .store(&mut block.other_sq[at..]);
                }
            }
            let best_here = best.checked_sub(base).filter(|&k| k < len);
            if let Some(k) = best_here {
                block.q[k] = T::from_f64(best_q);
                if best_q < 0.5 {
                    block.log_p[k] = T::from_f64((-best_q).ln_1p());
                }
            }
            block.len = len.div_ceil(LANES) * LANES;
            if every {
                block.fixed = *target;
            } else if fixed {
                for k in 0..block.len {
                    let class = base + k.min(len - 1);
                    block.fixed[k] = context.fixed(chunk.fixed, row, class);
                }
            }
            context.kernel.block(context.level, block, partials);
            if every || normalised {
                // Beyond the last class there is no target of 0 to silence what the block holds.
                partials.value[len..].fill(T::default());
                partials.log_p[len..].fill(T::default());
                partials.z[len..].fill(T::default());
                partials.other_sq[len..].fill(T::default());
            }
            if let Some(k) = best_here {
                own = partials.log_p[k].to_f64();
                own_direct = partials.z[k].to_f64()
                    - 2.0 * block.z[k].to_f64() * partials.other_sq[k].to_f64();
                partials.log_p[k] = T::default();
            }
            let zero = Lanes::<T, FUSED>::splat(T::default());
            let mut sums = [[zero; 3]; 2];
            for at in (0..len).step_by(LANES) {
                let at = within_block(at);
                let t = if every {
                    one
                } else {
                    Lanes::<T, FUSED>::load(&target[at..])
                };
                let value = Lanes::<T, FUSED>::load(&partials.value[at..]);
                let d = Lanes::<T, FUSED>::load(&partials.log_p[at..]);
                let mut direct = d;
                sums[0][0] = sums[0][0].plus_product(t, value);
                sums[0][1] = sums[0][1].plus_product(t, d);
                if normalised {
                    sums[1][0] = sums[1][0].plus_product(one - t, value);
                    sums[1][1] = sums[1][1].plus_product(one - t, d);
                }
                if reads.logits {
                    let by_square = Lanes::<T, FUSED>::load(&partials.other_sq[at..]);
                    sums[0][2] = sums[0][2].plus_product(t, by_square);
                    if normalised {
                        sums[1][2] = sums[1][2].plus_product(one - t, by_square);
                    }
                    // A class's own square is not among the others'.
                    let twice = Lanes::<T, FUSED>::load(&block.z[at..]) * Lanes::lift(-2.0);
                    direct = direct + Lanes::load(&partials.z[at..]);
                    direct = direct.plus_product(twice, by_square);
                }
                direct.store(&mut slopes[at..]);
            }
            for (totals, sums) in by_target.iter_mut().zip(as_vectors(sums)) {
                for (total, sum) in totals.iter_mut().zip(sums) {
                    *total += sum.sum();
                }
            }
        }
        let [[mut value, mut others, mut by_square], rest] = by_target;
        let mut share = if every { 1.0 } else { target[best].to_f64() };
        if normalised {
            // The quotient has the gradient of Σ t'·row with t' = (t − ratio)/all; t − ratio is
            // t·(1 − ratio) − (1 − t)·ratio, which does not cancel for a hopeless label.
            let all = value + rest[0];
            let (up, down) = (rest[0] / all / all, value / all / all);
            let (one, up_t, down_t) = (T::from_f64(1.0), T::from_f64(up), T::from_f64(down));
            for t in &mut target[..classes] {
                *t = *t * up_t - (one - *t) * down_t;
            }
            share = share * up - (1.0 - share) * down;
            others = others * up - rest[1] * down;
            by_square = by_square * up - rest[2] * down;
            value /= all;
        }
        own *= share;
        own_direct *= share;
        if !value.is_finite() {
            return Err(Fault::Prediction {
                row: chunk.first + row,
            });
        }
        total += weight * value;
        chunk.keep(row, weight * value);
        let Some(gradient) = chunk.gradient.as_deref_mut() else {
            continue;
        };
        let gradient = &mut gradient[row * classes..][..classes];
        let slope = context.scale * weight * temperature.to_f64();
        let direct = Lanes::<T, FUSED>::lift(slope);
        let by_exp = Lanes::<T, FUSED>::lift(-slope * (others + own) / sum);
        let by_z = Lanes::<T, FUSED>::lift(2.0 * slope * by_square * temperature.to_f64());
        for base in (0..classes).step_by(BLOCK) {
            let len = BLOCK.min(classes - base);
            let (exps, target, slopes) = (
                whole(&exps[base..]),
                whole(&target[base..]),
                whole_mut(&mut slopes[base..]),
            );
            for at in (0..len).step_by(LANES) {
                let at = within_block(at);
                let mut kept = Lanes::<T, FUSED>::load(&slopes[at..]);
                if !every {
                    kept = kept * Lanes::load(&target[at..]);
                }
                let e = Lanes::<T, FUSED>::load(&exps[at..]);
                let mut d = (kept * direct).plus_product(e, by_exp);
                if reads.logits {
                    d = d.plus_product(Lanes::load_at(x, base + at, T::default()), by_z);
                }
                d.store(&mut slopes[at..]);
            }
            gradient[base..base + len].copy_from_slice(&slopes[..len]);
        }
        gradient[best] = T::from_f64(
            slope * (own * best_q - others * (best_exp / sum) + own_direct)
                + by_z.0[0].to_f64() * x[best].to_f64(),
        );
    }
    Ok(total)
}

/// (is every class's term in the sum?, is the sum over the labels divided by that over all classes?)
#[inline(always)]
fn combination<T>(context: &Context<'_, T>) -> (bool, bool) {
    (
        context.combines.reads_shares(),
        context.combines == Combines::Normalised,
    )
}

/// Are the entries probabilities that sum to 1?
#[inline(always)]
fn check_distribution<T: Float, const FUSED: bool>(row: &[T]) -> Option<()> {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let (mut sum, mut negative) = (zero, zero);
    for at in (0..row.len()).step_by(LANES) {
        let t = Lanes::load_at(row, at, T::default());
        sum = sum + t;
        negative = negative + Lanes::select_lt(t, zero, Lanes::lift(1.0), zero);
    }
    let ok = (sum.sum() - 1.0).abs() <= SUM_TOLERANCE && negative.sum() == 0.0;
    ok.then_some(())
}

/// What a group's rows weigh, and where their targets come from.
struct GroupTarget<T> {
    counts: [bool; LANES],
    weight: [f64; LANES],
    /// The labels as numbers; −1 for soft labels.
    label: Group<T>,
}

#[inline(always)]
fn group_target<T: Float>(
    context: &Context<'_, T>,
    first: usize,
    rows: usize,
) -> Result<GroupTarget<T>, Fault> {
    let mut out = GroupTarget {
        counts: [false; LANES],
        weight: [0.0; LANES],
        label: [T::from_f64(-1.0); LANES],
    };
    for i in 0..rows {
        if let Some((source, weight)) = source(context, first + i)? {
            out.counts[i] = true;
            out.weight[i] = weight;
            if let Source::Label(k) = source {
                out.label[i] = T::from_f64(k as f64);
            }
        }
    }
    Ok(out)
}

#[inline(always)]
pub(super) fn narrow<T: Float, const LOGITS: bool, const FUSED: bool>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let Scratch {
        block,
        partials,
        lanes: [logits, exps, target],
        ..
    } = scratch;
    for buffer in [&mut *logits, &mut *exps, &mut *target] {
        buffer.resize(classes, [T::default(); LANES]);
    }
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let one = Lanes::<T, FUSED>::lift(1.0);
    let temperature = Lanes::<T, FUSED>::splat(context.inverse_temperature);
    let weighted = context.problem.weighting.classes.is_some() || !context.alpha.is_empty();
    let (every, normalised) = combination(context);
    let fixed = context.has_fixed(chunk.fixed);
    let mut totals = [0.0; LANES];

    for first in (0..chunk.rows).step_by(LANES) {
        let rows = LANES.min(chunk.rows - first);
        let group = group_target(context, chunk.first + first, rows)?;
        gather(chunk.logits, chunk, first, rows, logits);
        // Targets: given or one-hot, then smoothed and weighted.
        if context.labels.is_none() {
            gather(chunk.soft, chunk, first, rows, target);
        } else {
            let (label, mut class) = (Lanes::<T, FUSED>(group.label), zero);
            for t in target.iter_mut() {
                *t = Lanes::select_eq(label, class, one, zero).0;
                class = class + one;
            }
        }
        let (mut mass, mut invalid) = (zero, zero);
        for t in target.iter() {
            let t = Lanes::<T, FUSED>(*t);
            mass = mass + t;
            invalid = invalid + Lanes::select_lt(t, zero, one, zero);
        }
        if context.smoothing != 0.0 {
            let kept = Lanes::<T, FUSED>::lift(1.0 - context.smoothing);
            let given = Lanes::<T, FUSED>::lift(context.smoothing / classes as f64);
            for t in target.iter_mut() {
                *t = given.plus_product(Lanes(*t), kept).0;
            }
        }
        let mut share = one;
        if weighted {
            share = zero;
            for (class, t) in target.iter_mut().enumerate() {
                let weighted = Lanes::<T, FUSED>(*t) * Lanes::lift(factor(context, class));
                share = share + weighted;
                if !every {
                    *t = weighted.0;
                }
            }
        }
        // Statistics; the best class is kept by number.
        let mut top = Lanes::<T, FUSED>::splat(T::LOWEST);
        let (mut best, mut class, mut sum_z, mut squares) = (zero, zero, zero, zero);
        for kept in logits.iter_mut() {
            let z = Lanes::<T, FUSED>(*kept) * temperature;
            *kept = z.0;
            best = Lanes::select_lt(top, z, class, best);
            top = top.maximum(z);
            sum_z = sum_z + z;
            class = class + one;
            if LOGITS {
                squares = squares.plus_product(z, z);
            }
        }
        let (mut rest, mut class) = (zero, zero);
        for (e, z) in exps.iter_mut().zip(logits.iter()) {
            let x = (Lanes::<T, FUSED>(*z) - top).exp_nonpositive();
            *e = x.0;
            rest = rest + Lanes::select_eq(best, class, zero, x);
            class = class + one;
        }
        let sum = rest + one;
        let inverse = one / sum;
        let log_sum = sum.ln();
        let best_q = rest * inverse;
        let best_log_p = log_probability(zero, sum, best_q);

        // The formula for every class; the targets' place takes t·∂/∂ln p + t·∂/∂z.
        let (mut value, mut rest, mut ratio) = (zero, zero, None);
        let (mut others, mut own, mut own_direct, mut by_square) = (zero, zero, zero, zero);
        for pass in 0..1 + usize::from(normalised) {
            let mut class = zero;
            if pass == 1 {
                let all = value + rest;
                let (up, down) = (rest / all / all, value / all / all);
                for t in target.iter_mut() {
                    let given = Lanes::<T, FUSED>(*t);
                    *t = (given * up - (one - given) * down).0;
                }
                ratio = Some(value / all);
            }
            let last = pass == usize::from(normalised);
            for base in (0..classes).step_by(BLOCK / LANES) {
                let end = (base + BLOCK / LANES).min(classes);
                let mut number = class;
                for ((e, z), at) in exps[base..end]
                    .iter()
                    .zip(&logits[base..end])
                    .zip((0..).step_by(LANES))
                {
                    let p = Lanes::<T, FUSED>(*e) * inverse;
                    let log_p = Lanes::<T, FUSED>(*z) - top - log_sum;
                    p.store(&mut block.p[at..]);
                    Lanes::select_eq(best, number, best_q, one - p).store(&mut block.q[at..]);
                    Lanes::select_eq(best, number, best_log_p, log_p).store(&mut block.log_p[at..]);
                    if LOGITS {
                        block.z[at..at + LANES].copy_from_slice(z);
                        let z = Lanes::<T, FUSED>(*z);
                        (squares - z * z).relu().store(&mut block.other_sq[at..]);
                    }
                    number = number + one;
                }
                block.len = (end - base) * LANES;
                if every {
                    for (t, at) in target[base..end].iter().zip((0..).step_by(LANES)) {
                        block.fixed[at..at + LANES].copy_from_slice(t);
                    }
                } else if fixed {
                    for at in 0..block.len {
                        let row = first + (at % LANES).min(rows - 1);
                        block.fixed[at] = context.fixed(chunk.fixed, row, base + at / LANES);
                    }
                }
                context.kernel.block(context.level, block, partials);
                for (t, at) in target[base..end].iter_mut().zip((0..).step_by(LANES)) {
                    let mass = if every { one } else { Lanes::<T, FUSED>(*t) };
                    let here = Lanes::<T, FUSED>::load(&partials.value[at..]);
                    if !last {
                        rest = rest.plus_product(one - mass, here);
                        value = value.plus_product(mass, here);
                        class = class + one;
                        continue;
                    }
                    let d = mass * Lanes::load(&partials.log_p[at..]);
                    value = value.plus_product(mass, here);
                    own = Lanes::select_eq(best, class, d, own);
                    others = others + Lanes::select_eq(best, class, zero, d);
                    let mut kept = d;
                    if LOGITS {
                        let square = mass * Lanes::load(&partials.other_sq[at..]);
                        by_square = by_square + square;
                        // A class's own square is not among the others'.
                        let twice = Lanes::<T, FUSED>::load(&block.z[at..]) * Lanes::lift(-2.0);
                        let direct =
                            (mass * Lanes::load(&partials.z[at..])).plus_product(twice, square);
                        kept = kept + direct;
                        own_direct = Lanes::select_eq(best, class, direct, own_direct);
                    }
                    *t = kept.0;
                    class = class + one;
                }
            }
        }
        let value = ratio.unwrap_or(value);
        let mut slope = zero;
        for i in 0..rows {
            if !group.counts[i] {
                chunk.keep(first + i, 0.0);
                continue;
            }
            let row = chunk.first + first + i;
            let distribution = (mass.0[i].to_f64() - 1.0).abs() <= SUM_TOLERANCE;
            if !(distribution && invalid.0[i] == T::default()) {
                return Err(Fault::Target { row });
            }
            if !(value.0[i].finite() && sum_z.0[i].finite()) {
                return Err(Fault::Prediction { row });
            }
            let mut weight = group.weight[i];
            if every {
                weight *= share.0[i].to_f64();
            }
            let weighted = weight * value.0[i].to_f64();
            totals[i] += weighted;
            chunk.keep(first + i, weighted);
            slope.0[i] = T::from_f64(context.scale * weight) * context.inverse_temperature;
        }
        let (row_stride, class_stride) = (chunk.row_stride, chunk.class_stride);
        let Some(gradient) = chunk.gradient.as_deref_mut() else {
            continue;
        };
        let by_exp = -((others + own) * inverse * slope);
        let by_z = by_square * slope * Lanes::lift(2.0);
        let best_slope = (own * best_q - others * inverse + own_direct) * slope;
        let mut class = zero;
        for ((kept, e), z) in target.iter_mut().zip(exps.iter()).zip(logits.iter()) {
            let d = (Lanes::<T, FUSED>(*kept) * slope).plus_product(Lanes(*e), by_exp);
            let mut d = Lanes::select_eq(best, class, best_slope, d);
            if LOGITS {
                d = d.plus_product(Lanes(*z), by_z);
            }
            // A row that does not count may hold anything, NaN included: its slope is exactly 0.
            *kept = Lanes::select_eq(slope, zero, zero, d).0;
            class = class + one;
        }
        scatter(target, row_stride, class_stride, first, rows, gradient);
    }
    Ok(totals.iter().sum())
}
