//! BYOL's networks, and which different images look alike to them.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand_burn::random::Key;

use crate::net::Mlp;

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

    /// Predictions of the projections of views by the average.
    pub(super) fn predict(&self, views: Tensor<2>, norm: Norm) -> Tensor<2> {
        norm.head(&self.predictor, self.projection.project(views, norm))
    }
}

/// The cosine from which on two images count as alike, as in the losses.
const ALIKE: f32 = 0.8;

/// Which pairs `[n, n]` of cosines of different images count as alike.
pub(super) fn alike(cosines: &[f32]) -> Vec<bool> {
    let rows = cosines.len().isqrt();
    let pairs = cosines.iter().enumerate();
    pairs
        .map(|(pair, &s)| pair / rows != pair % rows && s >= ALIKE)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{matrix, numbers};

    #[test]
    fn images_are_alike_from_a_cosine_on() {
        let found = alike(&[0.1, 0.8, 0.5, 0.79, 0.3, 0.9, 1.0, -0.2, 0.4]);
        let [yes, no] = [true, false];
        assert_eq!(found, [no, yes, no, no, no, yes, yes, no, no]);
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
