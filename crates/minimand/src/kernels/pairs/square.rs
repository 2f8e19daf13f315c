//! A batch that is compared with itself: every two blocks of it are one product, which serves the anchors of both.
//!
//! Slopes need the reductions over all partners, so that likenesses are computed twice, each time those of one half of
//! the square. Pairs of blocks go in rounds. In a round each block has one partner, so that no two tasks share a block,
//! and a block's sums come in the order of the rounds: the same bits for any number of threads.

use super::distance::{from_products, to_products};
use super::driver::Items;
use super::problem::{Members, PairProblem, Side};
use super::reduce::{self, Columns, Pull, Tally};
use super::settle::{BAND, Pulls, Work, common_tops};
use super::terms::Terms;
use super::{Judged, PairFloat, Reduce};
use crate::error::Error;
use crate::kernels::level::Level;
use crate::kernels::linear_rows::product::{self, Matrix};
use crate::kernels::parallel;
use std::ops::Range;

/// Anchors of a block, at most: a tile stays in a core's cache beside its vectors.
const MOST: usize = 256;
/// Anchors of a block, at least.
const LEAST: usize = 64;
/// Blocks of a batch: threads have something to do, and a tile is small beside the batch.
const BLOCKS: usize = 32;
/// Rows that columns add up in the precision of the embeddings.
const ROWS: usize = 64;

/// Buffers of a thread.
struct Buffers<T> {
    tile: Vec<T>,
    likenesses: Vec<T>,
    sums: Columns<T>,
    pulls: Vec<[Pull<T>; 2]>,
    work: Work<T>,
}

impl<T: PairFloat> Buffers<T> {
    fn new() -> Self {
        Buffers {
            tile: Vec::new(),
            likenesses: Vec::new(),
            sums: Columns::default(),
            pulls: Vec::new(),
            work: Work::default(),
        }
    }
}

/// Does some work on every part by itself and on every two, in rounds without a part in common.
fn each_pair<X: Send, S>(
    parts: &mut [X],
    fresh: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, [usize; 2], &mut X, Option<&mut X>) + Sync,
) {
    let count = parts.len();
    for round in 0..count {
        let mut parts: Vec<Option<&mut X>> = parts.iter_mut().map(Some).collect();
        let mut tasks = Vec::new();
        for i in 0..count {
            let j = (round + count - i) % count;
            if let Some(part) = parts[i].take() {
                tasks.push(([i, j], part, parts[j].take()));
            }
        }
        parallel::run(&mut tasks, &fresh, |buffers, (at, part, other)| {
            work(buffers, *at, part, other.as_deref_mut());
        });
    }
}

/// The batch at work.
struct Square<'a, T> {
    problem: &'a PairProblem<'a, T>,
    kernel: &'a dyn Terms<T>,
    level: Level,
    side: &'a Side<T>,
    members: Members,
    edge: usize,
}

