//! Hard labels of long rows behind a tempered softmax with heavy tails.
//!
//! Such a row needs the formula for its label alone if what every other class adds is a power of its probability
//! ([`RowLoss::off_label`](super::super::RowLoss::off_label)). One pass takes the sums of all powers that value and
//! gradient need, and leaves the two that each class's slope is made of. The label and the class with the largest
//! logit stay out of these sums: beside them nothing cancels.

use super::super::driver::{Chunk, Context, Fault, Scratch};
use super::super::statistics::{first_of, largest};
use super::super::transform::Transform;
use super::normaliser::{Heavy, Power, lowered};
use crate::batch::Labels;
use crate::kernels::lanes::{LANES, Lanes, as_vectors, one_vector};
use crate::kernels::level::dispatch;
use crate::kernels::scalar::{Float, Real};

/// Rows that share one call of the formula; few, so that they are still in the cache afterwards.
const GROUP: usize = 8;
/// Entries whose sums are in the lanes before they go on in `f64`.
const RUN: usize = 64 * LANES;

/// What the loss is made of here: the heavy-tailed softmax, and c·p^e for each class that is not the label.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernels::rows) struct Parts<'a> {
    labels: Labels<'a>,
    heavy: Heavy,
    factor: f64,
    exponent: f64,
}

/// Can rows of this problem come here, if they are long and their classes lie side by side?
pub(in crate::kernels::rows) fn applies<'a, T: Float>(
    context: &Context<'a, T>,
) -> Option<Parts<'a>> {
    let Some(Transform::Tempered(t)) = context.transform else {
        return None;
    };
    let [factor, exponent] = context.kernel.off_label_power()?;
    let labels = context.labels.filter(|_| context.smoothing == 0.0)?;
    (t > 1.0).then(|| Parts {
        labels,
        heavy: Heavy::new(t - 1.0),
        factor,
        exponent,
    })
}

/// A row between its sums and its gradient. Sums are over the classes but the label and the best one.
#[derive(Clone, Copy, Default)]
struct Pending {
    counts: bool,
    finite: bool,
    label: usize,
    best: usize,
    weight: f64,
    /// Σ of v^(n e), times v and of v^(n + 1).
    sums: [f64; 3],
    /// v and v^(n + 1) of the label.
    own: [f64; 2],
    /// ln of Σ v^n over all classes.
    log_sum: f64,
}

/// Weighted sum of a chunk's rows, their losses and gradients.
pub(in crate::kernels::rows) fn run_dispatched<T: Float>(
    context: &Context<'_, T>,
    parts: &Parts<'_>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    dispatch!(context.level, [T: Float] run::<T>(
        context: &Context<'_, T>,
        parts: &Parts<'_>,
        chunk: &mut Chunk<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<f64, Fault>)
}

