//! Softmax statistics that keep their accuracy for confident rows.

use crate::kernels::lanes::{Lanes, as_vectors};
use crate::kernels::scalar::{Float, Real};

/// ln p from q = 1 − p where p ≥ ½, else from the shifted logit: neither form cancels there.
#[inline(always)]
pub(crate) fn log_probability<T: Float, const FUSED: bool>(
    shifted: Lanes<T, FUSED>,
    sum: Lanes<T, FUSED>,
    q: Lanes<T, FUSED>,
) -> Lanes<T, FUSED> {
    let half = Lanes::lift(0.5);
    Lanes::select_lt(q, half, (-q).ln_1p(), shifted - sum.ln())
}

/// Largest entry of a row and a sum that is finite if every entry is (and hardly otherwise).
#[inline(always)]
pub(super) fn largest<T: Float, const FUSED: bool>(row: &[T]) -> (T, f64) {
    let (body, tail) = row.split_at(row.len() / 32 * 32);
    let mut best = [Lanes::<T, FUSED>::splat(T::LOWEST); 4];
    let mut sum = [Lanes::<T, FUSED>::splat(T::default()); 4];
    for part in body.chunks_exact(32) {
        for u in 0..4 {
            let x = Lanes::load(&part[8 * u..]);
            best[u] = best[u].maximum(x);
            sum[u] = sum[u] + x;
        }
    }
    for part in tail.chunks(8) {
        best[0] = best[0].maximum(Lanes::load_part(part, T::LOWEST));
        sum[0] = sum[0] + Lanes::load_part(part, T::default());
    }
    let (best, sum) = as_vectors((best, sum));
    let best = best[0].maximum(best[1]).maximum(best[2].maximum(best[3]));
    let sum = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    (best.largest(), sum.sum())
}

/// Writes e^((x − largest)·scale) of a row and returns their sum and (if asked) Σ (x·scale)².
#[inline(always)]
pub(super) fn exponentials<T: Float, const SQUARES: bool, const FUSED: bool>(
    row: &[T],
    largest: T,
    scale: T,
    out: &mut [T],
) -> (f64, f64) {
    if scale == T::from_f64(1.0) {
        exponentials_scaled::<T, SQUARES, false, FUSED>(row, largest, scale, out)
    } else {
        exponentials_scaled::<T, SQUARES, true, FUSED>(row, largest, scale, out)
    }
}

#[inline(always)]
fn exponentials_scaled<T: Float, const SQUARES: bool, const SCALED: bool, const FUSED: bool>(
    row: &[T],
    largest: T,
    scale: T,
    out: &mut [T],
) -> (f64, f64) {
    let shift = Lanes::<T, FUSED>::splat(largest);
    let factor = Lanes::<T, FUSED>::splat(scale);
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let (mut sum, mut squares) = ([zero; 4], [zero; 4]);
    let body = row.len() / 32 * 32;
    for (part, to) in row[..body]
        .chunks_exact(32)
        .zip(out[..body].chunks_exact_mut(32))
    {
        for u in 0..4 {
            let x = Lanes::load(&part[8 * u..]);
            let z = if SCALED {
                (x - shift) * factor
            } else {
                x - shift
            };
            let e = z.exp_nonpositive();
            e.store(&mut to[8 * u..]);
            sum[u] = sum[u] + e;
            if SQUARES {
                let z = if SCALED { x * factor } else { x };
                squares[u] = squares[u].plus_product(z, z);
            }
        }
    }
    for (part, to) in row[body..].chunks(8).zip(out[body..].chunks_mut(8)) {
        let x = Lanes::load_part(part, T::LOWEST);
        let e = ((x - shift) * factor).exp_nonpositive();
        e.store_part(to);
        sum[0] = sum[0] + e;
        if SQUARES {
            let z = Lanes::load_part(part, T::default()) * factor;
            squares[0] = squares[0].plus_product(z, z);
        }
    }
    let (sum, squares) = as_vectors((sum, squares));
    let total = |s: [Lanes<T, FUSED>; 4]| s[0].sum() + s[1].sum() + s[2].sum() + s[3].sum();
    (total(sum), total(squares))
}

/// Σ (x·scale)² of a row.
#[inline(always)]
pub(super) fn squares_of<T: Float, const FUSED: bool>(row: &[T], scale: T) -> f64 {
    let factor = Lanes::<T, FUSED>::splat(scale);
    let mut squares = [Lanes::<T, FUSED>::splat(T::default()); 4];
    for part in row.chunks(32) {
        for (sum, part) in squares.iter_mut().zip(part.chunks(8)) {
            let z = Lanes::load_part(part, T::default()) * factor;
            *sum = sum.plus_product(z, z);
        }
    }
    as_vectors(squares).iter().map(|s| s.sum()).sum()
}

/// Sum of a row without one entry: no cancellation where that entry holds nearly all of it.
#[inline(always)]
pub(super) fn sum_without<T: Float, const FUSED: bool>(row: &mut [T], index: usize) -> f64 {
    let own = std::mem::take(&mut row[index]);
    let mut sum = [Lanes::<T, FUSED>::splat(T::default()); 4];
    let body = row.len() / 32 * 32;
    for part in row[..body].chunks_exact(32) {
        for u in 0..4 {
            sum[u] = sum[u] + Lanes::load(&part[8 * u..]);
        }
    }
    for part in row[body..].chunks(8) {
        sum[0] = sum[0] + Lanes::load_part(part, T::default());
    }
    row[index] = own;
    let sum = as_vectors(sum);
    sum[0].sum() + sum[1].sum() + sum[2].sum() + sum[3].sum()
}

/// Σ (x·scale)² of a row without one entry, for a row that this entry dominates.
#[inline(always)]
pub(super) fn squares_without<T: Float>(row: &[T], index: usize, scale: T) -> f64 {
    let mut sum = 0.0;
    for (i, &x) in row.iter().enumerate() {
        let z = (x * scale).to_f64();
        sum += if i == index { 0.0 } else { z * z };
    }
    sum
}

/// Position of the first entry that equals `x` (0 if none does).
#[inline(always)]
pub(super) fn first_of<T: Float>(row: &[T], x: T) -> usize {
    for (i, part) in row.chunks(32).enumerate() {
        let mut found = false;
        for &y in part {
            found |= y == x;
        }
        if found {
            return 32 * i + part.iter().position(|&y| y == x).unwrap_or(0);
        }
    }
    0
}
