use super::lowered;
use crate::prelude::*;

loss! {
    /// Multiplicative angular margin (SphereFace): the label's angle counts several times.
    ///
    /// ℓ(c, y) = −ln( e^(s ψ) / (e^(s ψ) + Σ_{j≠y} e^(s c_j)) ),
    /// ψ = (−1)^k cos(m θ) − 2k where k π ≤ m θ ≤ (k + 1) π, θ = arccos c_y
    ///
    /// The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    /// them. (The original has the feature's norm in the place of s: [`LargeMargin`](crate::linear::LargeMargin).)
    /// cos(m θ) is a polynomial of the cosine, so that the slope is finite at ±1. Shapes: cosines `[n, c, …]`; labels
    /// `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Liu et al. 2017 (paper 007).
    pub struct SphereFace = "sphereface" {
        /// Factor m of the angle, a whole number.
        margin: u32 = 4, within(1.0, 8.0);
        /// Factor s of the cosines; with 64, as usual for smaller margins, hopeless rows weigh several hundred nats.
        scale: f64 = 30.0, above(0.0);
    }
}

impl Loss for SphereFace {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["sphereface_loss", "a_softmax"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] =
        &["sphereface(scale=4)", "sphereface(margin=3, scale=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sphereface(scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 7.827_598_661, source: "paper 007, test vector" },
        Known { expression: "sphereface(margin=1, scale=4)", prediction: &[0.6, 0.8], target: &[0.0],
                value: 1.171_100_666, source: "paper 007: the normalised softmax" },
        Known { expression: "sphereface(margin=2, scale=1)", prediction: &[-1.0, -3.0], target: &[0.0],
                value: std::f64::consts::LN_2, source: "by hand: −cos(2π) − 2 = −3" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

/// ψ, the falling cosine of m times the angle of a cosine c in −1..1.
#[inline(always)]
pub(crate) fn multiplied<S: Real>(c: S, margin: u32) -> S {
    let (zero, one, two) = (S::lift(0.0), S::lift(1.0), S::lift(2.0));
    // cos(m θ) by Chebyshev's recurrence, and how often m θ has passed π.
    let (mut before, mut multiple) = (one, c);
    let (mut sign, mut turns) = (one, zero);
    for turn in 1..margin {
        (before, multiple) = (multiple, two * c * multiple - before);
        let border = std::f64::consts::PI * f64::from(turn) / f64::from(margin);
        let passed = S::select_lt(c, S::lift(border.cos()), one, zero);
        sign = sign - two * passed * sign;
        turns = turns + passed;
    }
    sign * multiple - two * turns
}

impl RowLoss for SphereFace {
    const READS: Reads = Reads::PROBABILITY_AND_LOGITS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // What is no cosine keeps the distance that the end of the range has.
        let one = S::lift(1.0);
        let c = (k.z * S::lift(1.0 / self.scale)).min(one).max(-one);
        lowered(k, S::lift(self.scale) * (c - multiplied(c, self.margin)))
    }

    fn temperature(&self) -> f64 {
        1.0 / self.scale
    }
}
