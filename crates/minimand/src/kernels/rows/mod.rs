//! One row of logits and a label: the shape of classification losses.
//!
//! A [`RowLoss`] gives its loss *as if class k were the label*, read from a [`Row`] view. The drivers
//! know nothing about any one loss: they compute the statistics of the rows, hand blocks of views to
//! the formula through [`RowKernel`], and spread the partial derivatives over the logits. Rows with
//! few classes go eight rows at a time (`narrow`), long rows a row at a time (`wide`); soft labels
//! sum the formula over the classes (`soft`).

mod block;
mod curvature;
mod driver;
mod narrow;
mod positive;
mod reference;
mod rival;
mod soft;
mod statistics;
mod tempered;
mod transform;
mod transpose;
mod wide;

pub(crate) use block::BLOCK;
pub use block::{PairPartials, RowBlock, RowPartials, Second};
pub(crate) use curvature::{curvature, smoothed, target_mass};
pub(crate) use driver::{RowProblem, RowTarget, evaluate};
pub(crate) use reference::{ReferenceTarget, reference};
pub use rival::Rival;
pub(crate) use statistics::log_probability;
pub use transform::Transform;

use super::dual::Dual;
use super::lanes::{LANES, Lanes, Pack, one_vector, side_by_side};
use super::level::{Level, dispatch};
use super::replay::Replay;
use super::scalar::{Float, Real};
use super::sym::Sym;

/// What a row formula may read about one class k.
#[derive(Debug, Clone, Copy)]
pub struct Row<S> {
    /// ln p_k, with p = softmax(z).
    pub log_p: S,
    /// p_k.
    pub p: S,
    /// 1 − p_k, summed over the other classes: a confident row keeps its gradient.
    pub q: S,
    /// The logit z_k.
    pub z: S,
    /// Σ_{j≠k} z_j².
    pub other_sq: S,
    /// Σ_{j≠k} other(z_j, z_k), with [`RowLoss::other`]; or the gap z_j − z_k of its [`RowLoss::rival`] j.
    pub others: S,
    /// A number without derivatives: k's of [`RowLoss::class_values`], its share of the target with
    /// [`Combines::Every`] and [`Combines::Present`], or the row's temperature with [`Transform::Temper`]; else 0.
    pub fixed: S,
    /// Number of classes.
    pub classes: f64,
}

/// How the terms row(k) of the classes make up the loss of a row with the target t.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combines {
    /// Σ_k t_k·row(k): only the label's own term, if the label is hard.
    ByTarget,
    /// Σ_k row(k), each with t_k in [`Row::fixed`]; class weights and alpha weight the row by Σ_k t_k w_k.
    Every,
    /// As [`Every`](Combines::Every), of terms that are 0 where t_k is: a hard label needs its own term alone.
    Present,
    /// Σ_k t_k·row(k) / Σ_k row(k).
    Normalised,
}

impl Combines {
    /// Does [`Row::fixed`] hold the shares of the target?
    pub(crate) fn reads_shares(self) -> bool {
        matches!(self, Combines::Every | Combines::Present)
    }
}

/// Which statistics a formula reads. The drivers skip the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// `log_p`, `p` or `q`.
    pub probability: bool,
    /// `z` or `other_sq`.
    pub logits: bool,
    /// `other_sq`.
    pub squares: bool,
    /// `others`.
    pub others: bool,
    /// Has the loss a [`RowLoss::transform`]?
    pub transform: bool,
}

