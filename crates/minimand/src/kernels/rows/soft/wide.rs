//! Soft labels of many classes, a row at a time.

use super::block::{Factors, Softmax, Sums, padded, spread, sums, view};
use super::shares::{Shares, shares};
use super::{Source, check_distribution, combination, source, whole, whole_mut};
use crate::kernels::lanes::{LANES, Lanes, as_vectors};
use crate::kernels::rows::BLOCK;
use crate::kernels::rows::driver::{Chunk, Context, Fault, Scratch};
use crate::kernels::rows::statistics::{exponentials, first_of, largest, squares_of, sum_without};
use crate::kernels::scalar::{Float, Real};

/// Blocks whose sums stay in the lanes before they go on in `f64`.
const RUN: usize = 8;

/// Adds what lies in the lanes to the sums of a row.
#[inline(always)]
fn add<T: Float, const FUSED: bool>(totals: &mut Sums<f64>, lanes: &Sums<Lanes<T, FUSED>>) {
    for (totals, lanes) in totals.iter_mut().zip(as_vectors(lanes)) {
        for (total, lanes) in totals.iter_mut().zip(lanes) {
            *total += lanes.sum();
        }
    }
}

/// Without `PROBABILITY` the loss reads z alone, not even the others' squares.
#[inline(always)]
pub(in crate::kernels::rows) fn wide<
    T: Float,
    const PROBABILITY: bool,
    const LOGITS: bool,
    const FUSED: bool,
