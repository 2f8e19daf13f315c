//! Hard labels, eight rows at a time: for rows too short to fill the lanes, and for images, where
//! neighbouring pixels are neighbours in memory and the classes are not.

use super::BLOCK;
use super::driver::{Chunk, Context, Fault, Scratch};
use super::rival;
use super::statistics::log_probability;
use super::transpose::{Group, gather, scatter};
use super::{PairPartials, RowBlock, RowPartials};
use crate::batch::Labels;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// What is kept of eight rows between their statistics and their gradient.
#[derive(Clone, Copy)]
struct Pending<T> {
    /// Rows that exist: fewer than eight at the end of a chunk.
    rows: usize,
    counts: [bool; LANES],
    label: [usize; LANES],
    weight: [f64; LANES],
    /// 1 / Σ e^(z − max)
    inverse_sum: Group<T>,
    /// Σ z: not finite if a logit is not.
    sum_z: Group<T>,
    /// Σ ∂other/∂own
    own_slope: Group<T>,
}

/// Groups per block such that their exponentials stay in the first-level cache.
#[inline(always)]
fn groups_per_block<T>(classes: usize) -> usize {
    (16_384 / (classes * LANES * size_of::<T>()).max(1)).clamp(1, BLOCK / LANES)
}

/// Runs a chunk; what the formula reads is known at compile time.
#[inline(always)]
pub(super) fn run<T: Float, const LOGITS: bool, const OTHERS: bool, const FUSED: bool>(
    context: &Context<'_, T>,
    labels: Labels<'_>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let groups = groups_per_block::<T>(classes);
    let Scratch {
        block,
        partials,
        pairs,
        lanes: [exps, slopes, _],
        ..
    } = scratch;
    let zero = [T::default(); LANES];
    exps.resize(groups * classes, zero);
    if LOGITS || OTHERS {
        slopes.resize(groups * classes, zero);
    }
    let mut pending = [Pending {
        rows: 0,
        counts: [false; LANES],
        label: [0; LANES],
        weight: [0.0; LANES],
        inverse_sum: zero,
        sum_z: zero,
        own_slope: zero,
    }; BLOCK / LANES];
    let mut totals = [0.0; LANES];

    for start in (0..chunk.rows).step_by(groups * LANES) {
        let rows_here = (groups * LANES).min(chunk.rows - start);
        for (g, first) in (start..start + rows_here).step_by(LANES).enumerate() {
            let this = &mut pending[g];
            this.rows = LANES.min(chunk.rows - first);
            for i in 0..LANES {
                let row = chunk.first + first + i.min(this.rows - 1);
                let found = context.problem.labelled(labels, context.alpha, row)?;
                let (label, weight) = found.unwrap_or((0, 0.0));
                this.counts[i] = found.is_some() && i < this.rows;
                this.label[i] = label;
                this.weight[i] = if this.counts[i] { weight } else { 0.0 };
            }
            if context.has_fixed(chunk.fixed) {
                for i in 0..LANES {
                    let row = first + i.min(this.rows - 1);
                    block.fixed[g * LANES + i] = context.fixed(chunk.fixed, row, this.label[i]);
                }
            }
            let mine = &mut exps[g * classes..][..classes];
            gather(chunk.logits, chunk, first, this.rows, mine);
            if OTHERS {
                let mine_slopes = &mut slopes[g * classes..][..classes];
                pair_terms::<T, FUSED>(context, this, mine, mine_slopes, block, pairs, g * LANES);
            }
            statistics::<T, LOGITS, OTHERS, FUSED>(context, this, mine, block, g * LANES);
        }
        block.len = rows_here.div_ceil(LANES) * LANES;
        context.kernel.block(context.level, block, partials);
        for (g, first) in (start..start + rows_here).step_by(LANES).enumerate() {
            let this = &pending[g];
            let at = g * LANES;
            check(this, partials, at, chunk.first + first)?;
            for i in 0..LANES {
                let value = partials.value[at + i].to_f64();
                totals[i] += if this.counts[i] {
                    this.weight[i] * value
                } else {
                    0.0
                };
            }
            if let Some(per_item) = chunk.per_item.as_deref_mut() {
                for i in 0..this.rows {
                    let value = this.weight[i] * partials.value[at + i].to_f64();
                    per_item[first + i] = if this.counts[i] { value } else { 0.0 };
                }
            }
            if chunk.gradient.is_none() {
                continue;
            }
            let mine = &mut exps[g * classes..][..classes];
            let mine_slopes: &mut [Group<T>] = if LOGITS || OTHERS {
                &mut slopes[g * classes..][..classes]
            } else {
                &mut []
            };
            if LOGITS {
                gather(chunk.logits, chunk, first, this.rows, mine_slopes);
            }
            slopes_by_class::<T, LOGITS, OTHERS, FUSED>(
                context,
                this,
                block,
                partials,
                mine,
                mine_slopes,
                at,
            );
            if let Some(gradient) = chunk.gradient.as_deref_mut() {
                let (row_stride, class_stride) = (chunk.row_stride, chunk.class_stride);
                scatter(mine, row_stride, class_stride, first, this.rows, gradient);
            }
        }
    }
    Ok(totals.iter().sum())
}

