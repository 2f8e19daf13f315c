//! From a batch of rows to a value and a gradient: chunks, threads, weights and errors.

use super::transform::{self, Changed, Transform};
use super::{
    Combines, PairPartials, Reads, RowBlock, RowKernel, RowPartials, narrow, soft, tempered, wide,
};
use crate::batch::Labels;
use crate::error::Error;
use crate::kernels::LANES;
use crate::kernels::level::{Level, dispatch};
use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::{Mass, Weighting};

/// Rows with at most this many classes go eight at a time; a longer row fills the lanes by itself.
const NARROW: usize = 32;
/// Entries per chunk: small enough for the cache, large enough to hide the cost of handing it out.
const CHUNK: usize = 32_768;
/// Below this many entries threads cost more than they give.
const PARALLEL: usize = 2 * CHUNK;

/// Labels of the rows, in one of two forms.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RowTarget<'a, T> {
    /// One class per row.
    Labels(Labels<'a>),
    /// A distribution over the classes per row, laid out like the logits.
    Soft(&'a [T]),
}

/// Logits `[items, classes, spatial]` with their targets: `items·spatial` rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowProblem<'a, T> {
    pub(crate) logits: &'a [T],
    pub(crate) items: usize,
    pub(crate) classes: usize,
    pub(crate) spatial: usize,
    pub(crate) target: RowTarget<'a, T>,
    pub(crate) weighting: Weighting<'a>,
    pub(crate) ignore_index: i64,
    /// Least logit that the loss takes.
    pub(crate) low: f64,
    /// Largest |logit| for which the loss is finite.
    pub(crate) bound: f64,
}

/// What went wrong in a row, before it is worded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Label { row: usize, label: i64 },
    Prediction { row: usize },
    Target { row: usize },
}

impl<T: Float> RowProblem<'_, T> {
    pub(super) fn rows(&self) -> usize {
        self.items * self.spatial
    }

    /// Count and weight of the rows that count.
    pub(crate) fn mass(&self) -> Mass {
        let mut mass = Mass::default();
        let classes = self.weighting.classes;
        match self.target {
            RowTarget::Labels(labels) if self.weighting.trivial() && classes.is_none() => {
                mass.count = labels.len() - labels.count(self.ignore_index);
                mass.weight = mass.count as f64;
            }
            RowTarget::Labels(labels) => {
                for row in (0..self.rows()).filter(|&r| self.weighting.counts(r)) {
                    let label = labels.get(row);
                    if label != self.ignore_index {
                        // A label out of range is reported by the main pass.
                        let class = usize::try_from(label).ok().and_then(|k| classes?.get(k));
                        mass.add(self.weighting.weight(row) * class.copied().unwrap_or(1.0));
                    }
                }
            }
            RowTarget::Soft(target) => {
                for row in (0..self.rows()).filter(|&r| self.weighting.counts(r)) {
                    // Soft labels sum to 1 (the main pass checks), so only class weights change that.
                    let share = classes.map_or(1.0, |c| {
                        let at = self.offset(row);
                        let of = |k: usize| target[at + k * self.spatial].to_f64();
                        (0..self.classes).map(|k| of(k) * c[k]).sum()
                    });
                    mass.add(self.weighting.weight(row) * share);
                }
            }
        }
        mass
    }

    /// Position of a row's first class in the logits.
    fn offset(&self, row: usize) -> usize {
        row / self.spatial * self.classes * self.spatial + row % self.spatial
    }

    /// Label and weight (class weight and alpha included) of a row, or `None` if it does not count.
    #[inline(always)]
    pub(super) fn labelled(
        &self,
        labels: Labels<'_>,
        alpha: &[f64],
        row: usize,
    ) -> Result<Option<(usize, f64)>, Fault> {
        if !self.weighting.counts(row) {
            return Ok(None);
        }
        let label = labels.get(row);
        if label == self.ignore_index {
            return Ok(None);
        }
        if label < 0 || label >= self.classes as i64 {
            return Err(Fault::Label { row, label });
        }
        let k = label as usize;
        let mut weight = self.weighting.weight(row);
        if let Some(classes) = self.weighting.classes {
            weight *= classes[k];
        }
        Ok(Some((k, weight * class_factor(alpha, k))))
    }

    /// Label and weight of a row whose label has been checked, or `None` if it does not count.
    #[inline(always)]
    pub(crate) fn counted(
        &self,
        labels: Labels<'_>,
        alpha: &[f64],
        row: usize,
    ) -> Option<(usize, f64)> {
        self.labelled(labels, alpha, row).ok().flatten()
    }

    /// Does every row that counts count once, whatever its class?
    pub(crate) fn uniform(&self, alpha: &[f64]) -> bool {
        self.weighting.trivial() && self.weighting.classes.is_none() && alpha.is_empty()
    }

    /// The error of a row that counts and whose loss is not finite.
    pub(crate) fn not_finite(&self, loss: &str, row: usize) -> Error {
        self.explain(loss, Fault::Prediction { row })
    }

    fn explain(&self, loss: &str, fault: Fault) -> Error {
        match fault {
            Fault::Label { row, label } => Error::Label {
                position: row,
                label,
                classes: self.classes,
                ignore_index: self.ignore_index,
            },
            Fault::Prediction { row } => {
                let at = self.offset(row);
                let entry = |k: usize| at + k * self.spatial;
                let bad = |k: &usize| {
                    let x = self.logits[entry(*k)].to_f64();
                    !(x >= self.low && x.abs() <= self.bound)
                };
                match (0..self.classes).find(bad) {
                    Some(k) => Error::Value {
                        argument: "prediction",
                        position: entry(k),
                        value: self.logits[entry(k)].to_f64(),
                        expected: if self.low < 0.0 {
                            format!("a finite logit of magnitude at most {:.3e}", self.bound)
                        } else {
                            format!("a number from {} to {:.3e}", self.low, self.bound)
                        },
                    },
                    None => Error::unsupported(
                        loss,
                        format!("is not finite at row {row} with these parameters"),
                    ),
                }
            }
            Fault::Target { row } => {
                let RowTarget::Soft(target) = self.target else {
                    return Error::unsupported(
                        loss,
                        format!("cannot read the target of row {row}"),
                    );
                };
                let at = self.offset(row);
                let of = |k: usize| target[at + k * self.spatial].to_f64();
                match (0..self.classes).find(|&k| !(of(k) >= 0.0 && of(k).is_finite())) {
                    Some(k) => Error::Value {
                        argument: "target",
                        position: at + k * self.spatial,
                        value: of(k),
                        expected: "a probability of at least 0".to_string(),
                    },
                    None => Error::Value {
                        argument: "target",
                        position: at,
                        value: (0..self.classes).map(of).sum(),
                        expected: format!("row {row} of the soft labels to sum to 1"),
                    },
                }
            }
        }
    }
}

