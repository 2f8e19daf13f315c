//! Landmarks on a graph: convolutions by Chebyshev polynomials, unpooling, and looking at the picture where a
//! landmark lies.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::chest::{LANDMARKS, ORGANS};
use crate::net::{Mlp, matrix, vector};

/// The contours of all organs, and those of every second landmark.
pub(super) struct Graph {
    /// −D^−½·A·D^−½ of every second landmark, and of all.
    pub(super) coarse: Tensor<2>,
    pub(super) fine: Tensor<2>,
    /// `[LANDMARKS, LANDMARKS/2]`: a landmark that is kept is copied, one between is the mean of its
    /// neighbours.
    pub(super) unpool: Tensor<2>,
    /// Rows and columns of a map of features, as shares of its sides.
    pub(super) places: Tensor<1>,
}

impl Graph {
    /// For maps of features of this side; outside of any gradient if `is_plain`.
    pub(super) fn new(side: usize, is_plain: bool) -> Self {
        let mut unpool = vec![0.0; LANDMARKS * LANDMARKS / 2];
        let mut start = 0;
        for count in ORGANS {
            for index in 0..count {
                let row = (start + index) * LANDMARKS / 2;
                let kept = |index: usize| start / 2 + index / 2 % (count / 2);
                unpool[row + kept(index)] += 0.5;
                unpool[row + kept(index + index % 2)] += 0.5;
            }
            start += count;
        }
        let places = (0..side).map(|i| (i as f32 + 0.5) / side as f32).collect();
        let graph = Self {
            coarse: matrix(laplacian(2), LANDMARKS / 2),
            fine: matrix(laplacian(1), LANDMARKS),
            unpool: matrix(unpool, LANDMARKS / 2),
            places: vector(places),
        };
        match is_plain {
            true => Self {
                coarse: graph.coarse.inner(),
                fine: graph.fine.inner(),
                unpool: graph.unpool.inner(),
                places: graph.places.inner(),
            },
            false => graph,
        }
    }

    /// What a map of features `[n, channels, side, side]` holds at points `[n, LANDMARKS, 2]` (y and x as shares of
    /// the sides), interpolated between its pixels; nothing is beyond the border. `[n, LANDMARKS, channels]`
    pub(super) fn look(&self, map: Tensor<4>, points: Tensor<3>) -> Tensor<3> {
        let [n, channels, side, _] = map.dims();
        let places = self.places.clone().reshape([1, 1, side]);
        let near = |axis: usize| {
            let share = points.clone().narrow(2, axis, 1);
            let distance = (share - places.clone()).abs().mul_scalar(side as f64);
            relu(distance.neg().add_scalar(1.0))
        };
        let rows = near(0).reshape([n, LANDMARKS, side, 1]);
        let columns = near(1).reshape([n, LANDMARKS, 1, side]);
        let weights = (rows * columns).reshape([n, LANDMARKS, side * side]);
        let pixels = map.reshape([n, channels, side * side]).swap_dims(1, 2);
        weights.matmul(pixels)
    }
}

/// Of closed contours that skip so many landmarks less one.
fn laplacian(step: usize) -> Vec<f32> {
    let side = LANDMARKS / step;
    let mut entries = vec![0.0; side * side];
    let mut start = 0;
    for count in ORGANS.map(|count| count / step) {
        for index in 0..count {
            let next = start + (index + 1) % count;
            // Every landmark has two neighbours.
            entries[(start + index) * side + next] -= 0.5;
            entries[next * side + start + index] -= 0.5;
        }
        start += count;
    }
    entries
}

/// A graph convolution `Σ_k T_k(L)·X·Θ_k` of order three: X is `[n, nodes, inputs]`, and `layer` goes from 3 · inputs to
/// the outputs.
pub(super) fn convolve(laplacian: &Tensor<2>, layer: &Mlp, x: Tensor<3>) -> Tensor<3> {
    let first = across(laplacian, x.clone());
    let second = across(laplacian, first.clone()).mul_scalar(2.0) - x.clone();
    let [n, nodes, inputs] = x.dims();
    let rows = Tensor::cat(vec![x, first, second], 2).reshape([n * nodes, 3 * inputs]);
    let rows = layer.forward(rows);
    let outputs = rows.dims()[1];
    rows.reshape([n, nodes, outputs])
}

/// A matrix `[outputs, nodes]` times each item of `[n, nodes, features]`.
pub(super) fn across(matrix: &Tensor<2>, x: Tensor<3>) -> Tensor<3> {
    let [n, nodes, features] = x.dims();
    let outputs = matrix.dims()[0];
    let flat = x.swap_dims(0, 1).reshape([nodes, n * features]);
    matrix
        .clone()
        .matmul(flat)
        .reshape([outputs, n, features])
        .swap_dims(0, 1)
}

/// Each feature of each item to mean 0 and variance 1 over the nodes, then rectified.
pub(super) fn normalised(x: Tensor<3>) -> Tensor<3> {
    let centred = x.clone() - x.mean_dim(1);
    let variance = centred.clone().powi_scalar(2).mean_dim(1);
    relu(centred / variance.add_scalar(1e-5).sqrt())
}

#[cfg(test)]
mod tests {
    use burn::tensor::Tolerance;

    use super::*;
    use crate::net::numbers;

    #[test]
    fn interpolation_is_linear_between_pixels() {
        let graph = Graph::new(4, true);
        let map: Vec<f32> = (0..16).map(|x| x as f32).collect();
        let map = matrix(map, 16).inner().reshape([1, 1, 4, 4]);
        // Row 2.25 and column 1.5.
        let point = [2.75 / 4.0, 2.0 / 4.0];
        let points = matrix(point.repeat(LANDMARKS), 2).inner();
        let seen = graph.look(map, points.reshape([1, LANDMARKS, 2]));
        assert!(numbers(seen).iter().all(|x| (x - 10.5).abs() < 1e-5));
    }

    #[test]
    fn unpooling_copies_and_averages() {
        let graph = Graph::new(4, true);
        let x: Vec<f32> = (0..LANDMARKS / 2).map(|x| x as f32).collect();
        let x = matrix(x, 1).inner().reshape([1, LANDMARKS / 2, 1]);
        let fine = numbers(across(&graph.unpool, x));
        assert_eq!(fine[..4], [0.0, 0.5, 1.0, 1.5]);
        // The last of the first contour lies between its last and its first.
        assert_eq!(fine[15], 3.5);
        assert_eq!(fine[16], 8.0);
    }

    #[test]
    fn constants_are_eigenvectors_of_a_contour() {
        let graph = Graph::new(4, true);
        let ones = matrix(vec![1.0; LANDMARKS], 1).inner();
        let minus = graph.fine.matmul(ones).into_data();
        let expected = matrix(vec![-1.0; LANDMARKS], 1).inner().into_data();
        minus.assert_approx_eq::<f32>(&expected, Tolerance::default());
    }
}
