//! The terms of a declared loss: the only code that is compiled for each of them, behind its doors.

use super::reduce::{Sloped, nothing};
use super::{Judged, Needs, Reduce};
use crate::kernels::lanes::LANES;
use crate::kernels::level::Level;
use crate::kernels::scalar::Float;
use std::ops::Range;

/// What a [`PairLoss`](super::PairLoss) declares.
#[derive(Debug, Clone, Copy)]
pub struct Reductions {
    pub(super) negatives: [Reduce; 2],
    pub(super) positives: [Reduce; 2],
    pub(super) needs: Needs,
}

/// The part of a declared loss that does not depend on the precision of the embeddings: positives are few, and go
/// through the formula in double precision.
pub trait Formula: Send + Sync {
    /// What is declared.
    fn reductions(&self) -> Reductions;
    /// Writes the two terms of positives, each with its slopes by the likeness and by what the negatives gave; those
    /// that are reduced to nothing are left out. All slices are equally long, a multiple of 8.
    fn positives(
        &self,
        level: Level,
        likenesses: &[f64],
        negatives: [&[f64]; 2],
        to: &mut [[Vec<f64>; 4]; 2],
    );
    /// What an anchor makes of its reductions, with the slopes by them. `partners` are the numbers of its negatives and
    /// positives.
    fn anchor(
        &self,
        negatives: [f64; 2],
        positives: [f64; 2],
        partners: [usize; 2],
    ) -> (Judged<f64>, [f64; 4]);
}

/// A declared loss, as it is compiled for one precision.
pub trait Terms<T>: Formula {
    /// Writes the two terms of negatives and their slopes; those that are reduced to nothing are left out. All slices
    /// are equally long, a multiple of 8.
    fn negatives(&self, level: Level, likenesses: &[T], to: [[&mut [T]; 2]; 2]);
}

/// Terms of negatives and their slopes; the lists are as long as the last eight numbers need.
#[derive(Debug, Default)]
pub(super) struct NegativeTerms<T> {
    terms: [Vec<T>; 2],
    slopes: [Vec<T>; 2],
}

impl<T: Float> NegativeTerms<T> {
    /// Those of any number of likenesses. The last few, too few for the lanes, are filled up with the first of them.
    pub(super) fn read(&mut self, kernel: &dyn Terms<T>, level: Level, likenesses: &[T]) {
        let size = likenesses.len().next_multiple_of(LANES);
        for numbers in self.terms.iter_mut().chain(&mut self.slopes) {
            numbers.resize(size, T::default());
        }
        let (lanes, rest) = likenesses.split_at(likenesses.len() / LANES * LANES);
        kernel.negatives(level, lanes, self.part(0, lanes.len()));
        if let Some(&first) = rest.first() {
            let mut last = [first; LANES];
            last[..rest.len()].copy_from_slice(rest);
            kernel.negatives(level, &last, self.part(lanes.len(), size));
        }
    }

    fn part(&mut self, from: usize, to: usize) -> [[&mut [T]; 2]; 2] {
        [&mut self.terms, &mut self.slopes]
            .map(|of| of.each_mut().map(|numbers| &mut numbers[from..to]))
    }

    /// Makes terms that are not a negative's add nothing, to sums and to slopes.
    pub(super) fn blank(&mut self, reduce: [Reduce; 2], places: Range<usize>) {
        for r in 0..2 {
            self.terms[r][places.clone()].fill(nothing(reduce[r]));
            self.slopes[r][places.clone()].fill(T::default());
        }
    }

    pub(super) fn terms(&self) -> [&[T]; 2] {
        self.terms.each_ref().map(|numbers| &numbers[..])
    }

    pub(super) fn sloped(&self) -> Sloped<'_, T> {
        Sloped {
            terms: self.terms(),
            slopes: self.slopes.each_ref().map(|numbers| &numbers[..]),
        }
    }
}
