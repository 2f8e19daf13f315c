//! Terms that make the mean features of bins of the target an evenly spaced curve over the sphere.

use burn::tensor::Tensor;
use minimand_burn::random::{Key, Random};

use crate::net::{matrix, numbers};

/// Rows of length 1.
pub(super) fn normalised(rows: Tensor<2>) -> Tensor<2> {
    let length = rows.clone().square().sum_dim(1).clamp_min(1e-16).sqrt();
    rows / length
}

/// So many points, evenly spread over the sphere, `[count, width]`.
pub(super) fn spread(count: usize, width: usize, key: Key) -> Tensor<2> {
    let mut random = Random::new(key, 0);
    let draws = (0..count * width).map(|_| random.normal() as f32);
    normalised(matrix(draws.collect(), width))
}

/// Enveloping: 1 less the mean best cosine of fixed points `[m, width]` with rows `[bins, width]` of length 1.
pub(super) fn enveloping(rows: Tensor<2>, points: Tensor<2>) -> Tensor<1> {
    let best = points.matmul(rows.transpose()).max_dim(1);
    best.mean().neg().add_scalar(1.0)
}

/// Homogeneity: β times the variance (divisor n − 1) of the cosines of neighbours less their sum; there must be three rows or
/// more.
pub(super) fn homogeneity(rows: Tensor<2>, beta: f64) -> Tensor<1> {
    let [bins, _] = rows.dims();
    let before = rows.clone().narrow(0, 0, bins - 1);
    let cosines = (before * rows.narrow(0, 1, bins - 1)).sum_dim(1);
    let centred = cosines.clone() - cosines.clone().mean().reshape([1, 1]);
    let variance = centred.square().sum().div_scalar((bins - 2) as f64);
    variance.mul_scalar(beta) - cosines.sum()
}

/// The cosines of neighbouring rows.
pub(super) fn neighbours(rows: Tensor<2>) -> Vec<f64> {
    let [_, width] = rows.dims();
    let values = numbers(rows);
    let pairs = values
        .chunks_exact(width)
        .zip(values[width..].chunks_exact(width));
    pairs
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum())
        .collect()
}

/// Mean features of bins, from earlier epochs, for the bins that a batch lacks.
pub(super) struct Surrogates {
    width: usize,
    /// `[bins, width]`
    means: Vec<f32>,
    is_known: Vec<bool>,
}

/// The rows of the bins that are known, in order.
pub(super) struct Trace {
    /// `[known, width]`, of length 1.
    pub(super) rows: Tensor<2>,
    /// The row of each bin; 0 for one that is not known.
    pub(super) places: Vec<u32>,
}

impl Surrogates {
    pub(super) fn new(bins: usize, width: usize) -> Self {
        Self {
            width,
            means: vec![0.0; bins * width],
            is_known: vec![false; bins],
        }
    }

    /// Takes the features `[n, width]` of an epoch in: s ← 0.9 s + 0.1 mean.
    pub(super) fn update(&mut self, features: &[f32], bins: &[usize]) {
        let counts = counts(bins, self.is_known.len());
        let mut means = vec![0.0; self.means.len()];
        for (row, &bin) in features.chunks_exact(self.width).zip(bins) {
            let mean = means[bin * self.width..][..self.width].iter_mut();
            mean.zip(row).for_each(|(m, x)| *m += x / counts[bin]);
        }
        let rows = self.means.chunks_exact_mut(self.width);
        for (bin, (own, new)) in rows.zip(means.chunks_exact(self.width)).enumerate() {
            if counts[bin] > 0.0 {
                let keep = if self.is_known[bin] { 0.9 } else { 0.0 };
                let pairs = own.iter_mut().zip(new);
                pairs.for_each(|(s, m)| *s = keep * *s + (1.0 - keep) * m);
                self.is_known[bin] = true;
            }
        }
    }

    /// Is there a bin from an epoch before?
    pub(super) fn is_ready(&self) -> bool {
        self.is_known.contains(&true)
    }

    /// The mean features of the bins of a batch with the surrogates of the others.
    pub(super) fn trace(&self, features: Tensor<2>, bins: &[usize]) -> Trace {
        let counts = counts(bins, self.is_known.len());
        let (mut shares, mut others, mut places, mut row) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for (bin, &count) in counts.iter().enumerate() {
            places.push(row);
            if count == 0.0 && !self.is_known[bin] {
                continue;
            }
            row += 1;
            shares.extend(bins.iter().map(|&own| match own == bin {
                true => 1.0 / count,
                false => 0.0,
            }));
            let surrogate = &self.means[bin * self.width..][..self.width];
            others.extend(surrogate.iter().map(|s| if count > 0.0 { 0.0 } else { *s }));
        }
        let means = matrix(shares, bins.len()).matmul(features);
        Trace {
            rows: normalised(means + matrix(others, self.width)),
            places,
        }
    }
}

fn counts(bins: &[usize], count: usize) -> Vec<f32> {
    let mut counts = vec![0.0; count];
    bins.iter().for_each(|&bin| counts[bin] += 1.0);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_by_hand() {
        let angles = [0.0_f32, 0.5, 1.2];
        let rows = || matrix(angles.iter().flat_map(|a| [a.cos(), a.sin()]).collect(), 2);
        let points = matrix(vec![1.0, 0.0, 0.0, 1.0, -1.0, 0.0], 2);
        let value = |term: Tensor<1>| f64::from(numbers(term)[0]);
        assert!((value(enveloping(rows(), points)) - 0.476_772_890).abs() < 1e-6);
        assert!((value(homogeneity(rows(), 0.1)) + 1.641_789_230).abs() < 1e-6);
        let cosines = neighbours(rows());
        assert!((cosines[0] - 0.877_582_56).abs() < 1e-6 && cosines.len() == 2);
    }

    #[test]
    fn bins_that_a_batch_lacks_are_surrogates_or_left_out() {
        let mut surrogates = Surrogates::new(4, 2);
        assert!(!surrogates.is_ready());
        surrogates.update(&[1.0, 0.0, 0.0, 1.0], &[0, 2]);
        surrogates.update(&[0.0, 1.0], &[0]);
        // 0.9·(1, 0) + 0.1·(0, 1), and (0, 2) from the batch; bins 1 and 3 were never seen but in it.
        let batch = matrix(vec![0.0, 2.0, 3.0, 0.0, 1.0, 0.0], 2);
        let trace = surrogates.trace(batch, &[2, 1, 1]);
        assert_eq!(trace.places, [0, 1, 2, 3]);
        let rows = numbers(trace.rows);
        let length = 0.82_f32.sqrt();
        let expected = [0.9 / length, 0.1 / length, 1.0, 0.0, 0.0, 1.0];
        assert_eq!(rows.len(), 6);
        assert!(
            rows.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6),
            "{rows:?}"
        );
    }
}
