//! Hard labels, eight rows at a time: for rows too short to fill the lanes, and for images, where
//! neighbouring pixels are neighbours in memory and the classes are not.

use super::BLOCK;
use super::driver::{Chunk, Context, Fault, Scratch};
use super::statistics::log_probability;
use crate::batch::Labels;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// What is known about the eight rows of a group before their logits are read.
#[derive(Clone, Copy)]
struct Group<T> {
    /// Rows that exist: fewer than eight at the end of a chunk.
    rows: usize,
    counts: [bool; LANES],
    label: [usize; LANES],
    weight: [f64; LANES],
    /// The labels as numbers, to compare lanes with.
    label_lane: [T; LANES],
    /// 1 / Σ e^(z − max)
    inverse_sum: [T; LANES],
    /// Σ z: not finite if a logit is not.
    sum_z: [T; LANES],
    /// Σ ∂other/∂own
    own_slope: [T; LANES],
}

/// Eight logits of one class.
#[inline(always)]
pub(super) fn load<T: Float, const FUSED: bool>(
    from: &[T],
    chunk: &Chunk<'_, T>,
    row: usize,
    rows: usize,
    class: usize,
) -> Lanes<T, FUSED> {
    let at = row * chunk.row_stride + class * chunk.class_stride;
    if rows == LANES {
        let mut out = [T::default(); LANES];
        if chunk.row_stride == 1 {
            out.copy_from_slice(&from[at..at + LANES]);
        } else {
            let part = &from[at..at + (LANES - 1) * chunk.row_stride + 1];
            for (i, o) in out.iter_mut().enumerate() {
                *o = part[i * chunk.row_stride];
            }
        }
        Lanes(out)
    } else {
        // Missing rows repeat the last one: any finite numbers would do.
        let mut out = [T::default(); LANES];
        for (i, o) in out.iter_mut().enumerate() {
            *o = from[at + i.min(rows - 1) * chunk.row_stride];
        }
        Lanes(out)
    }
}

/// Rows per block such that their exponentials stay in the first-level cache.
#[inline(always)]
pub(super) fn groups_per_block<T>(classes: usize) -> usize {
    (16_384 / (classes * LANES * size_of::<T>()).max(1)).clamp(1, BLOCK / LANES)
}