impl Reads {
    /// Only `log_p`, `p` and `q`.
    pub const PROBABILITY: Reads = Reads {
        probability: true,
        logits: false,
        squares: false,
        others: false,
        transform: false,
    };
    /// Only `others`.
    pub const OTHERS: Reads = Reads {
        probability: false,
        logits: false,
        squares: false,
        others: true,
        transform: false,
    };
    /// The same of a row that is transformed first.
    pub const fn transformed(self) -> Reads {
        Reads {
            transform: true,
            ..self
        }
    }
    /// `others` beside the probabilities.
    pub const PROBABILITY_AND_OTHERS: Reads = Reads {
        probability: true,
        logits: false,
        squares: false,
        others: true,
        transform: false,
    };
    /// Only the logits themselves.
    pub const LOGITS: Reads = Reads {
        probability: false,
        logits: true,
        squares: true,
        others: false,
        transform: false,
    };
    /// Only `z`.
    pub const LOGIT: Reads = Reads {
        squares: false,
        ..Reads::LOGITS
    };
    /// The logits themselves, beside the probabilities.
    pub const PROBABILITY_AND_LOGITS: Reads = Reads {
        probability: true,
        logits: true,
        squares: true,
        others: false,
        transform: false,
    };
}

/// A loss of one row of logits. Mark every method `#[inline(always)]`: only then is the formula
/// compiled for the instruction set of the loop around it.
pub trait RowLoss: Send + Sync {
    /// The statistics that the formula reads.
    const READS: Reads;
    /// What the loss of a row is in terms of `row`.
    const COMBINES: Combines = Combines::ByTarget;
    /// Does the last of `class_values` hold for all classes beyond it, however many they are?
    const LAST_FOR_REST: bool = false;

    /// The loss if class k is the label. A soft label t means Σ_k t_k·row(k).
    fn row<S: Real>(&self, k: &Row<S>) -> S;

    /// One term of the sum `others`: a function of another class's logit and k's own.
    #[inline(always)]
    fn other<S: Real>(&self, _other: S, _own: S) -> S {
        S::lift(0.0)
    }

    /// The one class whose gap `others` holds instead of a sum; such a loss takes hard labels only.
    fn rival(&self) -> Option<Rival> {
        None
    }

    /// What happens to a row first; the loss must say in `READS` that it has one.
    fn transform(&self) -> Option<Transform> {
        None
    }

    /// The map of [`Transform::Link`].
    #[inline(always)]
    fn link<S: Real>(&self, x: S) -> S {
        x
    }

    /// What `fixed` holds per class: one number for all classes; one for each, which a parameter `counts` gave; or
    /// one for each of the first with [`LAST_FOR_REST`](RowLoss::LAST_FOR_REST).
    fn class_values(&self) -> Vec<f64> {
        Vec::new()
    }

    /// (c, e) where [`row`](RowLoss::row) is c·p^e for every class that is not the (hard) label: with a tempered
    /// softmax such classes need no formula. Of losses that combine [`Combines::Every`] class.
    fn off_label(&self) -> Option<[f64; 2]> {
        None
    }

    /// Mass that the labels give up to a uniform distribution over the classes, in 0..1.
    fn label_smoothing(&self) -> f64 {
        0.0
    }

    /// The logits are divided by it; > 0.
    fn temperature(&self) -> f64 {
        1.0
    }

    /// Factor of the loss per class, which (unlike class weights) never enters the divisor of a mean:
    /// one for all classes or one for each.
    fn alpha(&self) -> &[f64] {
        &[]
    }

    /// Differences z_k − z_j at which the formula has a kink.
    fn kinks(&self) -> Vec<f64> {
        Vec::new()
    }
}

/// A formula behind an object-safe door: all that the drivers see of a loss. Every [`RowLoss`] has it.
pub trait RowKernel<T>: RowFormula {
    /// Evaluates the formula on a block.
    fn block(&self, level: Level, rows: &RowBlock<T>, out: &mut RowPartials<T>);
    /// Evaluates the terms of `others` on the first `len` (other, own) pairs.
    fn pairs(
        &self,
        level: Level,
        len: usize,
        other: &[T; BLOCK],
        own: &[T; BLOCK],
        out: &mut PairPartials<T>,
    );
    /// The link and its slope, entry by entry; all three slices are equally long.
    fn link_run(&self, level: Level, x: &[T], z: &mut [T], slope: &mut [T]);
}