/// Alpha of a class: none means 1, one value holds for every class.
#[inline(always)]
pub(super) fn class_factor(alpha: &[f64], class: usize) -> f64 {
    match alpha {
        [] => 1.0,
        [all] => *all,
        each => each[class],
    }
}

/// A number per class: the last holds for all beyond (one for every class), none means 0.
#[inline(always)]
pub(super) fn class_value<T: Float>(values: &[T], class: usize) -> T {
    match values {
        [] => T::default(),
        each => each[class.min(each.len() - 1)],
    }
}

/// A run of rows whose logits lie in one slice.
pub(super) struct Chunk<'a, T> {
    pub(super) first: usize,
    pub(super) rows: usize,
    pub(super) logits: &'a [T],
    /// Laid out like `logits`; empty for hard labels.
    pub(super) soft: &'a [T],
    /// What [`Row::fixed`](super::Row::fixed) holds per row; empty if it does not depend on the row.
    pub(super) fixed: &'a [T],
    pub(super) gradient: Option<&'a mut [T]>,
    pub(super) per_item: Option<&'a mut [f64]>,
    pub(super) row_stride: usize,
    pub(super) class_stride: usize,
}

impl<T: Float> Chunk<'_, T> {
    /// Keeps a row's weighted loss if it was asked for.
    #[inline(always)]
    pub(super) fn keep(&mut self, row: usize, weighted: f64) {
        if let Some(per_item) = self.per_item.as_deref_mut() {
            per_item[row] = weighted;
        }
    }

    /// Sets a row's gradient to zero.
    #[inline(always)]
    pub(super) fn clear(&mut self, row: usize, classes: usize) {
        if let Some(g) = self.gradient.as_deref_mut() {
            for k in 0..classes {
                g[row * self.row_stride + k * self.class_stride] = T::default();
            }
        }
    }
}

/// What every driver needs to know.
pub(super) struct Context<'a, T> {
    pub(super) kernel: &'a dyn RowKernel<T>,
    pub(super) level: Level,
    pub(super) problem: &'a RowProblem<'a, T>,
    pub(super) labels: Option<Labels<'a>>,
    pub(super) alpha: &'a [f64],
    /// Factor of the gradient: coefficient over divisor.
    pub(super) scale: f64,
    pub(super) inverse_temperature: T,
    pub(super) smoothing: f64,
    pub(super) combines: Combines,
    pub(super) transform: Option<Transform>,
    pub(super) class_values: Vec<T>,
}

