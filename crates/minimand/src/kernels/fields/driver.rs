//! Fields over threads: scores to values, values to losses and slopes, slopes back to the scores.

use super::super::Fault;
use super::problem::Gathered;
use super::{Extent, Field, FieldKernel, FieldProblem};
use crate::error::Error;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::parallel;
use crate::kernels::regions::Activation;
use crate::kernels::scalar::{Float, Real};
use crate::kernels::weighting::Mass;
use std::borrow::Cow;
use std::ops::Range;

/// What a field loss gives for a batch.
pub(crate) struct FieldOutcome {
    /// Σ w·ℓ over the fields that count.
    pub(crate) sum: f64,
    pub(crate) mass: Mass,
    /// w·ℓ of every field; 0 where it does not count.
    pub(crate) per_field: Vec<f64>,
}

/// One field and where its slopes go, if they lie together and are asked for.
struct Task<'g, T> {
    field: usize,
    slopes: Option<&'g mut [T]>,
}

/// One field after its evaluation: weight and weighted loss if it counts, and slopes that do not lie together.
struct Judged<T> {
    counts: Option<(f64, f64)>,
    slopes: Vec<T>,
}

/// Up to eight numbers; no closure, which could be left out of line.
#[inline(always)]
fn part<T: Float, const FUSED: bool>(from: &[T]) -> Lanes<T, FUSED> {
    Lanes::load_part(from, T::default())
}

/// Values of one item of logits `[channels, pixels]`.
#[inline(always)]
fn activate<T: Float, const FUSED: bool>(
    activation: Activation,
    pixels: usize,
    scores: &[T],
    values: &mut [T],
) {
    for first in (0..pixels).step_by(LANES) {
        let last = pixels.min(first + LANES);
        match activation {
            Activation::None => {
                for (x, v) in scores.chunks(pixels).zip(values.chunks_mut(pixels)) {
                    v[first..last].copy_from_slice(&x[first..last]);
                }
            }
            Activation::Sigmoid => {
                for (x, v) in scores.chunks(pixels).zip(values.chunks_mut(pixels)) {
                    part::<T, FUSED>(&x[first..last])
                        .sigmoid()
                        .store_part(&mut v[first..last]);
                }
            }
            Activation::Softmax => {
                let mut top = Lanes::<T, FUSED>::splat(T::LOWEST);
                for x in scores.chunks(pixels) {
                    top = top.maximum(part::<T, FUSED>(&x[first..last]));
                }
                let mut sum = Lanes::<T, FUSED>::splat(T::default());
                for (x, v) in scores.chunks(pixels).zip(values.chunks_mut(pixels)) {
                    let e = (part::<T, FUSED>(&x[first..last]) - top).exp_nonpositive();
                    sum = sum + e;
                    e.store_part(&mut v[first..last]);
                }
                let inverse = Lanes::<T, FUSED>::lift(1.0) / sum;
                for v in values.chunks_mut(pixels) {
                    (part::<T, FUSED>(&v[first..last]) * inverse).store_part(&mut v[first..last]);
                }
            }
        }
    }
}

/// Slopes by the values of one item become slopes by its scores, times `scale`.
#[inline(always)]
fn pull_back<T: Float, const FUSED: bool>(
    activation: Activation,
    pixels: usize,
    scale: T,
    values: &[T],
    slopes: &mut [T],
) {
    let (one, scale) = (
        Lanes::<T, FUSED>::lift(1.0),
        Lanes::<T, FUSED>::splat(scale),
    );
    for first in (0..pixels).step_by(LANES) {
        let at = first..pixels.min(first + LANES);
        let mut inner = Lanes::<T, FUSED>::splat(T::default());
        if activation == Activation::Softmax {
            for (p, d) in values.chunks(pixels).zip(slopes.chunks(pixels)) {
                inner = inner.plus_product(
                    part::<T, FUSED>(&p[at.clone()]),
                    part::<T, FUSED>(&d[at.clone()]),
                );
            }
        }
        for (p, d) in values.chunks(pixels).zip(slopes.chunks_mut(pixels)) {
            let (p, slope) = (
                part::<T, FUSED>(&p[at.clone()]),
                part::<T, FUSED>(&d[at.clone()]),
            );
            let slope = match activation {
                Activation::None => slope,
                Activation::Sigmoid => slope * p * (one - p),
                Activation::Softmax => p * (slope - inner),
            };
            (slope * scale).store_part(&mut d[at.clone()]);
        }
    }
}

