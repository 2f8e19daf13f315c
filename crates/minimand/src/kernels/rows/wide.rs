//! Hard labels, one row at a time: a long row fills the lanes by itself.

use super::BLOCK;
use super::driver::{Chunk, Context, Fault, Scratch};
use super::rival;
use super::statistics::{exponentials, largest, squares_without, sum_without};
use crate::batch::Labels;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::Float;

/// Rows that share one call of the formula; few, so that they are still in the cache afterwards.
const GROUP: usize = 8;

/// A row between its statistics and its gradient.
#[derive(Clone, Copy, Default)]
struct Pending {
    counts: bool,
    label: usize,
    weight: f64,
    /// Σ e^(z − max)
    sum: f64,
    q: f64,
    finite: bool,
    own_slope: f64,
}

#[inline(always)]
pub(super) fn run<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    labels: Labels<'_>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    // Few enough rows that their logits and exponentials are still in the first-level cache when the
    // gradient is written.
    let group = (8_192 / (classes * size_of::<T>())).clamp(1, GROUP);
    let temperature = context.inverse_temperature;
    let reads = context.kernel.reads();
    let statistics = reads.probability || reads.logits;
    let mut pending = [Pending::default(); GROUP];
    let mut total = 0.0;
    // The exponentials are kept where the gradient will be; without a gradient, in a buffer.
    if chunk.gradient.is_none() {
        scratch.row[0].resize(group * classes, T::default());
    }
    if reads.others {
        scratch.row[1].resize(group * classes, T::default());
    }

    for start in (0..chunk.rows).step_by(group) {
        let rows = group.min(chunk.rows - start);
        for (i, this) in pending[..rows].iter_mut().enumerate() {
            let row = start + i;
            let found = context
                .problem
                .labelled(labels, context.alpha, chunk.first + row)?;
            let Some((label, weight)) = found else {
                *this = Pending::default();
                continue;
            };
            let x = &chunk.logits[row * classes..][..classes];
            let exps = match chunk.gradient.as_deref_mut() {
                Some(g) => &mut g[row * classes..][..classes],
                None => &mut scratch.row[0][i * classes..][..classes],
            };
            let (top, sum_z) = largest::<T, FUSED>(x);
            *this = Pending {
                counts: true,
                label,
                weight,
                finite: sum_z.is_finite(),
                ..Pending::default()
            };
            let own = x[label] * temperature;
            let block = &mut scratch.block;
            block.z[i] = own;
            block.fixed[i] = context.fixed(chunk.fixed, row, label);
            if statistics {
                let (sum, squares) = if reads.logits {
                    exponentials::<T, true, FUSED>(x, top, temperature, exps)
                } else {
                    exponentials::<T, false, FUSED>(x, top, temperature, exps)
                };
                let own_exp = exps[label].to_f64();
                let rest = if own_exp > 0.5 * sum {
                    sum_without::<T, FUSED>(exps, label)
                } else {
                    sum - own_exp
                };
                let sum = rest + own_exp;
                let q = rest / sum;
                let log_p = if q < 0.5 {
                    (-q).ln_1p()
                } else {
                    ((x[label] - top) * temperature).to_f64() - sum.ln()
                };
                this.sum = sum;
                this.q = q;
                block.log_p[i] = T::from_f64(log_p);
                block.p[i] = T::from_f64(own_exp / sum);
                block.q[i] = T::from_f64(q);
                if reads.logits {
                    let own_square = own.to_f64() * own.to_f64();
                    let rest = if own_square > 0.5 * squares {
                        squares_without(x, label, temperature)
                    } else {
                        squares - own_square
                    };
                    block.other_sq[i] = T::from_f64(rest);
                }
            }
            if let Some(rival) = context.kernel.rival_class() {
                let slopes = &mut scratch.row[1][i * classes..][..classes];
                slopes.fill(T::default());
                let (gap, at) = rival::in_row::<T, FUSED>(rival, x, label);
                if let Some(at) = at {
                    slopes[at] = T::from_f64(1.0);
                    this.own_slope = -1.0;
                }
                block.others[i] = T::from_f64(gap * temperature.to_f64());
            } else if reads.others {
                let slopes = &mut scratch.row[1][i * classes..][..classes];
                let mut other = [T::default(); BLOCK];
                let own_side = [own; BLOCK];
                let mut others = 0.0;
                for (part, base) in x.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
                    for (o, &x) in other.iter_mut().zip(part) {
                        *o = x * temperature;
                    }
                    let pairs = &mut scratch.pairs;
                    let len = part.len().div_ceil(LANES) * LANES;
                    context
                        .kernel
                        .pairs(context.level, len, &other, &own_side, pairs);
                    if let Some(k) = label.checked_sub(base).filter(|&k| k < part.len()) {
                        pairs.value[k] = T::default();
                        pairs.other[k] = T::default();
                        pairs.own[k] = T::default();
                    }
                    slopes[base..][..part.len()].copy_from_slice(&pairs.other[..part.len()]);
                    for k in 0..part.len() {
                        others += pairs.value[k].to_f64();
                        this.own_slope += pairs.own[k].to_f64();
                    }
                }
                block.others[i] = T::from_f64(others);
            }
        }
        scratch.block.len = rows;
        context
            .kernel
            .block(context.level, &scratch.block, &mut scratch.partials);
        for (i, this) in pending[..rows].iter().enumerate() {
            let row = start + i;
            if !this.counts {
                chunk.keep(row, 0.0);
                chunk.clear(row, classes);
                continue;
            }
            let partials = &scratch.partials;
            if !(this.finite && partials.value[i].finite()) {
                return Err(Fault::Prediction {
                    row: chunk.first + row,
                });
            }
            let weighted = this.weight * partials.value[i].to_f64();
            total += weighted;
            chunk.keep(row, weighted);
            let x = &chunk.logits[row * classes..][..classes];
            let Some(gradient) = chunk.gradient.as_deref_mut() else {
                continue;
            };
            let gradient = &mut gradient[row * classes..][..classes];
            let slope = context.scale * this.weight * temperature.to_f64();
            let by_log_p = slope * partials.log_p[i].to_f64();
            let mut own = 0.0;
            if statistics {
                own += by_log_p * this.q;
                let factor = T::from_f64(-by_log_p / this.sum);
                if reads.logits {
                    let by_square =
                        2.0 * slope * partials.other_sq[i].to_f64() * temperature.to_f64();
                    own += slope * partials.z[i].to_f64();
                    let by_square = T::from_f64(by_square);
                    for (g, &x) in gradient.iter_mut().zip(x) {
                        *g = T::mul_add::<FUSED>(*g, factor, by_square * x);
                    }
                } else {
                    for g in gradient.iter_mut() {
                        *g = *g * factor;
                    }
                }
            } else {
                gradient.fill(T::default());
            }
            if reads.others {
                let by_others = slope * partials.others[i].to_f64();
                own += by_others * this.own_slope;
                let factor = Lanes::<T, FUSED>::splat(T::from_f64(by_others)).0[0];
                for (g, &s) in gradient.iter_mut().zip(&scratch.row[1][i * classes..]) {
                    *g = T::mul_add::<FUSED>(s, factor, *g);
                }
            }
            gradient[this.label] = T::from_f64(own);
        }
    }
    Ok(total)
}
