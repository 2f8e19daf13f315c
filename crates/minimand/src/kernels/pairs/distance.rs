//! Unit vectors and distances, there and back.

use super::Likeness;
use crate::kernels::scalar::{Float, Real};

/// Part of the squared norms below which a squared distance is taken from the differences: a product has lost its
/// digits there.
const NEAR: f64 = 1.0 / 64.0;

/// ‖x‖, without overflow.
pub(super) fn norm<T: Float>(x: &[T]) -> f64 {
    let largest = x.iter().fold(0.0, |top: f64, x| top.max(x.to_f64().abs()));
    if largest == 0.0 {
        return 0.0;
    }
    let squares = x.iter().map(|x| (x.to_f64() / largest).powi(2));
    largest * squares.sum::<f64>().sqrt()
}

/// ‖x‖²
pub(super) fn squared_norm<T: Float>(x: &[T]) -> f64 {
    x.iter().map(|x| x.to_f64() * x.to_f64()).sum()
}

/// x/‖x‖ in the place of x; a zero vector stays one. Gives the norm.
pub(super) fn normalize<T: Float>(x: &mut [T]) -> f64 {
    let norm = norm(x);
    if norm > 0.0 {
        x.iter_mut()
            .for_each(|x| *x = T::from_f64(x.to_f64() / norm));
    }
    norm
}

/// The gradient by x from that by the unit vector u = x/‖x‖: its part across u, over the norm.
pub(super) fn through_norm<T: Float>(gradient: &mut [T], unit: &[T], norm: f64) {
    let along: f64 = gradient
        .iter()
        .zip(unit)
        .map(|(g, u)| g.to_f64() * u.to_f64())
        .sum();
    for (g, u) in gradient.iter_mut().zip(unit) {
        *g = T::from_f64(if norm > 0.0 {
            (g.to_f64() - along * u.to_f64()) / norm
        } else {
            0.0
        });
    }
}

/// x less its mean in the place of x; the gradient by x from that by what is left.
pub(super) fn centre<T: Float>(x: &mut [T]) {
    let mean = x.iter().map(|x| x.to_f64()).sum::<f64>() / x.len() as f64;
    x.iter_mut()
        .for_each(|x| *x = T::from_f64(x.to_f64() - mean));
}

/// Products of a vector with others become likenesses; `squares` are the others' squared norms.
pub(super) fn from_products<T: Float>(
    likeness: Likeness,
    row: &mut [T],
    vector: &[T],
    others: &[T],
    squares: &[T],
) {
    if !likeness.is_distance() {
        return;
    }
    let own = T::from_f64(squared_norm(vector));
    let two = T::from_f64(2.0);
    let near = T::from_f64(NEAR);
    for (x, &square) in row.iter_mut().zip(squares) {
        *x = own + square - two * *x;
    }
    for ((x, other), &square) in row.iter_mut().zip(others.chunks(vector.len())).zip(squares) {
        if *x <= near * (own + square) {
            let differences = vector.iter().zip(other);
            *x = T::from_f64(
                differences
                    .map(|(a, b)| (a.to_f64() - b.to_f64()).powi(2))
                    .sum(),
            );
        }
    }
    if likeness.is_root() {
        row.iter_mut().for_each(|x| *x = x.sqrt());
    }
    if likeness == Likeness::NoiseToSignal {
        let none = T::default();
        (row.iter_mut()).for_each(|x| *x = if own > none { *x / own } else { none });
    }
}

/// Slopes by likenesses become slopes by the products of `vector`, of which a distance has −2 by its square; gives what
/// the gradient has of the vector itself, the other way round. `likenesses` are only read where they are kept.
pub(super) fn to_products<T: Float>(
    likeness: Likeness,
    row: &mut [T],
    vector: &[T],
    likenesses: &[T],
) -> f64 {
    if !likeness.is_distance() {
        return 0.0;
    }
    if likeness == Likeness::NoiseToSignal {
        let signal = squared_norm(vector);
        let factor = if signal > 0.0 { -2.0 / signal } else { 0.0 };
        let mut own = 0.0;
        for (d, &x) in row.iter_mut().zip(likenesses) {
            let slope = factor * d.to_f64();
            *d = T::from_f64(slope);
            // The signal grows with the vector as well.
            own += slope * (1.0 - x.to_f64());
        }
        return own;
    }
    if likeness.is_root() {
        for (d, &x) in row.iter_mut().zip(likenesses) {
            *d = if x > T::default() {
                -*d / x
            } else {
                T::default()
            };
        }
    } else {
        let factor = T::from_f64(-2.0);
        row.iter_mut().for_each(|d| *d = factor * *d);
    }
    row.iter().map(|d| d.to_f64()).sum()
}

/// x/‖x‖ on any number; a zero vector stays one.
pub(super) fn plain_unit<S: Real>(x: &[S]) -> Vec<S> {
    let squares = x.iter().fold(S::lift(0.0), |sum, x| sum + x.square());
    let zero = S::lift(0.0);
    let safe = S::select_lt(zero, squares, squares, S::lift(1.0)).sqrt();
    x.iter().map(|&x| x / safe).collect()
}

/// x less its mean, on any number.
pub(super) fn plain_centred<S: Real>(x: &[S]) -> Vec<S> {
    let mean = x.iter().fold(S::lift(0.0), |sum, &x| sum + x) / S::lift(x.len() as f64);
    x.iter().map(|&x| x - mean).collect()
}

/// The likeness of two vectors, which have been divided by their norms or centred where it says so.
pub(super) fn plain<S: Real>(likeness: Likeness, a: &[S], b: &[S]) -> S {
    let zero = S::lift(0.0);
    let each = a.iter().zip(b);
    if likeness.is_distance() {
        let squares = each.fold(zero, |sum, (&a, &b)| sum + (a - b).square());
        if likeness == Likeness::NoiseToSignal {
            let signal = a.iter().fold(zero, |sum, a| sum + a.square());
            let safe = S::select_lt(zero, signal, signal, S::lift(1.0));
            S::select_lt(zero, signal, squares / safe, zero)
        } else if likeness.is_root() {
            squares.sqrt()
        } else {
            squares
        }
    } else {
        each.fold(zero, |sum, (&a, &b)| sum + a * b)
    }
}
