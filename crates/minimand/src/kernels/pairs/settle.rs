//! What an anchor makes of its partners' terms, and how it pulls at them afterwards.

use super::reduce::{self, ColumnPulls, Pull, Sloped, Tally};
use super::terms::{Formula, NegativeTerms, Reductions, Terms};
use super::{Anchor, Judged, Reduce};
use crate::kernels::lanes::LANES;
use crate::kernels::level::Level;
use crate::kernels::scalar::Float;

/// Likenesses whose terms are worked on at once: they stay in a core's first cache.
pub(super) const BAND: usize = 1024;

/// How the slopes of an anchor's loss by likenesses come from the terms of its partners.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pulls {
    /// What the reductions of the negatives gave.
    negatives: [f64; 2],
    /// d loss / d term, for a sum of exponentials over e^(t − value).
    at_negatives: [f64; 2],
    at_positives: [Pull<f64>; 2],
}

impl Pulls {
    /// Of an anchor that does not count.
    pub(super) fn none(reductions: &Reductions, negatives: [Tally; 2], count: usize) -> Self {
        let values = |r: usize| negatives[r].reduced(reductions.negatives[r], count).value;
        Pulls {
            negatives: [values(0), values(1)],
            at_negatives: [0.0; 2],
            at_positives: [NO_PULL; 2],
        }
    }

    /// At the negatives' terms; over e^(t − `common`), if there are common tops. What a top loses as it is rounded is in
    /// the factor.
    pub(super) fn at_negatives<T: Float>(
        &self,
        reduce: [Reduce; 2],
        common: Option<[T; 2]>,
    ) -> [Pull<T>; 2] {
        [0, 1].map(|r| {
            let value = self.negatives[r];
            let top = common.map_or(T::from_f64(value), |tops| tops[r]);
            let mut factor = self.at_negatives[r];
            if factor != 0.0 && reduce[r] == Reduce::LogSumExp {
                factor *= (top.to_f64() - value).exp();
            }
            Pull {
                factor: T::from_f64(factor),
                top,
            }
        })
    }
}

/// Neither a term nor its exponential can make anything of it.
const NO_PULL: Pull<f64> = Pull {
    factor: 0.0,
    top: f64::INFINITY,
};

/// Tops for all terms between some anchors and others, if they are near those of each: none is above the reduction of
/// its row, nor above that of its column.
pub(super) fn common_tops<T: Float>(
    reduce: [Reduce; 2],
    rows: &[Pulls],
    columns: &[Pulls],
) -> Option<[T; 2]> {
    let most = |anchors: &[Pulls], r: usize| {
        let each = anchors.iter().map(|pulls| pulls.negatives[r]);
        each.fold(f64::NEG_INFINITY, f64::max)
    };
    let tops = [0, 1].map(|r| most(rows, r).min(most(columns, r)));
    let is_near = |pulls: &Pulls, r: usize| {
        let pulls_by_exponentials = reduce[r] == Reduce::LogSumExp && pulls.at_negatives[r] != 0.0;
        !pulls_by_exponentials || tops[r] - pulls.negatives[r] <= reduce::REACH
    };
    let mut all = rows.iter().chain(columns);
    let near = all.all(|pulls| is_near(pulls, 0) && is_near(pulls, 1));
    near.then(|| tops.map(T::from_f64))
}

/// Positives of one anchor, in double precision.
#[derive(Debug, Default)]
pub(super) struct Positives {
    count: usize,
    /// Filled up to a multiple of eight, as everything here.
    likenesses: Vec<f64>,
    negatives: [Vec<f64>; 2],
    /// Of each reduction the terms and their slopes: by the likeness, by what the negatives gave.
    terms: [[Vec<f64>; 4]; 2],
    columns: ColumnPulls<f64>,
    slopes: Vec<f64>,
}