impl<T: PairFloat> Square<'_, T> {
    /// The anchors of a block.
    fn block(&self, at: usize) -> Range<usize> {
        at * self.edge..((at + 1) * self.edge).min(self.side.rows())
    }

    /// Those of some places that are of the class of another, counted from the first.
    fn kin(&self, of: usize, places: &Range<usize>) -> Range<usize> {
        let class = self.members.range(self.side.classes[of]);
        let [from, to] = [class.start, class.end]
            .map(|place| place.clamp(places.start, places.end) - places.start);
        from..to
    }

    fn vectors(&self, places: &Range<usize>) -> &[T] {
        let width = self.problem.width;
        &self.side.vectors[places.start * width..places.end * width]
    }

    fn matrix(&self, places: &Range<usize>) -> Matrix<'_, T> {
        Matrix::new(self.vectors(places), places.len(), self.problem.width)
    }

    /// Likenesses of some anchors to others.
    fn likenesses(&self, to: &mut Vec<T>, rows: &Range<usize>, columns: &Range<usize>) {
        to.resize(rows.len() * columns.len(), T::default());
        let (left, right) = (self.matrix(rows), self.matrix(columns).transposed());
        product::multiply_into(to, false, left, right);
        let likeness = self.problem.likeness;
        if !likeness.is_distance() {
            return;
        }
        let (others, squares) = (self.vectors(columns), &self.side.squares[columns.clone()]);
        let vectors = self.vectors(rows).chunks(self.problem.width);
        for (row, vector) in to.chunks_mut(columns.len()).zip(vectors) {
            from_products(likeness, row, vector, others, squares);
        }
    }

    /// Does nothing come from negatives?
    fn idle(&self) -> bool {
        self.kernel.reductions().negatives == [Reduce::Nothing; 2]
    }

    /// Reductions over the negatives of every anchor.
    fn tally(&self) -> Vec<[Tally; 2]> {
        let mut tallies = vec![[Tally::EMPTY; 2]; self.side.rows()];
        if self.idle() {
            return tallies;
        }
        let mut parts: Vec<_> = tallies.chunks_mut(self.edge).collect();
        each_pair(&mut parts, Buffers::new, |buffers, at, rows, columns| {
            let places = at.map(|at| self.block(at));
            if self.side.classes[places[0].start] != self.side.classes[places[1].end - 1] {
                self.tally_tile(
                    buffers,
                    &places,
                    rows,
                    columns.map(|columns| &mut **columns),
                );
            }
        });
        tallies
    }

    /// Adds the negatives of a tile to its rows and, if they are other anchors, to its columns.
    fn tally_tile(
        &self,
        buffers: &mut Buffers<T>,
        [rows, columns]: &[Range<usize>; 2],
        of_rows: &mut [[Tally; 2]],
        of_columns: Option<&mut [[Tally; 2]]>,
    ) {
        let (width, reduce) = (columns.len(), self.kernel.reductions().negatives);
        self.likenesses(&mut buffers.tile, rows, columns);
        let both = of_columns.is_some();
        buffers.sums.clear(width);
        let (step, mut since) = (BAND.div_ceil(width), 0);
        let bands = buffers.tile.chunks(step * width);
        for (i, (band, to)) in bands.zip(of_rows.chunks_mut(step)).enumerate() {
            let terms = &mut buffers.work.negatives;
            terms.read(self.kernel, self.level, band);
            for k in 0..to.len() {
                let kin = self.kin(rows.start + i * step + k, columns);
                terms.blank(reduce, k * width + kin.start..k * width + kin.end);
            }
            let sums = both.then_some(&mut buffers.sums);
            reduce::tally(self.level, reduce, terms.terms(), width, to, sums);
            since += to.len();
            if since >= ROWS {
                buffers.sums.gather();
                since = 0;
            }
        }
        buffers.sums.gather();
        for (j, to) in of_columns.into_iter().flatten().enumerate() {
            let kin = self.kin(columns.start + j, rows);
            if kin.len() == rows.len() || buffers.sums.add_to(reduce, j, to) {
                continue;
            }
            let column = &mut buffers.likenesses;
            column.clear();
            column.extend(buffers.tile.iter().skip(j).step_by(width));
            let terms = &mut buffers.work.negatives;
            terms.read(self.kernel, self.level, column);
            terms.blank(reduce, kin);
            let to = std::slice::from_mut(to);
            reduce::tally(self.level, reduce, terms.terms(), rows.len(), to, None);
        }
    }

    /// What the anchors of a block come to. The likenesses of their positives are from the very products that the slopes
    /// are made of: rounded in another way, an exponential of them would be another one.
    fn settle(
        &self,
        at: usize,
        tallies: &[[Tally; 2]],
        buffers: &mut Buffers<T>,
    ) -> Vec<(Option<Judged<f64>>, Pulls)> {
        let own = self.block(at);
        let class_of = |place: usize| self.members.range(self.side.classes[place]);
        let kept = |place| Vec::with_capacity(class_of(place).len());
        let mut likenesses: Vec<Vec<T>> = own.clone().map(kept).collect();
        let span = class_of(own.start).start..class_of(own.end - 1).end;
        for other in span.start / self.edge..span.end.div_ceil(self.edge) {
            let (theirs, width) = (self.block(other), self.block(at.max(other)).len());
            let rows = self.block(at.min(other));
            self.likenesses(&mut buffers.tile, &rows, &self.block(at.max(other)));
            for (k, to) in likenesses.iter_mut().enumerate() {
                let kin = self.kin(own.start + k, &theirs);
                let others = kin.filter(|&kin| theirs.start + kin != own.start + k);
                to.extend(others.map(|kin| {
                    let [row, column] = if other < at { [kin, k] } else { [k, kin] };
                    buffers.tile[row * width + column]
                }));
            }
        }
        let reductions = self.kernel.reductions();
        let settle = |(at, own): (usize, &Vec<T>)| {
            let partners = [self.side.rows() - own.len() - 1, own.len()];
            let weight = self.problem.weight(self.side.origins[at].row) * self.problem.share;
            let mut settled = None;
            if weight != 0.0 {
                let positives = &mut buffers.work.positives;
                positives.take(own.iter().map(|x| x.to_f64()));
                settled = positives.settle(self.kernel, self.level, weight, tallies[at], partners);
            }
            match settled {
                Some((judged, pulls)) => (Some(judged), pulls),
                None => (None, Pulls::none(&reductions, tallies[at], partners[0])),
            }
        };
        own.zip(&likenesses).map(settle).collect()
    }

    /// The likenesses of a tile become the sums of both anchors' slopes by them.
    fn slopes_tile(
        &self,
        buffers: &mut Buffers<T>,
        [rows, columns]: &[Range<usize>; 2],
        pulls: &[Pulls],
    ) {
        let (width, reduce) = (columns.len(), self.kernel.reductions().negatives);
        let (own, theirs) = (&pulls[rows.clone()], &pulls[columns.clone()]);
        let common = common_tops(reduce, own, theirs);
        let Work {
            negatives,
            columns: column_pulls,
            positives,
        } = &mut buffers.work;
        buffers.pulls.clear();
        let both = theirs.iter().chain(own);
        let pulls_of = |pulls: &Pulls| pulls.at_negatives(reduce, common);
        buffers.pulls.extend(both.map(pulls_of));
        let (of_columns, of_rows) = buffers.pulls.split_at(width);
        column_pulls.fill(of_columns.iter().copied());
        let step = BAND.div_ceil(width);
        for (i, band) in buffers.tile.chunks_mut(step * width).enumerate() {
            negatives.read(self.kernel, self.level, band);
            let first = rows.start + i * step;
            for (k, row) in band.chunks_mut(width).enumerate() {
                let kin = self.kin(first + k, columns);
                positives.take(row[kin.clone()].iter().map(|x| x.to_f64()));
                row.fill(T::default());
                let (own, others) = (&pulls[first + k], &theirs[kin.clone()]);
                let slopes = positives.slopes(self.kernel, self.level, own, others);
                for (x, &d) in row[kin.clone()].iter_mut().zip(slopes) {
                    *x = T::from_f64(d);
                }
                if rows == columns {
                    row[i * step + k] = T::default();
                }
                negatives.blank(reduce, k * width + kin.start..k * width + kin.end);
            }
            let (from, of_rows) = (negatives.sloped(), &of_rows[i * step..]);
            reduce::slopes(
                self.level,
                reduce,
                from,
                of_rows,
                column_pulls,
                common,
                band,
            );
        }
    }

    /// Adds the slopes by the vectors.
    fn slopes(&self, pulls: &[Pulls], gradient: &mut [T]) {
        let (width, likeness) = (self.problem.width, self.problem.likeness);
        // Slopes by the products of a distance also pull at the vector itself, by their sum.
        let mut sums = vec![0.0; self.side.rows()];
        let gradients = gradient.chunks_mut(self.edge * width);
        let mut parts: Vec<_> = gradients.zip(sums.chunks_mut(self.edge)).collect();
        each_pair(&mut parts, Buffers::new, |buffers, at, own, mut other| {
            let places = at.map(|at| self.block(at));
            let [rows, columns] = &places;
            if self.idle() && self.kin(rows.end - 1, columns).is_empty() {
                return;
            }
            self.likenesses(&mut buffers.tile, rows, columns);
            buffers.likenesses.clear();
            if likeness.is_kept() {
                buffers.likenesses.extend_from_slice(&buffers.tile);
            }
            self.slopes_tile(buffers, &places, pulls);
            if likeness.is_distance() {
                let count = columns.len();
                let vectors = self.vectors(rows).chunks(width);
                let each = buffers.tile.chunks_mut(count).zip(vectors).enumerate();
                for (i, (row, vector)) in each {
                    let likenesses = buffers.likenesses.get(i * count..).unwrap_or(&[]);
                    own.1[i] += to_products(likeness, row, vector, likenesses);
                    if let Some((_, sums)) = &mut other {
                        for (sum, d) in sums.iter_mut().zip(&*row) {
                            *sum += d.to_f64();
                        }
                    }
                }
            }
            let slopes = Matrix::new(&buffers.tile, rows.len(), columns.len());
            product::multiply_into(own.0, true, slopes, self.matrix(columns));
            if let Some((other, _)) = other {
                product::multiply_into(other, true, slopes.transposed(), self.matrix(rows));
            }
        });
        if likeness.is_distance() {
            let vectors = self.side.vectors.chunks(width);
            for ((row, vector), sum) in gradient.chunks_mut(width).zip(vectors).zip(sums) {
                for (g, x) in row.iter_mut().zip(vector) {
                    *g = T::from_f64(g.to_f64() - sum * x.to_f64());
                }
            }
        }
    }
}

