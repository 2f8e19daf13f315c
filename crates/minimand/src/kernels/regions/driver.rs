//! Two passes over an item: sum the regions, then spread the formula's slopes over the pixels.

use super::{Activation, Per, Region, RegionObject};
use crate::batch::Labels;
use crate::error::Error;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::scalar::{Float, Real};
use crate::kernels::weighting::{Mass, Weighting};
use rayon::prelude::*;

/// The true regions, in one of two forms.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RegionTarget<'a, T> {
    /// A class per pixel (with one class: 1 inside the region, 0 outside).
    Labels(Labels<'a>),
    /// A number in [0, 1] per class and pixel.
    Soft(&'a [T]),
}

/// Scores `[items, classes, pixels]` with their true regions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RegionProblem<'a, T> {
    pub(crate) prediction: &'a [T],
    pub(crate) items: usize,
    pub(crate) classes: usize,
    pub(crate) pixels: usize,
    pub(crate) target: RegionTarget<'a, T>,
    /// Weights and mask by pixel.
    pub(crate) pixel_weighting: Weighting<'a>,
    /// Weights by item, for regions of one item.
    pub(crate) item_weights: Option<&'a [f64]>,
    pub(crate) ignore_index: i64,
}

/// Where a pixel cannot be read.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Label { position: usize, label: i64 },
    Prediction { position: usize },
    Target { position: usize },
}

/// Sums of one class over one item.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    intersection: f64,
    prediction: f64,
    target: f64,
}

impl<T: Float> RegionProblem<'_, T> {
    fn explain(&self, fault: Fault) -> Error {
        match fault {
            Fault::Label { position, label } => Error::Label {
                position,
                label,
                classes: self.classes.max(2),
                ignore_index: self.ignore_index,
            },
            Fault::Prediction { position } => Error::Value {
                argument: "prediction",
                position,
                value: self.prediction[position].to_f64(),
                expected: "a finite number".to_string(),
            },
            Fault::Target { position } => Error::Value {
                argument: "target",
                position,
                value: match self.target {
                    RegionTarget::Soft(t) => t[position].to_f64(),
                    RegionTarget::Labels(labels) => labels.get(position) as f64,
                },
                expected: "a number in [0, 1]".to_string(),
            },
        }
    }

    /// Weight of a pixel; 0 if it does not count.
    #[inline(always)]
    fn pixel_weight(&self, item: usize, pixel: usize) -> f64 {
        let position = item * self.pixels + pixel;
        if !self.pixel_weighting.counts(position) {
            return 0.0;
        }
        if let RegionTarget::Labels(labels) = self.target
            && labels.get(position) == self.ignore_index
        {
            return 0.0;
        }
        self.pixel_weighting.weight(position)
    }
}

/// Probabilities and targets of eight pixels, class by class.
struct Pixels<T> {
    probability: Vec<[T; LANES]>,
    target: Vec<[T; LANES]>,
}

/// Reads eight pixels of an item; a pixel that does not count becomes one of zeros.
#[inline(always)]
fn read<T: Float, const FUSED: bool>(
    problem: &RegionProblem<'_, T>,
    activation: Activation,
    item: usize,
    first: usize,
    out: &mut Pixels<T>,
) -> Result<([T; LANES], usize), Fault> {
    let (classes, pixels) = (problem.classes, problem.pixels);
    let count = LANES.min(pixels - first);
    let mut weight = [T::default(); LANES];
    for (i, w) in weight.iter_mut().enumerate().take(count) {
        *w = T::from_f64(problem.pixel_weight(item, first + i));
    }
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let one = Lanes::<T, FUSED>::lift(1.0);
    let counts = Lanes::<T, FUSED>(weight);
    let at = |class: usize| (item * classes + class) * pixels + first;
    let load = |from: &[T], class: usize| {
        let x = Lanes::load_part(&from[at(class)..][..count], T::default());
        Lanes::select_eq(counts, zero, zero, x)
    };
    let mut finite = zero;
    let mut top = Lanes::splat(T::LOWEST);
    for class in 0..classes {
        let x = load(problem.prediction, class);
        finite = finite + x * zero;
        top = top.maximum(x);
        out.probability[class] = x.0;
    }
    for i in 0..count {
        if finite.0[i] != T::default() {
            let bad = (0..classes)
                .map(|k| at(k) + i)
                .find(|&p| !problem.prediction[p].finite());
            return Err(Fault::Prediction {
                position: bad.unwrap_or(at(0) + i),
            });
        }
    }
    match activation {
        Activation::None => {}
        Activation::Sigmoid => {
            for p in out.probability.iter_mut() {
                *p = Lanes::<T, FUSED>(*p).sigmoid().0;
            }
        }
        Activation::Softmax => {
            let mut sum = zero;
            for p in out.probability.iter_mut() {
                let e = (Lanes::<T, FUSED>(*p) - top).exp_nonpositive();
                sum = sum + e;
                *p = e.0;
            }
            let inverse = one / sum;
            for p in out.probability.iter_mut() {
                *p = (Lanes::<T, FUSED>(*p) * inverse).0;
            }
        }
    }
    match problem.target {
        RegionTarget::Labels(labels) => {
            let mut label = [T::from_f64(-1.0); LANES];
            for i in (0..count).filter(|&i| weight[i] != T::default()) {
                let position = item * pixels + first + i;
                let value = labels.get(position);
                if value < 0 || value >= classes.max(2) as i64 {
                    return Err(Fault::Label {
                        position,
                        label: value,
                    });
                }
                label[i] = T::from_f64(value as f64);
            }
            // With a single class the label says whether the pixel is inside.
            let offset = if classes == 1 { 1.0 } else { 0.0 };
            for (class, t) in out.target.iter_mut().enumerate() {
                let class = Lanes::<T, FUSED>::lift(class as f64 + offset);
                *t = Lanes::select_eq(Lanes(label), class, one, zero).0;
            }
        }
        RegionTarget::Soft(soft) => {
            for (class, t) in out.target.iter_mut().enumerate() {
                let x = load(soft, class);
                for i in 0..count {
                    if !(x.0[i] >= T::default() && x.0[i] <= T::from_f64(1.0)) {
                        return Err(Fault::Target {
                            position: at(class) + i,
                        });
                    }
                }
                *t = x.0;
            }
        }
    }
    Ok((weight, count))
}

