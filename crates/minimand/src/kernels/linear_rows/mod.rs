//! Rows of logits that are products of hidden states and a weight matrix, with any row loss on them.
//!
//! The logits of a batch are never held, only those of a block of rows; the loss writes its slopes over them,
//! and from the slopes follow the gradients of the states and (added up over the blocks) of the weight. A block
//! has all classes of its rows, so that every [`RowLoss`](super::rows::RowLoss) runs on it as it is. Rows that do
//! not count are left out of the blocks, whatever they hold.

mod cap;
mod head;
pub(crate) mod product;

pub use head::Head;
pub(crate) use product::{Matrix, multiply_into};

use super::level::Level;
use super::parallel;
use super::rows::{self, RowKernel, RowProblem, RowTarget};
use super::scalar::Float;
use super::weighting::Weighting;
use crate::batch::Labels;
use crate::error::Error;
use head::{Prepared, State};
use std::ops::Range;

/// Rows of a block, at most: from here on products gain no more speed.
const MOST_ROWS: usize = 128;
/// Rows of a block, at least: below, products lose too much.
const LEAST_ROWS: usize = 32;
/// A block is at most this part of the batch, so that its logits stay few beside the batch's.
const PART: usize = 9;
/// A block may always have this many logits.
const SMALL: usize = 1 << 18;
/// Logits that one task takes through the loss, or one row.
const CHUNK: usize = 32_768;

/// A layer on the rows that count.
pub(crate) struct LinearProblem<'a, T> {
    pub(crate) head: Head,
    /// `[…, width]`
    pub(crate) states: &'a [T],
    /// `[classes, width]`
    pub(crate) weight: &'a [T],
    /// `[classes]`
    pub(crate) bias: Option<&'a [T]>,
    pub(crate) width: usize,
    pub(crate) classes: usize,
    pub(crate) soft_cap: Option<f64>,
    /// Positions of the rows that count, in order.
    pub(crate) rows: Vec<usize>,
    pub(crate) target: LinearTarget<'a, T>,
    /// Weight of each row that counts.
    pub(crate) weights: Vec<f64>,
    pub(crate) class_weights: Option<&'a [f64]>,
}

/// What the rows are judged against.
pub(crate) enum LinearTarget<'a, T> {
    /// Label of each row that counts: a class.
    Labels(Vec<i64>),
    /// A distribution over the classes for every position, `[…, classes]`.
    Soft(&'a [T]),
}

impl<'a, T: Float> LinearTarget<'a, T> {
    /// Targets of some rows that count. Soft ones of rows that do not lie together are copied to `buffer`.
    fn of<'b>(
        &'b self,
        range: Range<usize>,
        rows: &[usize],
        classes: usize,
        buffer: &'b mut Vec<T>,
    ) -> RowTarget<'b, T> {
        let soft = match self {
            LinearTarget::Labels(labels) => {
                return RowTarget::Labels(Labels::I64(&labels[range]));
            }
            LinearTarget::Soft(soft) => soft,
        };
        let rows = &rows[range];
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        if last - first + 1 == rows.len() {
            return RowTarget::Soft(&soft[first * classes..(last + 1) * classes]);
        }
        buffer.clear();
        for &row in rows {
            buffer.extend_from_slice(&soft[row * classes..][..classes]);
        }
        RowTarget::Soft(buffer)
    }
}

/// One loss of the sum that is taken of every row.
pub(crate) struct LinearTerm<'a, T> {
    pub(crate) loss: &'static str,
    pub(crate) kernel: &'a dyn RowKernel<T>,
    pub(crate) coefficient: f64,
    /// The coefficient over the divisor: factor of value and gradient.
    pub(crate) scale: f64,
    /// Least logit that the loss takes.
    pub(crate) low: f64,
    /// Largest |logit| for which the loss is finite.
    pub(crate) bound: f64,
}

/// Where gradients go; all start as zeros.
pub(crate) struct LinearGradients<'a, T> {
    pub(crate) states: &'a mut [T],
    pub(crate) weight: Option<&'a mut [T]>,
    pub(crate) bias: Option<&'a mut [T]>,
}

/// Some rows of a block, from their products to their slopes.
struct RowTask<'a, T> {
    /// Of the rows that count, the first.
    first: usize,
    logits: &'a mut [T],
    states: &'a mut [State],
    per_item: Option<&'a mut [f64]>,
}

/// Buffers of a thread.
struct Scratch<T> {
    slopes: Vec<T>,
    more: Vec<T>,
    soft: Vec<T>,
    items: Vec<f64>,
}

