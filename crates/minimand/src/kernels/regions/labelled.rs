//! Losses per pixel that read the softmax of a region loss: one pass over the pixels does for both.

use super::block::{Block, Plane, VECTORS};
use super::problem::{Fault, RegionProblem};
use super::spread::Pull;
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

    /// Adds the losses of a block to `sums` and collects their slopes by ln p.
    #[inline(always)]
    pub(super) fn evaluate<const FUSED: bool>(
        &mut self,
        level: Level,
        terms: &[LabelTerm<'_, T>],
        problem: &RegionProblem<'_, T>,
        block: &Block<T>,
        (item, first): (usize, usize),
        sums: &mut [f64],
    ) -> Result<(), Fault> {
        let Some(one) = terms.first() else {
            return Ok(());
        };
        self.statistics::<FUSED>(problem, block, one.labels, item, first);
        self.slope = [[T::default(); LANES]; VECTORS];
        let start = item * problem.pixels + first;
        let slopes = self.slope.as_flattened_mut();
        for (number, (term, sum)) in terms.iter().zip(sums).enumerate() {
            for part in (0..block.len).step_by(BLOCK) {
                let len = BLOCK.min(block.len - part);
                let padded = len.div_ceil(LANES) * LANES;
                let from = part..part + padded;
                self.rows.len = padded;
                self.rows.log_p[..padded].copy_from_slice(&self.log_p.as_flattened()[from.clone()]);
                self.rows.p[..padded].copy_from_slice(&self.p.as_flattened()[from.clone()]);
                self.rows.q[..padded].copy_from_slice(&self.miss.as_flattened()[from]);
                term.kernel.block(level, &self.rows, &mut self.partials);
                for i in 0..len {
                    let position = start + part + i;
                    if block.weight.as_flattened()[part + i] == T::default() {
                        continue;
                    }
                    let alpha = term.kernel.class_factors();
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
                    let by_log_p = T::from_f64(term.scale * weight) * self.partials.log_p[i];
                    slopes[part + i] = slopes[part + i] + by_log_p;
                }
            }
        }
        Ok(())
    }

    /// p, 1 − p and ln p of the labels' classes.
    #[inline(always)]
    fn statistics<const FUSED: bool>(
        &mut self,
        problem: &RegionProblem<'_, T>,
        block: &Block<T>,
        labels: Labels<'_>,
        item: usize,
        first: usize,
    ) {
        let zero = Lanes::<T, FUSED>::splat(T::default());
        // The label's own score, less the largest.
        let shifted = self.log_p.as_flattened_mut();
        let start = item * problem.pixels + first;
        for i in 0..block.len {
            let counts = block.weight.as_flattened()[i] != T::default();
            let label = if counts {
                labels.get(start + i) as usize
            } else {
                0
            };
            let score = problem.prediction[problem.at(item, label, first + i)];
            let own = score - block.top.as_flattened()[i];
            shifted[i] = if counts { own } else { T::default() };
        }
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
            let (shifted, sum) = (Lanes::<T, FUSED>(self.log_p[v]), Lanes(block.sum[v]));
            self.log_p[v] = log_probability(shifted, sum, Lanes(self.miss[v])).0;
        }
    }

    /// What the last block adds to the gradient.
    pub(super) fn pull(&self) -> Pull<'_, T> {
        Pull {
            slope: &self.slope,
            miss: &self.miss,
        }
    }
}