/// Additions in the predictions' precision before the sums go into double precision.
const SHORT: usize = 16;

/// Sums of every class over one item, and the number of its pixels that count.
#[inline(always)]
fn sum_item<T: Float, const FUSED: bool>(
    problem: &RegionProblem<'_, T>,
    activation: Activation,
    squared: bool,
    item: usize,
) -> Result<(Vec<Sums>, usize), Fault> {
    let mut pixels = Pixels {
        probability: vec![[T::default(); LANES]; problem.classes],
        target: vec![[T::default(); LANES]; problem.classes],
    };
    let mut sums = vec![Sums::default(); problem.classes];
    // Eight pixels at a time in the predictions' precision, and now and then into double precision: few
    // enough additions that single precision loses nothing.
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let mut short = vec![[zero; 3]; problem.classes];
    let mut counting = 0;
    for first in (0..problem.pixels).step_by(LANES) {
        let (weight, _) = read::<T, FUSED>(problem, activation, item, first, &mut pixels)?;
        counting += weight.iter().filter(|&&w| w != T::default()).count();
        let w = Lanes::<T, FUSED>(weight);
        for (class, short) in short.iter_mut().enumerate() {
            let p = Lanes::<T, FUSED>(pixels.probability[class]);
            let t = Lanes::<T, FUSED>(pixels.target[class]);
            let (wp, wt) = (w * p, w * t);
            short[0] = short[0].plus_product(wp, t);
            short[1] = if squared {
                short[1].plus_product(wp, p)
            } else {
                short[1] + wp
            };
            short[2] = if squared {
                short[2].plus_product(wt, t)
            } else {
                short[2] + wt
            };
        }
        let last = first + LANES >= problem.pixels;
        if last || first / LANES % SHORT == SHORT - 1 {
            for (sums, short) in sums.iter_mut().zip(&mut short) {
                sums.intersection += short[0].sum();
                sums.prediction += short[1].sum();
                sums.target += short[2].sum();
                *short = [zero; 3];
            }
        }
    }
    Ok((sums, counting))
}

/// Writes the gradient of one item, given the formula's slopes by each class's sums.
#[inline(always)]
fn spread_item<T: Float, const FUSED: bool>(
    problem: &RegionProblem<'_, T>,
    activation: Activation,
    squared: bool,
    item: usize,
    slopes: &[[f64; 2]],
    gradient: &mut [T],
) -> Result<(), Fault> {
    let mut pixels = Pixels {
        probability: vec![[T::default(); LANES]; problem.classes],
        target: vec![[T::default(); LANES]; problem.classes],
    };
    let one = Lanes::<T, FUSED>::lift(1.0);
    for first in (0..problem.pixels).step_by(LANES) {
        let (weight, count) = read::<T, FUSED>(problem, activation, item, first, &mut pixels)?;
        let w = Lanes::<T, FUSED>(weight);
        let mut inner = Lanes::<T, FUSED>::splat(T::default());
        // ∂/∂p of every class; the target's place holds it from here on.
        for (class, slope) in slopes.iter().enumerate() {
            let p = Lanes::<T, FUSED>(pixels.probability[class]);
            let t = Lanes::<T, FUSED>(pixels.target[class]);
            let by_prediction = Lanes::lift(slope[1]);
            let by_p = if squared {
                by_prediction * (p + p)
            } else {
                by_prediction
            };
            let d = w * by_p.plus_product(Lanes::lift(slope[0]), t);
            inner = inner.plus_product(p, d);
            pixels.target[class] = d.0;
        }
        for class in 0..problem.classes {
            let p = Lanes::<T, FUSED>(pixels.probability[class]);
            let d = Lanes::<T, FUSED>(pixels.target[class]);
            let d = match activation {
                Activation::None => d,
                Activation::Sigmoid => d * p * (one - p),
                Activation::Softmax => p * (d - inner),
            };
            d.store_part(&mut gradient[class * problem.pixels + first..][..count]);
        }
    }
    Ok(())
}

