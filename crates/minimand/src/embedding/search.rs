//! Exact search by products of blocks: a product in single precision says which rows may be near enough, and those are
//! measured in double precision.
//!
//! The product's error has a bound, so no row is missed; what is compared in the end does not depend on the order in
//! which a kernel adds. Memory: a block of products per thread beside twelve bytes per number and the results.

use super::Proximity;
use super::table::{Table, dot, square_distance, unit_scale};
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::kernels::parallel;
use std::cmp::Ordering;

/// Queries of a task.
const QUERIES: usize = 128;
/// References of a product.
const PANEL: usize = 1024;
/// References that are looked at together.
const GLANCE: usize = 16;
/// What underflow may hide in a product of numbers of magnitude at most 1.
const HIDDEN: f32 = 1e-35;

/// Rows on one side of a search.
#[derive(Debug)]
struct Side {
    /// As they are measured.
    exact: Table,
    /// As they are multiplied.
    single: Vec<f32>,
    /// Lengths of those rows.
    lengths: Vec<f32>,
    /// Of each row, what all its keys have in common and no product says: its squared length, for distances.
    common: Vec<f64>,
}

/// Queries and references, made ready.
#[derive(Debug)]
pub(crate) struct Search {
    by: Proximity,
    queries: Side,
    /// None if the queries are searched among themselves.
    references: Option<Side>,
    /// What all numbers were multiplied by.
    scale: f64,
}

/// A reference that may be near enough: bounds on its key, of which less is nearer.
#[derive(Clone, Copy)]
struct Candidate {
    low: f32,
    high: f32,
    place: usize,
}

/// The candidates of one query.
struct Nearest {
    count: usize,
    candidates: Vec<Candidate>,
    /// How many candidates call for a clearing.
    room: usize,
    /// What has a low bound above this is not among the nearest.
    bound: f32,
}

impl Nearest {
    fn new(count: usize) -> Self {
        Nearest {
            count,
            candidates: Vec::new(),
            room: 2 * count + 64,
            bound: f32::INFINITY,
        }
    }

    fn push(&mut self, candidate: Candidate) {
        self.candidates.push(candidate);
        if self.candidates.len() >= self.room {
            self.clear();
            // Many alike: clear when there are twice as many.
            self.room = self.room.max(2 * self.candidates.len());
        }
    }

    fn clear(&mut self) {
        if self.count == 0 || self.candidates.len() < self.count {
            return;
        }
        let last = self.count - 1;
        self.candidates
            .select_nth_unstable_by(last, |a, b| a.high.total_cmp(&b.high));
        self.bound = self.candidates[last].high;
        let bound = self.bound;
        self.candidates.retain(|c| c.low <= bound);
    }
}

impl Search {
    /// A search of the references, or of the queries among themselves, each without itself.
    pub(crate) fn new(by: Proximity, mut queries: Table, references: Option<Table>) -> Self {
        let mut references = references;
        let largest = references.iter().map(Table::largest);
        let mut scale = 1.0;
        if by == Proximity::Cosine {
            queries.normalize();
            references.iter_mut().for_each(Table::normalize);
        } else {
            scale = unit_scale(largest.fold(queries.largest(), f64::max));
            queries.scale(scale);
            references.iter_mut().for_each(|table| table.scale(scale));
        }
        let centre = match by {
            Proximity::Euclidean => mean(references.as_ref().unwrap_or(&queries)),
            _ => vec![0.0; queries.width],
        };
        Search {
            by,
            queries: Side::new(queries, by, &centre),
            references: references.map(|table| Side::new(table, by, &centre)),
            scale,
        }
    }

    fn references(&self) -> &Side {
        self.references.as_ref().unwrap_or(&self.queries)
    }

    /// How many rows there are to be found for a query.
    pub(crate) fn available(&self) -> usize {
        match &self.references {
            Some(references) => references.exact.len(),
            None => self.queries.exact.len().saturating_sub(1),
        }
    }

    /// The key of a query and a reference: squared distance, or the negative product.
    pub(crate) fn key(&self, query: usize, place: usize) -> f64 {
        let (a, b) = (
            self.queries.exact.row(query),
            self.references().exact.row(place),
        );
        match self.by {
            Proximity::Euclidean => square_distance(a, b),
            _ => -dot(a, b),
        }
    }

