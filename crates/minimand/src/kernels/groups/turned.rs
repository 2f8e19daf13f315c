//! Pairs of turned boxes: what formulas of their Gaussians read, without cancellation.

use super::super::dual::Dual;
use super::super::scalar::Real;
use super::{Group, GroupLoss, Layout};

/// Least length of a side. A shorter one, or one below 0, counts as this long and has slope 0.
pub const LEAST_SIDE: f64 = 1e-7;

/// Numbers of a turned box: centre x and y, width, height, angle.
const NUMBERS: usize = 5;

/// A predicted and a true turned box.
///
/// A box with its sides changed over and turned by 90° is the same box. Of the two ways to write the true one, the
/// pair holds that whose longer side is named like that of the predicted box, so that
/// (width − height)·(true width − true height) ≥ 0. What a formula makes of the pair must not depend on the choice;
/// then it has neither a jump nor a kink where a box is a square.
#[derive(Debug, Clone, Copy)]
pub struct TurnedPair<S> {
    /// Width and height of the predicted box, at least [`LEAST_SIDE`].
    pub sides: [S; 2],
    /// Width and height of the true box, at least [`LEAST_SIDE`].
    pub true_sides: [S; 2],
    /// Sine of the angle from the predicted to the true box.
    pub sin: S,
    /// Cosine of the angle from the predicted to the true box.
    pub cos: S,
    /// The true centre as the predicted box sees it: along its width and along its height.
    pub shift: [S; 2],
}

impl<S: Real> TurnedPair<S> {
    /// The pair of two boxes of five numbers each.
    #[inline]
    fn new(prediction: [S; NUMBERS], target: [S; NUMBERS]) -> Self {
        let least = S::lift(LEAST_SIDE);
        let [x, y, width, height, angle] = prediction;
        let [true_x, true_y, true_width, true_height, true_angle] = target;
        let [width, height] = [width.max(least), height.max(least)];
        let [a, b] = [true_width.max(least), true_height.max(least)];
        let (sin, cos) = ((true_angle - angle).sin(), (true_angle - angle).cos());
        let crossed = (width - height) * (a - b);
        let zero = S::lift(0.0);
        let pick = |other: S, same: S| S::select_lt(crossed, zero, other, same);
        let (u, v) = (true_x - x, true_y - y);
        let (s, c) = (angle.sin(), angle.cos());
        TurnedPair {
            sides: [width, height],
            true_sides: [pick(b, a), pick(a, b)],
            sin: pick(cos, sin),
            cos: pick(-sin, cos),
            shift: [c * u + s * v, c * v - s * u],
        }
    }

    /// The pair with prediction and truth changed over.
    #[inline]
    #[must_use]
    pub fn reversed(&self) -> Self {
        let [u, v] = self.shift;
        TurnedPair {
            sides: self.true_sides,
            true_sides: self.sides,
            sin: -self.sin,
            cos: self.cos,
            shift: [-(self.cos * u + self.sin * v), self.sin * u - self.cos * v],
        }
    }

    /// det(Σ + Σ′)/(4 √(det Σ det Σ′)) − 1 ≥ 0 of the Gaussians whose standard deviations are proportional to the
    /// sides: 0 for boxes that differ in place only.
    #[inline]
    pub fn spread(&self) -> S {
        let ([w, h], [a, b]) = (self.sides, self.true_sides);
        let half = S::lift(0.5);
        let along = half * ((w - a) / w) * ((w - a) / a);
        let across = half * ((h - b) / h) * ((h - b) / b);
        let turned = ((w - h) / w * ((w + h) / h)) * ((a - b) / a * ((a + b) / b));
        along + across + along * across + S::lift(0.25) * self.sin.square() * turned
    }
}

/// A loss of a pair of turned boxes `[n, 5]`: centre x and y, width, height, and the angle in radians by which they are
/// turned from the x axis towards the y axis. Every one is a [`GroupLoss`].
pub trait TurnedLoss: Send + Sync {
    /// The loss of a pair.
    fn turned<S: Real>(&self, pair: &TurnedPair<S>) -> S;
}

/// The numbers of one box; a group of turned boxes has no other number of them.
fn numbers<S: Real, T: Copy>(from: &[T], lift: impl Fn(usize, T) -> S) -> [S; NUMBERS] {
    let mut out = [S::lift(0.0); NUMBERS];
    for (i, (out, &x)) in out.iter_mut().zip(from).enumerate() {
        *out = lift(i, x);
    }
    out
}

impl<L: TurnedLoss> GroupLoss for L {
    const LAYOUT: Layout = Layout::Outlines(NUMBERS);

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.turned(&TurnedPair::new(
            numbers(group.scores, |_, x| x),
            numbers(group.targets, |_, t| S::lift(t)),
        ))
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let y = self.turned(&TurnedPair::new(
            numbers(group.scores, |i, x| Dual::<f64, NUMBERS>::variable(x, i)),
            numbers(group.targets, |_, t| Dual::constant(t)),
        ));
        slopes.copy_from_slice(&y.partials[..slopes.len()]);
        y.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_PI_2;

    #[test]
    fn a_box_is_seen_alike_however_it_is_written() {
        let first = [1.0, 2.0, 4.0, 2.0, 0.3];
        let second = [2.0, 1.5, 1.0, 3.0, -0.4];
        let changed = [2.0, 1.5, 3.0, 1.0, -0.4 - FRAC_PI_2];
        let (a, b) = (
            TurnedPair::new(first, second),
            TurnedPair::new(first, changed),
        );
        assert_eq!(a.true_sides, [3.0, 1.0]);
        assert!(
            (a.sin.abs() - b.sin.abs()).abs() < 1e-13 && (a.spread() - b.spread()).abs() < 1e-13
        );
        // Seen from the other box and back.
        let back = a.reversed().reversed();
        assert!(
            (back.shift[0] - a.shift[0]).abs() < 1e-13
                && (back.shift[1] - a.shift[1]).abs() < 1e-13
        );
        assert!((a.reversed().spread() - a.spread()).abs() < 1e-13);
    }

    #[test]
    fn the_spread_is_that_of_the_matrices() {
        let matrix = |[_, _, w, h, t]: [f64; 5]| {
            let (s, c) = t.sin_cos();
            let (p, q) = (w * w, h * h);
            [
                c * c * p + s * s * q,
                s * c * (p - q),
                s * s * p + c * c * q,
            ]
        };
        let det = |[a, b, d]: [f64; 3]| a * d - b * b;
        for (first, second) in [
            ([0.0, 0.0, 4.0, 2.0, 0.3], [0.0, 0.0, 1.0, 3.0, -0.4]),
            ([0.0, 0.0, 4.0, 2.0, 0.3], [0.0, 0.0, 3.0, 1.0, 2.0]),
            ([0.0, 0.0, 2.0, 2.0, 0.3], [0.0, 0.0, 3.0, 1.0, 2.0]),
        ] {
            let (m, n) = (matrix(first), matrix(second));
            let sum = [0, 1, 2].map(|i: usize| m[i] + n[i]);
            let want = det(sum) / (4.0 * (det(m) * det(n)).sqrt()) - 1.0;
            let got = TurnedPair::new(first, second).spread();
            assert!((got - want).abs() < 1e-13, "{got} {want}");
        }
    }
}