impl<T: Float> FieldProblem<'_, T> {
    /// Entries of one item.
    fn size(&self) -> usize {
        self.channels * self.grid.len()
    }

    /// The values of the fields: the prediction itself, or a copy of it after the activation.
    pub(super) fn values(&self, level: Level) -> Result<Cow<'_, [T]>, Error> {
        let (size, pixels, activation) = (self.size(), self.grid.len(), self.activation);
        let mut counting: Vec<_> = (0..self.items)
            .filter(|&item| self.item_counts(item))
            .collect();
        parallel::run(
            &mut counting,
            || (),
            |(), item| self.check_prediction(*item),
        )
        .into_iter()
        .collect::<Result<(), Error>>()?;
        if activation == Activation::None && self.pixels.is_none() {
            return Ok(Cow::Borrowed(self.prediction));
        }
        let mut values = vec![T::default(); self.prediction.len()];
        let work = |item: usize, values: &mut [T]| {
            if !self.item_counts(item) {
                return;
            }
            let mut scores = Cow::Borrowed(&self.prediction[item * size..(item + 1) * size]);
            if let Some(weighting) = &self.pixels {
                // Whatever a pixel that does not count holds, it goes no further.
                for (at, x) in scores.to_mut().iter_mut().enumerate() {
                    if !self.pixel_counts(weighting, item * pixels + at % pixels) {
                        *x = T::default();
                    }
                }
            }
            let scores: &[T] = &scores;
            dispatch!(level, [T: Float] activate::<T>(
                activation: Activation, pixels: usize, scores: &[T], values: &mut [T]));
        };
        parallel::pieces(&mut values, size, work);
        Ok(Cow::Owned(values))
    }

    /// Items and channels of a field.
    pub(super) fn ranges(&self, field: usize) -> (Range<usize>, Range<usize>) {
        let (item, channel) = self.place(field);
        match self.extent {
            Extent::Channel => (item..item + 1, channel..channel + 1),
            Extent::Item => (item..item + 1, channel..self.channels),
            Extent::Batch => (0..self.items, channel..channel + 1),
        }
    }

    /// The values of a field; a copy only if they do not lie together.
    pub(super) fn field_values<'v, S: Copy>(
        &self,
        field: usize,
        values: &'v [S],
        copy: &'v mut Vec<S>,
    ) -> &'v [S] {
        let (items, channels) = self.ranges(field);
        let pixels = self.grid.len();
        let of = |item: usize| {
            let at = item * self.size() + channels.start * pixels;
            &values[at..at + channels.len() * pixels]
        };
        if items.len() == 1 {
            return of(items.start);
        }
        copy.clear();
        for item in items {
            copy.extend_from_slice(of(item));
        }
        copy
    }

    /// Does any item of the field count?
    pub(super) fn field_items_count(&self, field: usize) -> bool {
        self.ranges(field).0.any(|item| self.item_counts(item))
    }

    pub(super) fn explain(&self, field: usize, fault: Fault, gathered: &[T]) -> Error {
        match fault {
            Fault::Target(at, expected) => {
                let (items, channels) = self.ranges(field);
                let own = channels.len() * self.grid.len();
                let position = (items.start + at / own) * self.size()
                    + channels.start * self.grid.len()
                    + at % own;
                Error::Value {
                    argument: "target",
                    position,
                    value: gathered[at].to_f64(),
                    expected: expected.to_string(),
                }
            }
            Fault::Whole(reason) => {
                let (item, channel) = self.place(field);
                Error::unsupported(
                    self.loss,
                    format!("{reason} (item {item}, channel {channel})"),
                )
            }
        }
    }

    fn judge(
        &self,
        kernel: &dyn FieldKernel<T>,
        values: &[T],
        buffers: &mut Gathered<T>,
        task: &mut Task<'_, T>,
        keep: bool,
    ) -> Result<Judged<T>, Error> {
        let absent = Judged {
            counts: None,
            slopes: Vec::new(),
        };
        if !self.field_items_count(task.field) {
            if let Some(slopes) = &mut task.slopes {
                slopes.fill(T::default());
            }
            return Ok(absent);
        }
        let (items, channels) = self.ranges(task.field);
        self.gather(items.clone(), channels.clone(), buffers)?;
        let field = Field {
            values: self.field_values(task.field, values, &mut buffers.values),
            target: &buffers.target,
            weights: &buffers.weights,
            items: items.len(),
            channels: channels.len(),
            grid: &self.grid,
        };
        let counts = kernel
            .field_counts(&field)
            .map_err(|fault| self.explain(task.field, fault, &buffers.target))?;
        if !counts {
            if let Some(slopes) = &mut task.slopes {
                slopes.fill(T::default());
            }
            return Ok(absent);
        }
        let weight = self.field_weight(items.start, channels.start);
        let mut kept = Vec::new();
        if keep {
            kept.resize(field.values.len(), T::default());
        }
        let slopes = match &mut task.slopes {
            Some(slopes) => Some(&mut **slopes),
            None if keep => Some(&mut kept[..]),
            None => None,
        };
        let value = match slopes {
            None => kernel.field_value(&field),
            Some(slopes) => {
                let value = kernel.value_and_slopes(&field, slopes);
                if weight != 1.0 {
                    let weight = T::from_f64(weight);
                    slopes.iter_mut().for_each(|d| *d = *d * weight);
                }
                value
            }
        };
        if !value.is_finite() {
            let reason = Fault::Whole("is not finite".to_string());
            return Err(self.explain(task.field, reason, &buffers.target));
        }
        Ok(Judged {
            counts: Some((weight, weight * value)),
            slopes: kept,
        })
    }

    /// One task for each field; a gradient is cut among them where fields lie together.
    fn tasks<'g>(&self, gradient: Option<&'g mut [T]>) -> Vec<Task<'g, T>> {
        let fields = 0..self.fields();
        let Some(gradient) = gradient.filter(|_| self.extent != Extent::Batch) else {
            return fields
                .map(|field| Task {
                    field,
                    slopes: None,
                })
                .collect();
        };
        let pixels = self.grid.len();
        let own = match self.extent {
            Extent::Item => (self.channels - self.first_channel) * pixels,
            Extent::Channel | Extent::Batch => pixels,
        };
        gradient
            .chunks_mut(self.size())
            .flat_map(|item| {
                let (background, rest) = item.split_at_mut(self.first_channel * pixels);
                background.fill(T::default());
                rest.chunks_mut(own)
            })
            .zip(fields)
            .map(|(slopes, field)| Task {
                field,
                slopes: Some(slopes),
            })
            .collect()
    }
}