>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let reads = context.kernel.reads();
    let temperature = context.inverse_temperature;
    let (every, normalised) = combination(context);
    let Scratch {
        block,
        partials,
        row: [exps, target, slopes],
        ..
    } = scratch;
    // Whole blocks, so that no loop over one has to look where the row ends; beyond the end all are 0.
    for buffer in [&mut *exps, &mut *slopes] {
        buffer.clear();
        buffer.resize(classes.next_multiple_of(BLOCK), T::default());
    }
    target.resize(classes, T::default());
    let (mut tail, mut target_tail) = ([T::default(); BLOCK], [T::default(); BLOCK]);
    let mut total = 0.0;

    for row in 0..chunk.rows {
        let position = chunk.first + row;
        let Some((source, weight)) = source(context, position)? else {
            chunk.keep(row, 0.0);
            chunk.clear(row, classes);
            continue;
        };
        let x = &chunk.logits[row * classes..][..classes];
        let given = match source {
            Source::Given => &chunk.soft[row * classes..][..classes],
            Source::Label(_) => &[],
        };
        if !given.is_empty() {
            let bad = Fault::Target { row: position };
            check_distribution::<T, FUSED>(given).ok_or(bad)?;
        }
        let (shares, share) = shares(context, &source, given, every, target);
        let weight = weight * share;
        let (top, sum_z) = largest::<T, FUSED>(x);
        if !sum_z.is_finite() {
            return Err(Fault::Prediction { row: position });
        }
        let exps_of_row = &mut exps[..classes];
        let (sum, squares) = if reads.probability {
            exponentials::<T, LOGITS, FUSED>(x, top, temperature, exps_of_row)
        } else if PROBABILITY {
            // Of squares alone the exponentials stay 0, and with them their part of the slopes.
            (1.0, squares_of::<T, FUSED>(x, temperature))
        } else {
            (1.0, 0.0)
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
        let softmax = Softmax::<T, FUSED> {
            top: Lanes::splat(top),
            temperature: Lanes::splat(temperature),
            inverse_sum: Lanes::lift(1.0 / sum),
            log_sum: Lanes::lift(sum.ln()),
            squares: Lanes::lift(squares),
        };
        if let [_, ..] = chunk.fixed {
            block.fixed.fill(context.fixed(chunk.fixed, row, 0));
        }

        // Over the classes but the best (of ∂/∂ln p) and a hard label.
        let none = [[Lanes::<T, FUSED>::lift(0.0); 3]; 2];
        let (mut totals, mut run) = ([[0.0; 3]; 2], none);
        let (mut own, mut own_direct) = (0.0, 0.0);
        let (mut label_terms, mut label_direct) = ([0.0; 3], 0.0);
        if let (true, Shares::Label { rest, .. }) = (every, shares) {
            block.fixed.fill(T::from_f64(rest));
        }
        for base in (0..classes).step_by(BLOCK) {
            let len = BLOCK.min(classes - base);
            let here = |k: usize| k.checked_sub(base).filter(|&k| k < len);
            block.len = len.next_multiple_of(LANES);
            let x = padded(x, base, top, &mut tail);
            view::<T, PROBABILITY, LOGITS, FUSED>(&softmax, x, whole(&exps[base..]), block);
            let best_here = here(best);
            if let Some(k) = best_here {
                block.q[k] = T::from_f64(best_q);
                if best_q < 0.5 {
                    block.log_p[k] = T::from_f64((-best_q).ln_1p());
                }
            }
            // Of a hard label, whose share alone differs; it goes with the others if every class's term counts.
            let mut label_here = None;
            let mut label_share = None;
            let target = match shares {
                Shares::Label { label, own, rest } => {
                    label_here = here(label);
                    if every && let Some(k) = label_here.take() {
                        block.fixed[k] = T::from_f64(own);
                        label_share = Some((k, T::from_f64(rest)));
                    }
                    None
                }
                Shares::Each(target) => {
                    let target = padded(target, base, T::default(), &mut target_tail);
                    if every {
                        block.fixed = *target;
                    }
                    (!every).then_some(target)
                }
            };
            if !every && chunk.fixed.is_empty() && !context.class_values.is_empty() {
                for k in 0..block.len {
                    block.fixed[k] = context.fixed(&[], row, base + k.min(len - 1));
                }
            }
            context.kernel.block(context.level, block, partials);
            if let Some((k, rest)) = label_share {
                block.fixed[k] = rest;
            }
            if len < BLOCK {
                // Beyond the last class there is nothing to silence what the block holds.
                for of in [
                    &mut partials.value,
                    &mut partials.log_p,
                    &mut partials.z,
                    &mut partials.other_sq,
                ] {
                    of[len..].fill(T::default());
                }
            }
            if let Some(k) = best_here {
                own = partials.log_p[k].to_f64();
                own_direct = partials.z[k].to_f64()
                    - 2.0 * block.z[k].to_f64() * partials.other_sq[k].to_f64();
                partials.log_p[k] = T::default();
            }
            if let Some(k) = label_here {
                let of = [
                    &mut partials.value,
                    &mut partials.log_p,
                    &mut partials.other_sq,
                ];
                label_terms = of.map(|of| std::mem::take(&mut of[k]).to_f64());
                label_direct = label_terms[1] + partials.z[k].to_f64()
                    - 2.0 * block.z[k].to_f64() * label_terms[2];
            }
            let slopes = whole_mut(&mut slopes[base..]);
            match target {
                None => {
                    sums::<T, false, false, PROBABILITY, LOGITS, FUSED>(
                        partials, block, x, slopes, &mut run,
                    );
                }
                Some(t) if normalised => {
                    sums::<T, true, true, PROBABILITY, LOGITS, FUSED>(
                        partials, block, t, slopes, &mut run,
                    );
                }
                Some(t) => {
                    sums::<T, true, false, PROBABILITY, LOGITS, FUSED>(
                        partials, block, t, slopes, &mut run,
                    );
                }
            }
            if base / BLOCK % RUN == RUN - 1 {
                add(&mut totals, &run);
                run = none;
            }
        }
        add(&mut totals, &run);
        // Σ t·row, Σ t·∂/∂ln p over the classes but the best, Σ t·∂/∂Σz²; and the same with 1 − t.
        let [mut by_target, mut by_rest] = totals;
        // What takes the place of t, of the best class, a hard label and the others of such a one.
        let (mut best_mass, mut label_mass, mut mass) = (1.0, 1.0, 1.0);
        if !every {
            (best_mass, label_mass, mass) = match shares {
                Shares::Label { label, own, rest } => {
                    (if best == label { own } else { rest }, own, rest)
                }
                Shares::Each(target) => (target[best].to_f64(), 0.0, 1.0),
            };
            if let Shares::Label { .. } = shares {
                for i in 0..3 {
                    let (own, others) = (label_terms[i], by_target[i]);
                    by_target[i] = label_mass * own + mass * others;
                    by_rest[i] = (1.0 - label_mass) * own + (1.0 - mass) * others;
                }
            }
        }
        let [mut value, mut others, mut by_square] = by_target;
        let (mut up, mut down) = (1.0, 0.0);
        if normalised {
            // The quotient has the gradient of Σ t'·row with t' = (t − ratio)/all; t − ratio is
            // t·(1 − ratio) − (1 − t)·ratio, which does not cancel for a hopeless label.
            let all = value + by_rest[0];
            (up, down) = (by_rest[0] / all / all, value / all / all);
            for mass in [&mut best_mass, &mut label_mass] {
                *mass = *mass * up - (1.0 - *mass) * down;
            }
            others = others * up - by_rest[1] * down;
            by_square = by_square * up - by_rest[2] * down;
            value /= all;
        }
        own *= best_mass;
        own_direct *= best_mass;
        if !value.is_finite() {
            return Err(Fault::Prediction { row: position });
        }
        total += weight * value;
        chunk.keep(row, weight * value);
        let Some(gradient) = chunk.gradient.as_deref_mut() else {
            continue;
        };
        let gradient = &mut gradient[row * classes..][..classes];
        let slope = context.scale * weight * temperature.to_f64();
        let by_exp = -slope * (others + own) / sum;
        let by_logit = 2.0 * slope * by_square * temperature.to_f64();
        let target = match shares {
            Shares::Each(target) if !every => Some(target),
            _ => {
                // All but a hard label alike.
                up = mass * up - (1.0 - mass) * down;
                None
            }
        };
        let factors = Factors::<T, FUSED> {
            by_target: Lanes::lift(slope * up),
            by_rest: Lanes::lift(slope * down),
            by_exp: Lanes::lift(by_exp),
            by_logit: Lanes::lift(by_logit),
        };
        let mut last = [T::default(); BLOCK];
        for base in (0..classes).step_by(BLOCK) {
            let of_row = padded(x, base, T::default(), &mut tail);
            let of_target = match target {
                Some(target) => padded(target, base, T::default(), &mut target_tail),
                None => of_row,
            };
            let from = [
                of_row,
                whole(&exps[base..]),
                of_target,
                whole(&slopes[base..]),
            ];
            let rest = &mut gradient[base..];
            let len = rest.len();
            let to = rest.first_chunk_mut().unwrap_or(&mut last);
            match target {
                None => spread::<T, false, false, PROBABILITY, LOGITS, FUSED>(&factors, from, to),
                Some(_) if normalised => {
                    spread::<T, true, true, PROBABILITY, LOGITS, FUSED>(&factors, from, to);
                }
                Some(_) => spread::<T, true, false, PROBABILITY, LOGITS, FUSED>(&factors, from, to),
            }
            if len < BLOCK {
                gradient[base..].copy_from_slice(&last[..len]);
            }
        }
        let mut set = |k: usize, d: f64| {
            gradient[k] = T::from_f64(d + by_logit * x[k].to_f64());
        };
        if let (Shares::Label { label, .. }, false) = (shares, every) {
            set(
                label,
                slope * label_mass * label_direct + by_exp * exps[label].to_f64(),
            );
        }
        set(
            best,
            slope * (own * best_q - others * (best_exp / sum) + own_direct),
        );
    }
    Ok(total)
}
