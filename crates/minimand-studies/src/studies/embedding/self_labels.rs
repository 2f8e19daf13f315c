//! BYOL, and the labels that it gives to pairs of different images.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;
use minimand_burn::random::Key;

use super::encoder::unit;
use crate::net::{Mlp, matrix, numbers};

/// Numbers of the encoder's features, on which probes look, and of a projection.
const FEATURES: usize = 32;
pub(super) const WIDTH: usize = 32;
const HIDDEN: usize = 64;

/// What brings numbers to mean 0 and variance 1, without weights of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Norm {
    /// Every column over the batch.
    Batch,
    /// Every row.
    Layer,
}

impl Norm {
    fn of(self, rows: Tensor<2>) -> Tensor<2> {
        let axis = match self {
            Self::Batch => 0,
            Self::Layer => 1,
        };
        let centred = rows.clone() - rows.mean_dim(axis);
        let variance = (centred.clone() * centred.clone()).mean_dim(axis);
        centred / variance.add_scalar(1e-5).sqrt()
    }

    /// A network with one hidden layer, which is standardised.
    fn head(self, net: &Mlp, rows: Tensor<2>) -> Tensor<2> {
        net.rest(1, self.of(net.first(1, rows)))
    }
}

/// Encoder and projector.
#[derive(Module, Debug)]
pub(super) struct Projection {
    pub(super) encoder: Mlp,
    projector: Mlp,
}

impl Projection {
    fn new(columns: usize, key: Key) -> Self {
        Self {
            encoder: Mlp::new(&[columns, HIDDEN, FEATURES], key.child(0)),
            projector: Mlp::new(&[FEATURES, HIDDEN, WIDTH], key.child(1)),
        }
    }

    /// What the projector makes of views, whose features are standardised.
    pub(super) fn project(&self, views: Tensor<2>, norm: Norm) -> Tensor<2> {
        norm.head(&self.projector, norm.of(self.encoder.forward(views)))
    }

    /// The moving average with this share of itself.
    pub(super) fn towards(&self, other: &Self, share: f64) -> Self {
        Self {
            encoder: self.encoder.towards(&other.encoder, share),
            projector: self.projector.towards(&other.projector, share),
        }
    }
}

/// A projection that is trained, with its predictor.
#[derive(Module, Debug)]
pub(super) struct Online {
    pub(super) projection: Projection,
    predictor: Mlp,
}

impl Online {
    pub(super) fn new(columns: usize, key: Key) -> Self {
        Self {
            projection: Projection::new(columns, key.child(0)),
            predictor: Mlp::new(&[WIDTH, HIDDEN, WIDTH], key.child(1)),
        }
    }

    /// Predictions of the projections of views by the average, of length 1.
    pub(super) fn predict(&self, views: Tensor<2>, norm: Norm) -> Tensor<2> {
        unit(norm.head(&self.predictor, self.projection.project(views, norm)))
    }
}

/// How pairs of a prediction with the target of another image are treated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pairs {
    /// Not at all: BYOL.
    Ignored,
    /// Like ones are drawn together (CCSL).
    Cosine,
    /// Like ones are classified as one image, unlike ones as two (CSSL).
    Sigmoid,
}

/// Cosines from which on, and up to which, two images count as alike and as unlike.
const ALIKE: f32 = 0.8;
const UNLIKE: f32 = 0.2;

/// Which pairs `[n, n]` of cosines count as alike, each image with itself among them, and which as unlike.
pub(super) fn self_labels(cosines: &[f32]) -> [Vec<bool>; 2] {
    let rows = cosines.len().isqrt();
    let pairs = || cosines.iter().enumerate();
    let is_own = |pair: usize| pair / rows == pair % rows;
    [
        pairs()
            .map(|(pair, &s)| is_own(pair) || s >= ALIKE)
            .collect(),
        pairs()
            .map(|(pair, &s)| !is_own(pair) && s <= UNLIKE)
            .collect(),
    ]
}

/// The loss of unit predictions `[n, d]` for unit targets that stay fixed.
pub(super) fn loss(predictions: Tensor<2>, targets: Tensor<2>, pairs: Pairs) -> Tensor<1> {
    let [rows, _] = predictions.dims();
    let cosines = predictions.matmul(targets.detach().transpose());
    let [mut alike, unlike] = self_labels(&numbers(cosines.clone().detach()));
    if pairs == Pairs::Ignored {
        let own = |pair: usize| pair / rows == pair % rows;
        alike = (0..rows * rows).map(own).collect();
    }
    let mean = |values: Tensor<2>, mask: &[bool]| {
        let count = mask.iter().filter(|is_in| **is_in).count().max(1);
        let mask = mask.iter().map(|&is_in| f32::from(u8::from(is_in)));
        (values * matrix(mask.collect(), rows))
            .sum()
            .div_scalar(count as f64)
    };
    match pairs {
        Pairs::Sigmoid => {
            mean(log_sigmoid(cosines.clone()).neg(), &alike)
                + mean(log_sigmoid(cosines.neg()).neg(), &unlike)
        }
        _ => mean(cosines.mul_scalar(-2.0).add_scalar(2.0), &alike),
    }
}

#[cfg(test)]
mod tests {
    use minimand::{Array, Batch, Objective, Options, Target};

    use super::*;

    #[test]
    fn losses_and_gradients_are_those_of_the_library() {
        // Unit vectors; the second and the third have a like one among the targets.
        let predictions = [1.0_f32, 0.0, 0.8, 0.6, 0.0, 1.0];
        let targets = [0.96_f32, 0.28, 0.384_615_38, 0.923_076_9, -0.28, 0.96];
        let rows = matrix(predictions.to_vec(), 2);
        for (pairs, expression) in [
            (Pairs::Ignored, "self_labelled(positive_from=1.5)"),
            (Pairs::Cosine, "self_labelled"),
            (Pairs::Sigmoid, "self_labelled(form=\"logistic\")"),
        ] {
            let rows = rows.clone().require_grad();
            let own = loss(unit(rows.clone()), matrix(targets.to_vec(), 2), pairs);
            let slopes = numbers(rows.grad(&own.backward()).unwrap());
            let objective: Objective = expression.parse().unwrap();
            let batch = Batch::new(
                Array::new(&predictions[..], &[3, 2]),
                Target::dense(&targets[..], &[3, 2]),
            );
            let found = objective
                .value_and_gradient(&batch, &Options::default())
                .unwrap();
            let value = f64::from(numbers(own)[0]);
            assert!((value - found.value).abs() < 1e-5, "{pairs:?} {value}");
            for (own, expected) in slopes.iter().zip(found.gradient.unwrap().to_f64()) {
                assert!((f64::from(*own) - expected).abs() < 1e-5, "{slopes:?}");
            }
        }
    }

    #[test]
    fn norms_standardise_columns_and_rows() {
        let rows = matrix(vec![1.0, 2.0, 3.0, 6.0], 2);
        for (norm, expected) in [
            (Norm::Batch, [-1.0, -1.0, 1.0, 1.0]),
            (Norm::Layer, [-1.0, 1.0, -1.0, 1.0]),
        ] {
            for (own, expected) in numbers(norm.of(rows.clone())).iter().zip(expected) {
                assert!((own - expected).abs() < 1e-3, "{norm:?} {own}");
            }
        }
    }
}
