//! From a batch to its embeddings: which of them count, what belongs together.

use super::{Likeness, PairObject, Sides, distance};
use crate::batch::{Batch, Options, Target, Values};
use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Weighting;
use crate::loss::Facts;
use std::ops::Range;

/// A row of the prediction or of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(super) target: bool,
    pub(super) row: usize,
}

/// Embeddings that lie together, class by class in ascending order where the kernel says so.
#[derive(Debug, Default)]
pub(super) struct Side<T> {
    /// `[rows, width]`, divided by their norms or centred where the likeness says so.
    pub(super) vectors: Vec<T>,
    /// Norms of the rows, where they were divided by them.
    pub(super) norms: Vec<f64>,
    /// Squared norms of what is in `vectors`, where they are needed.
    pub(super) squares: Vec<T>,
    pub(super) origins: Vec<Origin>,
    /// Class of each row, counted from 0.
    pub(super) classes: Vec<usize>,
    /// The first rows are anchors, the others partners only.
    pub(super) anchors: usize,
}

impl<T> Side<T> {
    pub(super) fn rows(&self) -> usize {
        self.origins.len()
    }
}

/// Places by class.
pub(super) struct Members {
    places: Vec<u32>,
    starts: Vec<usize>,
}

impl Members {
    pub(super) fn new(classes: &[usize]) -> Self {
        let count = classes.iter().max().map_or(0, |most| most + 1);
        let mut starts = vec![0; count + 1];
        for &class in classes {
            starts[class + 1] += 1;
        }
        for class in 0..count {
            starts[class + 1] += starts[class];
        }
        let mut next = starts.clone();
        let mut places = vec![0; classes.len()];
        for (place, &class) in classes.iter().enumerate() {
            places[next[class]] = place as u32;
            next[class] += 1;
        }
        Members { places, starts }
    }

    /// The places of a class, ascending.
    pub(super) fn of(&self, class: usize) -> &[u32] {
        match (self.starts.get(class), self.starts.get(class + 1)) {
            (Some(&from), Some(&to)) => &self.places[from..to],
            _ => &[],
        }
    }

    /// The places of a class, where classes lie together in ascending order.
    pub(super) fn range(&self, class: usize) -> Range<usize> {
        match (self.starts.get(class), self.starts.get(class + 1)) {
            (Some(&from), Some(&to)) => from..to,
            _ => 0..0,
        }
    }
}

/// Anchors of one side and their partners on the same or another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Direction {
    pub(super) anchors: usize,
    pub(super) partners: usize,
}

/// A batch as embeddings.
#[derive(Debug)]
pub(crate) struct PairProblem<'a, T> {
    pub(crate) loss: &'static str,
    pub(super) likeness: Likeness,
    pub(super) width: usize,
    pub(super) sides: Vec<Side<T>>,
    pub(super) directions: Vec<Direction>,
    /// Part of an anchor in its item: one half where an item has two.
    pub(super) share: f64,
    /// Items of a mean: the rows of the prediction.
    pub(super) items: usize,
    weighting: Weighting<'a>,
    /// The target's rows, where it is embeddings.
    pub(super) target: Option<Values<'a>>,
}

