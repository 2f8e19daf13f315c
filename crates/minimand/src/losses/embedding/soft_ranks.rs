//! Ranks of an anchor's partners that a sigmoid makes smooth. The anchor itself is among its positives, with likeness 1.

use crate::prelude::*;

/// The likenesses of the positives and, last, of the anchor itself.
pub(super) fn with_own<S: Real>(positives: &[S]) -> Vec<S> {
    let own = std::iter::once(S::lift(1.0));
    positives.iter().copied().chain(own).collect()
}

/// How many of `others` come before `x`, softly.
pub(super) fn before<S: Real>(x: S, others: &[S], temperature: f64) -> S {
    let by = S::lift(1.0 / temperature);
    let each = others.iter().map(|&y| ((y - x) * by).sigmoid());
    each.fold(S::lift(0.0), |sum, s| sum + s)
}

/// Adds the slopes of `factor · before(x, others)` to those of the others; gives that of x.
pub(super) fn pull(
    x: f64,
    others: &[f64],
    temperature: f64,
    factor: f64,
    slopes: &mut [f64],
) -> f64 {
    let mut own = 0.0;
    for (&y, slope) in others.iter().zip(slopes) {
        let lead = (y - x) / temperature;
        let d = factor / temperature * (lead.sigmoid() * (-lead).sigmoid());
        *slope += d;
        own -= d;
    }
    own
}
