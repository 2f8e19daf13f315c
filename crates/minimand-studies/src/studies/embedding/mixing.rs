//! Mixed examples for losses of pairs: with whom, and what their loss is.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand_burn::random::Random;

use crate::net::matrix;

/// Sharpness of positives and of negatives in the multi-similarity loss, and the cosine between them.
const ALPHA: f64 = 2.0;
const BETA: f64 = 50.0;
const BASE: f64 = 0.5;
/// How many mixed examples an anchor has.
pub(super) const HARD: usize = 3;
/// Numbers of an embedding.
pub(super) const WIDTH: usize = 16;

/// Beta(2, 2): the middle one of three uniform numbers.
pub(super) fn share(random: &mut Random) -> f64 {
    let mut draws = [(); 3].map(|()| random.uniform());
    draws.sort_by(f64::total_cmp);
    draws[1]
}

/// For each anchor its most similar negatives, each beside a positive: the positives, and the negatives.
pub(super) fn partners(units: &[f32], labels: &[u32], random: &mut Random) -> [Vec<usize>; 2] {
    let row = |row: usize| &units[row * WIDTH..][..WIDTH];
    let cosine =
        |a: usize, b: usize| -> f32 { row(a).iter().zip(row(b)).map(|(x, y)| x * y).sum() };
    let mut found = [Vec::new(), Vec::new()];
    for anchor in 0..labels.len() {
        let others = |same: bool| {
            (0..labels.len())
                .filter(move |&other| other != anchor && (labels[other] == labels[anchor]) == same)
        };
        let mut negatives: Vec<(f32, usize)> = others(false)
            .map(|other| (cosine(anchor, other), other))
            .collect();
        negatives.sort_by(|a, b| b.0.total_cmp(&a.0));
        let positives: Vec<usize> = others(true).collect();
        for &(_, negative) in &negatives[..HARD.min(negatives.len())] {
            found[0].push(positives[random.below(positives.len())]);
            found[1].push(negative);
        }
    }
    found
}

/// Mean over anchors of Σ_P −s + Σ_N max(0, s − m).
pub(super) fn contrastive(units: &Tensor<2>, labels: &[u32]) -> Tensor<1> {
    let rows = labels.len();
    let kind = |same: bool| {
        let pairs = (0..rows * rows).map(|pair| {
            let (a, b) = (pair / rows, pair % rows);
            f32::from(u8::from(a != b && (labels[a] == labels[b]) == same))
        });
        matrix(pairs.collect(), rows)
    };
    let cosines = units.clone().matmul(units.clone().transpose());
    let negatives = relu(cosines.clone().sub_scalar(BASE)) * kind(false);
    (negatives - cosines * kind(true))
        .sum()
        .div_scalar(rows as f64)
}

/// Mean over anchors `[n, k]` of Σ −λ s + (1 − λ) max(0, s − m).
pub(super) fn mixed_contrastive(cosines: Tensor<2>, lambda: f64) -> Tensor<1> {
    let [rows, _] = cosines.dims();
    let negatives = relu(cosines.clone().sub_scalar(BASE)).mul_scalar(1.0 - lambda);
    (negatives - cosines.mul_scalar(lambda))
        .sum()
        .div_scalar(rows as f64)
}

/// Mean over anchors `[n, k]` of (1/α) ln(1 + Σ λ e^(−α (s − b))) + (1/β) ln(1 + Σ (1 − λ) e^(β (s − b))).
pub(super) fn mixed_multi_similarity(cosines: Tensor<2>, lambda: f64) -> Tensor<1> {
    let over = cosines.sub_scalar(BASE);
    let soft = |sharpness: f64, weight: f64| {
        let powers = over.clone().mul_scalar(sharpness).exp().mul_scalar(weight);
        powers.sum_dim(1).log1p().mean()
    };
    soft(-ALPHA, lambda).div_scalar(ALPHA) + soft(BETA, 1.0 - lambda).div_scalar(BETA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::numbers;

    #[test]
    fn mixed_losses_are_as_in_paper_098() {
        let one = |value: Tensor<1>| f64::from(numbers(value)[0]);
        let own = one(mixed_multi_similarity(matrix(vec![0.6], 1), 0.7));
        assert!((own - 0.302_892_531).abs() < 1e-5, "{own}");
        let own = one(mixed_contrastive(matrix(vec![0.6], 1), 0.7));
        assert!((own + 0.39).abs() < 1e-6, "{own}");
        // One positive at 0.8 and one negative at 0.3, from the first anchor alone: −0.8.
        let units = matrix(vec![1.0, 0.0, 0.8, 0.6, 0.3, -0.953_939_2], 2);
        // Cosines 0.8, 0.3 and −0.33: (−0.8 − 0.8)/3.
        let own = one(contrastive(&units, &[0, 0, 1]));
        assert!((own + 1.6 / 3.0).abs() < 1e-5, "{own}");
    }
}
