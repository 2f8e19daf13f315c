//! Alignment and uniformity as losses, and points on a circle that move apart.

use std::f64::consts::TAU;

use burn::tensor::Tensor;
use minimand_burn::random::{Key, Random};

use crate::adam::Adam;
use crate::net::cosine;

/// Mean ‖x − y‖^α of unit rows.
pub(super) fn nearness(x: Tensor<2>, y: Tensor<2>, power: f64) -> Tensor<1> {
    let apart = x - y;
    let squares = (apart.clone() * apart).sum_dim(1);
    match power == 2.0 {
        true => squares.mean(),
        // At 0 the root has no gradient.
        false => squares.add_scalar(1e-9).powf_scalar(power / 2.0).mean(),
    }
}

/// ln of the mean of exp(−t ‖x_i − x_j‖²) over different unit rows.
pub(super) fn spread(x: Tensor<2>, t: f64) -> Tensor<1> {
    let [rows, _] = x.dims();
    let others = Tensor::eye(rows, &x.device()).neg().add_scalar(1.0);
    let cosines = x.clone().matmul(x.transpose());
    let powers = cosines.sub_scalar(1.0).mul_scalar(2.0 * t).exp() * others;
    powers.sum().div_scalar((rows * (rows - 1)) as f64).log()
}

/// The largest difference of a gap between neighbours from a quarter of π, in radians, after eight random points went
/// down the gradient of the uniformity with factor `t`; if `two_are_held`, all but two did.
pub(super) fn widest_error(t: f64, two_are_held: bool, key: Key) -> f64 {
    let count = 8;
    let mut random = Random::new(key, 0);
    let mut angles: Vec<f64> = (0..count)
        .map(|_| random.uniform_between(0.0, TAU))
        .collect();
    let mut adam = Adam::new(count);
    let steps = 4000;
    for step in 0..steps {
        let term = |i: usize, j: usize| (2.0 * t * ((angles[i] - angles[j]).cos() - 1.0)).exp();
        let pairs = || (0..count).flat_map(|i| (0..count).map(move |j| (i, j)));
        let total: f64 = pairs()
            .filter(|(i, j)| i < j)
            .map(|(i, j)| term(i, j))
            .sum();
        let mut slopes = vec![0.0; count];
        for (i, j) in pairs().filter(|(i, j)| i != j) {
            slopes[i] -= term(i, j) / total * 2.0 * t * (angles[i] - angles[j]).sin();
        }
        if two_are_held {
            slopes[..2].fill(0.0);
        }
        let rate = 0.1 * cosine(f64::from(step) / f64::from(steps));
        adam.step(rate, &mut angles, &slopes);
    }
    let mut places: Vec<f64> = angles.iter().map(|angle| angle.rem_euclid(TAU)).collect();
    places.sort_by(f64::total_cmp);
    places.push(places[0] + TAU);
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]);
    gaps.map(|gap| (gap - TAU / count as f64).abs())
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use minimand::Array;
    use minimand::embedding::alignment;

    use super::*;
    use crate::net::{matrix, numbers};

    #[test]
    fn losses_are_the_measures_of_the_library() {
        let x = vec![1.0_f32, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0];
        let y = vec![0.8_f32, 0.6, 0.6, 0.8, -1.0, 0.0, 0.0, -1.0];
        let rows = |values: &[f32]| matrix(values.to_vec(), 2);
        for power in [1.0, 2.0] {
            let own = numbers(nearness(rows(&x), rows(&y), power))[0];
            let [x, y] = [&x, &y].map(|x| Array::new(x, &[4, 2]));
            let expected = alignment(&x, &y, power).unwrap();
            assert!((f64::from(own) - expected).abs() < 1e-4, "{own} {expected}");
        }
        let own = numbers(spread(rows(&x), 2.0))[0];
        assert!((own + 4.396_349).abs() < 1e-4, "{own}");
    }
}
