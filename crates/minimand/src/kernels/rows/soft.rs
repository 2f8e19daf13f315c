//! Soft labels: Σ_k t_k·row(k), by the same formula. Label smoothing makes hard labels soft, a row
//! at a time.
//!
//! The class with the largest logit is treated apart in both drivers: only its probability can exceed
//! ½, so only there would 1 − p and t·∂ − p·Σ cancel.

use super::BLOCK;
use super::driver::{Chunk, Context, Fault, Scratch, class_factor};
use super::narrow::load;
use super::statistics::{exponentials, largest, log_probability, sum_without};
use crate::kernels::lanes::{LANES, Lanes};
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

#[inline(always)]
pub(super) fn wide<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let reads = context.kernel.reads();
    let temperature = context.inverse_temperature;
    let plain = context.problem.weighting.classes.is_none()
        && context.alpha.is_empty()
        && context.smoothing == 0.0;
    let Scratch {
        block,
        partials,
        row: [exps, target, slopes],
        ..
    } = scratch;
    for buffer in [&mut *exps, &mut *target, &mut *slopes] {
        buffer.resize(classes, T::default());
    }
    let one = Lanes::<T, FUSED>::lift(1.0);
    let mut total = 0.0;

    for row in 0..chunk.rows {
        let Some((source, weight)) = source(context, chunk.first + row)? else {
            chunk.keep(row, 0.0);
            chunk.clear(row, classes);
            continue;
        };
        let x = &chunk.logits[row * classes..][..classes];
        let bad = Fault::Target { row: chunk.first + row };
        let target: &[T] = match source {
            Source::Given => {
                let given = &chunk.soft[row * classes..][..classes];
                check_distribution::<T, FUSED>(given).ok_or(bad)?;
                if plain {
                    given
                } else {
                    for (k, (t, &g)) in target.iter_mut().zip(given).enumerate() {
                        let mass = smoothed(g.to_f64(), context.smoothing, classes);
                        *t = T::from_f64(mass * factor(context, k));
                    }
                    target
                }
            }
            Source::Label(label) => {
                for (k, t) in target.iter_mut().enumerate() {
                    let given = if k == label { 1.0 } else { 0.0 };
                    let mass = smoothed(given, context.smoothing, classes);
                    *t = T::from_f64(mass * factor(context, k));
                }
                target
            }
        };
        let (top, sum_z) = largest::<T, FUSED>(x);
        if !sum_z.is_finite() {
            return Err(Fault::Prediction { row: chunk.first + row });
        }
        let (sum, squares) = if reads.logits {
            exponentials::<T, true, FUSED>(x, top, temperature, exps)
        } else {
            exponentials::<T, false, FUSED>(x, top, temperature, exps)
        };
        let best = x.iter().position(|&x| x == top).unwrap_or(0);
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

        let mut value = 0.0;
        // Σ t·∂/∂ln p over the classes but the best; the best one's; Σ t·∂/∂Σz².
        let (mut others, mut own, mut by_square) = (0.0, 0.0, 0.0);
        for base in (0..classes).step_by(BLOCK) {
            let len = BLOCK.min(classes - base);
            for at in (0..len).step_by(LANES) {
                let part = base + at..(base + at + LANES).min(classes);
                let z = Lanes::<T, FUSED>::load_part(&x[part.clone()], top);
                let e = Lanes::<T, FUSED>::load_part(&exps[part], T::default());
                let p = e * inverse;
                p.store(&mut block.p[at..]);
                (one - p).store(&mut block.q[at..]);
                ((z - shift) * scale - log_sum).store(&mut block.log_p[at..]);
                if reads.logits {
                    (z * scale).store(&mut block.z[at..]);
                    Lanes::<T, FUSED>::lift(squares).store(&mut block.sum_sq[at..]);
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
            context.kernel.block(context.level, block, partials);
            if let Some(k) = best_here {
                own = target[best].to_f64() * partials.log_p[k].to_f64();
            }
            let mut sums = [Lanes::<T, FUSED>::splat(T::default()); 3];
            for at in (0..len).step_by(LANES) {
                let part = base + at..(base + at + LANES).min(classes);
                let t = Lanes::<T, FUSED>::load_part(&target[part.clone()], T::default());
                let d = t * Lanes::load(&partials.log_p[at..]);
                sums[0] = sums[0].plus_product(t, Lanes::load(&partials.value[at..]));
                let mut kept = d;
                if reads.logits {
                    sums[2] = sums[2].plus_product(t, Lanes::load(&partials.sum_sq[at..]));
                    kept = kept.plus_product(t, Lanes::load(&partials.z[at..]));
                }
                kept.store_part(&mut slopes[part]);
                let d = match best_here {
                    Some(k) if (at..at + LANES).contains(&k) => {
                        let mut d = d;
                        d.0[k - at] = T::default();
                        d
                    }
                    _ => d,
                };
                sums[1] = sums[1] + d;
            }
            value += sums[0].sum();
            others += sums[1].sum();
            by_square += sums[2].sum();
        }
        if !value.is_finite() {
            return Err(Fault::Prediction { row: chunk.first + row });
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
        for at in (0..classes).step_by(LANES) {
            let part = at..(at + LANES).min(classes);
            let load = |from: &[T]| Lanes::<T, FUSED>::load_part(from, T::default());
            let mut d = (load(&slopes[part.clone()]) * direct)
                .plus_product(load(&exps[part.clone()]), by_exp);
            if reads.logits {
                d = d.plus_product(load(&x[part.clone()]), by_z);
            }
            d.store_part(&mut gradient[part]);
        }
        let beyond = slopes[best].to_f64() - own;
        gradient[best] = T::from_f64(
            slope * (own * best_q - others * (best_exp / sum) + beyond)
                + by_z.0[0].to_f64() * x[best].to_f64(),
        );
    }
    Ok(total)
}

/// Are the entries probabilities that sum to 1?
#[inline(always)]
fn check_distribution<T: Float, const FUSED: bool>(row: &[T]) -> Option<()> {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let (mut sum, mut negative) = (zero, zero);
    for part in row.chunks(LANES) {
        let t = Lanes::load_part(part, T::default());
        sum = sum + t;
        negative = negative + Lanes::select_lt(t, zero, Lanes::lift(1.0), zero);
    }
    let ok = (sum.sum() - 1.0).abs() <= SUM_TOLERANCE && negative.sum() == 0.0;
    ok.then_some(())
}

#[inline(always)]
pub(super) fn narrow<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let reads = context.kernel.reads();
    let Scratch {
        block,
        partials,
        lanes: [exps, slopes],
        ..
    } = scratch;
    exps.resize(classes, [T::default(); LANES]);
    slopes.resize(classes, [T::default(); LANES]);
    type V<T, const FUSED: bool> = Lanes<T, FUSED>;
    let zero = V::<T, FUSED>::splat(T::default());
    let one = V::<T, FUSED>::lift(1.0);
    let temperature = V::<T, FUSED>::splat(context.inverse_temperature);
    let number = |class: usize| V::<T, FUSED>::splat(T::from_f64(class as f64));
    let mut total = 0.0;

    for first in (0..chunk.rows).step_by(LANES) {
        let rows = LANES.min(chunk.rows - first);
        let mut counts = [false; LANES];
        let mut weight = [0.0; LANES];
        let mut label = [T::from_f64(-1.0); LANES];
        for i in 0..rows {
            if let Some((source, w)) = source(context, chunk.first + first + i)? {
                counts[i] = true;
                weight[i] = w;
                if let Source::Label(k) = source {
                    label[i] = T::from_f64(k as f64);
                }
            }
        }
        let label = Lanes::<T, FUSED>(label);
        // Statistics; the best class is kept by number.
        let mut top = V::splat(T::LOWEST);
        let (mut best, mut sum_z, mut squares) = (zero, zero, zero);
        for (class, kept) in exps.iter_mut().enumerate() {
            let z = load::<T, FUSED>(chunk.logits, chunk, first, rows, class) * temperature;
            *kept = z.0;
            best = Lanes::select_lt(top, z, number(class), best);
            top = top.maximum(z);
            sum_z = sum_z + z;
            if reads.logits {
                squares = squares.plus_product(z, z);
            }
        }
        let mut rest = zero;
        for (class, kept) in exps.iter_mut().enumerate() {
            let e = (Lanes::<T, FUSED>(*kept) - top).exp_nonpositive();
            *kept = e.0;
            rest = rest + Lanes::select_eq(best, number(class), zero, e);
        }
        let sum = rest + one;
        let inverse = one / sum;
        let log_sum = sum.ln();
        let best_q = rest * inverse;
        let best_log_p = log_probability(zero, sum, best_q);

        let (mut value, mut mass, mut invalid) = (zero, zero, zero);
        let (mut others, mut own, mut own_direct, mut by_square) = (zero, zero, zero, zero);
        for base in (0..classes).step_by(BLOCK / LANES) {
            let here = (BLOCK / LANES).min(classes - base);
            for k in 0..here {
                let class = base + k;
                let at = k * LANES;
                let z = load::<T, FUSED>(chunk.logits, chunk, first, rows, class) * temperature;
                let p = Lanes::<T, FUSED>(exps[class]) * inverse;
                let is_best = |yes, no| Lanes::select_eq(best, number(class), yes, no);
                p.store(&mut block.p[at..]);
                is_best(best_q, one - p).store(&mut block.q[at..]);
                is_best(best_log_p, z - top - log_sum).store(&mut block.log_p[at..]);
                if reads.logits {
                    z.store(&mut block.z[at..]);
                    squares.store(&mut block.sum_sq[at..]);
                }
            }
            block.len = here * LANES;
            context.kernel.block(context.level, block, partials);
            for k in 0..here {
                let class = base + k;
                let at = k * LANES;
                let given = if context.labels.is_some() {
                    Lanes::select_eq(label, number(class), one, zero)
                } else {
                    load::<T, FUSED>(chunk.soft, chunk, first, rows, class)
                };
                mass = mass + given;
                invalid = invalid + Lanes::select_lt(given, zero, one, zero);
                let mut t = given;
                if context.smoothing != 0.0 {
                    let kept = Lanes::lift(1.0 - context.smoothing);
                    t = t * kept + Lanes::lift(context.smoothing / classes as f64);
                }
                if context.problem.weighting.classes.is_some() || !context.alpha.is_empty() {
                    t = t * Lanes::lift(factor(context, class));
                }
                let d = t * Lanes::load(&partials.log_p[at..]);
                value = value.plus_product(t, Lanes::load(&partials.value[at..]));
                let mut kept = d;
                if reads.logits {
                    by_square = by_square.plus_product(t, Lanes::load(&partials.sum_sq[at..]));
                    let direct = t * Lanes::load(&partials.z[at..]);
                    kept = kept + direct;
                    own_direct = Lanes::select_eq(best, number(class), direct, own_direct);
                }
                slopes[class] = kept.0;
                own = Lanes::select_eq(best, number(class), d, own);
                others = others + Lanes::select_eq(best, number(class), zero, d);
            }
        }
        let mut slope = [T::default(); LANES];
        for i in 0..rows {
            if !counts[i] {
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
            let weighted = weight[i] * value.0[i].to_f64();
            total += weighted;
            chunk.keep(first + i, weighted);
            slope[i] = T::from_f64(context.scale * weight[i]) * context.inverse_temperature;
        }
        let (row_stride, class_stride) = (chunk.row_stride, chunk.class_stride);
        let logits = chunk.logits;
        let Some(gradient) = chunk.gradient.as_deref_mut() else {
            continue;
        };
        let slope = Lanes::<T, FUSED>(slope);
        // A row that does not count may hold anything, NaN included: its slope is exactly 0.
        let counted = |x: Lanes<T, FUSED>| Lanes::select_eq(slope, zero, zero, x);
        let by_exp = -((others + own) * inverse * slope);
        let by_z = by_square * slope * Lanes::lift(2.0) * temperature;
        let best_slope = (own * best_q - others * inverse + own_direct) * slope;
        for class in 0..classes {
            let at = first * row_stride + class * class_stride;
            let d = (Lanes(slopes[class]) * slope).plus_product(Lanes(exps[class]), by_exp);
            let mut d = Lanes::select_eq(best, number(class), best_slope, d);
            if reads.logits {
                let mut x = zero;
                for i in 0..rows {
                    x.0[i] = logits[at + i * row_stride];
                }
                d = d.plus_product(x, by_z);
            }
            let d = counted(d);
            if rows == LANES && row_stride == 1 {
                d.store(&mut gradient[at..]);
            } else {
                for i in 0..rows {
                    gradient[at + i * row_stride] = d.0[i];
                }
            }
        }
    }
    Ok(total)
}