impl<'a, T: Float> PairProblem<'a, T> {
    /// Checks shapes and numbers, and gathers what counts.
    pub(crate) fn new(
        loss: &'static str,
        facts: &Facts,
        kernel: &dyn PairObject,
        prediction: &[T],
        batch: &Batch<'a>,
        options: &Options,
    ) -> Result<Self, Error> {
        let [items, width] = *batch.prediction.shape else {
            return Err(Error::shape(
                "prediction",
                "[n, d], an embedding for each item",
                batch.prediction.shape,
            ));
        };
        if batch.class_weights.is_some() {
            return Err(Error::unsupported(
                loss,
                "has no classes to weigh; use weights",
            ));
        }
        let weighting = Weighting::new(batch, items, items)?;
        let mut problem = PairProblem {
            loss,
            likeness: kernel.likeness(),
            width,
            sides: Vec::new(),
            directions: Vec::new(),
            share: 1.0,
            items,
            weighting,
            target: None,
        };
        let origin = |target: bool, row: usize| Origin { target, row };
        let within = |anchors, partners| Direction { anchors, partners };
        let counting: Vec<usize> = (0..items).filter(|&i| weighting.counts(i)).collect();
        match batch.target {
            Target::Labels(_, shape) if kernel.sides() == Sides::Views => {
                let expected = format!("[{items}, {width}], the other side of each pair");
                return Err(Error::shape("target", expected, shape));
            }
            Target::Labels(labels, [n]) if *n == items => {
                let mut rows: Vec<usize> = counting;
                rows.retain(|&i| labels.get(i) != options.ignore_index);
                if kernel.by_class() {
                    rows.sort_by_key(|&i| labels.get(i));
                }
                let mut known: Vec<i64> = rows.iter().map(|&i| labels.get(i)).collect();
                let given = known.clone();
                known.sort_unstable();
                known.dedup();
                let classes = given.iter().map(|y| known.partition_point(|k| k < y));
                let mut side = Side::of(rows.iter().map(|&i| origin(false, i)).collect());
                side.classes = classes.collect();
                // Those without weight at the end are partners alone, such as embeddings of earlier batches.
                let last = rows.iter().rposition(|&i| problem.weight(i) != 0.0);
                side.anchors = last.map_or(0, |last| last + 1);
                problem.sides.push(side);
                problem.directions.push(within(0, 0));
            }
            Target::Labels(_, shape) => {
                let expected = format!("[{items}], a label for each embedding");
                return Err(Error::shape("target", expected, shape));
            }
            Target::Dense(array) => {
                let joined = kernel.sides() == Sides::Joined;
                let takes_more = matches!(kernel.sides(), Sides::Across | Sides::Both);
                let fits = match array.shape {
                    [n, d] => *d == width && (*n == items || (*n > items && takes_more)),
                    _ => false,
                };
                if !fits {
                    let more = if takes_more {
                        "the other side of each pair, then more negatives if there are any"
                    } else {
                        "the other side of each pair"
                    };
                    let expected = format!("[{items}, {width}], {more}");
                    return Err(Error::shape("target", expected, array.shape));
                }
                problem.target = Some(array.values);
                let predictions = counting.iter().map(|&i| origin(false, i));
                let targets = counting.iter().map(|&i| origin(true, i));
                if joined {
                    let mut side = if kernel.by_class() {
                        Side::of(predictions.zip(targets).flat_map(|(a, b)| [a, b]).collect())
                    } else {
                        Side::of(predictions.chain(targets).collect())
                    };
                    let place = |row: usize| counting.partition_point(|&i| i < row);
                    side.classes = side.origins.iter().map(|o| place(o.row)).collect();
                    problem.sides.push(side);
                    problem.directions.push(within(0, 0));
                    problem.share = 0.5;
                } else {
                    let more = (items..array.shape[0]).map(|i| origin(true, i));
                    let mut side = Side::of(predictions.collect());
                    let mut other = Side::of(targets.chain(more).collect());
                    side.classes = (0..side.rows()).collect();
                    other.classes = (0..other.rows()).collect();
                    other.anchors = side.rows();
                    problem.sides.extend([side, other]);
                    problem.directions.push(within(0, 1));
                    if kernel.sides() == Sides::Both {
                        problem.directions.push(within(1, 0));
                        problem.share = 0.5;
                    }
                }
            }
            Target::None => return Err(crate::shapes::needs_target()),
        }
        let mut sides = std::mem::take(&mut problem.sides);
        for side in &mut sides {
            problem.gather(facts, prediction, side)?;
        }
        problem.sides = sides;
        Ok(problem)
    }

    /// Copies the rows of a side, checks them and divides them by their norms or centres them.
    fn gather(&self, facts: &Facts, prediction: &[T], side: &mut Side<T>) -> Result<(), Error> {
        let (low, high) = facts.prediction.range::<T>();
        side.vectors.reserve(side.rows() * self.width);
        for origin in &side.origins {
            for position in origin.row * self.width..(origin.row + 1) * self.width {
                let x = match self.target.filter(|_| origin.target) {
                    Some(target) => T::from_f64(target.get(position)),
                    None => prediction[position],
                };
                let value = x.to_f64();
                if !(value >= low && value <= high) {
                    return Err(Error::Value {
                        argument: if origin.target {
                            "target"
                        } else {
                            "prediction"
                        },
                        position,
                        value,
                        expected: format!("a number in [{low:.4e}, {high:.4e}]"),
                    });
                }
                side.vectors.push(x);
            }
        }
        if self.width == 0 {
            return Ok(());
        }
        if self.likeness.normalizes() {
            let rows = side.vectors.chunks_mut(self.width);
            side.norms = rows.map(distance::normalize).collect();
        }
        if self.likeness.centres() {
            side.vectors
                .chunks_mut(self.width)
                .for_each(distance::centre);
        }
        if self.likeness.is_distance() {
            let rows = side.vectors.chunks(self.width);
            side.squares = rows
                .map(|x| T::from_f64(distance::squared_norm(x)))
                .collect();
        }
        Ok(())
    }

    /// Weight of an item.
    pub(super) fn weight(&self, item: usize) -> f64 {
        self.weighting.weight(item)
    }
}

impl<T> Side<T> {
    fn of(origins: Vec<Origin>) -> Self {
        Side {
            vectors: Vec::new(),
            norms: Vec::new(),
            squares: Vec::new(),
            anchors: origins.len(),
            origins,
            classes: Vec::new(),
        }
    }
}