impl<T: Float> LinearProblem<'_, T> {
    /// How many rows a block has: it depends on the shape alone.
    fn block_rows(&self) -> usize {
        let part = (self.rows.len() / PART).next_multiple_of(8);
        let small = SMALL / self.classes.max(self.width);
        part.clamp(LEAST_ROWS, MOST_ROWS)
            .max(small)
            .min(self.rows.len())
    }

    /// What the terms make of some rows' logits: their weighted sum, and the slopes in the place of the logits.
    fn apply(
        &self,
        head: &Prepared<'_, T>,
        terms: &[LinearTerm<'_, T>],
        with_slopes: bool,
        task: &mut RowTask<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<f64, Error> {
        let level = Level::detect();
        let classes = self.classes;
        for (row, state) in task.logits.chunks_mut(classes).zip(&*task.states) {
            head.forward(*state, row);
            if let Some(cap) = self.soft_cap {
                cap::forward(level, cap, row);
            }
        }
        let rows = task.first..task.first + task.states.len();
        let slopes = if with_slopes { task.logits.len() } else { 0 };
        scratch.slopes.resize(slopes, T::default());
        let target = (self.target).of(rows.clone(), &self.rows, classes, &mut scratch.soft);
        let mut total = 0.0;
        for (i, term) in terms.iter().enumerate() {
            let problem = RowProblem {
                logits: task.logits,
                items: rows.len(),
                classes,
                spatial: 1,
                target,
                weighting: Weighting::of_items(&self.weights[rows.clone()], self.class_weights),
                // No label that is a class.
                ignore_index: -1,
                low: term.low,
                bound: term.bound,
            };
            let to = if i == 0 {
                &mut scratch.slopes
            } else {
                scratch.more.resize(slopes, T::default());
                &mut scratch.more
            };
            scratch.items.resize(rows.len(), 0.0);
            let items = task.per_item.is_some().then_some(&mut scratch.items[..]);
            let gradient = with_slopes.then_some(&mut to[..]);
            let sum = rows::evaluate(
                term.loss,
                term.kernel,
                &problem,
                term.scale,
                gradient,
                items,
            )
            .map_err(|error| self.explain(term.loss, &self.rows[rows.clone()], error))?;
            total += term.scale * sum;
            if let Some(per_item) = task.per_item.as_deref_mut() {
                for (kept, item) in per_item.iter_mut().zip(&scratch.items) {
                    *kept += term.coefficient * item;
                }
            }
            if i > 0 {
                for (sum, &slope) in scratch.slopes.iter_mut().zip(&scratch.more) {
                    *sum = *sum + slope;
                }
            }
        }
        if with_slopes {
            if let Some(cap) = self.soft_cap {
                cap::backward(cap, task.logits, &mut scratch.slopes);
            }
            task.logits.copy_from_slice(&scratch.slopes);
            for (row, state) in task.logits.chunks_mut(classes).zip(&mut *task.states) {
                head.backward(state, row);
            }
        }
        Ok(total)
    }

    /// Words an error of the row losses for a caller who never saw the logits.
    fn explain(&self, loss: &str, rows: &[usize], error: Error) -> Error {
        match error {
            Error::Value {
                argument: "target",
                position,
                value,
                expected,
            } => Error::Value {
                argument: "target",
                position: rows[position / self.classes] * self.classes + position % self.classes,
                value,
                // The row is named by its place in the block there.
                expected: match expected.contains("sum to 1") {
                    true => "the soft labels of its row to sum to 1".to_string(),
                    false => expected,
                },
            },
            Error::Value {
                position,
                value,
                expected,
                ..
            } => {
                let (row, class) = (rows[position / self.classes], position % self.classes);
                self.not_finite(row, class).unwrap_or_else(|| {
                    let what = format!(
                        "cannot take the logit {value} of position {row} and class {class}: expected {expected}"
                    );
                    Error::unsupported(loss, what)
                })
            }
            Error::Unsupported { loss, .. } => {
                let (first, last) = (rows[0], rows[rows.len() - 1]);
                let what = format!(
                    "is not finite with these parameters at one of the positions {first} to {last}"
                );
                Error::unsupported(loss, what)
            }
            other => other,
        }
    }

    /// The first number of a position's state or a class's weights that is no number.
    fn not_finite(&self, row: usize, class: usize) -> Option<Error> {
        let find = |argument, values: &[T], first: usize| {
            let at = values.iter().position(|x| !x.finite())?;
            Some(Error::Value {
                argument,
                position: first + at,
                value: values[at].to_f64(),
                expected: "a finite number".to_string(),
            })
        };
        let (state, w) = (row * self.width, class * self.width);
        find("prediction", &self.states[state..][..self.width], state)
            .or_else(|| find("layer.weight", &self.weight[w..][..self.width], w))
            .or_else(|| find("layer.bias", &self.bias?[class..=class], class))
    }
}

/// Σ of the terms over the rows, with the terms' scales; writes gradients and the rows' weighted losses (with
/// the terms' coefficients, by position) where asked.
pub(crate) fn evaluate<T: Float>(
    problem: &LinearProblem<'_, T>,
    terms: &[LinearTerm<'_, T>],
    mut gradients: Option<LinearGradients<'_, T>>,
    mut per_item: Option<&mut [f64]>,
) -> Result<f64, Error> {
    let (classes, width) = (problem.classes, problem.width);
    let head = Prepared::new(problem.head, problem.weight, width, problem.bias);
    let weight = Matrix::new(problem.weight, classes, width);
    let most = problem.block_rows();
    let zeros = |count: usize| vec![T::default(); count];
    let mut logits = zeros(most * classes);
    let mut factors = zeros(most * width);
    let mut states = vec![State::default(); most];
    let mut items = vec![0.0; if per_item.is_some() { most } else { 0 }];
    let with_slopes = gradients.is_some();
    let mut parts = zeros(if with_slopes {
        product::segments(classes) * most * width
    } else {
        0
    });
    let mut by_factor = vec![0.0; width];
    let mut sums = vec![0.0; if head.sums_classes() { classes } else { 0 }];
    let chunk_rows = (CHUNK / classes).max(1);
    let mut total = 0.0;
    for (number, rows) in problem.rows.chunks(most.max(1)).enumerate() {
        let first = number * most;
        for ((&row, factor), state) in rows.iter().zip(factors.chunks_mut(width)).zip(&mut states) {
            *state = head.take(&problem.states[row * width..][..width], factor);
        }
        let logits = &mut logits[..rows.len() * classes];
        let factor = Matrix::new(&factors, rows.len(), width);
        product::logits(logits, factor, weight);

        items.fill(0.0);
        let mut kept = (!items.is_empty()).then(|| items.chunks_mut(chunk_rows));
        let mut tasks: Vec<RowTask<'_, T>> = logits
            .chunks_mut(chunk_rows * classes)
            .zip(states[..rows.len()].chunks_mut(chunk_rows))
            .enumerate()
            .map(|(i, (logits, states))| RowTask {
                first: first + i * chunk_rows,
                logits,
                per_item: kept
                    .as_mut()
                    .and_then(Iterator::next)
                    .map(|kept| &mut kept[..states.len()]),
                states,
            })
            .collect();
        let fresh = || Scratch {
            slopes: Vec::new(),
            more: Vec::new(),
            soft: Vec::new(),
            items: Vec::new(),
        };
        let apply = |scratch: &mut Scratch<T>, task: &mut RowTask<'_, T>| {
            problem.apply(&head, terms, with_slopes, task, scratch)
        };
        for sum in parallel::run(&mut tasks, fresh, apply) {
            total += sum?;
        }
        if let Some(per_item) = per_item.as_deref_mut() {
            for (&row, &item) in rows.iter().zip(&items) {
                per_item[row] = item;
            }
        }

        let Some(to) = &mut gradients else { continue };
        let size = rows.len() * width;
        product::gradients(
            Matrix::new(logits, rows.len(), classes),
            factor,
            weight,
            number == 0,
            product::Gradients {
                states: &mut parts,
                weight: to.weight.as_deref_mut(),
                sums: (!sums.is_empty()).then_some(&mut sums[..]),
            },
        );
        for (i, &row) in rows.iter().enumerate() {
            by_factor.fill(0.0);
            for part in parts.chunks(size).take(product::segments(classes)) {
                for (sum, x) in by_factor.iter_mut().zip(&part[i * width..]) {
                    *sum += x.to_f64();
                }
            }
            let own = row * width..(row + 1) * width;
            let state = &problem.states[own.clone()];
            head.give_back(states[i], state, &by_factor, &mut to.states[own]);
        }
    }
    if let Some(to) = gradients {
        if let Some(gradient) = to.weight {
            head.finish_weight(problem.weight, width, &sums, gradient);
        }
        for (to, &sum) in to.bias.into_iter().flatten().zip(&sums) {
            *to = T::from_f64(sum);
        }
    }
    Ok(total)
}
