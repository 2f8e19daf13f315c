//! Losses per pixel that read the softmax of a region loss: one pass over the pixels does for both.

use super::block::{Block, Plane, VECTORS};
use super::problem::Fault;
use crate::batch::Labels;
use crate::error::Error;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::Level;
use crate::kernels::rows::{
    BLOCK, Combines, RowBlock, RowKernel, RowObject, RowPartials, RowProblem, log_probability,
};
use crate::kernels::scalar::Float;

/// A loss per pixel, of which [`readable`] is true, with the pixels as its rows.
pub(crate) struct LabelTerm<'a, T> {
    /// Its name, for errors.
    pub(crate) loss: &'a str,
    pub(crate) kernel: &'a dyn RowKernel<T>,
    pub(crate) problem: &'a RowProblem<'a, T>,
    pub(crate) labels: Labels<'a>,
    /// Factor of the gradient: coefficient over divisor.
    pub(crate) scale: f64,
}

/// Does the loss of a hard label read nothing but the plain softmax?
pub(crate) fn readable(kernel: &dyn RowObject) -> bool {
    let reads = kernel.reads();
    reads.probability
        && !(reads.logits || reads.others || reads.transform)
        && kernel.combines() == Combines::ByTarget
        && kernel.smoothing() == 0.0
        && kernel.softmax_temperature() == 1.0
        && kernel.values_by_class().is_empty()
}

impl<T: Float> LabelTerm<'_, T> {
    /// The error of a pixel whose loss is not finite.
    pub(super) fn explain(&self, position: usize) -> Error {
        self.problem.not_finite(self.loss, position)
    }
}

/// Buffers of one thread, and what the losses of a block have in common.
pub(super) struct Labelled<T> {
    rows: RowBlock<T>,
    partials: RowPartials<T>,
    log_p: Plane<T>,
    p: Plane<T>,
    miss: Plane<T>,
    slope: Plane<T>,
}

impl<T: Float> Labelled<T> {
    pub(super) fn new(classes: usize) -> Self {
        let zero = [[T::default(); LANES]; VECTORS];
        Labelled {
            rows: RowBlock::new(classes),
            partials: RowPartials::new(),
            log_p: zero,
            p: zero,
            miss: zero,
            slope: zero,
        }
    }

    /// Adds the losses of a block, whose first pixel is at `start`, to `sums` and gives their slopes by ln p.
    #[inline(always)]
    pub(super) fn evaluate<const FUSED: bool>(
        &mut self,
        level: Level,
        terms: &[LabelTerm<'_, T>],
        block: &Block<T>,
        start: usize,
        sums: &mut [f64],
    ) -> Result<&[T], Fault> {
        if terms.is_empty() {
            return Ok(&[]);
        }
        self.statistics::<FUSED>(block);
        self.slope = [[T::default(); LANES]; VECTORS];
        for (number, (term, sum)) in terms.iter().zip(sums).enumerate() {
            let alpha = term.kernel.class_factors();
            let uniform = term.problem.uniform(alpha);
            for part in (0..block.len).step_by(BLOCK) {
                let len = BLOCK.min(block.len - part);
                let padded = len.div_ceil(LANES) * LANES;
                let from = part..part + padded;
                self.rows.len = padded;
                self.rows.log_p[..padded].copy_from_slice(&self.log_p.as_flattened()[from.clone()]);
                self.rows.p[..padded].copy_from_slice(&self.p.as_flattened()[from.clone()]);
                self.rows.q[..padded].copy_from_slice(&self.miss.as_flattened()[from]);
                term.kernel.block(level, &self.rows, &mut self.partials);
                if uniform && let Some(all) = self.add_uniform::<FUSED>(term.scale, block, part) {
                    *sum += all;
                    continue;
                }
                let slopes = &mut self.slope.as_flattened_mut()[part..];
                for i in 0..len {
                    let position = start + part + i;
                    if block.weight.as_flattened()[part + i] == T::default() {
                        continue;
                    }
                    let Some((_, weight)) = term.problem.counted(term.labels, alpha, position)
                    else {
                        continue;
                    };
                    let value = self.partials.value[i];
                    if !value.finite() {
                        return Err(Fault::Pixel {
                            term: number,
                            position,
                        });
                    }
                    *sum += weight * value.to_f64();
                    slopes[i] =
                        slopes[i] + T::from_f64(term.scale * weight) * self.partials.log_p[i];
                }
            }
        }
        Ok(&self.slope.as_flattened()[..block.len])
    }

    /// Adds the slopes of the part of a block that begins with pixel `part` where every pixel that counts counts once,
    /// and gives the sum of the values; nothing is done, and there is no sum, if one is not finite.
    #[inline(always)]
    fn add_uniform<const FUSED: bool>(
        &mut self,
        scale: f64,
        block: &Block<T>,
        part: usize,
    ) -> Option<f64> {
        let zero = Lanes::<T, FUSED>::splat(T::default());
        let (values, slopes) = (&self.partials.value, &self.partials.log_p);
        let vectors = self.rows.len / LANES;
        let counting = &block.weight[part / LANES..][..vectors];
        let mut sum = zero;
        for (v, &weight) in counting.iter().enumerate() {
            let value = Lanes::load(&values[v * LANES..]);
            sum = sum + Lanes::select_eq(Lanes(weight), zero, zero, value);
        }
        let sum = sum.sum();
        if !sum.is_finite() {
            return None;
        }
        let scale = Lanes::<T, FUSED>::splat(T::from_f64(scale));
        let own = &mut self.slope[part / LANES..][..vectors];
        for (v, (own, &weight)) in own.iter_mut().zip(counting).enumerate() {
            let by_log_p = Lanes::load(&slopes[v * LANES..]);
            let by_log_p = Lanes::select_eq(Lanes(weight), zero, zero, by_log_p);
            *own = Lanes(*own).plus_product(scale, by_log_p).0;
        }
        Some(sum)
    }

    /// p, 1 − p and ln p of the labels' classes.
    #[inline(always)]
    fn statistics<const FUSED: bool>(&mut self, block: &Block<T>) {
        let zero = Lanes::<T, FUSED>::splat(T::default());
        self.p = [[T::default(); LANES]; VECTORS];
        self.miss = [[T::default(); LANES]; VECTORS];
        for (class, plane) in block.probability.iter().enumerate() {
            for v in 0..block.vectors {
                let (t, p) = (block.target::<FUSED>(class, v), Lanes(plane[v]));
                let (own, miss) = (Lanes(self.p[v]), Lanes(self.miss[v]));
                self.p[v] = (own + Lanes::select_eq(t, zero, zero, p)).0;
                // Summed over the other classes: a confident pixel keeps its gradient.
                self.miss[v] = (miss + Lanes::select_eq(t, zero, p, zero)).0;
            }
        }
        for v in 0..block.vectors {
            let (shifted, sum) = (Lanes::<T, FUSED>(block.own[v]), Lanes(block.sum[v]));
            self.log_p[v] = log_probability(shifted, sum, Lanes(self.miss[v])).0;
        }
    }
}
