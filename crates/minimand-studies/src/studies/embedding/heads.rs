//! An encoder with projection heads and a temperature for every pair.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;
use minimand_burn::random::Key;

use super::encoder::{embedded, unit};
use crate::data::Labelled;
use crate::net::Mlp;

const FEATURES: usize = 64;
const WIDTH: usize = 32;
/// Between which temperatures of pairs lie.
const LEAST: f64 = 0.05;
const MOST: f64 = 2.0;

/// The encoder, its heads and the network of the temperatures.
#[derive(Module, Debug)]
pub(super) struct Model {
    encoder: Mlp,
    heads: Vec<Mlp>,
    /// What the temperatures of pairs are products of.
    pairs: Mlp,
}

impl Model {
    /// With so many heads.
    pub(super) fn new(columns: usize, heads: usize, key: Key) -> Self {
        let head = |head| Mlp::new(&[FEATURES, 64, WIDTH], key.child(2).child(head as u64));
        Self {
            encoder: Mlp::new(&[columns, 128, FEATURES], key.child(0)),
            heads: (0..heads).map(head).collect(),
            pairs: Mlp::new(&[WIDTH, 64, WIDTH], key.child(1)),
        }
    }

    /// The embeddings of each head, of length 1.
    pub(super) fn project(&self, views: Tensor<2>) -> Vec<Tensor<2>> {
        let features = self.encoder.forward(views);
        let heads = self.heads.iter();
        heads
            .map(|head| unit(head.forward(features.clone())))
            .collect()
    }

    /// The temperatures `[n, n]` of all pairs of unit embeddings.
    pub(super) fn temperatures(&self, found: &Tensor<2>) -> Tensor<2> {
        let found = self.pairs.forward(found.clone());
        let products = found.clone().matmul(found.transpose());
        sigmoid(products.neg())
            .mul_scalar(MOST - LEAST)
            .add_scalar(LEAST)
    }

    /// The encoder's features of data.
    pub(super) fn features(&self, data: &Labelled) -> Labelled {
        embedded(self.encoder.scores_of(&data.features), data)
    }
}

/// s/τ − β Ω(τ) of all pairs, Ω = (d/2) ln τ + 1/τ; far below all others on the diagonal, which is no pair.
pub(super) fn scores(cosines: Tensor<2>, temperatures: Tensor<2>, beta: f64) -> Tensor<2> {
    let [rows, _] = cosines.dims();
    let diagonal = Tensor::eye(rows, &cosines.device()).mul_scalar(-1e4);
    let penalty =
        temperatures.clone().log().mul_scalar(WIDTH as f64 / 2.0) + temperatures.clone().recip();
    cosines / temperatures - penalty.mul_scalar(beta) + diagonal
}

#[cfg(test)]
mod tests {
    use minimand_burn::LossModule;

    use super::*;
    use crate::net::{label_loss, matrix, numbers};

    #[test]
    fn equal_temperatures_are_nt_xent() {
        let rows = [0.9_f32, 0.2, -0.3, 0.8, 0.5, 0.5, -0.7, 0.1];
        let found = unit(matrix(rows.to_vec(), 2));
        let cosines = found.clone().matmul(found.clone().transpose());
        let temperatures = Tensor::full([4, 4], 0.5, &cosines.device());
        let loss = |objective: &str, scores: Tensor<2>, labels: &[u32]| {
            let loss = LossModule::new(objective.parse().unwrap());
            numbers(label_loss(&loss, scores, labels).unwrap())[0]
        };
        let expected = loss("nt_xent(temperature=0.5)", found, &[0, 1, 0, 1]);
        for beta in [0.0, 0.01] {
            let scores = scores(cosines.clone(), temperatures.clone(), beta);
            let own = loss("cross_entropy", scores, &[2, 3, 0, 1]);
            assert!((own - expected).abs() < 1e-5, "{own} {expected}");
        }
    }
}
