//! Scores that are judged together: a label's column, a ranked list, a set, a sequence, the numbers of an outline.
//! The shape of losses that do not split into rows or entries.
//!
//! A [`GroupLoss`] says how the arrays fall into groups ([`Layout`]). It is written twice: plainly, on any
//! number, and `fused`, as the algorithm that gives value and slopes fast. The conformance suite holds the
//! second against the first; curvature and the traced graph come from the first. The driver gathers what
//! counts, runs the groups in parallel, and knows nothing of any one loss. All of it is in double precision.

mod driver;
mod problem;
mod reference;
pub(crate) mod softmax;
pub mod turned;

pub(crate) use driver::evaluate;
pub(crate) use problem::GroupProblem;
pub(crate) use reference::{Reference, curvature, near_kink, reference};

use super::Fault;
use super::replay::Replay;
use super::rows::Nested;
use super::scalar::Real;
use super::sym::Sym;
use crate::loss::Domain;

/// How the arrays of a batch fall into groups. A group is one item of a mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Scores and 0/1 targets `[n, k]` (or `[n]`): each column is a group with its class weight. Weights and
    /// mask are of rows or of entries.
    Columns,
    /// Scores and relevances (or other numbers) `[lists, items]`: each list is a group. Weights are of lists, a
    /// mask is of lists or of items.
    Lists,
    /// Scores and 0/1 targets or other numbers of any one shape: all of them are one group. Weights and mask are
    /// of items or of entries.
    Batch,
    /// Scores `[sets, members, classes]`, labels `[sets, members]`: each set is a group. Weights are of sets,
    /// a mask is of sets or of members.
    Sets,
    /// Scores `[sequences, steps, classes]`, labels `[sequences, length]`, padded with −1 at the end: each
    /// sequence is a group. Weights are of sequences, a mask is of sequences or of steps.
    Sequences,
    /// Numbers `[…, k]` for each target of `[…]`, such as mean and scale, quantiles or an ensemble: each target is a
    /// group. Weights and mask are of targets or of the first axis.
    Forecasts,
    /// Vectors `[n, members, d]`, targets `[n, d]`: each ensemble is a group. Weights are of ensembles, a mask is of
    /// ensembles or of members.
    Ensembles,
    /// Predictions of any shape, targets `[…, 2]` with two numbers for each of them: each prediction is a group.
    /// Weights and mask are of predictions or of the first axis.
    Marked,
    /// Scores `[n]` (or `[n, 1]`), targets `[n, 2]` of times and whether something happened then: all of them are one
    /// group. Weights and mask are of scores.
    Times,
    /// Predicted and true outlines `[n, k]`, each of so many numbers k: each outline is a group. Weights and mask are
    /// of outlines.
    Outlines(usize),
}

/// The scores of a group that count, with their targets.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a, S> {
    /// The scores; of sets, sequences and ensembles `classes` of them for each member or step.
    pub scores: &'a [S],
    /// The same as plain numbers, to sort and to choose by.
    pub values: &'a [f64],
    /// The targets, labels as whole numbers: one for each score, each member or each label of the sequence; of a
    /// forecast one, of an ensemble a vector, of marked predictions and times two for each score.
    pub targets: &'a [f64],
    /// Weight of each score, above 0. What is weighed as a whole (lists, sets, sequences, forecasts) has 1.
    pub weights: &'a [f64],
    /// Scores of one member or step, numbers of a forecast; 1 where there are none.
    pub classes: usize,
}

impl<S> Group<'_, S> {
    /// True: a group of hard targets counts.
    ///
    /// # Errors
    /// The first target that is neither 0 nor 1.
    pub fn hard(&self) -> Result<bool, Fault> {
        match self.targets.iter().position(|&t| t != 0.0 && t != 1.0) {
            Some(at) => Err(Fault::Target(at, "0 or 1")),
            None => Ok(true),
        }
    }
}

/// A loss of a group of scores.
pub trait GroupLoss: Send + Sync {
    /// How the arrays fall into groups.
    const LAYOUT: Layout;

    /// The same where parameters decide it.
    fn cut(&self) -> Layout {
        Self::LAYOUT
    }

    /// May a forecast have so many numbers, an ensemble so many members?
    ///
    /// # Errors
    /// How many it may have, as the last axis is written.
    fn fits(&self, _numbers: usize) -> Result<(), String> {
        Ok(())
    }

    /// Range of the number at a place of a forecast with so many; without, that of the facts.
    fn domain(&self, _place: usize, _numbers: usize) -> Option<Domain> {
        None
    }

    /// Does the group count? It is never empty.
    ///
    /// # Errors
    /// What makes it impossible to judge.
    fn counts(&self, _group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(true)
    }

    /// The loss of a group that counts, written out plainly.
    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S;

    /// The loss of a group that counts. Adds its slopes by the scores to `slopes`, which holds zeros.
    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64;

    /// Is the group within `margin` of a kink?
    fn near_kink(&self, _group: &Group<'_, f64>, _margin: f64) -> bool {
        false
    }
}

/// A loss behind an object-safe door. Every [`GroupLoss`] has it.
pub trait GroupObject: Send + Sync {
    /// [`GroupLoss::cut`].
    fn layout(&self) -> Layout;
    /// [`GroupLoss::fits`].
    ///
    /// # Errors
    /// As there.
    fn fits_numbers(&self, numbers: usize) -> Result<(), String>;
    /// [`GroupLoss::domain`].
    fn number_domain(&self, place: usize, numbers: usize) -> Option<Domain>;
    /// [`GroupLoss::counts`].
    ///
    /// # Errors
    /// As there.
    fn group_counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault>;
    /// [`GroupLoss::fused`].
    fn value_and_slopes(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64;
    /// [`GroupLoss::near_kink`].
    fn is_near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool;
    /// The loss on twice nested duals.
    fn nested(&self, group: &Group<'_, Nested>) -> Nested;
    /// The loss on replayed numbers.
    fn replay(&self, group: &Group<'_, Replay>) -> Replay;
    /// The loss as a graph.
    fn trace(&self, group: &Group<'_, Sym>) -> Sym;
}

impl<L: GroupLoss> GroupObject for L {
    fn layout(&self) -> Layout {
        self.cut()
    }
    fn fits_numbers(&self, numbers: usize) -> Result<(), String> {
        self.fits(numbers)
    }
    fn number_domain(&self, place: usize, numbers: usize) -> Option<Domain> {
        self.domain(place, numbers)
    }
    fn group_counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        self.counts(group)
    }
    fn value_and_slopes(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        self.fused(group, slopes)
    }
    fn is_near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        self.near_kink(group, margin)
    }
    fn nested(&self, group: &Group<'_, Nested>) -> Nested {
        self.plainly(group)
    }
    fn replay(&self, group: &Group<'_, Replay>) -> Replay {
        self.plainly(group)
    }
    fn trace(&self, group: &Group<'_, Sym>) -> Sym {
        self.plainly(group)
    }
}