impl Positives {
    /// Takes the likenesses of an anchor's positives.
    pub(super) fn take(&mut self, likenesses: impl Iterator<Item = f64>) {
        self.likenesses.clear();
        self.likenesses.extend(likenesses);
        self.count = self.likenesses.len();
        if let Some(&first) = self.likenesses.first() {
            let size = self.count.next_multiple_of(LANES);
            self.likenesses.resize(size, first);
        }
    }

    /// Their terms, for anchors whose negatives gave these: one for each, or the same for all.
    fn read<'a>(
        &mut self,
        kernel: &dyn Formula,
        level: Level,
        anchors: impl Iterator<Item = &'a Pulls> + Clone,
    ) {
        let size = self.likenesses.len();
        for (r, negatives) in self.negatives.iter_mut().enumerate() {
            negatives.clear();
            negatives.extend(anchors.clone().map(|pulls| pulls.negatives[r]).take(size));
            let last = negatives.last().copied().unwrap_or(0.0);
            negatives.resize(size, last);
        }
        for numbers in self.terms.iter_mut().flatten() {
            numbers.resize(size, 0.0);
        }
        let negatives = self.negatives.each_ref().map(|numbers| &numbers[..]);
        kernel.positives(level, &self.likenesses, negatives, &mut self.terms);
    }

    /// Terms that have been read with one of their slopes.
    fn sloped(&self, by: usize) -> Sloped<'_, f64> {
        Sloped {
            terms: self.terms.each_ref().map(|of| &of[0][..self.count]),
            slopes: self.terms.each_ref().map(|of| &of[1 + by][..self.count]),
        }
    }

    /// Adds the slopes of an anchor by all of them, or of each column's anchor.
    fn add_slopes(
        &mut self,
        level: Level,
        reduce: [Reduce; 2],
        by: usize,
        own: [Pull<f64>; 2],
        common: Option<[f64; 2]>,
    ) {
        let mut slopes = std::mem::take(&mut self.slopes);
        let from = self.sloped(by);
        reduce::slopes(
            level,
            reduce,
            from,
            &[own],
            &self.columns,
            common,
            &mut slopes,
        );
        self.slopes = slopes;
    }

    /// Those through the anchor's own loss.
    fn add_own_slopes(&mut self, level: Level, reduce: [Reduce; 2], by: usize, own: &Pulls) {
        self.columns.clear(self.count);
        let tops = own.at_positives.map(|pull| pull.top);
        self.add_slopes(level, reduce, by, own.at_positives, Some(tops));
    }

    /// The slopes of the anchor's loss by their likenesses, and of those of the others where they are anchors too.
    pub(super) fn slopes(
        &mut self,
        kernel: &dyn Formula,
        level: Level,
        own: &Pulls,
        others: &[Pulls],
    ) -> &[f64] {
        let reduce = kernel.reductions().positives;
        self.slopes.clear();
        self.slopes.resize(self.count, 0.0);
        if self.count > 0 {
            self.read(kernel, level, std::iter::once(own));
            self.add_own_slopes(level, reduce, 0, own);
        }
        if self.count > 0 && !others.is_empty() {
            self.read(kernel, level, others.iter());
            self.columns
                .fill(others.iter().map(|pulls| pulls.at_positives));
            self.add_slopes(level, reduce, 0, [NO_PULL; 2], None);
        }
        &self.slopes
    }

    /// What the anchor comes to, if it counts, from its negatives and from these positives.
    pub(super) fn settle(
        &mut self,
        kernel: &dyn Formula,
        level: Level,
        weight: f64,
        tallies: [Tally; 2],
        partners: [usize; 2],
    ) -> Option<(Judged<f64>, Pulls)> {
        let reductions = kernel.reductions();
        if !reductions.needs.met(partners[1], partners[0]) {
            return None;
        }
        let mut pulls = Pulls::none(&reductions, tallies, partners[0]);
        let mut positives = [Tally::EMPTY; 2];
        let reduce = reductions.positives;
        if self.count > 0 {
            self.read(kernel, level, std::iter::once(&pulls));
            let rows = std::slice::from_mut(&mut positives);
            reduce::tally(level, reduce, self.sloped(0).terms, self.count, rows, None);
        }
        let reduced = [0, 1].map(|r| positives[r].reduced(reduce[r], partners[1]));
        let values = reduced.map(|reduced| reduced.value);
        let (judged, by) = kernel.anchor(pulls.negatives, values, partners);
        let by = by.map(|d| weight * d);
        pulls.at_positives = [0, 1].map(|r| Pull {
            factor: by[2 + r] * reduced[r].share,
            top: values[r],
        });
        for r in 0..2 {
            let negatives = tallies[r].reduced(reductions.negatives[r], partners[0]);
            // The positives may pull at the negatives' reductions.
            let mut at = by[r];
            if self.depend_on(r, reduce) {
                self.slopes.clear();
                self.slopes.resize(self.count, 0.0);
                self.add_own_slopes(level, reduce, 1 + r, &pulls);
                at += self.slopes.iter().sum::<f64>();
            }
            pulls.at_negatives[r] = at * negatives.share;
        }
        Some((judged, pulls))
    }

    /// Do terms that have been read depend on what the negatives gave?
    fn depend_on(&self, negatives: usize, reduce: [Reduce; 2]) -> bool {
        (0..2).any(|r| {
            let slopes = &self.terms[r][2 + negatives];
            self.count > 0 && reduce[r] != Reduce::Nothing && slopes.iter().any(|&d| d != 0.0)
        })
    }
}

