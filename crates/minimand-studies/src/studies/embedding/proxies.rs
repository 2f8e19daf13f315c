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

/// Proxy-Anchor of cosines `[n, classes]`: the mean over the classes in the batch of ln(1 + Σ e^(−α(s − δ))) over their
/// own rows, and over all classes of ln(1 + Σ e^(α(s + δ))) over all other rows.
pub(super) fn proxy_anchor(
    cosines: Tensor<2>,
    labels: &[u32],
    alpha: f64,
    delta: f64,
) -> Tensor<1> {
    let [_, classes] = cosines.dims();
    let own = one_hot(labels, classes);
    let others = own.clone().neg().add_scalar(1.0);
    let mut present = labels.to_vec();
    present.sort_unstable();
    present.dedup();
    let near = cosines.clone().sub_scalar(delta).mul_scalar(-alpha).exp() * own;
    let far = cosines.add_scalar(delta).mul_scalar(alpha).exp() * others;
    // A class without rows adds ln 1.
    let near = near.sum_dim(0).log1p().sum();
    let far = far.sum_dim(0).log1p().sum();
    near.div_scalar(present.len() as f64) + far.div_scalar(classes as f64)
}

#[cfg(test)]
mod tests {
    use minimand::{Array, Batch, Objective, Options, Target};

    use super::*;
    use crate::net::numbers;

    #[test]
    fn proxy_anchor_is_the_loss_of_the_library() {
        let cosines = [0.6_f32, 0.3, -0.1, 0.1, 0.8, 0.4, 0.5, -0.2, 0.0];
        let labels = [0_u32, 1, 0];
        let rows = matrix(cosines.to_vec(), 3).require_grad();
        let own = proxy_anchor(rows.clone(), &labels, 8.0, 0.1);
        let slopes = numbers(rows.grad(&own.backward()).unwrap());
        let objective: Objective = "proxy_anchor(alpha=8, margin=0.1)".parse().unwrap();
        let batch = Batch::new(
            Array::new(&cosines[..], &[1, 3, 3]),
            Target::labels(&labels[..], &[1, 3]),
        );
        let found = objective
            .value_and_gradient(&batch, &Options::default())
            .unwrap();
        let value = f64::from(numbers(own)[0]);
        assert!(
            (value - found.value).abs() < 1e-5,
            "{value} {}",
            found.value
        );
        for (own, expected) in slopes.iter().zip(found.gradient.unwrap().to_f64()) {
            assert!((f64::from(*own) - expected).abs() < 1e-5, "{slopes:?}");
        }
    }
}
