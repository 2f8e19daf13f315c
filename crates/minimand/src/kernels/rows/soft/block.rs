//! What is done with the blocks of a long row: views of its classes, sums of their partials, slopes. What a loss does
//! not need is left out at compile time: these loops are all that the classes of a row cost beside the formula.

use super::super::block::{RowBlock, RowPartials};
use super::super::{BLOCK, within_block};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// The block of a row from `base` on; beyond the end of the row, in a buffer, `fill`.
#[inline(always)]
pub(super) fn padded<'a, T: Float>(
    row: &'a [T],
    base: usize,
    fill: T,
    buffer: &'a mut [T; BLOCK],
) -> &'a [T; BLOCK] {
    let rest = &row[base..];
    match rest.first_chunk() {
        Some(whole) => whole,
        None => {
            buffer.fill(fill);
            buffer[..rest.len()].copy_from_slice(rest);
            buffer
        }
    }
}

/// What all views of a row share.
pub(super) struct Softmax<T, const FUSED: bool> {
    pub(super) top: Lanes<T, FUSED>,
    pub(super) temperature: Lanes<T, FUSED>,
    pub(super) inverse_sum: Lanes<T, FUSED>,
    pub(super) log_sum: Lanes<T, FUSED>,
    pub(super) squares: Lanes<T, FUSED>,
}

/// Writes the views of the classes but `fixed`. Without `PROBABILITY` the loss reads z alone.
#[inline(always)]
pub(super) fn view<T: Float, const PROBABILITY: bool, const LOGITS: bool, const FUSED: bool>(
    of: &Softmax<T, FUSED>,
    x: &[T; BLOCK],
    exps: &[T; BLOCK],
    block: &mut RowBlock<T>,
) {
    let one = Lanes::<T, FUSED>::lift(1.0);
    for at in (0..block.len).step_by(LANES) {
        let at = within_block(at, LANES);
        let x = Lanes::<T, FUSED>::load(&x[at..]);
        if PROBABILITY {
            let p = Lanes::<T, FUSED>::load(&exps[at..]) * of.inverse_sum;
            p.store(&mut block.p[at..]);
            (one - p).store(&mut block.q[at..]);
            ((x - of.top) * of.temperature - of.log_sum).store(&mut block.log_p[at..]);
        }
        if LOGITS {
            let z = x * of.temperature;
            z.store(&mut block.z[at..]);
            if PROBABILITY {
                // Rounding may take the last of a row of one large logit below 0.
                (of.squares - z * z).relu().store(&mut block.other_sq[at..]);
            }
        }
    }
}

/// Sums over the classes of row(k), ∂/∂ln p and ∂/∂Σz², with one factor and with another.
pub(super) type Sums<V> = [[V; 3]; 2];

/// Adds a block to the sums, with the factors t and 1 − t if `BY_TARGET` (the latter only if `REST`) and else with the
/// factor 1. Keeps ∂/∂ln p + ∂/∂z in `slopes`.
#[inline(always)]
pub(super) fn sums<
    T: Float,
    const BY_TARGET: bool,
    const REST: bool,
    const PROBABILITY: bool,
    const LOGITS: bool,
    const FUSED: bool,
>(
    partials: &RowPartials<T>,
    block: &RowBlock<T>,
    target: &[T; BLOCK],
    slopes: &mut [T; BLOCK],
    totals: &mut Sums<Lanes<T, FUSED>>,
) {
    let (zero, one) = (Lanes::<T, FUSED>::lift(0.0), Lanes::lift(1.0));
    let mut sums = *totals;
    for at in (0..block.len).step_by(LANES) {
        let at = within_block(at, LANES);
        let load = |from: &[T; BLOCK]| Lanes::<T, FUSED>::load(&from[at..]);
        let by_log_p = if PROBABILITY {
            load(&partials.log_p)
        } else {
            zero
        };
        let by_square = if PROBABILITY && LOGITS {
            load(&partials.other_sq)
        } else {
            zero
        };
        let terms = [load(&partials.value), by_log_p, by_square];
        let t = if BY_TARGET { load(target) } else { one };
        let needed = match (PROBABILITY, LOGITS) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 3,
        };
        for i in 0..needed {
            sums[0][i] = if BY_TARGET {
                sums[0][i].plus_product(t, terms[i])
            } else {
                sums[0][i] + terms[i]
            };
            if REST {
                sums[1][i] = sums[1][i].plus_product(one - t, terms[i]);
            }
        }
        let mut direct = by_log_p;
        if LOGITS {
            direct = direct + load(&partials.z);
        }
        if PROBABILITY && LOGITS {
            // A class's own square is not among the others'.
            let twice = load(&block.z) * Lanes::lift(-2.0);
            direct = direct.plus_product(twice, by_square);
        }
        direct.store(&mut slopes[at..]);
    }
    *totals = sums;
}

/// Factors of a row's gradient: (t·`by_target` − (1 − t)·`by_rest`)·slope + exponential·`by_exp` + logit·`by_logit`.
pub(super) struct Factors<T, const FUSED: bool> {
    pub(super) by_target: Lanes<T, FUSED>,
    pub(super) by_rest: Lanes<T, FUSED>,
    pub(super) by_exp: Lanes<T, FUSED>,
    pub(super) by_logit: Lanes<T, FUSED>,
}

/// Writes the gradient of a block; without `BY_TARGET` t is 1.
#[inline(always)]
pub(super) fn spread<
    T: Float,
    const BY_TARGET: bool,
    const REST: bool,
    const PROBABILITY: bool,
    const LOGITS: bool,
    const FUSED: bool,
>(
    by: &Factors<T, FUSED>,
    [x, exps, target, slopes]: [&[T; BLOCK]; 4],
    out: &mut [T; BLOCK],
) {
    let one = Lanes::<T, FUSED>::lift(1.0);
    for at in (0..BLOCK).step_by(LANES) {
        let at = within_block(at, LANES);
        let load = |from: &[T; BLOCK]| Lanes::<T, FUSED>::load(&from[at..]);
        let mut factor = by.by_target;
        if BY_TARGET {
            let t = load(target);
            factor = t * factor;
            if REST {
                factor = factor - (one - t) * by.by_rest;
            }
        }
        let mut d = load(slopes) * factor;
        if PROBABILITY {
            d = d.plus_product(load(exps), by.by_exp);
        }
        if PROBABILITY && LOGITS {
            d = d.plus_product(load(x), by.by_logit);
        }
        d.store(&mut out[at..]);
    }
}
