//! One prediction and one target: the shape of regression, binary and multi-label losses.

use super::chunks::{Chunk, Cut, sum};
use super::dual::Dual;
use super::lanes::{LANES, Lanes, Pack, one_vector, side_by_side};
use super::level::{Level, dispatch};
use super::replay::Replay;
use super::scalar::{Float, Real};
use super::sym::Sym;
use super::weighting::{Mass, Weighting};
use crate::error::Error;

/// A loss of one prediction and one target. Mark the methods `#[inline(always)]`: only then is the
/// formula compiled for the instruction set of the loop around it.
pub trait PointLoss: Send + Sync {
    /// The loss of prediction `x` for target `t`.
    fn point<S: Real>(&self, x: S, t: S) -> S;

    /// Predictions at which the formula has a kink, for this target.
    fn kinks(&self, _target: f64) -> Vec<f64> {
        Vec::new()
    }
}

/// A formula behind an object-safe door. Every [`PointLoss`] has it.
pub trait PointKernel<T>: PointFormula {
    /// Values and slopes of a run of points; all four slices are equally long, a multiple of 8 (0 too): the
    /// driver fills up the last run.
    fn run(&self, level: Level, x: &[T], t: &[T], value: &mut [T], slope: &mut [T]);
}

/// The part of a formula's door that does not depend on the precision.
pub trait PointFormula: Send + Sync {
    /// [`PointLoss::kinks`].
    fn kink_positions(&self, target: f64) -> Vec<f64>;
    /// The second derivative with respect to the prediction.
    fn second(&self, x: f64, t: f64) -> f64;
    /// The formula on replayed numbers.
    fn replay(&self, x: Replay, t: Replay) -> Replay;
    /// The formula as a graph.
    fn trace(&self, x: Sym, t: Sym) -> Sym;
}

/// A formula in both precisions.
pub trait PointObject: PointKernel<f32> + PointKernel<f64> {}
impl<L: PointKernel<f32> + PointKernel<f64>> PointObject for L {}

/// The only code that is compiled once per loss, precision and instruction set.
#[inline(always)]
fn run_body<L: PointLoss, T: Float, const FUSED: bool>(
    loss: &L,
    x: &[T],
    t: &[T],
    value: &mut [T],
    slope: &mut [T],
) {
    if const { side_by_side(FUSED) } {
        run_packs::<L, T, Lanes<T, FUSED>>(loss, x, t, value, slope);
    } else {
        run_packs::<L, T, T>(loss, x, t, value, slope);
    }
}

#[inline(always)]
fn run_packs<L: PointLoss, T: Float, P: Pack<T>>(
    loss: &L,
    x: &[T],
    t: &[T],
    value: &mut [T],
    slope: &mut [T],
) {
    let (x, t) = (x.chunks_exact(P::WIDTH), t.chunks_exact(P::WIDTH));
    let value = value.chunks_exact_mut(P::WIDTH);
    let slope = slope.chunks_exact_mut(P::WIDTH);
    for (((x, t), value), slope) in x.zip(t).zip(value).zip(slope) {
        let x = Dual::<_, 1>::variable(P::load(one_vector(x)), 0);
        let y = loss.point(x, Dual::constant(P::load(t)));
        y.value.store(value);
        y.partials[0].store(slope);
    }
}

/// Values and slopes of any number of points. The last few, too few for the lanes, are filled up with the
/// first of them, a point that the loss can take: here and not in `run`, where every formula would be
/// compiled a second time for it.
#[inline(always)]
fn run_any<T: Float>(
    kernel: &dyn PointKernel<T>,
    level: Level,
    x: &[T],
    t: &[T],
    value: &mut [T],
    slope: &mut [T],
) {
    let whole = x.len() / LANES * LANES;
    let (value, last_value) = value.split_at_mut(whole);
    let (slope, last_slope) = slope.split_at_mut(whole);
    kernel.run(level, &x[..whole], &t[..whole], value, slope);
    if whole < x.len() {
        let last_x = Lanes::<T, false>::load_part(&x[whole..], x[whole]).0;
        let last_t = Lanes::<T, false>::load_part(&t[whole..], t[whole]).0;
        let mut values = [T::default(); LANES];
        let mut slopes = [T::default(); LANES];
        kernel.run(level, &last_x, &last_t, &mut values, &mut slopes);
        last_value.copy_from_slice(&values[..last_value.len()]);
        last_slope.copy_from_slice(&slopes[..last_slope.len()]);
    }
}

impl<L: PointLoss, T: Float> PointKernel<T> for L {
    fn run(&self, level: Level, x: &[T], t: &[T], value: &mut [T], slope: &mut [T]) {
        let loss = self;
        dispatch!(level, [L: PointLoss, T: Float] run_body::<L, T>(
            loss: &L, x: &[T], t: &[T], value: &mut [T], slope: &mut [T]))
    }
}

impl<L: PointLoss> PointFormula for L {
    fn kink_positions(&self, target: f64) -> Vec<f64> {
        self.kinks(target)
    }
    fn second(&self, x: f64, t: f64) -> f64 {
        let x = Dual::<_, 1>::variable(Dual::<f64, 1>::variable(x, 0), 0);
        self.point(x, Real::lift(t)).partials[0].partials[0]
    }
    fn replay(&self, x: Replay, t: Replay) -> Replay {
        self.point(x, t)
    }
    fn trace(&self, x: Sym, t: Sym) -> Sym {
        self.point(x, t)
    }
}

