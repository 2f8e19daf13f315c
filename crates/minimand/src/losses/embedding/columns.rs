//! Embeddings as columns over the batch: centred, standardised, their covariances.

use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::prelude::*;

/// Part of each embedding in all weights, if two have any.
pub(super) fn shares(weights: &[f64]) -> Option<Vec<f64>> {
    let total: f64 = weights.iter().sum();
    let several = weights.iter().filter(|w| **w > 0.0).count() > 1;
    several.then(|| weights.iter().map(|w| w / total).collect())
}

/// Embeddings less their mean.
pub(super) fn centred<S: Real>(vectors: &[S], shares: &[f64], width: usize) -> Vec<S> {
    let mut mean = vec![S::lift(0.0); width];
    for (row, &share) in vectors.chunks(width).zip(shares) {
        for (mean, &x) in mean.iter_mut().zip(row) {
            *mean = *mean + S::lift(share) * x;
        }
    }
    let each = vectors.iter().enumerate();
    each.map(|(i, &x)| x - mean[i % width]).collect()
}

/// Σ share · a_k b_l of two arrays of rows, `[d, d]`, written out.
pub(super) fn products<S: Real>(a: &[S], b: &[S], shares: &[f64], width: usize) -> Vec<S> {
    let mut out = vec![S::lift(0.0); width * width];
    let rows = a.chunks(width).zip(b.chunks(width));
    for ((a, b), &share) in rows.zip(shares) {
        for (out, &x) in out.chunks_mut(width).zip(a) {
            for (out, &y) in out.iter_mut().zip(b) {
                *out = *out + S::lift(share) * x * y;
            }
        }
    }
    out
}

/// The rows times their shares.
pub(super) fn weighed(rows: &[f64], shares: &[f64], width: usize) -> Vec<f64> {
    let each = rows.chunks(width).zip(shares);
    each.flat_map(|(row, share)| row.iter().map(move |x| share * x))
        .collect()
}

/// aᵀ·b of rows `[n, d]`, `[d, d]`.
pub(super) fn crossed(a: &[f64], b: &[f64], width: usize) -> Vec<f64> {
    let n = a.len() / width;
    let mut out = vec![0.0; width * width];
    let (a, b) = (Matrix::new(a, n, width), Matrix::new(b, n, width));
    multiply_into(&mut out, false, a.transposed(), b);
    out
}

/// rows·by, or rows·byᵀ, of `[n, d]` and `[d, d]`.
pub(super) fn mixed(rows: &[f64], by: &[f64], width: usize, transposed: bool) -> Vec<f64> {
    let mut out = vec![0.0; rows.len()];
    let by = Matrix::new(by, width, width);
    let by = if transposed { by.transposed() } else { by };
    let rows = Matrix::new(rows, rows.len() / width, width);
    multiply_into(&mut out, false, rows, by);
    out
}