impl<T: Float> Context<'_, T> {
    /// What [`Row::fixed`](super::Row::fixed) holds for a row of a chunk and a class of it; `rows` is the
    /// chunk's own.
    #[inline(always)]
    pub(super) fn fixed(&self, rows: &[T], row: usize, class: usize) -> T {
        match rows {
            [] => class_value(&self.class_values, class),
            rows => rows[row],
        }
    }

    /// May it differ from 0, apart from targets?
    #[inline(always)]
    pub(super) fn has_fixed(&self, rows: &[T]) -> bool {
        !(rows.is_empty() && self.class_values.is_empty())
    }
}

/// Buffers of one thread: a block of views and a few rows.
pub(super) struct Scratch<T> {
    pub(super) block: RowBlock<T>,
    pub(super) partials: RowPartials<T>,
    pub(super) pairs: PairPartials<T>,
    pub(super) lanes: [Vec<[T; LANES]>; 3],
    pub(super) row: [Vec<T>; 3],
    changed: Changed<T>,
}

impl<T: Float> Scratch<T> {
    fn new(classes: usize) -> Self {
        Scratch {
            block: RowBlock::new(classes),
            partials: RowPartials::new(),
            pairs: PairPartials::new(),
            lanes: [Vec::new(), Vec::new(), Vec::new()],
            row: [Vec::new(), Vec::new(), Vec::new()],
            changed: Changed::new(),
        }
    }
}

/// Do rows go eight at a time?
#[inline(always)]
fn narrow_rows<T: Float>(context: &Context<'_, T>, chunk: &Chunk<'_, T>) -> bool {
    context.problem.classes <= NARROW || chunk.class_stride > 1
}

#[inline(always)]
fn drive<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    let narrow_rows = narrow_rows(context, chunk);
    let by_label = context.smoothing == 0.0
        && matches!(context.combines, Combines::ByTarget | Combines::Present);
    match context.labels {
        Some(labels) if by_label && narrow_rows => {
            let reads = context.kernel.reads();
            match (reads.logits, reads.others) {
                (false, false) => {
                    narrow::run::<T, false, false, FUSED>(context, labels, chunk, scratch)
                }
                (true, false) => {
                    narrow::run::<T, true, false, FUSED>(context, labels, chunk, scratch)
                }
                (_, true) => narrow::run::<T, false, true, FUSED>(context, labels, chunk, scratch),
            }
        }
        Some(labels) if by_label => wide::run::<T, FUSED>(context, labels, chunk, scratch),
        _ if narrow_rows && context.kernel.reads().logits => {
            soft::narrow::<T, true, FUSED>(context, chunk, scratch)
        }
        _ if narrow_rows => soft::narrow::<T, false, FUSED>(context, chunk, scratch),
        _ => match context.kernel.reads() {
            Reads { logits: false, .. } => {
                soft::wide::<T, true, false, FUSED>(context, chunk, scratch)
            }
            Reads {
                probability: false,
                squares: false,
                ..
            } => soft::wide::<T, false, true, FUSED>(context, chunk, scratch),
            _ => soft::wide::<T, true, true, FUSED>(context, chunk, scratch),
        },
    }
}

fn drive_dispatched<T: Float>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    dispatch!(context.level, [T: Float] drive::<T>(
        context: &Context<'_, T>,
        chunk: &mut Chunk<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<f64, Fault>)
}

/// Refuses rows that count and hold a number below what the loss takes.
fn check_low<T: Float>(context: &Context<'_, T>, chunk: &Chunk<'_, T>) -> Result<(), Fault> {
    let problem = context.problem;
    let low = T::from_f64(problem.low);
    // No early end, so that eight are compared at once; hardly ever is one found.
    if !chunk.logits.iter().fold(false, |any, &x| any | (x < low)) {
        return Ok(());
    }
    for row in 0..chunk.rows {
        let position = chunk.first + row;
        let ignored = |labels: Labels<'_>| labels.get(position) == problem.ignore_index;
        let counts = problem.weighting.counts(position) && !context.labels.is_some_and(ignored);
        let entry = |k: usize| chunk.logits[row * chunk.row_stride + k * chunk.class_stride];
        if counts && (0..problem.classes).any(|k| entry(k) < low) {
            return Err(Fault::Prediction { row: position });
        }
    }
    Ok(())
}