/// The part of a formula's door that does not depend on the precision.
pub trait RowFormula: Send + Sync {
    /// [`RowLoss::READS`].
    fn reads(&self) -> Reads;
    /// [`RowLoss::COMBINES`].
    fn combines(&self) -> Combines;
    /// [`RowLoss::transform`].
    fn row_transform(&self) -> Option<Transform>;
    /// [`RowLoss::class_values`].
    fn values_by_class(&self) -> Vec<f64>;
    /// [`RowLoss::LAST_FOR_REST`].
    fn last_value_for_rest(&self) -> bool;
    /// [`RowLoss::rival`].
    fn rival_class(&self) -> Option<Rival>;
    /// [`RowLoss::off_label`].
    fn off_label_power(&self) -> Option<[f64; 2]>;
    /// [`RowLoss::label_smoothing`].
    fn smoothing(&self) -> f64;
    /// [`RowLoss::temperature`].
    fn softmax_temperature(&self) -> f64;
    /// [`RowLoss::alpha`].
    fn class_factors(&self) -> &[f64];
    /// [`RowLoss::kinks`].
    fn kink_gaps(&self) -> Vec<f64>;
    /// Second derivatives of the formula at one view.
    fn second(&self, row: &Row<f64>) -> Second;
    /// The term of `others` with (∂other, ∂own, ∂²other, ∂²own).
    fn pair_second(&self, other: f64, own: f64) -> [f64; 5];
    /// The formula on twice nested duals, of losses whose rows are transformed or combined otherwise than
    /// by the target (of others 0: their second derivatives come from `second`).
    fn nested(&self, row: &Row<Nested>) -> Nested;
    /// The link on such numbers.
    fn nested_link(&self, x: Nested) -> Nested;
    /// The link on replayed numbers.
    fn replay_link(&self, x: Replay) -> Replay;
    /// The link as a graph.
    fn trace_link(&self, x: Sym) -> Sym;
    /// The formula on replayed numbers.
    fn replay(&self, row: &Row<Replay>) -> Replay;
    /// A term of `others` on replayed numbers.
    fn replay_pair(&self, other: Replay, own: Replay) -> Replay;
    /// The formula as a graph.
    fn trace(&self, row: &Row<Sym>) -> Sym;
    /// A term of `others` as a graph.
    fn trace_pair(&self, other: Sym, own: Sym) -> Sym;
}

/// A number with its first and second derivative by one variable.
pub type Nested = Dual<Dual<f64, 1>, 1>;

/// A formula in both precisions.
pub trait RowObject: RowKernel<f32> + RowKernel<f64> {}
impl<L: RowKernel<f32> + RowKernel<f64>> RowObject for L {}

/// Seeds the statistics of a view as variables: ln p (with p and q as its functions), z, other_sq, others.
#[inline(always)]
fn seeded<V: Real, const N: usize>(row: Row<V>) -> Row<Dual<V, N>> {
    let log_p = Dual::variable(row.log_p, 0);
    Row {
        log_p,
        p: log_p.chain(row.p, row.p),
        q: log_p.chain(row.q, -row.p),
        z: Dual::variable(row.z, 1),
        other_sq: Dual::variable(row.other_sq, 2),
        others: Dual::variable(row.others, 3),
        fixed: Dual::constant(row.fixed),
        classes: row.classes,
    }
}

/// [`one_vector`], and the compiler is told again that `width` entries from there on are in the block: a
/// check of its own for each statistic would be as much code as many a formula.
#[inline(always)]
fn within_block(at: usize, width: usize) -> usize {
    one_vector(at).min(BLOCK - width)
}

/// How many of the derivatives by ln p, z, Σ_{j≠k} z_j² and `others` the formula needs.
const fn derivatives<L: RowLoss>() -> usize {
    if L::READS.squares || L::READS.others {
        4
    } else if L::READS.logits {
        2
    } else {
        1
    }
}