/// Evaluates every field. `scale` maps the mass of the fields that count to the factor of the gradient (it is
/// not known before all have been looked at). The same bits for any number of threads.
pub(crate) fn evaluate<T: Float>(
    kernel: &dyn FieldKernel<T>,
    problem: &FieldProblem<'_, T>,
    scale: impl FnOnce(&Mass) -> Result<f64, Error>,
    mut gradient: Option<&mut [T]>,
) -> Result<FieldOutcome, Error> {
    let level = Level::detect();
    let values = problem.values(level)?;
    let keep = gradient.is_some() && problem.extent == Extent::Batch;
    let mut tasks = problem.tasks(gradient.as_deref_mut());
    let results = parallel::run(&mut tasks, Gathered::default, |buffers, task| {
        problem.judge(kernel, &values, buffers, task, keep)
    });
    let mut outcome = FieldOutcome {
        sum: 0.0,
        mass: Mass::default(),
        per_field: Vec::with_capacity(results.len()),
    };
    let mut apart = Vec::new();
    for judged in results {
        let judged = judged?;
        if let Some((weight, value)) = judged.counts {
            outcome.mass.add(weight);
            outcome.sum += value;
        }
        outcome
            .per_field
            .push(judged.counts.map_or(0.0, |(_, value)| value));
        apart.push(judged.slopes);
    }
    let scale = scale(&outcome.mass)?;
    let Some(gradient) = gradient else {
        return Ok(outcome);
    };
    let (size, pixels) = (problem.size(), problem.grid.len());
    let activation = problem.activation;
    let finish = |item: usize, slopes: &mut [T]| {
        if keep {
            slopes.fill(T::default());
            for (field, apart) in apart.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
                let at = problem.place(field).1 * pixels;
                slopes[at..at + pixels].copy_from_slice(&apart[item * pixels..(item + 1) * pixels]);
            }
        }
        let values = &values[item * size..(item + 1) * size];
        if let (Some(weighting), true) = (&problem.pixels, problem.item_counts(item)) {
            for (at, d) in slopes.iter_mut().enumerate() {
                if !problem.pixel_counts(weighting, item * pixels + at % pixels) {
                    *d = T::default();
                }
            }
        }
        let scale = T::from_f64(if problem.item_counts(item) {
            scale
        } else {
            0.0
        });
        dispatch!(level, [T: Float] pull_back::<T>(
            activation: Activation, pixels: usize, scale: T, values: &[T], slopes: &mut [T]));
    };
    if problem.items > 0 {
        parallel::pieces(gradient, size, finish);
    }
    Ok(outcome)
}