/// What a region loss gives for a batch.
pub(crate) struct RegionOutcome {
    /// Σ w·ℓ over the regions that count.
    pub(crate) sum: f64,
    pub(crate) mass: Mass,
    /// w·ℓ of every region, item by item (0 where a region does not count).
    pub(crate) per_region: Vec<f64>,
}

/// Evaluates every region. `scale` maps the mass of the regions that count to the factor of the
/// gradient (it is not known before the items are summed).
pub(crate) fn evaluate<T: Float>(
    kernel: &dyn RegionObject,
    problem: &RegionProblem<'_, T>,
    scale: impl FnOnce(&Mass) -> Result<f64, Error>,
    gradient: Option<&mut [T]>,
) -> Result<RegionOutcome, Error> {
    let level = Level::detect();
    let (activation, squared) = (kernel.activation(), kernel.squared());
    let sum = |item: usize| {
        dispatch!(level, [T: Float] sum_item::<T>(
            problem: &RegionProblem<'_, T>, activation: Activation, squared: bool, item: usize,
        ) -> Result<(Vec<Sums>, usize), Fault>)
    };
    let items: Vec<_> = (0..problem.items).into_par_iter().map(sum).collect();
    let items: Vec<(Vec<Sums>, usize)> = items
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|fault| problem.explain(fault))?;
    // Regions: one per item and class, or one per class.
    let groups: Vec<(Vec<Sums>, f64)> = match kernel.per() {
        Per::Item => items
            .into_iter()
            .enumerate()
            .map(|(item, (sums, counting))| {
                let weight = problem.item_weights.map_or(1.0, |w| w[item]);
                (sums, if counting > 0 { weight } else { f64::NAN })
            })
            .collect(),
        Per::Batch => {
            let mut all = vec![Sums::default(); problem.classes];
            let mut counting = 0;
            for (sums, count) in items {
                counting += count;
                for (a, s) in all.iter_mut().zip(sums) {
                    a.intersection += s.intersection;
                    a.prediction += s.prediction;
                    a.target += s.target;
                }
            }
            vec![(all, if counting > 0 { 1.0 } else { f64::NAN })]
        }
    };
    let first_class = usize::from(!kernel.include_background());
    let class_weight = |class: usize| problem.pixel_weighting.classes.map_or(1.0, |w| w[class]);
    let mut outcome = RegionOutcome {
        sum: 0.0,
        mass: Mass::default(),
        per_region: Vec::with_capacity(groups.len() * problem.classes),
    };
    let mut slopes = vec![[0.0; 2]; groups.len() * problem.classes];
    for (group, (sums, weight)) in groups.iter().enumerate() {
        for class in first_class..problem.classes {
            // NaN marks a group none of whose pixels count.
            if weight.is_nan() {
                outcome.per_region.push(0.0);
                continue;
            }
            let weight = weight * class_weight(class);
            let s = &sums[class];
            let y = kernel.second(&Region {
                intersection: s.intersection,
                prediction: s.prediction,
                target: s.target,
            });
            outcome.mass.add(weight);
            outcome.sum += weight * y.value;
            outcome.per_region.push(weight * y.value);
            slopes[group * problem.classes + class] = y.first.map(|d| d * weight);
        }
    }
    let scale = scale(&outcome.mass)?;
    let Some(gradient) = gradient else {
        return Ok(outcome);
    };
    for d in slopes.iter_mut().flatten() {
        *d *= scale;
    }
    let size = problem.classes * problem.pixels;
    let spread = |(item, gradient): (usize, &mut [T])| {
        let group = if kernel.per() == Per::Item { item } else { 0 };
        let slopes = &slopes[group * problem.classes..][..problem.classes];
        dispatch!(level, [T: Float] spread_item::<T>(
            problem: &RegionProblem<'_, T>, activation: Activation, squared: bool, item: usize,
            slopes: &[[f64; 2]], gradient: &mut [T],
        ) -> Result<(), Fault>)
    };
    gradient
        .par_chunks_mut(size.max(1))
        .enumerate()
        .map(spread)
        .collect::<Result<(), Fault>>()
        .map_err(|fault| problem.explain(fault))?;
    Ok(outcome)
}
