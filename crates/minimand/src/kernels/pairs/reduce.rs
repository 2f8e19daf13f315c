//! Terms of partners, whatever the loss: what they add up to, and the slopes through them.
//!
//! Only terms and their slopes come from a formula. What is done with them is here, once for each precision and
//! instruction set.

use super::{NONE, Reduce};
use crate::kernels::lanes::{LANES, Lanes, as_vectors};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::scalar::Float;

/// Largest terms are rounded up to a multiple of this, so that most sums can be added as they are.
const STEP: f64 = 8.0;

/// What terms add up to: Σ t with the top 0, or Σ e^(t − top).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tally {
    top: f64,
    sum: f64,
}

impl Tally {
    /// Of no terms.
    pub(super) const EMPTY: Tally = Tally {
        top: f64::NEG_INFINITY,
        sum: 0.0,
    };

    /// Adds what other terms add up to.
    fn add(&mut self, other: Tally) {
        if other.top == self.top {
            self.sum += other.sum;
        } else if other.top > self.top {
            self.sum = self.sum * (self.top - other.top).exp() + other.sum;
            self.top = other.top;
        } else if other.sum != 0.0 {
            self.sum += other.sum * (other.top - self.top).exp();
        }
    }

    /// The reduction, of so many terms.
    pub(super) fn reduced(self, reduce: Reduce, count: usize) -> Reduced {
        let (value, share) = match reduce {
            Reduce::LogSumExp if count == 0 => (NONE, 0.0),
            Reduce::LogSumExp => (self.top + self.sum.ln(), 1.0),
            Reduce::Mean if count > 0 => (self.sum / count as f64, 1.0 / count as f64),
            Reduce::Sum => (self.sum, 1.0),
            Reduce::Mean | Reduce::Nothing => (0.0, 0.0),
        };
        Reduced { value, share }
    }
}

/// A reduction over the partners of a kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reduced {
    pub(super) value: f64,
    /// d value / d t of a partner, for a sum of exponentials over e^(t − value).
    pub(super) share: f64,
}

/// The term that adds nothing.
pub(super) fn nothing<T: Float>(reduce: Reduce) -> T {
    match reduce {
        Reduce::LogSumExp => T::LOWEST,
        _ => T::default(),
    }
}

/// How far a term may be below the top of its exponential: the difference is rounded to its own last digit, which is then
/// the relative error of the exponential.
pub(super) const REACH: f64 = 16.0;

/// What the columns of a tile add up to.
#[derive(Debug, Default)]
pub(super) struct Columns<T> {
    tops: [f64; 2],
    /// Of the last rows, in the precision of the embeddings.
    sums: [Vec<T>; 2],
    /// Of the rows before them.
    totals: [Vec<f64>; 2],
}

impl<T: Float> Columns<T> {
    /// Begins anew.
    pub(super) fn clear(&mut self, width: usize) {
        self.tops = [f64::NEG_INFINITY; 2];
        for r in 0..2 {
            self.sums[r].clear();
            self.sums[r].resize(width, T::default());
            self.totals[r].clear();
            self.totals[r].resize(width, 0.0);
        }
    }

    /// Makes a larger top the top; gives the factor of sums with the other one.
    fn lift(&mut self, r: usize, top: f64) -> T {
        let factor = (top - self.tops[r]).exp();
        if top <= self.tops[r] {
            return T::from_f64(factor);
        }
        self.tops[r] = top;
        let factor = factor.recip();
        let lower = T::from_f64(factor);
        self.sums[r].iter_mut().for_each(|sum| *sum = *sum * lower);
        self.totals[r].iter_mut().for_each(|sum| *sum *= factor);
        T::from_f64(1.0)
    }

    /// Adds the sums of the last rows to those before them.
    pub(super) fn gather(&mut self) {
        for (totals, sums) in self.totals.iter_mut().zip(&mut self.sums) {
            for (total, sum) in totals.iter_mut().zip(sums) {
                *total += sum.to_f64();
                *sum = T::default();
            }
        }
    }

    /// Adds a gathered column to what its anchor has, if it can be told from its largest term on: one whose terms are
    /// all far below those of others has lost digits.
    pub(super) fn add_to(&self, reduce: [Reduce; 2], at: usize, anchor: &mut [Tally; 2]) -> bool {
        let of = [0, 1].map(|r| Tally {
            top: self.tops[r],
            sum: self.totals[r][at],
        });
        let least = (-REACH).exp();
        let lost = |r: usize| reduce[r] == Reduce::LogSumExp && !(of[r].sum >= least);
        if lost(0) || lost(1) {
            return false;
        }
        for r in 0..2 {
            if reduce[r] != Reduce::Nothing {
                anchor[r].add(of[r]);
            }
        }
        true
    }
}

/// The largest term, rounded up.
#[inline(always)]
fn top_of<T: Float, const FUSED: bool>(terms: &[T]) -> f64 {
    let mut top = Lanes::<T, FUSED>::splat(T::LOWEST);
    for at in (0..terms.len()).step_by(LANES) {
        top = top.maximum(Lanes::load_at(terms, at, T::LOWEST));
    }
    (top.largest().to_f64() / STEP).ceil() * STEP
}

/// What a term adds to its sum.
#[inline(always)]
fn summand<T: Float, const FUSED: bool>(
    terms: &[T],
    at: usize,
    top: Option<Lanes<T, FUSED>>,
) -> Lanes<T, FUSED> {
    match top {
        Some(top) => (Lanes::load_at(terms, at, T::LOWEST) - top).exp_nonpositive(),
        None => Lanes::load_at(terms, at, T::default()),
    }
}

