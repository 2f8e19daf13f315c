//! Soft labels: Σ_k t_k·row(k), by the same formula. Label smoothing makes hard labels soft, a row
//! at a time. Losses that combine the terms of all classes otherwise ([`Combines`]) run here too:
//! of normalised ones both sums, and then (t_k − ratio)/sum takes the place of t_k, which has the gradient of the
//! quotient.
//!
//! The class with the largest logit is treated apart in both drivers: only its probability can exceed
//! ½, so only there would 1 − p and t·∂ − p·Σ cancel.

mod block;
mod narrow;
mod shares;
mod wide;

pub(super) use narrow::narrow;
pub(super) use wide::wide;

use super::driver::{Context, Fault, class_factor};
use super::{BLOCK, Combines};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// How far the sum of a row's soft labels may be from 1.
const SUM_TOLERANCE: f64 = 1e-3;

/// Where a row's target distribution comes from.
enum Source {
    Label(usize),
    Given,
}

/// Weight and source of a row's target, or `None` if the row does not count.
#[inline(always)]
fn source<T: Float>(context: &Context<'_, T>, row: usize) -> Result<Option<(Source, f64)>, Fault> {
    match context.labels {
        Some(labels) => {
            // Class weight and alpha belong to the classes of the smoothed label, not to the row.
            let weighting = &context.problem.weighting;
            let found = context.problem.labelled(labels, &[], row)?;
            Ok(found.map(|(k, _)| (Source::Label(k), weighting.weight(row))))
        }
        None if context.problem.weighting.counts(row) => {
            Ok(Some((Source::Given, context.problem.weighting.weight(row))))
        }
        None => Ok(None),
    }
}

/// Target mass of one class after smoothing, before class weights.
#[inline(always)]
fn smoothed(given: f64, smoothing: f64, classes: usize) -> f64 {
    (1.0 - smoothing) * given + smoothing / classes as f64
}

/// Class weight times alpha.
#[inline(always)]
fn factor<T: Float>(context: &Context<'_, T>, class: usize) -> f64 {
    let weight = context.problem.weighting.classes.map_or(1.0, |w| w[class]);
    weight * class_factor(context.alpha, class)
}

/// The first block of a buffer that is a whole number of them.
#[inline(always)]
fn whole<T>(from: &[T]) -> &[T; BLOCK] {
    match from.first_chunk() {
        Some(block) => block,
        None => unreachable!("buffers are whole blocks"),
    }
}

/// [`whole`] of a buffer to write to.
#[inline(always)]
fn whole_mut<T>(from: &mut [T]) -> &mut [T; BLOCK] {
    match from.first_chunk_mut() {
        Some(block) => block,
        None => unreachable!("buffers are whole blocks"),
    }
}

/// (is every class's term in the sum?, is the sum over the labels divided by that over all classes?)
#[inline(always)]
fn combination<T>(context: &Context<'_, T>) -> (bool, bool) {
    (
        context.combines.reads_shares(),
        context.combines == Combines::Normalised,
    )
}

/// Are the entries probabilities that sum to 1?
#[inline(always)]
fn check_distribution<T: Float, const FUSED: bool>(row: &[T]) -> Option<()> {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let (mut sum, mut negative) = (zero, zero);
    for at in (0..row.len()).step_by(LANES) {
        let t = Lanes::load_at(row, at, T::default());
        sum = sum + t;
        negative = negative + Lanes::select_lt(t, zero, Lanes::lift(1.0), zero);
    }
    let ok = (sum.sum() - 1.0).abs() <= SUM_TOLERANCE && negative.sum() == 0.0;
    ok.then_some(())
}