    /// A key in the units of the input: distance, cosine or inner product.
    pub(crate) fn value(&self, key: f64) -> f64 {
        match self.by {
            Proximity::Euclidean => key.sqrt() / self.scale,
            Proximity::Cosine => -key.clamp(-1.0, 1.0),
            // In two steps, as the square of the scale may be out of range.
            Proximity::InnerProduct => -key / self.scale / self.scale,
        }
    }

    /// For each query its `count(query)` nearest references as (key, place), given to `finish`: the nearest first, of
    /// equal keys the earlier place. All there are, if they are fewer.
    pub(crate) fn nearest<R: Send>(
        &self,
        count: impl Fn(usize) -> usize + Sync,
        finish: impl Fn(usize, &[(f64, usize)]) -> R + Sync,
    ) -> Vec<R> {
        let queries: Vec<usize> = (0..self.queries.exact.len()).collect();
        let visit = |query: usize, found: &mut Nearest, bounds: &Bounds<'_>| {
            if found.count == 0 {
                return;
            }
            let look = |found: &mut Nearest, start: usize, lows: &[f32]| {
                for (i, &low) in (start..).zip(lows) {
                    let place = bounds.first + i;
                    if low <= found.bound && !self.is_itself(query, place) {
                        let high = low + 2.0 * bounds.error(bounds.lengths[i]);
                        found.push(Candidate { low, high, place });
                    }
                }
            };
            let (glances, rest) = bounds.lows.as_chunks::<GLANCE>();
            for (glance, lows) in glances.iter().enumerate() {
                // Without a branch for each, so that the compiler compares many at once.
                if lows
                    .iter()
                    .fold(false, |near, &low| near | (low <= found.bound))
                {
                    look(found, glance * GLANCE, lows);
                }
            }
            look(found, glances.len() * GLANCE, rest);
        };
        self.scan(
            &queries,
            |position| Nearest::new(count(position)),
            visit,
            |query, mut found| {
                found.clear();
                let measure = |c: &Candidate| (self.key(query, c.place), c.place);
                let mut measured: Vec<_> = found.candidates.iter().map(measure).collect();
                if found.count > 0 && measured.len() > found.count {
                    measured.select_nth_unstable_by(found.count - 1, by_key);
                }
                measured.truncate(found.count);
                measured.sort_unstable_by(by_key);
                finish(query, &measured)
            },
        )
    }

    /// For each (query, key, place) the number of references that come before that one: of a lower key, or of the same
    /// at an earlier place.
    pub(crate) fn before(&self, marks: &[(usize, (f64, usize))]) -> Vec<usize> {
        let queries: Vec<usize> = marks.iter().map(|mark| mark.0).collect();
        // The bounds leave out what all keys of a query have in common.
        let common: Vec<f64> = queries.iter().map(|&q| self.queries.common[q]).collect();
        let visit = |query: usize, (position, count): &mut (usize, usize), bounds: &Bounds<'_>| {
            let (mark, common) = (marks[*position].1, common[*position]);
            let (level, blur) = (mark.0 - common, 1e-12 * common);
            let (sure, never) = (level - blur, level + blur);
            for (i, &low) in bounds.lows.iter().enumerate() {
                let place = bounds.first + i;
                if f64::from(low) > never || self.is_itself(query, place) {
                    continue;
                }
                let high = f64::from(low + 2.0 * bounds.error(bounds.lengths[i]));
                let earlier = || by_key(&(self.key(query, place), place), &mark).is_lt();
                *count += usize::from(high < sure || earlier());
            }
        };
        self.scan(&queries, |position| (position, 0), visit, |_, (_, n)| n)
    }

    fn is_itself(&self, query: usize, place: usize) -> bool {
        self.references.is_none() && query == place
    }

    /// Shows the bounds of all references to the state of each query, panel by panel.
    fn scan<V: Send, R: Send>(
        &self,
        queries: &[usize],
        fresh: impl Fn(usize) -> V + Sync,
        visit: impl Fn(usize, &mut V, &Bounds<'_>) + Sync,
        finish: impl Fn(usize, V) -> R + Sync,
    ) -> Vec<R> {
        let (from, to, width) = (&self.queries, self.references(), self.queries.exact.width);
        // 2⁻²³ is twice the rounding of one step; a product has `width` of them.
        let slack = (width as f32 + 16.0) * f32::EPSILON;
        let (factor, squares) = match self.by {
            Proximity::Euclidean => (-2.0, 1.0),
            _ => (-1.0, 0.0),
        };
        let firsts = (0..queries.len()).step_by(QUERIES);
        let mut tasks: Vec<(usize, &[usize])> = firsts.zip(queries.chunks(QUERIES)).collect();
        let buffers = || (vec![0.0f32; QUERIES * width], vec![0.0f32; QUERIES * PANEL]);
        let results = parallel::run(&mut tasks, buffers, |(rows, products), (first, task)| {
            let rows = &mut rows[..task.len() * width];
            for (row, &query) in rows.chunks_exact_mut(width).zip(task.iter()) {
                let single = &from.single[query * width..(query + 1) * width];
                row.iter_mut()
                    .zip(single)
                    .for_each(|(x, y)| *x = factor * y);
            }
            let mut states: Vec<V> = (0..task.len()).map(|i| fresh(*first + i)).collect();
            for (panel, columns) in to.single.chunks(PANEL * width).enumerate() {
                let count = columns.len() / width;
                let products = &mut products[..task.len() * count];
                let lhs = Matrix::new(rows, task.len(), width);
                let rhs = Matrix::new(columns, count, width).transposed();
                multiply_into(products, false, lhs, rhs);
                let lengths = &to.lengths[panel * PANEL..panel * PANEL + count];
                let states = task.iter().zip(&mut states);
                for ((&query, state), lows) in states.zip(products.chunks_exact_mut(count)) {
                    let mut bounds = Bounds {
                        first: panel * PANEL,
                        lows: &[],
                        lengths,
                        slack,
                        length: from.lengths[query],
                    };
                    for (low, &length) in lows.iter_mut().zip(lengths) {
                        *low += squares * length * length - bounds.error(length);
                    }
                    bounds.lows = lows;
                    visit(query, state, &bounds);
                }
            }
            let states = task.iter().zip(states);
            states
                .map(|(&q, state)| finish(q, state))
                .collect::<Vec<R>>()
        });
        results.into_iter().flatten().collect()
    }
}

