//! ICNN: how tight classes are, how far apart, and how pure neighbourhoods, as one number with a gradient.

use burn::tensor::Tensor;

use crate::net::{matrix, numbers};

/// Keeps quotients finite.
const SMALL: f64 = 1e-7;

/// Distances √(‖a − b‖² + 1e-6) `[n, m]` of rows to rows.
pub(super) fn distances(a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
    let squares = |x: &Tensor<2>| (x.clone() * x.clone()).sum_dim(1);
    let products = a.clone().matmul(b.clone().transpose()).mul_scalar(2.0);
    let square = squares(a) + squares(b).transpose() - products;
    square.clamp_min(0.0).add_scalar(1e-6).sqrt()
}

/// Which neighbours of each point count for what; rows of `[n, n]`.
struct Neighbourhoods {
    /// The k nearest of the point's class, each over their number.
    same: Vec<f32>,
    /// Those of other classes, each over their number.
    different: Vec<f32>,
    /// The nearest point of another class, where one is among those that are looked at.
    rival: Vec<f32>,
    /// The farthest of the k nearest.
    farthest: Vec<f32>,
    /// 1 in the rows of points with a rival.
    has_rival: Vec<f32>,
    /// Points with a neighbour of their class, and with one of another.
    counts: [f64; 2],
    /// Mean share of the k nearest that are of the point's class.
    purity: f64,
}

impl Neighbourhoods {
    fn of(distances: &[f32], labels: &[u32], k: usize, inspected: usize) -> Self {
        let n = labels.len();
        let zeros = || vec![0.0; n * n];
        let mut found = Self {
            same: zeros(),
            different: zeros(),
            rival: zeros(),
            farthest: zeros(),
            has_rival: vec![0.0; n],
            counts: [0.0; 2],
            purity: 0.0,
        };
        for i in 0..n {
            let row = &distances[i * n..][..n];
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by(|&a, &b| row[a].total_cmp(&row[b]));
            // The nearest is the point itself.
            let order = &order[1..];
            let is_same = |j: &&usize| labels[**j] == labels[i];
            let near = &order[..k];
            let same = near.iter().filter(is_same).count();
            for &j in near {
                let (mask, count) = match labels[j] == labels[i] {
                    true => (&mut found.same, same),
                    false => (&mut found.different, k - same),
                };
                mask[i * n + j] = (1.0 / (count as f64 + SMALL)) as f32;
            }
            found.counts[0] += f64::from(u8::from(same > 0));
            found.counts[1] += f64::from(u8::from(same < k));
            found.purity += same as f64 / (k * n) as f64;
            found.farthest[i * n + near[k - 1]] = 1.0;
            if let Some(&rival) = order[..inspected].iter().find(|j| !is_same(j)) {
                found.rival[i * n + rival] = 1.0;
                found.has_rival[i] = 1.0;
            }
        }
        found
    }
}

/// The score of points `[n, d]`, n ≥ 3, in 0..1: k neighbours count, and the nearest of another class is looked for among
/// `inspected`. Which points are neighbours is held fixed in the gradient.
pub(super) fn score(points: &Tensor<2>, labels: &[u32], k: usize, inspected: usize) -> Tensor<1> {
    let n = labels.len();
    let is_whole = k + 2 >= n;
    let k = if is_whole { n - 2 } else { k };
    let distances = distances(points, points);
    let plain = numbers(distances.clone().detach());
    let near = Neighbourhoods::of(&plain, labels, k, inspected.min(n - 1));
    let pick = |mask: Vec<f32>| distances.clone() * matrix(mask, n);
    let rival = pick(near.rival).sum_dim(1).add_scalar(SMALL);
    // Without a rival everything is near.
    let scale = matrix(near.has_rival, 1) / rival;
    let most = (pick(near.farthest).sum_dim(1) * scale.clone()).clamp_min(1.0);
    let within = (pick(near.same) * (scale / most)).sum();
    let tight = within
        .div_scalar(near.counts[0] + SMALL)
        .neg()
        .add_scalar(1.0);
    let others = matrix(
        near.different
            .iter()
            .map(|x| f32::from(u8::from(*x > 0.0)))
            .collect(),
        n,
    );
    let largest = (distances.clone() * others).max().add_scalar(SMALL);
    let between = pick(near.different).sum() / largest;
    let apart = match near.counts[1] > 0.0 {
        true => between.div_scalar(near.counts[1] + SMALL),
        false => between.mul_scalar(0.0).add_scalar(1.0),
    };
    let purity = if is_whole { 1.0 } else { near.purity };
    (tight + apart)
        .mul_scalar(0.5)
        .add_scalar(purity)
        .mul_scalar(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_as_in_paper_152() {
        let points = [
            [0.0, 0.0],
            [0.2, 0.1],
            [0.1, 0.4],
            [3.0, 3.0],
            [3.3, 2.9],
            [2.8, 3.4],
            [1.2, 1.0],
            [2.0, 2.2],
        ];
        let labels = [0, 0, 0, 1, 1, 1, 0, 1];
        let points = matrix(points.concat(), 2);
        for (k, inspected, expected) in [
            (4, 5, 0.724_966_601),
            (2, 3, 0.942_350_142),
            (2, 7, 0.915_276_751),
            (6, 7, 0.874_949_926),
        ] {
            let own = f64::from(numbers(score(&points, &labels, k, inspected))[0]);
            assert!(
                (own - expected).abs() < 1e-4,
                "{k} {inspected}: {own} {expected}"
            );
        }
        let own = f64::from(numbers(score(&points, &[0; 8], 4, 5))[0]);
        assert!((own - 1.0).abs() < 1e-5, "{own}");
    }
}