/// Buffers of a thread.
#[derive(Debug, Default)]
pub(super) struct Work<T> {
    pub(super) negatives: NegativeTerms<T>,
    pub(super) columns: ColumnPulls<T>,
    pub(super) positives: Positives,
}

/// [`PairKernel::judge`](super::PairKernel::judge) of any declared loss.
pub(super) fn judge<T: Float>(
    kernel: &dyn Terms<T>,
    anchor: &mut Anchor<'_, T>,
) -> Option<Judged<f64>> {
    let (level, reduce) = (Level::detect(), kernel.reductions().negatives);
    let partners = anchor.partners();
    let Work {
        negatives,
        columns,
        positives,
    } = &mut anchor.scratch.work;
    let row = &mut *anchor.row;
    let others = |&&place: &&u32| anchor.own != Some(place as usize);
    let class = anchor.class;
    let likenesses = class
        .iter()
        .filter(others)
        .map(|&place| row[place as usize].to_f64());
    positives.take(likenesses);
    let mut tallies = [Tally::EMPTY; 2];
    for (i, piece) in row.chunks(BAND).enumerate() {
        negatives.read(kernel, level, piece);
        let first = i * BAND;
        let from = class.partition_point(|&place| (place as usize) < first);
        let here = class[from..].iter().map(|&place| place as usize - first);
        for place in here.take_while(|&place| place < piece.len()) {
            negatives.blank(reduce, place..place + 1);
        }
        let rows = std::slice::from_mut(&mut tallies);
        reduce::tally(level, reduce, negatives.terms(), piece.len(), rows, None);
    }
    let settled = positives.settle(kernel, level, anchor.weight, tallies, partners);
    let Some((judged, pulls)) = settled else {
        row.fill(T::default());
        return None;
    };
    // With no anchors in the columns, what the negatives gave is a top for all.
    let tops = pulls.negatives.map(T::from_f64);
    let own = [pulls.at_negatives(reduce, Some(tops))];
    for piece in row.chunks_mut(BAND) {
        negatives.read(kernel, level, piece);
        columns.clear(piece.len());
        piece.fill(T::default());
        let from = negatives.sloped();
        reduce::slopes(level, reduce, from, &own, columns, Some(tops), piece);
    }
    let mut slopes = positives.slopes(kernel, level, &pulls, &[]).iter();
    for &place in class {
        let own = anchor.own == Some(place as usize);
        let slope = if own { None } else { slopes.next() };
        row[place as usize] = T::from_f64(slope.copied().unwrap_or(0.0));
    }
    Some(judged)
}
