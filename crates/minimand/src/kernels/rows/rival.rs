//! The one other class that matters most: losses of a lead over a runner-up.
//!
//! A rival takes the place of the sum `others` of a view: how far its logit lies above the label's own,
//! with slope 1 by the rival's logit and −1 by the label's. Among equal logits the first class is the rival.

use super::statistics::{first_of, largest};
use crate::kernels::lanes::Lanes;
use crate::kernels::scalar::{Float, Real};

/// What [`Row::others`](super::Row::others) holds instead of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rival {
    /// The largest logit of the other classes, minus the label's own.
    Largest,
    /// The largest logit that lies below the label's own, minus that.
    Below,
}

/// The gap where no class is a rival: as if it were far below.
const NONE: f64 = -1e30;

/// (gap, class) of the rival in a row in memory.
#[inline(always)]
pub(super) fn in_row<T: Float, const FUSED: bool>(
    rival: Rival,
    row: &[T],
    label: usize,
) -> (f64, Option<usize>) {
    let own = row[label];
    let (best, at) = match rival {
        Rival::Largest => {
            let (left, right) = (&row[..label], &row[label + 1..]);
            let (first, _) = largest::<T, FUSED>(left);
            let (second, _) = largest::<T, FUSED>(right);
            if first >= second && !left.is_empty() {
                (first, first_of(left, first))
            } else {
                (second, label + 1 + first_of(right, second))
            }
        }
        Rival::Below => {
            let none = Lanes::<T, FUSED>::splat(T::LOWEST);
            let limit = Lanes::splat(own);
            let mut best = none;
            for part in row.chunks(crate::kernels::lanes::LANES) {
                let x = Lanes::load_part(part, own);
                best = best.maximum(Lanes::select_lt(x, limit, x, none));
            }
            let best = best.largest();
            (best, first_of(row, best))
        }
    };
    if best > T::LOWEST {
        (best.to_f64() - own.to_f64(), Some(at))
    } else {
        (NONE, None)
    }
}

/// Gaps and classes of the rivals of eight rows; class −1 where there is none.
#[inline(always)]
pub(super) fn in_lanes<T: Float, const FUSED: bool>(
    rival: Rival,
    rows: &[[T; crate::kernels::lanes::LANES]],
    own: Lanes<T, FUSED>,
    label: Lanes<T, FUSED>,
    scale: Lanes<T, FUSED>,
) -> (Lanes<T, FUSED>, Lanes<T, FUSED>) {
    let (zero, one) = (Lanes::lift(0.0), Lanes::<T, FUSED>::lift(1.0));
    let none = Lanes::<T, FUSED>::lift(NONE);
    let (mut best, mut at, mut class) = (none, -one, zero);
    for z in rows {
        let gap = Lanes::<T, FUSED>(*z) * scale - own;
        let gap = Lanes::select_eq(label, class, none, gap);
        let gap = match rival {
            Rival::Largest => gap,
            Rival::Below => Lanes::select_lt(gap, zero, gap, none),
        };
        at = Lanes::select_lt(best, gap, class, at);
        best = best.maximum(gap);
        class = class + one;
    }
    (best, at)
}

/// The gap of the rival of class k, plainly.
pub(super) fn plainly<S: Real>(rival: Rival, z: &[S], k: usize) -> S {
    let (zero, none) = (S::lift(0.0), S::lift(NONE));
    let mut best = none;
    for (_, &x) in z.iter().enumerate().filter(|(j, _)| *j != k) {
        let gap = x - z[k];
        let gap = match rival {
            Rival::Largest => gap,
            Rival::Below => S::select_lt(gap, zero, gap, none),
        };
        best = S::select_lt(best, gap, gap, best);
    }
    best
}