#[inline(always)]
fn run<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    parts: &Parts<'_>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let classes = context.problem.classes;
    let group = (8_192 / (classes * size_of::<T>())).clamp(1, GROUP);
    let Parts {
        labels,
        mut heavy,
        factor,
        exponent,
    } = *parts;
    let n = heavy.power.exponent;
    // v^(n e) from v^n: one product more at the usual temperatures.
    let rise = Power::new(n * (exponent - 1.0));
    let mut pending = [Pending::default(); GROUP];
    let mut total = 0.0;
    let Scratch {
        block,
        partials,
        row: [first, second, _],
        ..
    } = scratch;
    // One of the two powers is kept where the gradient will be; without a gradient, in a buffer.
    if chunk.gradient.is_none() {
        first.resize(group * classes, T::default());
    }
    second.resize(group * classes, T::default());
    block.fixed.fill(T::from_f64(1.0));

    for start in (0..chunk.rows).step_by(group) {
        let rows = group.min(chunk.rows - start);
        for (i, this) in pending[..rows].iter_mut().enumerate() {
            let row = start + i;
            *this = Pending::default();
            let found = context
                .problem
                .labelled(labels, context.alpha, chunk.first + row)?;
            let Some((label, weight)) = found else {
                continue;
            };
            let x = &chunk.logits[row * classes..][..classes];
            let (top, sum_x) = largest::<T, FUSED>(x);
            let best = first_of(x, top);
            let powers = match chunk.gradient.as_deref_mut() {
                Some(g) => &mut g[row * classes..][..classes],
                None => &mut first[i * classes..][..classes],
            };
            let row_sums = lowered::<T, FUSED>(x, top, powers);
            heavy.solve::<T, FUSED>(powers, row_sums);
            let rate = heavy.rate::<T>();
            let [v, log] = Heavy::entry(rate, false, powers[label].to_f64());
            let own = (n * log).exp();
            powers[label] = T::LOWEST;
            powers[best] = T::LOWEST;
            let shares = &mut second[i * classes..][..classes];
            let [sum, others, by_others, by_all] =
                powers_of::<T, FUSED>([heavy.power, rise], rate, powers, shares);
            let apart = if best == label { 0.0 } else { 1.0 };
            let rest = sum + apart;
            let all = rest + own;
            let q = rest / all;
            let log_sum = all.ln();
            *this = Pending {
                counts: true,
                finite: sum_x.is_finite(),
                label,
                best,
                weight,
                sums: [others, by_others, by_all],
                own: [v, v * own],
                log_sum,
            };
            let log_p = if q < 0.5 {
                (-q).ln_1p()
            } else {
                n * log - log_sum
            };
            block.log_p[i] = T::from_f64(log_p);
            block.p[i] = T::from_f64(own / all);
            block.q[i] = T::from_f64(q);
        }
        block.len = rows;
        context.kernel.block(context.level, block, partials);
        for (i, this) in pending[..rows].iter().enumerate() {
            let row = start + i;
            if !this.counts {
                chunk.keep(row, 0.0);
                chunk.clear(row, classes);
                continue;
            }
            let [others, by_others, by_all] = this.sums;
            // 1 for the best class if it is not the label: its v is 1.
            let apart = if this.best == this.label { 0.0 } else { 1.0 };
            let scale = factor * (-exponent * this.log_sum).exp();
            let value = partials.value[i].to_f64() + scale * (others + apart);
            if !(this.finite && value.is_finite()) {
                return Err(Fault::Prediction {
                    row: chunk.first + row,
                });
            }
            total += this.weight * value;
            chunk.keep(row, this.weight * value);
            let Some(gradient) = chunk.gradient.as_deref_mut() else {
                continue;
            };
            // With h = ∂/∂ln p and u = p^(t−1): g_k = u_k (h_k − p_k·Σ h u / Σ p u), where u_k is v_k up to a factor.
            let [v, own] = this.own;
            let slope = context.scale * this.weight * (-this.log_sum / n).exp();
            let by_label = slope * partials.log_p[i].to_f64() * v;
            let by_power = slope * scale * exponent;
            let rest = by_power * (by_others + apart);
            let whole = own + by_all + apart;
            let by_share = (by_label + rest) / whole;
            let gradient = &mut gradient[row * classes..][..classes];
            combine::<T, FUSED>(
                gradient,
                &second[i * classes..][..classes],
                by_power,
                by_share,
            );
            let best = by_power * (whole - apart) - (by_label + by_power * by_others);
            gradient[this.best] = T::from_f64(best / whole);
            let label = by_label * (by_all + apart) - rest * own;
            gradient[this.label] = T::from_f64(label / whole);
        }
    }
    Ok(total)
}

/// From a row of logits less their largest to v^(n e + 1) in its place and v^(n + 1) beside it; returns the sums of
/// v^n, v^(n e), v^(n e + 1) and v^(n + 1).
#[inline(always)]
fn powers_of<T: Float, const FUSED: bool>(
    [power, rise]: [Power; 2],
    rate: f64,
    row: &mut [T],
    beside: &mut [T],
) -> [f64; 4] {
    let (zero, rate) = (Lanes::<T, FUSED>::lift(0.0), Lanes::lift(rate));
    let products = power.is_product() && rise.is_product();
    let mut totals = [0.0; 4];
    for (row, beside) in row.chunks_mut(RUN).zip(beside.chunks_mut(RUN)) {
        let mut sums = [zero; 4];
        for at in (0..row.len()).step_by(LANES) {
            let at = one_vector(at);
            // Beyond the end −∞, which has no share.
            let x = Lanes::load_at(row, at, T::LOWEST);
            let [v, log] = Heavy::entry(rate, products, x);
            let share = power.of(v, log);
            let by_share = share * v;
            let factor = rise.of(v, log);
            let (other, by_other) = (share * factor, by_share * factor);
            by_other.store_at(row, at);
            by_share.store_at(beside, at);
            for (sum, of) in sums.iter_mut().zip([share, other, by_other, by_share]) {
                *sum = *sum + of;
            }
        }
        for (total, sum) in totals.iter_mut().zip(as_vectors(sums)) {
            *total += sum.sum();
        }
    }
    totals
}

/// x·a − y·b into x.
#[inline(always)]
fn combine<T: Float, const FUSED: bool>(x: &mut [T], y: &[T], a: f64, b: f64) {
    let (a, b) = (T::from_f64(a), T::from_f64(-b));
    for (x, &y) in x.iter_mut().zip(y) {
        *x = T::mul_add::<FUSED>(y, b, *x * a);
    }
}
