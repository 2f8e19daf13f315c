//! The second pass: the slopes of the formulas, spread over the pixels.

use super::block::{Block, Plane, VECTORS};
use super::sums::Needs;
use super::{Activation, RegionObject};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// Slopes of all formulas together by the sums of one class: ∂/∂p of a pixel is
/// target·t + constant + square·p + difference·sign(p − t).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slopes {
    target: f64,
    constant: f64,
    square: f64,
    difference: f64,
}

impl Slopes {
    /// Adds `factor` times a formula's slopes by (intersection, prediction, difference).
    pub(super) fn add(&mut self, kernel: &dyn RegionObject, slopes: [f64; 3], factor: f64) {
        let [intersection, prediction, difference] = slopes.map(|d| factor * d);
        self.target += intersection;
        if kernel.squared() {
            self.square += 2.0 * prediction;
        } else {
            self.constant += prediction;
        }
        self.difference += difference;
    }
}

/// Writes the gradient of a block: `derivative` is a buffer of a plane per class, `gradient` has a slice per class,
/// in which the block starts at `first`. `by_log_p` are the slopes of losses per pixel by ln p of the label's class.
#[inline(always)]
pub(super) fn spread<T: Float, const FUSED: bool>(
    block: &Block<T>,
    activation: Activation,
    needs: Needs,
    slopes: &[Slopes],
    by_log_p: Option<&[T]>,
    derivative: &mut [Plane<T>],
    (first, gradient): (usize, &mut [&mut [T]]),
) {
    let (zero, one) = (Lanes::<T, FUSED>::splat(T::default()), Lanes::lift(1.0));
    let mut inner = [zero; VECTORS];
    // 1 − p of the label's class, summed over the others: a confident pixel keeps its gradient.
    let mut miss = [zero; VECTORS];
    for (class, (slopes, d)) in slopes.iter().zip(derivative.iter_mut()).enumerate() {
        let plane = &block.probability[class];
        let by_target = Lanes::<T, FUSED>::lift(slopes.target);
        let constant = Lanes::lift(slopes.constant);
        let square = Lanes::lift(slopes.square);
        let difference = Lanes::lift(slopes.difference);
        for v in 0..block.vectors {
            let p = Lanes::<T, FUSED>(plane[v]);
            let t = block.target::<FUSED>(class, v);
            let mut by_p = constant.plus_product(by_target, t);
            if needs.squares {
                by_p = by_p.plus_product(square, p);
            }
            if needs.difference {
                // At p = t the derivative of |p − t| is taken as 0.
                let down = Lanes::select_lt(p, t, -difference, zero);
                by_p = by_p + Lanes::select_lt(t, p, difference, down);
            }
            let by_p = Lanes(block.weight[v]) * by_p;
            inner[v] = inner[v].plus_product(p, by_p);
            d[v] = by_p.0;
            if by_log_p.is_some() {
                miss[v] = miss[v] + Lanes::select_eq(t, zero, p, zero);
            }
        }
    }
    for (class, (d, gradient)) in derivative.iter_mut().zip(gradient).enumerate() {
        let plane = &block.probability[class];
        for v in 0..block.vectors {
            let (p, by_p) = (Lanes::<T, FUSED>(plane[v]), Lanes(d[v]));
            let mut g = match activation {
                Activation::None => by_p,
                Activation::Sigmoid => by_p * p * (one - p),
                Activation::Softmax => p * (by_p - inner[v]),
            };
            if let Some(slopes) = by_log_p {
                let own = block.target::<FUSED>(class, v);
                let toward = Lanes::select_eq(own, one, miss[v], -p);
                let slope = Lanes::load_part(&slopes[LANES * v..], T::default());
                g = g.plus_product(slope, toward);
            }
            d[v] = g.0;
        }
        gradient[first..][..block.len].copy_from_slice(&d.as_flattened()[..block.len]);
    }
}