#[inline(always)]
fn tally_body<T: Float, const FUSED: bool>(
    reduce: [Reduce; 2],
    terms: [&[T]; 2],
    width: usize,
    rows: &mut [[Tally; 2]],
    mut columns: Option<&mut Columns<T>>,
) {
    for r in 0..2 {
        if reduce[r] == Reduce::Nothing {
            continue;
        }
        for (row, to) in terms[r].chunks(width).zip(&mut *rows) {
            let (mut top, mut splat) = (0.0, None);
            if reduce[r] == Reduce::LogSumExp {
                top = top_of::<T, FUSED>(row);
                if top == f64::NEG_INFINITY {
                    continue;
                }
                splat = Some(Lanes::splat(T::from_f64(top)));
            }
            let mut part = Lanes::<T, FUSED>::splat(T::default());
            if let Some(columns) = &mut columns {
                let scale = Lanes::splat(columns.lift(r, top));
                let sums = &mut columns.sums[r][..];
                for at in (0..row.len()).step_by(LANES) {
                    let x = summand(row, at, splat);
                    part = part + x;
                    let sum = Lanes::load_at(sums, at, T::default());
                    sum.plus_product(x, scale).store_at(sums, at);
                }
            } else {
                for at in (0..row.len()).step_by(LANES) {
                    part = part + summand(row, at, splat);
                }
            }
            let sum = as_vectors(part).sum();
            to[r].add(Tally { top, sum });
        }
    }
}

/// Adds terms `[rows, width]` to what their rows have and, if they are to be, to what their columns have.
pub(super) fn tally<T: Float>(
    level: Level,
    reduce: [Reduce; 2],
    terms: [&[T]; 2],
    width: usize,
    rows: &mut [[Tally; 2]],
    columns: Option<&mut Columns<T>>,
) {
    dispatch!(level, [T: Float] tally_body::<T>(
        reduce: [Reduce; 2], terms: [&[T]; 2], width: usize, rows: &mut [[Tally; 2]], columns: Option<&mut Columns<T>>,
    ))
}

/// How an anchor pulls at the terms of its partners: `factor`, or `factor`·e^(t − top) for sums of exponentials.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pull<T> {
    pub(super) factor: T,
    pub(super) top: T,
}

/// The same of the anchors of columns.
#[derive(Debug, Default)]
pub(super) struct ColumnPulls<T> {
    pub(super) factors: [Vec<T>; 2],
    pub(super) tops: [Vec<T>; 2],
}

impl<T: Float> ColumnPulls<T> {
    /// No pulls at so many partners.
    pub(super) fn clear(&mut self, width: usize) {
        for numbers in self.factors.iter_mut().chain(&mut self.tops) {
            numbers.clear();
            numbers.resize(width, T::default());
        }
    }

    /// Those of anchors.
    pub(super) fn fill(&mut self, anchors: impl Iterator<Item = [Pull<T>; 2]>) {
        self.clear(0);
        for pulls in anchors {
            for (r, pull) in pulls.into_iter().enumerate() {
                self.factors[r].push(pull.factor);
                self.tops[r].push(pull.top);
            }
        }
    }
}

/// Terms and their slopes, `[rows, width]`.
#[derive(Clone, Copy)]
pub(super) struct Sloped<'a, T> {
    pub(super) terms: [&'a [T]; 2],
    pub(super) slopes: [&'a [T]; 2],
}

#[inline(always)]
fn slopes_body<T: Float, const FUSED: bool>(
    reduce: [Reduce; 2],
    from: Sloped<'_, T>,
    rows: &[[Pull<T>; 2]],
    columns: &ColumnPulls<T>,
    common: Option<[T; 2]>,
    to: &mut [T],
) {
    let zero = T::default();
    let width = columns.factors[0].len();
    for r in 0..2 {
        if reduce[r] == Reduce::Nothing {
            continue;
        }
        let (factors, tops) = (&columns.factors[r][..], &columns.tops[r][..]);
        let exponential = reduce[r] == Reduce::LogSumExp;
        let each = from.terms[r]
            .chunks(width)
            .zip(from.slopes[r].chunks(width));
        for (((terms, slopes), to), pulls) in each.zip(to.chunks_mut(width)).zip(rows) {
            let own = Lanes::<T, FUSED>::splat(pulls[r].factor);
            let top = Lanes::splat(common.map_or(pulls[r].top, |tops| tops[r]));
            let terms = &terms[..to.len()];
            for at in (0..to.len()).step_by(LANES) {
                let theirs = Lanes::load_at(factors, at, zero);
                let mut by_both = own + theirs;
                if exponential {
                    let t = Lanes::load_at(terms, at, zero);
                    let e = (t - top).exp_nonpositive();
                    by_both = if common.is_some() {
                        by_both * e
                    } else {
                        let top = Lanes::load_at(tops, at, zero);
                        (own * e).plus_product(theirs, (t - top).exp_nonpositive())
                    };
                }
                let d = Lanes::load_at(slopes, at, zero);
                let sum = Lanes::load_at(to, at, zero);
                sum.plus_product(by_both, d).store_at(to, at);
            }
        }
    }
}

/// Adds the slopes of both anchors of each pair to `to`, `[rows, width]`. With common tops all factors are of
/// e^(t − top) with the same top.
pub(super) fn slopes<T: Float>(
    level: Level,
    reduce: [Reduce; 2],
    from: Sloped<'_, T>,
    rows: &[[Pull<T>; 2]],
    columns: &ColumnPulls<T>,
    common: Option<[T; 2]>,
    to: &mut [T],
) {
    dispatch!(level, [T: Float] slopes_body::<T>(
        reduce: [Reduce; 2], from: Sloped<'_, T>, rows: &[[Pull<T>; 2]], columns: &ColumnPulls<T>,
        common: Option<[T; 2]>, to: &mut [T],
    ))
}