/// The only code that is compiled once per loss, precision and instruction set.
#[inline(always)]
fn block_body<L: RowLoss, T: Float, P: Pack<T>, const N: usize>(
    loss: &L,
    rows: &RowBlock<T>,
    out: &mut RowPartials<T>,
) {
    for at in (0..rows.len.min(BLOCK)).step_by(P::WIDTH) {
        let at = within_block(at, P::WIDTH);
        let load = |from: &[T; BLOCK]| P::load(&from[at..]);
        let y = loss.row(&seeded::<_, N>(Row {
            log_p: load(&rows.log_p),
            p: load(&rows.p),
            q: load(&rows.q),
            z: load(&rows.z),
            other_sq: load(&rows.other_sq),
            others: load(&rows.others),
            fixed: load(&rows.fixed),
            classes: rows.classes,
        }));
        y.value.store(&mut out.value[at..]);
        y.partials[0].store(&mut out.log_p[at..]);
        if N > 1 {
            y.partials[1].store(&mut out.z[at..]);
        }
        if N > 2 {
            y.partials[2].store(&mut out.other_sq[at..]);
            y.partials[3].store(&mut out.others[at..]);
        }
    }
}

#[inline(always)]
fn pairs_body<L: RowLoss, T: Float, P: Pack<T>>(
    loss: &L,
    len: usize,
    other: &[T; BLOCK],
    own: &[T; BLOCK],
    out: &mut PairPartials<T>,
) {
    for at in (0..len.min(BLOCK)).step_by(P::WIDTH) {
        let at = within_block(at, P::WIDTH);
        let load = |from: &[T; BLOCK], index| Dual::<_, 2>::variable(P::load(&from[at..]), index);
        let y = loss.other(load(other, 0), load(own, 1));
        y.value.store(&mut out.value[at..]);
        y.partials[0].store(&mut out.other[at..]);
        y.partials[1].store(&mut out.own[at..]);
    }
}

#[inline(always)]
fn link_body<L: RowLoss, T: Float, const FUSED: bool>(
    loss: &L,
    x: &[T],
    z: &mut [T],
    slope: &mut [T],
) {
    for at in (0..x.len()).step_by(LANES) {
        let at = one_vector(at);
        // The last few repeat their first: an entry that the link can take.
        let x = Lanes::<T, FUSED>::load_at(x, at, x[at]);
        let y = loss.link(Dual::<_, 1>::variable(x, 0));
        y.value.store_at(z, at);
        y.partials[0].store_at(slope, at);
    }
}

#[inline(always)]
fn block_one<L: RowLoss, T: Float, const FUSED: bool>(
    loss: &L,
    rows: &RowBlock<T>,
    out: &mut RowPartials<T>,
) {
    // One `if` each: only of these does the compiler drop the branch that is not taken.
    if const { side_by_side(FUSED) } {
        block_of::<L, T, Lanes<T, FUSED>>(loss, rows, out);
    } else {
        block_of::<L, T, T>(loss, rows, out);
    }
}

#[inline(always)]
fn block_of<L: RowLoss, T: Float, P: Pack<T>>(
    loss: &L,
    rows: &RowBlock<T>,
    out: &mut RowPartials<T>,
) {
    if const { derivatives::<L>() == 1 } {
        block_body::<L, T, P, 1>(loss, rows, out);
    } else if const { derivatives::<L>() == 2 } {
        block_body::<L, T, P, 2>(loss, rows, out);
    } else {
        block_body::<L, T, P, 4>(loss, rows, out);
    }
}

#[inline(always)]
fn pairs_one<L: RowLoss, T: Float, const FUSED: bool>(
    loss: &L,
    len: usize,
    other: &[T; BLOCK],
    own: &[T; BLOCK],
    out: &mut PairPartials<T>,
) {
    if const { side_by_side(FUSED) } {
        pairs_body::<L, T, Lanes<T, FUSED>>(loss, len, other, own, out);
    } else {
        pairs_body::<L, T, T>(loss, len, other, own, out);
    }
}

/// Second derivatives by the first `N` statistics; the others' are 0.
#[inline(always)]
fn second_by<L: RowLoss, const N: usize>(loss: &L, row: &Row<f64>) -> Second {
    let inner = seeded::<f64, N>(*row);
    let y: Dual<Dual<f64, N>, N> = loss.row(&seeded::<Dual<f64, N>, N>(inner));
    let mut out = Second {
        first: [0.0; 4],
        second: [[0.0; 4]; 4],
    };
    for a in 0..N {
        out.first[a] = y.value.partials[a];
        for b in 0..N {
            out.second[a][b] = y.partials[a].partials[b];
        }
    }
    out
}

