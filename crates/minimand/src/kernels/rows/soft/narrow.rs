//! Soft labels of a few classes, several rows side by side.

use super::{SUM_TOLERANCE, Source, combination, factor, source};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::rows::BLOCK;
use crate::kernels::rows::driver::{Chunk, Context, Fault, Scratch};
use crate::kernels::rows::statistics::log_probability;
use crate::kernels::rows::transpose::{Group, gather, scatter};
use crate::kernels::scalar::{Float, Real};

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
pub(in crate::kernels::rows) fn narrow<T: Float, const LOGITS: bool, const FUSED: bool>(
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
