//! An encoder with a vector for each class: proxies.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use minimand_burn::random::{Key, Random};

use super::encoder::unit;
use crate::net::{Mlp, matrix};

/// An encoder with a vector for each class, `[classes, width]`.
#[derive(Module, Debug)]
pub(super) struct Proxies {
    pub(super) encoder: Mlp,
    vectors: Param<Tensor<2>>,
}

impl Proxies {
    /// From the width of the input over that of the hidden layer to that of embeddings.
    pub(super) fn new(widths: [usize; 3], classes: usize, key: Key) -> Self {
        let mut random = Random::new(key.child(1), 0);
        let numbers = (0..classes * widths[2]).map(|_| random.normal() as f32);
        Self {
            encoder: Mlp::new(&widths, key.child(0)),
            vectors: Param::from_tensor(matrix(numbers.collect(), widths[2])),
        }
    }

    /// With vectors a hundredth as long: their cosines are the same, and Adam turns them a hundred times as fast.
    pub(super) fn with_quick_vectors(mut self) -> Self {
        let short = self.vectors.val().inner().mul_scalar(0.01);
        self.vectors = Param::from_tensor(Tensor::from_inner(short));
        self
    }

    /// Cosines `[n, classes]` of embeddings with the vectors.
    pub(super) fn cosines(&self, embeddings: Tensor<2>) -> Tensor<2> {
        unit(embeddings).matmul(unit(self.vectors.val()).transpose())
    }

    /// Products `[n, classes]` with the vectors, divided by √width: the logits of a linear layer without bias.
    pub(super) fn products(&self, embeddings: Tensor<2>) -> Tensor<2> {
        let [_, width] = embeddings.dims();
        embeddings
            .matmul(self.vectors.val().transpose())
            .div_scalar((width as f64).sqrt())
    }
}

/// 1 where a row's label is the class, else 0: `[n, classes]`.
pub(super) fn one_hot(labels: &[u32], classes: usize) -> Tensor<2> {
    let entries = labels.iter().flat_map(|&label| {
        (0..classes).map(move |class| f32::from(u8::from(class == label as usize)))
    });
    matrix(entries.collect(), classes)
}
