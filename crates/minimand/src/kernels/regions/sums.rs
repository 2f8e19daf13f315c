//! The first pass: sums of every class.

use super::block::Block;
use super::{Region, RegionObject};
use crate::kernels::lanes::Lanes;
use crate::kernels::scalar::{Float, Real};

/// Sums of one class, all that any formula asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    intersection: f64,
    prediction: f64,
    target: f64,
    squares: [f64; 2],
    difference: f64,
}

impl Sums {
    /// Adds one pixel.
    pub(super) fn add(&mut self, weight: f64, p: f64, t: f64) {
        self.intersection += weight * p * t;
        self.prediction += weight * p;
        self.target += weight * t;
        self.squares[0] += weight * p * p;
        self.squares[1] += weight * t * t;
        self.difference += weight * (p - t).abs();
    }
}

/// Which sums the formulas ask for beside the plain ones.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    pub(super) squares: bool,
    pub(super) difference: bool,
}

impl Needs {
    pub(super) fn of(kernel: &dyn RegionObject) -> Self {
        Needs {
            squares: kernel.squared(),
            difference: kernel.difference(),
        }
    }

    pub(super) fn and(self, other: Needs) -> Self {
        Needs {
            squares: self.squares || other.squares,
            difference: self.difference || other.difference,
        }
    }
}

/// What some pixels of an item sum up to.
#[derive(Debug, Clone, Default)]
pub(super) struct Total {
    pub(super) classes: Vec<Sums>,
    /// Number of the pixels that count, and the sum of their weights.
    pub(super) counting: usize,
    pub(super) pixels: f64,
}

impl Total {
    pub(super) fn new(classes: usize) -> Self {
        Total {
            classes: vec![Sums::default(); classes],
            ..Total::default()
        }
    }

    pub(super) fn add(&mut self, other: &Total) {
        self.counting += other.counting;
        self.pixels += other.pixels;
        for (a, b) in self.classes.iter_mut().zip(&other.classes) {
            a.intersection += b.intersection;
            a.prediction += b.prediction;
            a.target += b.target;
            a.squares[0] += b.squares[0];
            a.squares[1] += b.squares[1];
            a.difference += b.difference;
        }
    }

    /// The region of a class as a formula reads it.
    pub(super) fn region(
        &self,
        kernel: &dyn RegionObject,
        class: usize,
        weight: f64,
    ) -> Region<f64> {
        let sums = &self.classes[class];
        let [prediction, target] = if kernel.squared() {
            sums.squares
        } else {
            [sums.prediction, sums.target]
        };
        Region {
            intersection: sums.intersection,
            prediction,
            target,
            difference: sums.difference,
            pixels: self.pixels,
            class,
            weight,
        }
    }

    /// Adds a block.
    #[inline(always)]
    pub(super) fn add_block<T: Float, const FUSED: bool>(
        &mut self,
        block: &Block<T>,
        needs: Needs,
    ) {
        let zero = Lanes::<T, FUSED>::splat(T::default());
        self.counting += block.counting;
        let weights = block.weight[..block.vectors].iter();
        self.pixels += weights.map(|w| Lanes::<T, FUSED>(*w).sum()).sum::<f64>();
        let planes = block.probability.iter().zip(&mut self.classes);
        for (class, (plane, sums)) in planes.enumerate() {
            let (mut inner, mut prediction, mut target) = (zero, zero, zero);
            for v in 0..block.vectors {
                let (p, w) = (Lanes::<T, FUSED>(plane[v]), Lanes(block.weight[v]));
                let t = block.target::<FUSED>(class, v);
                let wp = w * p;
                inner = inner.plus_product(wp, t);
                prediction = prediction + wp;
                target = target.plus_product(w, t);
            }
            sums.intersection += inner.sum();
            sums.prediction += prediction.sum();
            sums.target += target.sum();
            if needs.squares {
                let (mut prediction, mut target) = (zero, zero);
                for v in 0..block.vectors {
                    let (p, w) = (Lanes::<T, FUSED>(plane[v]), Lanes(block.weight[v]));
                    let t = block.target::<FUSED>(class, v);
                    prediction = prediction.plus_product(w * p, p);
                    target = target.plus_product(w * t, t);
                }
                sums.squares[0] += prediction.sum();
                sums.squares[1] += target.sum();
            }
            if needs.difference {
                let mut difference = zero;
                for v in 0..block.vectors {
                    let (p, w) = (Lanes::<T, FUSED>(plane[v]), Lanes(block.weight[v]));
                    let gap = (p - block.target::<FUSED>(class, v)).abs();
                    difference = difference.plus_product(w, gap);
                }
                sums.difference += difference.sum();
            }
        }
    }
}
