//! Blocks of boxes over threads: weights, checks, sums and gradients around a formula.

use super::super::chunks::{Chunk, Cut, sum};
use super::super::lanes::LANES;
use super::super::level::{Level, dispatch};
use super::super::scalar::{Float, Real};
use super::super::weighting::{Mass, Weighting};
use super::BoxKernel;
use crate::error::Error;

/// Predicted and true boxes `[n, 4]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BoxProblem<'a, T> {
    pub(crate) prediction: &'a [T],
    pub(crate) target: &'a [T],
    pub(crate) weighting: Weighting<'a>,
    /// Largest |coordinate|: areas must stay finite.
    pub(crate) bound: T,
}

/// Boxes per chunk and per run: a run's values stay in the first-level cache.
const CHUNK: usize = 4_096;
const RUN: usize = 256;

/// The boxes of an array `[n, 4]`.
fn rows<T>(array: &[T]) -> &[[T; 4]] {
    array.as_chunks().0
}

impl<T: Float> BoxProblem<'_, T> {
    /// Count and weight of the boxes that count.
    pub(crate) fn mass(&self) -> Mass {
        let count = self.prediction.len() / 4;
        let mut mass = Mass::default();
        if self.weighting.trivial() {
            mass.count = count;
            mass.weight = count as f64;
            return mass;
        }
        for i in (0..count).filter(|&i| self.weighting.counts(i)) {
            mass.add(self.weighting.weight(i));
        }
        mass
    }

    /// The error for the first box at or after number `from` that cannot be.
    fn explain(&self, loss: &str, from: usize) -> Error {
        let count = self.prediction.len() / 4;
        for i in (from..count).filter(|&i| self.weighting.counts(i)) {
            for (argument, array) in [("prediction", self.prediction), ("target", self.target)] {
                for position in 4 * i..4 * i + 4 {
                    if !(Real::abs(array[position]) <= self.bound) {
                        return Error::Value {
                            argument,
                            position,
                            value: array[position].to_f64(),
                            expected: format!(
                                "a finite coordinate of magnitude at most {:.3e}",
                                self.bound.to_f64()
                            ),
                        };
                    }
                }
            }
        }
        Error::unsupported(loss, format!("is not finite at or after box {from}"))
    }
}

/// Values and slopes of any number of boxes. The last few, too few for the lanes, are filled up with the
/// first of them, boxes that the loss can take.
#[inline(always)]
fn run_any<T: Float>(
    kernel: &dyn BoxKernel<T>,
    level: Level,
    prediction: &[[T; 4]],
    target: &[[T; 4]],
    value: &mut [T],
    slope: &mut [[T; 4]],
) {
    let whole = prediction.len() / LANES * LANES;
    let (value, last_value) = value.split_at_mut(whole);
    let (slope, last_slope) = slope.split_at_mut(whole);
    kernel.run(level, &prediction[..whole], &target[..whole], value, slope);
    if whole < prediction.len() {
        let filled = |from: &[[T; 4]]| {
            let mut rows = [from[whole]; LANES];
            rows[..from.len() - whole].copy_from_slice(&from[whole..]);
            rows
        };
        let mut values = [T::default(); LANES];
        let mut slopes = [[T::default(); 4]; LANES];
        kernel.run(
            level,
            &filled(prediction),
            &filled(target),
            &mut values,
            &mut slopes,
        );
        last_value.copy_from_slice(&values[..last_value.len()]);
        last_slope.copy_from_slice(&slopes[..last_slope.len()]);
    }
}

/// Is every number at most `bound` in magnitude? Bit operations and no short circuit: the loop runs on
/// vectors.
#[inline(always)]
fn all_within<T: Float>(numbers: &[T], bound: T) -> bool {
    let mut outside = 0u32;
    for &x in numbers {
        outside |= u32::from(!(Real::abs(x) <= bound));
    }
    outside == 0
}

/// One chunk: its weighted sum, or the number of a box at or after which one cannot be.
#[inline(always)]
fn chunk_body<T: Float, const FUSED: bool>(
    kernel: &dyn BoxKernel<T>,
    level: Level,
    problem: &BoxProblem<'_, T>,
    scale: f64,
    chunk: &mut Chunk<'_, T>,
) -> Result<f64, usize> {
    let mut value = [T::default(); RUN];
    let mut slope = [[T::default(); 4]; RUN];
    let mut total = 0.0;
    for start in (chunk.first..chunk.first + chunk.len).step_by(RUN) {
        let len = RUN.min(chunk.first + chunk.len - start);
        let prediction = &rows(problem.prediction)[start..start + len];
        let target = &rows(problem.target)[start..start + len];
        let (value, slope) = (&mut value[..len], &mut slope[..len]);
        run_any(kernel, level, prediction, target, value, slope);
        let local = start - chunk.first;
        let gradient = chunk.gradient.as_deref_mut();
        let gradient = gradient.map(|g| &mut g[4 * local..4 * (local + len)]);
        if problem.weighting.trivial() {
            let inside = all_within(prediction.as_flattened(), problem.bound)
                & all_within(target.as_flattened(), problem.bound)
                & all_within(value, T::MAX)
                & all_within(slope.as_flattened(), T::MAX);
            if !inside {
                return Err(start);
            }
            total += sum(value);
            if let Some(gradient) = gradient {
                let scale = T::from_f64(scale);
                for (g, &d) in gradient.iter_mut().zip(slope.as_flattened()) {
                    *g = d * scale;
                }
            }
        } else {
            let mut gradient = gradient;
            for i in 0..len {
                let counts = problem.weighting.counts(start + i);
                let inside = all_within(&prediction[i], problem.bound)
                    && all_within(&target[i], problem.bound)
                    && value[i].finite()
                    && all_within(&slope[i], T::MAX);
                if counts && !inside {
                    return Err(start + i);
                }
                let weight = problem.weighting.weight(start + i);
                value[i] = if counts {
                    value[i] * T::from_f64(weight)
                } else {
                    T::default()
                };
                total += value[i].to_f64();
                if let Some(gradient) = gradient.as_deref_mut() {
                    let factor = T::from_f64(weight * scale);
                    for (g, d) in gradient[4 * i..4 * i + 4].iter_mut().zip(slope[i]) {
                        *g = if counts { d * factor } else { T::default() };
                    }
                }
            }
        }
        if let Some(per_item) = chunk.per_item.as_deref_mut() {
            for (p, &v) in per_item[local..local + len].iter_mut().zip(value.iter()) {
                *p = v.to_f64();
            }
        }
    }
    Ok(total)
}

/// Weighted sum of the boxes' losses; writes their weighted losses and `scale` times the gradient of
/// that sum where asked. The same bits for any number of threads.
pub(crate) fn evaluate<T: Float>(
    loss: &str,
    kernel: &dyn BoxKernel<T>,
    problem: &BoxProblem<'_, T>,
    scale: f64,
    gradient: Option<&mut [T]>,
    per_item: Option<&mut [f64]>,
) -> Result<f64, Error> {
    let level = Level::detect();
    let cut = Cut {
        items: problem.prediction.len() / 4,
        chunk: CHUNK,
        width: 4,
        gradient,
        per_item,
    };
    let sum = cut.sum(|chunk: &mut Chunk<'_, T>| {
        dispatch!(level, [T: Float] chunk_body::<T>(
            kernel: &dyn BoxKernel<T>,
            level: Level,
            problem: &BoxProblem<'_, T>,
            scale: f64,
            chunk: &mut Chunk<'_, T>,
        ) -> Result<f64, usize>)
    });
    sum.map_err(|from| problem.explain(loss, from))
}