/// Predictions and targets of the same shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PointProblem<'a, T> {
    pub(crate) prediction: &'a [T],
    pub(crate) target: &'a [T],
    pub(crate) weighting: Weighting<'a>,
    /// Range of the predictions.
    pub(crate) domain: (T, T),
    /// Range of the targets.
    pub(crate) target_domain: (T, T),
}

/// Points per chunk and per run: a run's values stay in the first-level cache.
const CHUNK: usize = 16_384;
const RUN: usize = 1_024;

impl<T: Float> PointProblem<'_, T> {
    /// Count and weight of the points that count.
    pub(crate) fn mass(&self) -> Mass {
        let mut mass = Mass::default();
        if self.weighting.trivial() {
            mass.count = self.prediction.len();
            mass.weight = mass.count as f64;
            return mass;
        }
        for i in (0..self.prediction.len()).filter(|&i| self.weighting.counts(i)) {
            mass.add(self.weighting.weight(i));
        }
        mass
    }

    /// The error for the first point out of range at or after `from`.
    fn explain(&self, loss: &str, from: usize) -> Error {
        let outside = |x: T, (low, high): (T, T)| !(x >= low && x <= high);
        let error = |argument, position, value: T, (low, high): (T, T)| Error::Value {
            argument,
            position,
            value: value.to_f64(),
            expected: format!("a number in [{:.4e}, {:.4e}]", low.to_f64(), high.to_f64()),
        };
        for i in (from..self.prediction.len()).filter(|&i| self.weighting.counts(i)) {
            if outside(self.prediction[i], self.domain) {
                return error("prediction", i, self.prediction[i], self.domain);
            }
            if outside(self.target[i], self.target_domain) {
                return error("target", i, self.target[i], self.target_domain);
            }
        }
        Error::unsupported(loss, format!("is not finite at or after position {from}"))
    }
}

/// One chunk: its weighted sum, or the position of a run with a point out of range.
#[inline(always)]
fn chunk_body<T: Float, const FUSED: bool>(
    kernel: &dyn PointKernel<T>,
    level: Level,
    problem: &PointProblem<'_, T>,
    scale: f64,
    chunk: &mut Chunk<'_, T>,
) -> Result<f64, usize> {
    let mut value = [T::default(); RUN];
    let mut slope = [T::default(); RUN];
    let mut total = 0.0;
    let trivial = problem.weighting.trivial();
    for start in (chunk.first..chunk.first + chunk.len).step_by(RUN) {
        let len = RUN.min(chunk.first + chunk.len - start);
        let x = &problem.prediction[start..start + len];
        let t = &problem.target[start..start + len];
        let local = start - chunk.first;
        let (value, slope) = (&mut value[..len], &mut slope[..len]);
        run_any(kernel, level, x, t, value, slope);
        if trivial {
            // Bit operations and not short circuits: these loops run on vectors.
            let mut outside = 0u32;
            for i in 0..len {
                let inside = (x[i] >= problem.domain.0)
                    & (x[i] <= problem.domain.1)
                    & (t[i] >= problem.target_domain.0)
                    & (t[i] <= problem.target_domain.1)
                    & (Real::abs(value[i]) <= T::MAX)
                    & (Real::abs(slope[i]) <= T::MAX);
                outside |= u32::from(!inside);
            }
            if outside != 0 {
                return Err(start);
            }
            total += sum(value);
            if let Some(gradient) = chunk.gradient.as_deref_mut() {
                let scale = T::from_f64(scale);
                for (g, &d) in gradient[local..local + len].iter_mut().zip(slope.iter()) {
                    *g = d * scale;
                }
            }
        } else {
            for i in 0..len {
                let counts = problem.weighting.counts(start + i);
                let inside = x[i] >= problem.domain.0
                    && x[i] <= problem.domain.1
                    && t[i] >= problem.target_domain.0
                    && t[i] <= problem.target_domain.1
                    && value[i].finite();
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
                if let Some(gradient) = chunk.gradient.as_deref_mut() {
                    let d = slope[i] * T::from_f64(weight * scale);
                    gradient[local + i] = if counts { d } else { T::default() };
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

/// Weighted sum of the points' losses; writes their weighted losses and `scale` times the gradient of
/// that sum where asked. The same bits for any number of threads.
pub(crate) fn evaluate<T: Float>(
    loss: &str,
    kernel: &dyn PointKernel<T>,
    problem: &PointProblem<'_, T>,
    scale: f64,
    gradient: Option<&mut [T]>,
    per_item: Option<&mut [f64]>,
) -> Result<f64, Error> {
    let level = Level::detect();
    let cut = Cut {
        items: problem.prediction.len(),
        chunk: CHUNK,
        width: 1,
        gradient,
        per_item,
    };
    let sum = cut.sum(|chunk: &mut Chunk<'_, T>| {
        dispatch!(level, [T: Float] chunk_body::<T>(
            kernel: &dyn PointKernel<T>,
            level: Level,
            problem: &PointProblem<'_, T>,
            scale: f64,
            chunk: &mut Chunk<'_, T>,
        ) -> Result<f64, usize>)
    });
    sum.map_err(|from| problem.explain(loss, from))
}
