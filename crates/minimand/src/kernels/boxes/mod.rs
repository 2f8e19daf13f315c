//! Two boxes: the shape of overlap losses for detection.

mod driver;

pub(crate) use driver::{BoxProblem, evaluate};

use super::dual::Dual;
use super::lanes::{LANES, Lanes, one_vector, side_by_side};
use super::level::{Level, dispatch};
use super::replay::Replay;
use super::scalar::{Float, Real};
use super::sym::Sym;

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
    /// Squared length of the diagonal.
    #[inline(always)]
    pub fn diagonal_squared(&self) -> S {
        self.width().square() + self.height().square()
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
    /// Intersection over union; of two boxes without area 1 if they are the same box, else 0.
    pub iou: S,
    /// 1 − intersection over union, without cancellation.
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
        let (zero, one) = (S::lift(0.0), S::lift(1.0));
        let epsilon = S::lift(EPSILON);
        // How far the edges are apart: the boxes are one box where this is 0.
        let apart = (hull.x2 - common.x2)
            + (common.x1 - hull.x1)
            + (hull.y2 - common.y2)
            + (common.y1 - hull.y1);
        let of_empty = S::select_lt(zero, apart, one, zero);
        let whole = union + epsilon;
        let miss = (union - intersection + epsilon) / whole;
        BoxPair {
            prediction,
            target,
            union,
            iou: S::select_lt(zero, union, intersection / whole, one - of_empty),
            miss: S::select_lt(zero, union, miss, of_empty),
            hull,
        }
    }

    /// Squared distance of the centres.
    #[inline(always)]
    pub fn centre_distance_squared(&self) -> S {
        let [x, y] = self.centre_distances();
        x.square() + y.square()
    }

    /// Squared 2-Wasserstein distance of the Gaussians with the boxes' centres and half sides: half the squared
    /// distance of the corner coordinates.
    #[inline(always)]
    pub fn gaussian_distance_squared(&self) -> S {
        let (a, b) = (&self.prediction, &self.target);
        let left_and_right = (a.x1 - b.x1).square() + (a.x2 - b.x2).square();
        let upper_and_lower = (a.y1 - b.y1).square() + (a.y2 - b.y2).square();
        S::lift(0.5) * (left_and_right + upper_and_lower)
    }

    /// The predicted centre minus the true one, along x and y.
    #[inline(always)]
    pub fn centre_distances(&self) -> [S; 2] {
        let (half, a, b) = (S::lift(0.5), &self.prediction, &self.target);
        [
            half * (a.x1 + a.x2 - b.x1 - b.x2),
            half * (a.y1 + a.y2 - b.y1 - b.y2),
        ]
    }
}

/// A loss of two boxes. Mark the method `#[inline(always)]`.
pub trait BoxLoss: Send + Sync {
    /// The loss of a predicted box for a true one.
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S;
}

/// A formula behind an object-safe door. Every [`BoxLoss`] has it.
pub trait BoxKernel<T>: BoxFormula {
    /// Values of a run of boxes and slopes by their predicted corners; all four slices are equally long, a
    /// multiple of 8 (0 too): the driver fills up the last run.
    fn run(
        &self,
        level: Level,
        prediction: &[[T; 4]],
        target: &[[T; 4]],
        value: &mut [T],
        slope: &mut [[T; 4]],
    );
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

/// Eight boxes, corner by corner.
#[inline(always)]
fn columns<const FUSED: bool>(rows: &[[f32; 4]; LANES]) -> [Lanes<f32, FUSED>; 4] {
    let mut out = [Lanes::splat(0.0); 4];
    for side in 0..4 {
        for lane in 0..LANES {
            out[side].0[lane] = rows[lane][side];
        }
    }
    out
}

/// The only code that is compiled once per loss and instruction set.
#[inline(always)]
fn run_body<L: BoxLoss, const FUSED: bool>(
    loss: &L,
    prediction: &[[f32; 4]],
    target: &[[f32; 4]],
    value: &mut [f32],
    slope: &mut [[f32; 4]],
) {
    if const { !side_by_side(FUSED) } {
        return one_by_one(loss, prediction, target, value, slope);
    }
    let prediction = prediction.as_chunks::<LANES>().0;
    let target = target.as_chunks::<LANES>().0;
    let value = value.as_chunks_mut::<LANES>().0;
    let slope = slope.as_chunks_mut::<LANES>().0;
    for (((a, b), value), slope) in prediction.iter().zip(target).zip(value).zip(slope) {
        let a = columns::<FUSED>(one_vector(a));
        let b = columns::<FUSED>(b);
        let a = std::array::from_fn(|i| Dual::<_, 4>::variable(a[i], i));
        let b = std::array::from_fn(|i| Dual::constant(b[i]));
        let y = loss.overlap(&BoxPair::new(corners(a), corners(b)));
        *value = y.value.0;
        for lane in 0..LANES {
            for side in 0..4 {
                slope[lane][side] = y.partials[side].0[lane];
            }
        }
    }
}

fn one_by_one<L: BoxLoss, T: Float>(
    loss: &L,
    prediction: &[[T; 4]],
    target: &[[T; 4]],
    value: &mut [T],
    slope: &mut [[T; 4]],
) {
    for (((a, b), value), slope) in prediction.iter().zip(target).zip(value).zip(slope) {
        let a = std::array::from_fn(|i| Dual::<_, 4>::variable(a[i], i));
        let b = b.map(Dual::constant);
        let y = loss.overlap(&BoxPair::new(corners(a), corners(b)));
        *value = y.value;
        *slope = y.partials;
    }
}

impl<L: BoxLoss> BoxKernel<f32> for L {
    fn run(
        &self,
        level: Level,
        prediction: &[[f32; 4]],
        target: &[[f32; 4]],
        value: &mut [f32],
        slope: &mut [[f32; 4]],
    ) {
        let loss = self;
        dispatch!(level, [L: BoxLoss] run_body::<L>(
            loss: &L,
            prediction: &[[f32; 4]],
            target: &[[f32; 4]],
            value: &mut [f32],
            slope: &mut [[f32; 4]],
        ))
    }
}

/// Not side by side: detectors train in `f32`, and boxes on lanes are eight times the code.
impl<L: BoxLoss> BoxKernel<f64> for L {
    fn run(
        &self,
        _: Level,
        prediction: &[[f64; 4]],
        target: &[[f64; 4]],
        value: &mut [f64],
        slope: &mut [[f64; 4]],
    ) {
        one_by_one(self, prediction, target, value, slope);
    }
}

impl<L: BoxLoss> BoxFormula for L {
    fn second(&self, prediction: [f64; 4], target: [f64; 4]) -> [f64; 4] {
        let target = corners(target.map(Real::lift));
        let mut out = [0.0; 4];
        for side in 0..4 {
            let prediction = std::array::from_fn(|i| {
                let variable = if i == side { 0 } else { usize::MAX };
                Dual::<_, 1>::variable(Dual::<f64, 1>::variable(prediction[i], variable), variable)
            });
            let y = self.overlap(&BoxPair::new(corners(prediction), target));
            out[side] = y.partials[0].partials[0];
        }
        out
    }
    fn replay(&self, pair: &BoxPair<Replay>) -> Replay {
        self.overlap(pair)
    }
    fn trace(&self, pair: &BoxPair<Sym>) -> Sym {
        self.overlap(pair)
    }
}
