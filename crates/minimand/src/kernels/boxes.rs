//! Two boxes: the shape of overlap losses for detection.

use super::dual::Dual;
use super::lanes::{LANES, Lanes, one_vector};
use super::level::{Level, dispatch};
use super::replay::Replay;
use super::scalar::{Float, Real};
use super::sym::Sym;
use super::weighting::{Mass, Weighting};
use crate::error::Error;
use rayon::prelude::*;

/// Added to denominators, in squared units of the boxes' coordinates.
pub const EPSILON: f64 = 1e-7;

/// A box by its corners, x1 ≤ x2 and y1 ≤ y2. A side that runs backwards counts as length 0.
#[derive(Debug, Clone, Copy)]
pub struct Corners<S> {
    /// Left edge.
    pub x1: S,
    /// Upper edge.
    pub y1: S,
    /// Right edge.
    pub x2: S,
    /// Lower edge.
    pub y2: S,
}

impl<S: Real> Corners<S> {
    /// Length along x, at least 0.
    #[inline(always)]
    pub fn width(&self) -> S {
        (self.x2 - self.x1).relu()
    }
    /// Length along y, at least 0.
    #[inline(always)]
    pub fn height(&self) -> S {
        (self.y2 - self.y1).relu()
    }
    /// Area, at least 0.
    #[inline(always)]
    pub fn area(&self) -> S {
        self.width() * self.height()
    }
}

/// What a formula reads about a predicted box and its target.
#[derive(Debug, Clone, Copy)]
pub struct BoxPair<S> {
    /// The predicted box.
    pub prediction: Corners<S>,
    /// The true box.
    pub target: Corners<S>,
    /// Area of the union.
    pub union: S,
    /// 1 − intersection over union, without cancellation; 0 if both boxes are empty.
    pub miss: S,
    /// Smallest box around both.
    pub hull: Corners<S>,
}

impl<S: Real> BoxPair<S> {
    /// The overlap of two boxes.
    #[inline(always)]
    pub fn new(prediction: Corners<S>, target: Corners<S>) -> Self {
        let (a, b) = (&prediction, &target);
        let common = Corners {
            x1: a.x1.max(b.x1),
            y1: a.y1.max(b.y1),
            x2: a.x2.min(b.x2),
            y2: a.y2.min(b.y2),
        };
        let hull = Corners {
            x1: a.x1.min(b.x1),
            y1: a.y1.min(b.y1),
            x2: a.x2.max(b.x2),
            y2: a.y2.max(b.y2),
        };
        let intersection = common.area();
        let union = a.area() + b.area() - intersection;
        let epsilon = S::lift(EPSILON);
        let miss = S::select_lt(
            S::lift(0.0),
            union,
            (union - intersection + epsilon) / (union + epsilon),
            S::lift(0.0),
        );
        BoxPair {
            prediction,
            target,
            union,
            miss,
            hull,
        }
    }
}

/// A loss of two boxes. Mark the method `#[inline(always)]`.
pub trait BoxLoss: Send + Sync {
    /// The loss of a predicted box for a true one.
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S;
}

/// Boxes in one block.
const BLOCK: usize = 8 * LANES;

/// Corners of up to 64 predicted and true boxes, coordinate by coordinate.
#[repr(C, align(64))]
pub struct BoxBlock<T> {
    len: usize,
    prediction: [[T; BLOCK]; 4],
    target: [[T; BLOCK]; 4],
}

/// Losses of a block and their slopes by the four predicted coordinates.
#[repr(C, align(64))]
pub struct BoxPartials<T> {
    value: [T; BLOCK],
    slope: [[T; BLOCK]; 4],
}

/// A formula behind an object-safe door. Every [`BoxLoss`] has it.
pub trait BoxKernel<T>: BoxFormula {
    /// Evaluates the formula on a block.
    fn block(&self, level: Level, boxes: &BoxBlock<T>, out: &mut BoxPartials<T>);
}

/// The part of a formula's door that does not depend on the precision.
pub trait BoxFormula: Send + Sync {
    /// Diagonal of the Hessian with respect to the predicted corners.
    fn second(&self, prediction: [f64; 4], target: [f64; 4]) -> [f64; 4];
    /// The formula on replayed numbers.
    fn replay(&self, pair: &BoxPair<Replay>) -> Replay;
    /// The formula as a graph.
    fn trace(&self, pair: &BoxPair<Sym>) -> Sym;
}

/// A formula in both precisions.
pub trait BoxObject: BoxKernel<f32> + BoxKernel<f64> {}
impl<L: BoxKernel<f32> + BoxKernel<f64>> BoxObject for L {}

#[inline(always)]
pub(crate) fn corners<S>([x1, y1, x2, y2]: [S; 4]) -> Corners<S> {
    Corners { x1, y1, x2, y2 }
}

/// The only code that is compiled once per loss, precision and instruction set.
#[inline(always)]
fn block_body<L: BoxLoss, T: Float, const FUSED: bool>(
    loss: &L,
    boxes: &BoxBlock<T>,
    out: &mut BoxPartials<T>,
) {
    for at in (0..boxes.len).step_by(LANES) {
        let at = one_vector(at);
        let load = |from: &[T; BLOCK]| Lanes::<T, FUSED>::load(&from[at..]);
        let prediction =
            std::array::from_fn(|i| Dual::<_, 4>::variable(load(&boxes.prediction[i]), i));
        let target = std::array::from_fn(|i| Dual::constant(load(&boxes.target[i])));
        let y = loss.overlap(&BoxPair::new(corners(prediction), corners(target)));
        y.value.store(&mut out.value[at..]);
        for (slope, partial) in out.slope.iter_mut().zip(y.partials) {
            partial.store(&mut slope[at..]);
        }
    }
}