/// Runs a chunk's driver, between the ways there and back of a transform if there is one.
fn run_chunk<T: Float>(
    context: &Context<'_, T>,
    chunk: &mut Chunk<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<f64, Fault> {
    if context.problem.low >= 0.0 {
        check_low(context, chunk)?;
    }
    let Some(transform) = &context.transform else {
        return drive_dispatched(context, chunk, scratch);
    };
    if let Some(parts) = tempered::applies(context)
        && !narrow_rows(context, chunk)
    {
        return tempered::run_dispatched(context, &parts, chunk, scratch);
    }
    let mut changed = std::mem::replace(&mut scratch.changed, Changed::new());
    transform::forward(transform, context, chunk, &mut changed);
    let mut inner = Chunk {
        first: chunk.first,
        rows: chunk.rows,
        logits: &changed.rows,
        soft: chunk.soft,
        fixed: changed.temperatures(transform),
        gradient: chunk.gradient.as_deref_mut(),
        per_item: chunk.per_item.as_deref_mut(),
        row_stride: chunk.row_stride,
        class_stride: chunk.class_stride,
    };
    let total = drive_dispatched(context, &mut inner, scratch)?;
    transform::backward(transform, context, chunk, &mut changed);
    scratch.changed = changed;
    Ok(total)
}

/// What [`Row::fixed`](super::Row::fixed) holds by class: of a hard label's own term its whole share.
fn class_numbers<T>(kernel: &dyn RowKernel<T>) -> Vec<f64> {
    match kernel.combines() {
        Combines::Present => vec![1.0],
        _ => kernel.values_by_class(),
    }
}

/// Weighted sum of the rows' losses; writes their weighted losses and `scale` times the gradient of
/// that sum where asked. The same bits for any number of threads: chunks and their order depend only
/// on the shape.
pub(crate) fn evaluate<T: Float>(
    loss: &str,
    kernel: &dyn RowKernel<T>,
    problem: &RowProblem<'_, T>,
    scale: f64,
    gradient: Option<&mut [T]>,
    per_item: Option<&mut [f64]>,
) -> Result<f64, Error> {
    let (labels, soft) = match problem.target {
        RowTarget::Labels(labels) => (Some(labels), &[][..]),
        RowTarget::Soft(target) => (None, target),
    };
    let context = Context {
        kernel,
        level: Level::detect(),
        problem,
        labels,
        alpha: kernel.class_factors(),
        scale,
        inverse_temperature: T::from_f64(1.0 / kernel.softmax_temperature()),
        smoothing: kernel.smoothing(),
        combines: kernel.combines(),
        transform: kernel.row_transform(),
        class_values: class_numbers(kernel).into_iter().map(T::from_f64).collect(),
    };
    if !matches!(context.alpha.len(), 0 | 1) && context.alpha.len() != problem.classes {
        return Err(Error::Parameter {
            loss: loss.to_string(),
            parameter: "alpha".to_string(),
            expected: format!(
                "a number or one number for each of the {} classes",
                problem.classes
            ),
            got: format!("{} numbers", context.alpha.len()),
        });
    }
    let mut chunks = split(problem, soft, gradient, per_item);
    let run =
        |scratch: &mut Scratch<T>, chunk: &mut Chunk<'_, T>| run_chunk(&context, chunk, scratch);
    let fresh = || Scratch::new(problem.classes);
    let sums: Vec<Result<f64, Fault>> = if problem.logits.len() < PARALLEL {
        let mut scratch = fresh();
        chunks.iter_mut().map(|c| run(&mut scratch, c)).collect()
    } else {
        parallel::run(&mut chunks, fresh, run)
    };
    let mut total = 0.0;
    for sum in sums {
        total += sum.map_err(|fault| problem.explain(loss, fault))?;
    }
    Ok(total)
}

/// Cuts the rows into chunks: whole rows, or whole items where the classes are not adjacent.
fn split<'a, T: Float>(
    problem: &RowProblem<'a, T>,
    soft: &'a [T],
    gradient: Option<&'a mut [T]>,
    per_item: Option<&'a mut [f64]>,
) -> Vec<Chunk<'a, T>> {
    let classes = problem.classes;
    let (rows_per_chunk, row_stride, class_stride) = if problem.spatial == 1 {
        let rows = (CHUNK / classes.max(1)).max(1);
        let blocks = if classes <= NARROW {
            rows.div_ceil(64) * 64
        } else {
            rows
        };
        (blocks, classes, 1)
    } else {
        (problem.spatial, 1, problem.spatial)
    };
    let mut gradient = gradient;
    let mut per_item = per_item;
    let mut chunks = Vec::new();
    let mut first = 0;
    while first < problem.rows() {
        let rows = rows_per_chunk.min(problem.rows() - first);
        let range = first * classes..(first + rows) * classes;
        chunks.push(Chunk {
            first,
            rows,
            logits: &problem.logits[range.clone()],
            soft: soft.get(range.clone()).unwrap_or_default(),
            fixed: &[],
            gradient: take(&mut gradient, range.len()),
            per_item: take(&mut per_item, rows),
            row_stride,
            class_stride,
        });
        first += rows;
    }
    chunks
}

/// Cuts the first `len` entries off a slice.
fn take<'a, T>(slice: &mut Option<&'a mut [T]>, len: usize) -> Option<&'a mut [T]> {
    let (head, tail) = slice.take()?.split_at_mut(len);
    *slice = Some(tail);
    Some(head)
}
