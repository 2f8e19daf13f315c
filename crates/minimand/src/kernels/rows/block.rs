//! What goes through the door of a formula: blocks of views and their partial derivatives.

use super::super::lanes::LANES;
use super::super::scalar::Float;

/// Entries of one block that goes through a formula.
pub(crate) const BLOCK: usize = 8 * LANES;

/// Views of up to 64 rows or classes, statistic by statistic.
#[repr(C, align(64))]
pub struct RowBlock<T> {
    pub(crate) len: usize,
    pub(crate) classes: f64,
    pub(crate) log_p: [T; BLOCK],
    pub(crate) p: [T; BLOCK],
    pub(crate) q: [T; BLOCK],
    pub(crate) z: [T; BLOCK],
    pub(crate) other_sq: [T; BLOCK],
    pub(crate) others: [T; BLOCK],
    pub(crate) fixed: [T; BLOCK],
}

impl<T: Float> RowBlock<T> {
    pub(crate) fn new(classes: usize) -> Self {
        let zero = [T::default(); BLOCK];
        RowBlock {
            len: 0,
            classes: classes as f64,
            log_p: zero,
            p: zero,
            q: zero,
            z: zero,
            other_sq: zero,
            others: zero,
            fixed: zero,
        }
    }
}

/// Values of a block and their partial derivatives with respect to ln p_k (through `p` and `q` too),
/// z_k, Σ_{j≠k} z_j² and `others`.
#[repr(C, align(64))]
pub struct RowPartials<T> {
    pub(crate) value: [T; BLOCK],
    pub(crate) log_p: [T; BLOCK],
    pub(crate) z: [T; BLOCK],
    pub(crate) other_sq: [T; BLOCK],
    pub(crate) others: [T; BLOCK],
}

impl<T: Float> RowPartials<T> {
    pub(crate) fn new() -> Self {
        let zero = [T::default(); BLOCK];
        RowPartials {
            value: zero,
            log_p: zero,
            z: zero,
            other_sq: zero,
            others: zero,
        }
    }
}

/// Terms of `others` for a block of (other, own) pairs, with their slopes.
#[repr(C, align(64))]
pub struct PairPartials<T> {
    pub(crate) value: [T; BLOCK],
    pub(crate) other: [T; BLOCK],
    pub(crate) own: [T; BLOCK],
}

impl<T: Float> PairPartials<T> {
    pub(crate) fn new() -> Self {
        let zero = [T::default(); BLOCK];
        PairPartials {
            value: zero,
            other: zero,
            own: zero,
        }
    }
}

/// First and second derivatives of a formula with respect to its four statistics, in `f64`.
#[derive(Debug, Clone, Copy)]
pub struct Second {
    /// ∂/∂(ln p, z, Σ_{j≠k} z_j², others).
    pub(crate) first: [f64; 4],
    /// ∂²/∂².
    pub(crate) second: [[f64; 4]; 4],
}
