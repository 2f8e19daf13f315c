//! Losses of all embeddings at once: what an anchor costs depends on more than its own likenesses.

use super::driver::Items;
use super::problem::PairProblem;
use super::{Judged, Judges, Likeness, PairFloat, PairObject, Sides};
use crate::error::Error;
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::Real;
use crate::kernels::sym::Sym;

/// The embeddings of one side that count.
#[derive(Debug, Clone, Copy)]
pub struct WholeSide<'a, S> {
    /// `[n, width]`, divided by their norms or centred where the likeness says so.
    pub vectors: &'a [S],
    /// The same as plain numbers, to sort and to choose by.
    pub values: &'a [f64],
    /// Class of each, counted from 0; of pairs their number.
    pub classes: &'a [usize],
    /// Weight of each, 0 or above.
    pub weights: &'a [f64],
}

impl<S: Real> WholeSide<'_, S> {
    /// Number of embeddings.
    pub fn rows(&self) -> usize {
        self.classes.len()
    }

    /// The likeness of two of them, written out.
    pub fn likeness(&self, likeness: Likeness, width: usize, i: usize, j: usize) -> S {
        let of = |i: usize| &self.vectors[i * width..(i + 1) * width];
        super::distance::plain(likeness, of(i), of(j))
    }
}

/// All embeddings of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a, S> {
    /// One side, or the predictions and the targets. The anchors are those of the first.
    pub sides: &'a [WholeSide<'a, S>],
    /// Numbers of an embedding, at least 1.
    pub width: usize,
}

/// A loss of all embeddings at once.
pub trait WholeLoss: Send + Sync {
    /// What makes up a side in a batch of pairs.
    fn sides(&self) -> Sides {
        Sides::Joined
    }
    /// How embeddings are compared; here it says what is done to them first.
    fn likeness(&self) -> Likeness;
    /// The loss of each anchor, written out plainly.
    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>>;
    /// The loss of each anchor. Adds the slopes of their sum by weights to `slopes`, which are zeros in the shapes of
    /// the sides' vectors.
    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>>;
    /// Is the batch within `margin` of a kink?
    fn near_kink(&self, _whole: &Whole<'_, f64>, _margin: f64) -> bool {
        false
    }
}

/// Every anchor with the loss of the batch; they do not count where there is none.
pub fn of_batch<S: Real>(loss: Option<S>, anchors: usize) -> Vec<Judged<S>> {
    let judged = match loss {
        Some(value) => Judged { value, mass: 1.0 },
        None => Judged {
            value: S::lift(0.0),
            mass: 0.0,
        },
    };
    vec![judged; anchors]
}

/// A loss behind an object-safe door. Every [`WholeLoss`] has it.
pub trait WholeObject: Send + Sync {
    /// [`WholeLoss::fused`].
    fn judge(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>>;
    /// [`WholeLoss::near_kink`].
    fn is_near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool;
    /// The losses on twice nested duals.
    fn nested(&self, whole: &Whole<'_, Nested>) -> Vec<Judged<Nested>>;
    /// The losses on replayed numbers.
    fn replay(&self, whole: &Whole<'_, Replay>) -> Vec<Judged<Replay>>;
    /// The losses as graphs.
    fn trace(&self, whole: &Whole<'_, Sym>) -> Vec<Judged<Sym>>;
}

impl<L: WholeLoss> WholeObject for L {
    fn judge(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        self.fused(whole, slopes)
    }
    fn is_near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        self.near_kink(whole, margin)
    }
    fn nested(&self, whole: &Whole<'_, Nested>) -> Vec<Judged<Nested>> {
        self.plainly(whole)
    }
    fn replay(&self, whole: &Whole<'_, Replay>) -> Vec<Judged<Replay>> {
        self.plainly(whole)
    }
    fn trace(&self, whole: &Whole<'_, Sym>) -> Vec<Judged<Sym>> {
        self.plainly(whole)
    }
}

/// A [`WholeLoss`] behind the door.
pub(super) struct Together<L>(pub(super) L);

impl<L: WholeLoss> PairObject for Together<L> {
    fn likeness(&self) -> Likeness {
        self.0.likeness()
    }
    fn sides(&self) -> Sides {
        self.0.sides()
    }
    fn judges(&self) -> Judges<'_> {
        Judges::Whole(&self.0)
    }
}

impl<T: PairFloat> PairProblem<'_, T> {
    /// Weights of the embeddings of each side.
    pub(super) fn side_weights(&self) -> Vec<Vec<f64>> {
        let of = |side: &super::problem::Side<T>| -> Vec<f64> {
            let each = side.origins.iter().map(|origin| self.weight(origin.row));
            each.collect()
        };
        self.sides.iter().map(of).collect()
    }

    /// Calls `f` with the embeddings on another number and as plain ones.
    pub(super) fn as_whole<S, R>(
        &self,
        vectors: &[Vec<S>],
        values: &[Vec<f64>],
        f: impl FnOnce(&Whole<'_, S>) -> R,
    ) -> R {
        let weights = self.side_weights();
        let sides: Vec<WholeSide<'_, S>> = (0..self.sides.len())
            .map(|i| WholeSide {
                vectors: &vectors[i],
                values: &values[i],
                classes: &self.sides[i].classes,
                weights: &weights[i],
            })
            .collect();
        f(&Whole {
            sides: &sides,
            width: self.width,
        })
    }
}

/// Judges the batch; adds to the gradients by the vectors of the sides.
pub(super) fn run<T: PairFloat>(
    problem: &PairProblem<'_, T>,
    kernel: &dyn WholeObject,
    items: &mut Items,
    gradients: Option<&mut [Vec<T>]>,
) -> Result<(), Error> {
    if problem.width == 0 || problem.sides.iter().any(|side| side.rows() == 0) {
        return Ok(());
    }
    let numbers = |side: &super::problem::Side<T>| -> Vec<f64> {
        side.vectors.iter().map(|x| x.to_f64()).collect()
    };
    let values: Vec<Vec<f64>> = problem.sides.iter().map(numbers).collect();
    let mut slopes: Vec<Vec<f64>> = values.iter().map(|x| vec![0.0; x.len()]).collect();
    let judged = problem.as_whole(&values, &values, |whole| kernel.judge(whole, &mut slopes));
    for (judged, origin) in judged.iter().zip(&problem.sides[0].origins) {
        if problem.weight(origin.row) == 0.0 {
            continue;
        }
        items.add(problem, origin.row, *judged)?;
    }
    for (to, slopes) in gradients.into_iter().flatten().zip(slopes) {
        for (to, slope) in to.iter_mut().zip(slopes) {
            *to = *to + T::from_f64(problem.share * slope);
        }
    }
    Ok(())
}
