//! Where the target of a long row lies: seldom anything has to be written for it.

use super::{Source, factor, smoothed};
use crate::kernels::rows::driver::Context;
use crate::kernels::scalar::Float;

/// The shares of a row's target.
#[derive(Clone, Copy)]
pub(super) enum Shares<'a, T> {
    /// One for the label, and one that all others have.
    Label { label: usize, own: f64, rest: f64 },
    /// One for each class.
    Each(&'a [T]),
}

/// The shares of a row's target after smoothing and (unless every class's term is in the sum) class weights, and the
/// factor of its weight. They are written to `buffer` if they lie nowhere yet.
#[inline(always)]
pub(super) fn shares<'a, T: Float>(
    context: &Context<'_, T>,
    source: &Source,
    given: &'a [T],
    every: bool,
    buffer: &'a mut [T],
) -> (Shares<'a, T>, f64) {
    let classes = context.problem.classes;
    let weighted = context.problem.weighting.classes.is_some() || !context.alpha.is_empty();
    let smooth = |mass| smoothed(mass, context.smoothing, classes);
    match source {
        Source::Label(label) if !weighted => {
            let (own, rest) = (smooth(1.0), smooth(0.0));
            let label = *label;
            (Shares::Label { label, own, rest }, 1.0)
        }
        Source::Given if !weighted && context.smoothing == 0.0 => (Shares::Each(given), 1.0),
        _ => {
            let mut share = 0.0;
            for (k, t) in buffer.iter_mut().enumerate() {
                let mass = smooth(match source {
                    Source::Label(label) => f64::from(u8::from(k == *label)),
                    Source::Given => given[k].to_f64(),
                });
                let by_class = if weighted { factor(context, k) } else { 1.0 };
                share += mass * by_class;
                *t = T::from_f64(if every { mass } else { mass * by_class });
            }
            let factor = if every && weighted { share } else { 1.0 };
            (Shares::Each(buffer), factor)
        }
    }
}