/// The label's own logit in every lane.
#[inline(always)]
fn own_logits<T: Float>(this: &Pending<T>, logits: &[Group<T>], scale: T) -> Group<T> {
    let mut own = [T::default(); LANES];
    for i in 0..LANES {
        own[i] = logits[this.label[i]][i] * scale;
    }
    own
}

/// The labels as numbers, to compare lanes with.
#[inline(always)]
fn label_lanes<T: Float, const FUSED: bool>(this: &Pending<T>) -> Lanes<T, FUSED> {
    let mut lanes = [T::default(); LANES];
    for i in 0..LANES {
        lanes[i] = T::from_f64(this.label[i] as f64);
    }
    Lanes(lanes)
}

/// Turns logits into exponentials and fills the views of a group.
#[inline(always)]
fn statistics<T: Float, const LOGITS: bool, const OTHERS: bool, const FUSED: bool>(
    context: &Context<'_, T>,
    this: &mut Pending<T>,
    mine: &mut [Group<T>],
    block: &mut RowBlock<T>,
    at: usize,
) {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let temperature = Lanes::<T, FUSED>::splat(context.inverse_temperature);
    let own = Lanes::<T, FUSED>(own_logits(this, mine, context.inverse_temperature));
    let (mut largest, mut sum_z, mut other_sq) = (Lanes::splat(T::LOWEST), zero, zero);
    let label = label_lanes::<T, FUSED>(this);
    let one = Lanes::<T, FUSED>::lift(1.0);
    let mut class = zero;
    for kept in mine.iter_mut() {
        let z = Lanes::<T, FUSED>(*kept) * temperature;
        *kept = z.0;
        largest = largest.maximum(z);
        sum_z = sum_z + z;
        if LOGITS {
            other_sq = other_sq + Lanes::select_eq(label, class, zero, z * z);
            class = class + one;
        }
    }
    this.sum_z = sum_z.0;
    if LOGITS {
        own.store(&mut block.z[at..]);
        other_sq.store(&mut block.other_sq[at..]);
    }
    if OTHERS && !context.kernel.reads().probability {
        return;
    }
    let (mut rest, mut class) = (zero, zero);
    for kept in mine.iter_mut() {
        let e = (Lanes::<T, FUSED>(*kept) - largest).exp_nonpositive();
        *kept = e.0;
        rest = rest + Lanes::select_eq(label, class, zero, e);
        class = class + one;
    }
    let own_exp = (own - largest).exp_nonpositive();
    let sum = rest + own_exp;
    let inverse = one / sum;
    let q = rest * inverse;
    log_probability(own - largest, sum, q).store(&mut block.log_p[at..]);
    q.store(&mut block.q[at..]);
    (own_exp * inverse).store(&mut block.p[at..]);
    this.inverse_sum = inverse.0;
}

