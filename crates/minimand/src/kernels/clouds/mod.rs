//! Two sets of rows that are judged as a whole: clouds of points, samples of numbers, covariances. The shape of
//! transport losses.
//!
//! A [`CloudLoss`] says what its rows are ([`Form`]). It is written twice: plainly, on any number, and `fused`, as the
//! algorithm that gives value and slopes fast. The conformance suite holds the second against the first; curvature and
//! the traced graph come from the first. The driver gathers what counts, runs the items in parallel, and knows nothing
//! of any one loss. All of it is in double precision.

mod driver;
mod problem;
mod reference;

pub(crate) use driver::evaluate;
pub(crate) use problem::CloudProblem;
pub(crate) use reference::{Reference, curvature, near_kink, reference};

use super::replay::Replay;
use super::rows::Nested;
use super::scalar::Real;
use super::sym::Sym;
use crate::error::Error;

/// What the rows of an item are. Each item has a prediction and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Points: prediction `[items, n, d]`, target `[items, m, d]`; n and m may differ. Weights and mask are of items
    /// or of predicted points.
    Points,
    /// Numbers: prediction `[items, n]`, target `[items, m]`. Weights and mask are of items or of predicted numbers.
    Numbers,
    /// Covariances `[items, d, d]`, or `[items, 1 + d, d]` with the mean as the first row; both alike.
    Covariances,
    /// Factors W `[items, d, k]` of covariances WWᵀ, compared with covariances `[items, d, d]`.
    Factors,
}

/// One item: what is predicted of it and what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a, S> {
    /// The predicted rows that count, one after the other.
    pub points: &'a [S],
    /// The same as plain numbers, to sort and to choose by.
    pub numbers: &'a [f64],
    /// Share of each predicted point, above 0; they add up to 1. Of matrices, 1 for each row.
    pub shares: &'a [f64],
    /// The rows that they are compared with, each of the same share.
    pub target: &'a [f64],
    /// Numbers in a predicted row.
    pub width: usize,
    /// Numbers in a row of the target.
    pub target_width: usize,
}

impl<S> Pair<'_, S> {
    /// Number of predicted rows that count.
    pub fn rows(&self) -> usize {
        self.shares.len()
    }

    /// Number of rows of the target.
    pub fn target_rows(&self) -> usize {
        self.target.len() / self.target_width.max(1)
    }

    /// Share of each of the target's points.
    pub fn target_shares(&self) -> Vec<f64> {
        let m = self.target_rows();
        vec![1.0 / m as f64; m]
    }

    /// Is a predicted point within `margin` of another one or of a point of the target, in every coordinate?
    pub fn touches(&self, margin: f64) -> bool {
        let rows = || self.numbers.chunks(self.width.max(1));
        let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < margin);
        rows().enumerate().any(|(i, x)| {
            rows().take(i).any(|other| near(x, other))
                || self.target.chunks(self.width.max(1)).any(|y| near(x, y))
        })
    }
}

/// A loss of two sets of rows.
pub trait CloudLoss: Send + Sync {
    /// What the rows are.
    const FORM: Form;

    /// The loss of an item, written out plainly. What an algorithm finds (an order, a dual optimum) may come from the
    /// plain numbers, if value, slope and curvature on `S` are the loss's.
    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S;

    /// The loss of an item. Adds its slopes by the predicted rows to `slopes`, which holds zeros.
    ///
    /// # Errors
    /// What makes it impossible to judge, such as iterations that do not converge.
    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, Error>;

    /// Is the item within `margin` of a kink?
    fn near_kink(&self, _pair: &Pair<'_, f64>, _margin: f64) -> bool {
        false
    }
}

/// A loss behind an object-safe door. Every [`CloudLoss`] has it.
pub trait CloudObject: Send + Sync {
    /// [`CloudLoss::FORM`].
    fn form(&self) -> Form;
    /// [`CloudLoss::fused`].
    ///
    /// # Errors
    /// As there.
    fn value_and_slopes(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, Error>;
    /// [`CloudLoss::near_kink`].
    fn is_near_kink(&self, pair: &Pair<'_, f64>, margin: f64) -> bool;
    /// The loss on twice nested duals.
    fn nested(&self, pair: &Pair<'_, Nested>) -> Nested;
    /// The loss on replayed numbers.
    fn replay(&self, pair: &Pair<'_, Replay>) -> Replay;
    /// The loss as a graph.
    fn trace(&self, pair: &Pair<'_, Sym>) -> Sym;
}

impl<L: CloudLoss> CloudObject for L {
    fn form(&self) -> Form {
        L::FORM
    }
    fn value_and_slopes(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, Error> {
        self.fused(pair, slopes)
    }
    fn is_near_kink(&self, pair: &Pair<'_, f64>, margin: f64) -> bool {
        self.near_kink(pair, margin)
    }
    fn nested(&self, pair: &Pair<'_, Nested>) -> Nested {
        self.plainly(pair)
    }
    fn replay(&self, pair: &Pair<'_, Replay>) -> Replay {
        self.plainly(pair)
    }
    fn trace(&self, pair: &Pair<'_, Sym>) -> Sym {
        self.plainly(pair)
    }
}