impl<L: RowLoss, T: Float> RowKernel<T> for L {
    fn block(&self, level: Level, rows: &RowBlock<T>, out: &mut RowPartials<T>) {
        let loss = self;
        dispatch!(level, [L: RowLoss, T: Float] block_one::<L, T>(
            loss: &L, rows: &RowBlock<T>, out: &mut RowPartials<T>))
    }

    fn pairs(
        &self,
        level: Level,
        len: usize,
        other: &[T; BLOCK],
        own: &[T; BLOCK],
        out: &mut PairPartials<T>,
    ) {
        if const { L::READS.others } {
            let loss = self;
            dispatch!(level, [L: RowLoss, T: Float] pairs_one::<L, T>(
                loss: &L, len: usize, other: &[T; BLOCK], own: &[T; BLOCK], out: &mut PairPartials<T>))
        }
    }

    fn link_run(&self, level: Level, x: &[T], z: &mut [T], slope: &mut [T]) {
        if const { L::READS.transform } {
            let loss = self;
            dispatch!(level, [L: RowLoss, T: Float] link_body::<L, T>(
                loss: &L, x: &[T], z: &mut [T], slope: &mut [T]))
        }
    }
}

impl<L: RowLoss> RowFormula for L {
    fn reads(&self) -> Reads {
        L::READS
    }
    fn combines(&self) -> Combines {
        L::COMBINES
    }
    fn row_transform(&self) -> Option<Transform> {
        self.transform()
    }
    fn values_by_class(&self) -> Vec<f64> {
        self.class_values()
    }
    fn last_value_for_rest(&self) -> bool {
        L::LAST_FOR_REST
    }
    fn rival_class(&self) -> Option<Rival> {
        self.rival()
    }
    fn off_label_power(&self) -> Option<[f64; 2]> {
        self.off_label()
    }
    fn smoothing(&self) -> f64 {
        self.label_smoothing()
    }
    fn softmax_temperature(&self) -> f64 {
        self.temperature()
    }
    fn class_factors(&self) -> &[f64] {
        self.alpha()
    }
    fn kink_gaps(&self) -> Vec<f64> {
        self.kinks()
    }

    fn second(&self, row: &Row<f64>) -> Second {
        if const { derivatives::<L>() == 1 } {
            second_by::<L, 1>(self, row)
        } else {
            second_by::<L, 4>(self, row)
        }
    }

    fn pair_second(&self, other: f64, own: f64) -> [f64; 5] {
        let variable = |x, index| Dual::<_, 2>::variable(Dual::<f64, 2>::variable(x, index), index);
        let y = self.other(variable(other, 0), variable(own, 1));
        [
            y.value.value,
            y.value.partials[0],
            y.value.partials[1],
            y.partials[0].partials[0],
            y.partials[1].partials[1],
        ]
    }

    fn nested(&self, row: &Row<Nested>) -> Nested {
        if const { L::READS.transform || !matches!(L::COMBINES, Combines::ByTarget) } {
            self.row(row)
        } else {
            Nested::lift(0.0)
        }
    }
    fn nested_link(&self, x: Nested) -> Nested {
        self.link(x)
    }
    fn replay_link(&self, x: Replay) -> Replay {
        self.link(x)
    }
    fn trace_link(&self, x: Sym) -> Sym {
        self.link(x)
    }
    fn replay(&self, row: &Row<Replay>) -> Replay {
        self.row(row)
    }
    fn replay_pair(&self, other: Replay, own: Replay) -> Replay {
        self.other(other, own)
    }
    fn trace(&self, row: &Row<Sym>) -> Sym {
        self.row(row)
    }
    fn trace_pair(&self, other: Sym, own: Sym) -> Sym {
        self.other(other, own)
    }
}