impl<L: BoxLoss, T: Float> BoxKernel<T> for L {
    fn block(&self, level: Level, boxes: &BoxBlock<T>, out: &mut BoxPartials<T>) {
        let loss = self;
        dispatch!(level, [L: BoxLoss, T: Float] block_body::<L, T>(
            loss: &L, boxes: &BoxBlock<T>, out: &mut BoxPartials<T>))
    }
}

impl<L: BoxLoss> BoxFormula for L {
    fn second(&self, prediction: [f64; 4], target: [f64; 4]) -> [f64; 4] {
        let prediction = std::array::from_fn(|i| {
            Dual::<_, 4>::variable(Dual::<f64, 4>::variable(prediction[i], i), i)
        });
        let y = self.overlap(&BoxPair::new(
            corners(prediction),
            corners(target.map(Real::lift)),
        ));
        std::array::from_fn(|i| y.partials[i].partials[i])
    }
    fn replay(&self, pair: &BoxPair<Replay>) -> Replay {
        self.overlap(pair)
    }
    fn trace(&self, pair: &BoxPair<Sym>) -> Sym {
        self.overlap(pair)
    }
}

/// Predicted and true boxes `[n, 4]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BoxProblem<'a, T> {
    pub(crate) prediction: &'a [T],
    pub(crate) target: &'a [T],
    pub(crate) weighting: Weighting<'a>,
    /// Largest |coordinate|: areas must stay finite.
    pub(crate) bound: f64,
}

impl<T: Float> BoxProblem<'_, T> {
    /// Count and weight of the boxes that count.
    pub(crate) fn mass(&self) -> Mass {
        let mut mass = Mass::default();
        for i in (0..self.prediction.len() / 4).filter(|&i| self.weighting.counts(i)) {
            mass.add(self.weighting.weight(i));
        }
        mass
    }

    fn explain(&self, loss: &str, index: usize) -> Error {
        for (argument, array) in [("prediction", self.prediction), ("target", self.target)] {
            for position in 4 * index..4 * index + 4 {
                let value = array[position].to_f64();
                if !(value.abs() <= self.bound) {
                    return Error::Value {
                        argument,
                        position,
                        value,
                        expected: format!(
                            "a finite coordinate of magnitude at most {:.3e}",
                            self.bound
                        ),
                    };
                }
            }
        }
        Error::unsupported(loss, format!("is not finite at box {index}"))
    }

    /// Weighted sum of one block; writes per-item losses and gradient of that block where asked.
    fn block(
        &self,
        kernel: &dyn BoxKernel<T>,
        level: Level,
        scale: f64,
        first: usize,
        gradient: Option<&mut [T]>,
        per_item: Option<&mut [f64]>,
    ) -> Result<f64, usize> {
        let count = BLOCK.min(self.prediction.len() / 4 - first);
        let zero = [T::default(); BLOCK];
        let mut boxes = BoxBlock {
            len: count.div_ceil(LANES) * LANES,
            prediction: [zero; 4],
            target: [zero; 4],
        };
        let mut out = BoxPartials {
            value: zero,
            slope: [zero; 4],
        };
        for i in 0..count {
            for side in 0..4 {
                boxes.prediction[side][i] = self.prediction[4 * (first + i) + side];
                boxes.target[side][i] = self.target[4 * (first + i) + side];
            }
        }
        kernel.block(level, &boxes, &mut out);
        let mut total = 0.0;
        let mut gradient = gradient;
        let mut per_item = per_item;
        for i in 0..count {
            let index = first + i;
            let counts = self.weighting.counts(index);
            let weight = if counts {
                self.weighting.weight(index)
            } else {
                0.0
            };
            let slope: [T; 4] = std::array::from_fn(|side| out.slope[side][i]);
            let inside = |side: usize| {
                boxes.prediction[side][i].to_f64().abs() <= self.bound
                    && boxes.target[side][i].to_f64().abs() <= self.bound
            };
            if counts
                && !((0..4).all(inside)
                    && out.value[i].finite()
                    && slope.iter().all(|d| d.finite()))
            {
                return Err(index);
            }
            let weighted = if counts {
                weight * out.value[i].to_f64()
            } else {
                0.0
            };
            total += weighted;
            if let Some(per_item) = per_item.as_deref_mut() {
                per_item[i] = weighted;
            }
            if let Some(gradient) = gradient.as_deref_mut() {
                for (g, d) in gradient[4 * i..4 * i + 4].iter_mut().zip(slope) {
                    *g = if counts {
                        d * T::from_f64(scale * weight)
                    } else {
                        T::default()
                    };
                }
            }
        }
        Ok(total)
    }
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
    let n = problem.prediction.len() / 4;
    let mut gradients = gradient.map(|g| g.chunks_mut(4 * BLOCK));
    let mut items = per_item.map(|p| p.chunks_mut(BLOCK));
    let blocks: Vec<_> = (0..n)
        .step_by(BLOCK)
        .map(|first| {
            let gradient = gradients.as_mut().and_then(Iterator::next);
            (first, gradient, items.as_mut().and_then(Iterator::next))
        })
        .collect();
    let sums: Vec<Result<f64, usize>> = blocks
        .into_par_iter()
        .with_min_len(16)
        .map(|(first, gradient, items)| problem.block(kernel, level, scale, first, gradient, items))
        .collect();
    let mut total = 0.0;
    for sum in sums {
        total += sum.map_err(|index| problem.explain(loss, index))?;
    }
    Ok(total)
}