#[inline(always)]
pub(super) fn run<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    labels: Labels<'_>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let groups = groups_per_block::<T>(classes);
    let reads = context.kernel.reads();
    let Scratch {
        block,
        partials,
        pairs,
        lanes: [exps, slopes],
        ..
    } = scratch;
    exps.resize(groups * classes, [T::default(); LANES]);
    if reads.others {
        slopes.resize(groups * classes, [T::default(); LANES]);
    }
    let empty = Group {
        rows: 0,
        counts: [false; LANES],
        label: [0; LANES],
        weight: [0.0; LANES],
        label_lane: [T::default(); LANES],
        inverse_sum: [T::default(); LANES],
        sum_z: [T::default(); LANES],
        own_slope: [T::default(); LANES],
    };
    let mut group = [empty; BLOCK / LANES];
    let temperature = Lanes::<T, FUSED>::splat(context.inverse_temperature);
    let scaled = context.inverse_temperature != T::from_f64(1.0);
    let mut total = 0.0;

    for start in (0..chunk.rows).step_by(groups * LANES) {
        let rows_here = (groups * LANES).min(chunk.rows - start);
        // 1. Statistics.
        for (g, first) in (start..start + rows_here).step_by(LANES).enumerate() {
            let this = &mut group[g];
            this.rows = LANES.min(chunk.rows - first);
            for i in 0..LANES {
                let row = chunk.first + first + i.min(this.rows - 1);
                let found = context.problem.labelled(labels, context.alpha, row)?;
                let (label, weight) = found.unwrap_or((0, 0.0));
                this.counts[i] = found.is_some() && i < this.rows;
                this.label[i] = label;
                this.weight[i] = weight;
                this.label_lane[i] = T::from_f64(label as f64);
            }
            let label_lane = Lanes::<T, FUSED>(this.label_lane);
            let zero = Lanes::<T, FUSED>::splat(T::default());
            let read = |class| {
                let x = load::<T, FUSED>(chunk.logits, chunk, first, this.rows, class);
                if scaled { x * temperature } else { x }
            };
            let own: [T; LANES] = std::array::from_fn(|i| {
                let at = (first + i.min(this.rows - 1)) * chunk.row_stride
                    + this.label[i] * chunk.class_stride;
                chunk.logits[at] * context.inverse_temperature
            });
            let at = g * LANES;
            block.z[at..at + LANES].copy_from_slice(&own);

            let mine = &mut exps[g * classes..][..classes];
            let mut largest = Lanes::<T, FUSED>::splat(T::LOWEST);
            let mut sum_z = zero;
            let mut sum_sq = zero;
            for (class, kept) in mine.iter_mut().enumerate() {
                let z = read(class);
                *kept = z.0;
                largest = largest.maximum(z);
                sum_z = sum_z + z;
                if reads.logits {
                    sum_sq = sum_sq.plus_product(z, z);
                }
            }
            this.sum_z = sum_z.0;
            sum_sq.store(&mut block.sum_sq[at..]);

            if reads.others {
                let mine_slopes = &mut slopes[g * classes..][..classes];
                let (mut others, mut own_slope) = (zero, zero);
                let mut other_side = [T::default(); BLOCK];
                let mut own_side = [T::default(); BLOCK];
                for class in 0..BLOCK / LANES {
                    own_side[class * LANES..][..LANES].copy_from_slice(&own);
                }
                for (part, base) in mine.chunks(BLOCK / LANES).zip((0..).step_by(BLOCK / LANES)) {
                    for (k, z) in part.iter().enumerate() {
                        other_side[k * LANES..][..LANES].copy_from_slice(z);
                    }
                    let len = part.len() * LANES;
                    context.kernel.pairs(context.level, len, &other_side, &own_side, pairs);
                    for k in 0..part.len() {
                        let class = Lanes::splat(T::from_f64((base + k) as f64));
                        let without_own = |from: &[T; BLOCK]| {
                            let x = Lanes::<T, FUSED>::load(&from[k * LANES..]);
                            Lanes::select_eq(label_lane, class, zero, x)
                        };
                        others = others + without_own(&pairs.value);
                        own_slope = own_slope + without_own(&pairs.own);
                        mine_slopes[base + k] = without_own(&pairs.other).0;
                    }
                }
                others.store(&mut block.others[at..]);
                this.own_slope = own_slope.0;
            }

            if reads.probability {
                let mut rest = zero;
                for (class, kept) in mine.iter_mut().enumerate() {
                    let e = (Lanes::<T, FUSED>(*kept) - largest).exp_nonpositive();
                    *kept = e.0;
                    let class = Lanes::splat(T::from_f64(class as f64));
                    rest = rest + Lanes::select_eq(label_lane, class, zero, e);
                }
                let own_exp = Lanes(std::array::from_fn(|i| mine[this.label[i]][i]));
                let sum = rest + own_exp;
                let inverse = Lanes::<T, FUSED>::lift(1.0) / sum;
                let q = rest * inverse;
                let log_p = log_probability(Lanes(own) - largest, sum, q);
                this.inverse_sum = inverse.0;
                log_p.store(&mut block.log_p[at..]);
                q.store(&mut block.q[at..]);
                (own_exp * inverse).store(&mut block.p[at..]);
            }
        }
        // 2. The formula.
        block.len = rows_here.div_ceil(LANES) * LANES;
        context.kernel.block(context.level, block, partials);
        // 3. Values and gradients.
        for (g, first) in (start..start + rows_here).step_by(LANES).enumerate() {
            let this = &group[g];
            let at = g * LANES;
            let mut slope = [T::default(); LANES];
            for i in 0..this.rows {
                if !this.counts[i] {
                    chunk.keep(first + i, 0.0);
                    continue;
                }
                let value = partials.value[at + i];
                if !(value.finite() && this.sum_z[i].finite()) {
                    return Err(Fault::Prediction { row: chunk.first + first + i });
                }
                let weighted = this.weight[i] * value.to_f64();
                total += weighted;
                chunk.keep(first + i, weighted);
                slope[i] = T::from_f64(context.scale * this.weight[i]) * context.inverse_temperature;
            }
            let (row_stride, class_stride) = (chunk.row_stride, chunk.class_stride);
            let (logits, rows) = (chunk.logits, this.rows);
            let Some(gradient) = chunk.gradient.as_deref_mut() else {
                continue;
            };
            let slope = Lanes::<T, FUSED>(slope);
            let partial = |from: &[T; BLOCK]| Lanes::<T, FUSED>::load(&from[at..]) * slope;
            let zero = Lanes::<T, FUSED>::splat(T::default());
            // A row that does not count may hold anything, NaN included: its slope is exactly 0.
            let counted = |x: Lanes<T, FUSED>| Lanes::select_eq(slope, zero, zero, x);
            let by_log_p = counted(partial(&partials.log_p));
            let by_others = counted(partial(&partials.others));
            let by_square = counted(partial(&partials.sum_sq)) * Lanes::lift(2.0) * temperature;
            let by_exp = -(by_log_p * Lanes(this.inverse_sum));
            for class in 0..classes {
                let mut d = zero;
                if reads.probability {
                    d = Lanes(exps[g * classes + class]) * by_exp;
                }
                if reads.others {
                    d = d.plus_product(Lanes(slopes[g * classes + class]), by_others);
                }
                if reads.logits {
                    let at = first * row_stride + class * class_stride;
                    let mut x = zero;
                    for i in 0..rows {
                        x.0[i] = logits[at + i * row_stride];
                    }
                    d = d.plus_product(x, by_square);
                }
                let d = counted(d);
                let at = first * row_stride + class * class_stride;
                if rows == LANES && row_stride == 1 {
                    d.store(&mut gradient[at..]);
                } else {
                    for i in 0..rows {
                        gradient[at + i * row_stride] = d.0[i];
                    }
                }
            }
            for i in (0..rows).filter(|&i| this.counts[i] && slope.0[i] != T::default()) {
                let own = (first + i) * row_stride + this.label[i] * class_stride;
                let mut d = T::default();
                if reads.probability {
                    d = by_log_p.0[i] * block.q[at + i];
                }
                if reads.logits {
                    d = d + slope.0[i] * partials.z[at + i] + by_square.0[i] * logits[own];
                }
                if reads.others {
                    d = d + by_others.0[i] * this.own_slope[i];
                }
                gradient[own] = d;
            }
        }
    }
    Ok(total)
}
