//! Soft labels of many classes, a row at a time.

use super::{Source, check_distribution, combination, factor, smoothed, source, whole, whole_mut};
use crate::kernels::lanes::{LANES, Lanes, as_vectors};
use crate::kernels::rows::driver::{Chunk, Context, Fault, Scratch};
use crate::kernels::rows::statistics::{exponentials, first_of, largest, squares_of, sum_without};
use crate::kernels::rows::{BLOCK, within_block};
use crate::kernels::scalar::{Float, Real};

#[inline(always)]
pub(in crate::kernels::rows) fn wide<T: Float, const FUSED: bool>(
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
                let at = within_block(at, LANES);
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
                let at = within_block(at, LANES);
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
                let at = within_block(at, LANES);
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