/// What a panel of products says about one query: lower bounds of the keys.
struct Bounds<'a> {
    /// The first reference of the panel.
    first: usize,
    lows: &'a [f32],
    lengths: &'a [f32],
    slack: f32,
    length: f32,
}

impl Bounds<'_> {
    /// How far the product with a reference of this length may be off.
    #[inline(always)]
    fn error(&self, length: f32) -> f32 {
        self.slack * (self.length + length) * length + HIDDEN
    }
}

impl Side {
    fn new(exact: Table, by: Proximity, centre: &[f64]) -> Self {
        let mut single = Vec::with_capacity(exact.values.len());
        let mut lengths = Vec::with_capacity(exact.len());
        let mut common = Vec::with_capacity(exact.len());
        for row in exact.rows() {
            let moved = || row.iter().zip(centre).map(|(x, c)| x - c);
            single.extend(moved().map(|x| x as f32));
            let square: f64 = moved().map(|x| x * x).sum();
            lengths.push(square.sqrt() as f32);
            common.push(if by == Proximity::Euclidean {
                square
            } else {
                0.0
            });
        }
        Side {
            exact,
            single,
            lengths,
            common,
        }
    }
}

/// The order of (key, place).
fn by_key(a: &(f64, usize), b: &(f64, usize)) -> Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

/// The mean of the rows.
fn mean(table: &Table) -> Vec<f64> {
    let mut mean = vec![0.0; table.width];
    for row in table.rows() {
        mean.iter_mut().zip(row).for_each(|(m, x)| *m += x);
    }
    let rows = table.len().max(1) as f64;
    mean.iter_mut().for_each(|m| *m /= rows);
    mean
}