/// Sums the terms of `others` and keeps their slopes by class.
#[inline(always)]
fn pair_terms<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    this: &mut Pending<T>,
    logits: &[Group<T>],
    slopes: &mut [Group<T>],
    block: &mut RowBlock<T>,
    pairs: &mut PairPartials<T>,
    at: usize,
) {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let temperature = Lanes::<T, FUSED>::splat(context.inverse_temperature);
    let label = label_lanes::<T, FUSED>(this);
    let own = own_logits(this, logits, context.inverse_temperature);
    if let Some(rival) = context.kernel.rival_class() {
        let (one, mut class) = (Lanes::<T, FUSED>::lift(1.0), zero);
        let (gap, rival) = rival::in_lanes(rival, logits, Lanes(own), label, temperature);
        for slope in slopes.iter_mut() {
            *slope = Lanes::select_eq(rival, class, one, zero).0;
            class = class + one;
        }
        gap.store(&mut block.others[at..]);
        this.own_slope = Lanes::select_lt(rival, zero, zero, -one).0;
        return;
    }
    let (mut others, mut own_slope) = (zero, zero);
    let mut other_side = [T::default(); BLOCK];
    let mut own_side = [T::default(); BLOCK];
    for part in own_side.chunks_exact_mut(LANES) {
        part.copy_from_slice(&own);
    }
    let per_block = BLOCK / LANES;
    let parts = logits.chunks(per_block).zip(slopes.chunks_mut(per_block));
    for ((part, slopes), base) in parts.zip((0..).step_by(per_block)) {
        for (k, z) in part.iter().enumerate() {
            (Lanes::<T, FUSED>(*z) * temperature).store(&mut other_side[k * LANES..]);
        }
        let len = part.len() * LANES;
        context
            .kernel
            .pairs(context.level, len, &other_side, &own_side, pairs);
        for (k, slope) in slopes.iter_mut().enumerate() {
            let class = Lanes::<T, FUSED>::lift((base + k) as f64);
            let value = Lanes::<T, FUSED>::load(&pairs.value[k * LANES..]);
            let by_own = Lanes::<T, FUSED>::load(&pairs.own[k * LANES..]);
            let by_other = Lanes::<T, FUSED>::load(&pairs.other[k * LANES..]);
            others = others + Lanes::select_eq(label, class, zero, value);
            own_slope = own_slope + Lanes::select_eq(label, class, zero, by_own);
            *slope = Lanes::select_eq(label, class, zero, by_other).0;
        }
    }
    others.store(&mut block.others[at..]);
    this.own_slope = own_slope.0;
}

/// Is every value finite, and every logit of a row that counts?
#[inline(always)]
fn check<T: Float>(
    this: &Pending<T>,
    partials: &RowPartials<T>,
    at: usize,
    first: usize,
) -> Result<(), Fault> {
    let mut sum = T::default();
    for i in 0..LANES {
        let both = partials.value[at + i] * T::default() + this.sum_z[i] * T::default();
        sum = sum + both;
    }
    if sum == T::default() {
        return Ok(());
    }
    for i in (0..this.rows).filter(|&i| this.counts[i]) {
        if !(partials.value[at + i].finite() && this.sum_z[i].finite()) {
            return Err(Fault::Prediction { row: first + i });
        }
    }
    Ok(())
}

/// Turns exponentials into the gradient of a group. `extra` holds the logits where the formula reads
/// them, or the slopes of the terms of `others`.
#[inline(always)]
fn slopes_by_class<T: Float, const LOGITS: bool, const OTHERS: bool, const FUSED: bool>(
    context: &Context<'_, T>,
    this: &Pending<T>,
    block: &RowBlock<T>,
    partials: &RowPartials<T>,
    mine: &mut [Group<T>],
    extra: &[Group<T>],
    at: usize,
) {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let probability = !OTHERS || context.kernel.reads().probability;
    let mut slope = zero;
    for i in 0..LANES {
        slope.0[i] = T::from_f64(context.scale * this.weight[i]) * context.inverse_temperature;
    }
    // A row that does not count may hold anything, NaN included, and its slope is exactly 0.
    let by_log_p = if probability {
        let d = slope * Lanes::load(&partials.log_p[at..]);
        Lanes::select_eq(slope, zero, zero, d)
    } else {
        zero
    };
    let by_exp = -(by_log_p * Lanes(this.inverse_sum));
    let mut own = by_log_p * Lanes::load(&block.q[at..]);
    let (mut by_square, mut by_others) = (zero, zero);
    if LOGITS {
        let two = Lanes::<T, FUSED>::lift(2.0) * Lanes::splat(context.inverse_temperature);
        by_square = slope * Lanes::load(&partials.other_sq[at..]) * two;
        own = own + slope * Lanes::load(&partials.z[at..]);
    }
    if OTHERS {
        by_others = slope * Lanes::load(&partials.others[at..]);
        own = own + by_others * Lanes(this.own_slope);
    }
    if probability {
        for kept in mine.iter_mut() {
            *kept = (Lanes::<T, FUSED>(*kept) * by_exp).0;
        }
    } else {
        mine.fill(zero.0);
    }
    if LOGITS || OTHERS {
        let factor = if LOGITS { by_square } else { by_others };
        for (kept, extra) in mine.iter_mut().zip(extra.iter()) {
            *kept = Lanes::<T, FUSED>(*kept)
                .plus_product(Lanes(*extra), factor)
                .0;
        }
    }
    for i in 0..LANES {
        mine[this.label[i]][i] = own.0[i];
    }
    let mut all_count = true;
    for i in 0..LANES {
        all_count &= slope.0[i] != T::default();
    }
    if !all_count {
        for kept in mine.iter_mut() {
            *kept = Lanes::<T, FUSED>::select_eq(slope, zero, zero, Lanes(*kept)).0;
        }
    }
}