/// Runs a direction whose anchors are their own partners; adds to the gradient by their vectors.
pub(super) fn run<T: PairFloat>(
    problem: &PairProblem<'_, T>,
    kernel: &dyn Terms<T>,
    side: &Side<T>,
    items: &mut Items,
    gradient: Option<&mut [T]>,
) -> Result<(), Error> {
    let count = side.rows();
    if count == 0 || problem.width == 0 {
        return Ok(());
    }
    let square = Square {
        problem,
        kernel,
        level: Level::detect(),
        side,
        members: Members::new(&side.classes),
        edge: (count / BLOCKS).next_multiple_of(8).clamp(LEAST, MOST),
    };
    let tallies = square.tally();
    let mut blocks: Vec<usize> = (0..count.div_ceil(square.edge)).collect();
    let settled = parallel::run(&mut blocks, Buffers::new, |buffers, at| {
        square.settle(*at, &tallies, buffers)
    });
    let (judged, pulls): (Vec<_>, Vec<Pulls>) = settled.into_iter().flatten().unzip();
    for (judged, origin) in judged.into_iter().zip(&side.origins) {
        if let Some(judged) = judged {
            items.add(problem, origin.row, judged)?;
        }
    }
    if let Some(gradient) = gradient {
        square.slopes(&pulls, gradient);
    }
    Ok(())
}
