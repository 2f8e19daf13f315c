//! Networks and training steps for studies that need more than [`fit`](crate::learn::fit): other
//! optimizers, several labels, parts that stay fixed, penalties of features, losses that change from
//! batch to batch.
//!
//! The loop is the study's own:
//!
//! ```ignore
//! let mut net = Mlp::new(&[64, 32, 10], key.child(1));
//! let mut optimizer = adam();
//! for batch in batches(rows, 50, epochs, key.child(2)) {
//!     trial.check_stop()?;
//!     let scores = net.forward(matrix(gather(&features, 64, &batch.rows), 64));
//!     let loss = label_loss(&objective, scores, &gather(&labels, 1, &batch.rows))?;
//!     net = step(&mut optimizer, 1e-3, net, loss);
//! }
//! ```

use std::f64::consts::PI;

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Gradients, Tensor, TensorData};
use minimand::Target;
use minimand_burn::random::{Key, Random};
use minimand_burn::{LossError, LossModule};

/// A multilayer perceptron with rectified linear units; without a hidden layer, a linear model.
#[derive(Module, Debug)]
pub(crate) struct Mlp {
    layers: Vec<Linear>,
}

impl Mlp {
    /// From the width of the input over those of the hidden layers to that of the output. Initial
    /// weights and biases are uniform within ±1/√inputs, as PyTorch's `Linear`.
    pub(crate) fn new(widths: &[usize], key: Key) -> Self {
        let layers = widths.windows(2).enumerate().map(|(index, pair)| {
            let (inputs, outputs) = (pair[0], pair[1]);
            let mut random = Random::new(key.child(index as u64), 0);
            let bound = 1.0 / (inputs as f64).sqrt();
            let mut draw = |count: usize| -> Vec<f32> {
                (0..count)
                    .map(|_| random.uniform_between(-bound, bound) as f32)
                    .collect()
            };
            let weight = matrix(draw(inputs * outputs), outputs);
            Linear {
                weight: Param::from_tensor(weight),
                bias: Some(Param::from_tensor(vector(draw(outputs)))),
            }
        });
        Self {
            layers: layers.collect(),
        }
    }

    /// With these biases of the outputs, such as −ln((1 − π)/π) for positives with a share π.
    pub(crate) fn with_output_bias(mut self, bias: Vec<f32>) -> Self {
        if let Some(head) = self.layers.last_mut() {
            head.bias = Some(Param::from_tensor(vector(bias)));
        }
        self
    }

    /// With these weights `[features, outputs]` of the last layer, which are never trained; its bias
    /// is.
    pub(crate) fn with_fixed_head(mut self, weight: Vec<f32>) -> Self {
        if let Some(head) = self.layers.last_mut() {
            let [_, outputs] = head.weight.dims();
            let fixed = Param::from_tensor(matrix(weight, outputs));
            head.weight = fixed.set_require_grad(false);
        }
        self
    }

    /// Only the last layer, with its weights.
    pub(crate) fn into_head(mut self) -> Self {
        let hidden = self.layers.len().saturating_sub(1);
        self.layers.drain(..hidden);
        self
    }

    /// With the layers of another network, of as many inputs as this has features, as the head.
    pub(crate) fn with_head(mut self, head: Self) -> Self {
        self.layers.pop();
        self.layers.extend(head.layers);
        self
    }

    /// Towards another network of the same widths: every weight keeps this share of itself, and the other's make up
    /// the rest. A moving average of what is trained.
    pub(crate) fn towards(&self, other: &Self, share: f64) -> Self {
        fn mean<const D: usize>(
            own: &Param<Tensor<D>>,
            other: &Param<Tensor<D>>,
            share: f64,
        ) -> Param<Tensor<D>> {
            let [own, other] = [own, other].map(|weights| weights.val().inner());
            let mean = own.mul_scalar(share) + other.mul_scalar(1.0 - share);
            Param::from_tensor(Tensor::from_inner(mean))
        }
        let layers = self.layers.iter().zip(&other.layers);
        let layers = layers.map(|(own, other)| Linear {
            weight: mean(&own.weight, &other.weight, share),
            bias: match (&own.bias, &other.bias) {
                (Some(own), Some(other)) => Some(mean(own, other, share)),
                _ => None,
            },
        });
        Self {
            layers: layers.collect(),
        }
    }

    /// With the weights `[features, outputs]` of the last layer mapped, outside of any gradient: a
    /// projection after a step.
    pub(crate) fn map_head(mut self, map: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        if let Some(head) = self.layers.pop() {
            let weight = head.weight.map(|weight| {
                let is_trained = weight.is_require_grad();
                Tensor::from_inner(map(weight.inner())).set_require_grad(is_trained)
            });
            self.layers.push(Linear { weight, ..head });
        }
        self
    }

    /// The length of the weights of each output in the last layer.
    pub(crate) fn head_norms(&self) -> Vec<f64> {
        let Some(head) = self.layers.last() else {
            return Vec::new();
        };
        let [_, outputs] = head.weight.dims();
        let weight = numbers(head.weight.val());
        let squares = |output: usize| weight.iter().skip(output).step_by(outputs);
        (0..outputs)
            .map(|output| {
                let sum: f64 = squares(output).map(|&w| f64::from(w).powi(2)).sum();
                sum.sqrt()
            })
            .collect()
    }

    /// What the last hidden layer puts out, `[n, features]`, for rows `[n, inputs]`.
    pub(crate) fn features(&self, rows: Tensor<2>) -> Tensor<2> {
        let hidden = self.layers.len().saturating_sub(1);
        let hidden = self.layers.iter().take(hidden);
        hidden.fold(rows, |x, layer| relu(layer.forward(x)))
    }

    /// Raw scores `[n, outputs]` of features.
    pub(crate) fn head(&self, features: Tensor<2>) -> Tensor<2> {
        match self.layers.last() {
            Some(head) => head.forward(features),
            None => features,
        }
    }

    /// Raw scores `[n, outputs]` of rows `[n, inputs]`.
    pub(crate) fn forward(&self, rows: Tensor<2>) -> Tensor<2> {
        self.head(self.features(rows))
    }

    /// What the first `count` layers put out for rows `[n, inputs]`, `[n, width]`, before the rectification
    /// that follows; without layers the rows.
    pub(crate) fn first(&self, count: usize, rows: Tensor<2>) -> Tensor<2> {
        let layers = self.layers.iter().take(count).enumerate();
        layers.fold(rows, |x, (index, layer)| {
            layer.forward(if index > 0 { relu(x) } else { x })
        })
    }

    /// Raw scores `[n, outputs]` of what the [`first`](Self::first) `count` layers of this or another network
    /// put out.
    pub(crate) fn rest(&self, count: usize, found: Tensor<2>) -> Tensor<2> {
        let layers = self.layers.iter().enumerate().skip(count);
        layers.fold(found, |x, (index, layer)| {
            layer.forward(if index > 0 { relu(x) } else { x })
        })
    }

    /// The slopes of a loss by the weights of each layer, layer by layer; empty for a layer that it does not
    /// depend on.
    pub(crate) fn slopes(&self, gradients: &Gradients) -> Vec<Vec<f32>> {
        let slopes = |layer: &Linear| layer.weight.val().grad(gradients);
        let layers = self.layers.iter();
        layers
            .map(|layer| slopes(layer).map(numbers).unwrap_or_default())
            .collect()
    }

    /// As [`forward`](Self::forward), on plain numbers.
    pub(crate) fn scores_of(&self, rows: &[f32]) -> Vec<f32> {
        let net = self.valid();
        numbers(net.forward(self.plain(rows)))
    }

    /// As [`features`](Self::features), on plain numbers.
    pub(crate) fn features_of(&self, rows: &[f32]) -> Vec<f32> {
        let net = self.valid();
        numbers(net.features(self.plain(rows)))
    }

    /// Rows that no gradient is asked of.
    fn plain(&self, rows: &[f32]) -> Tensor<2> {
        let inputs = self
            .layers
            .first()
            .map_or(1, |layer| layer.weight.dims()[0]);
        matrix(rows.to_vec(), inputs).inner()
    }
}

/// A vector that gradients can flow through.
pub(crate) fn vector(values: Vec<f32>) -> Tensor<1> {
    let length = values.len();
    tensor(values, [length])
}

/// A matrix with so many columns that gradients can flow through.
pub(crate) fn matrix(values: Vec<f32>, columns: usize) -> Tensor<2> {
    let rows = values.len() / columns;
    tensor(values, [rows, columns])
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    let device = Device::flex().autodiff();
    Tensor::from_data(TensorData::new(values, shape), (&device, DType::F32))
}

/// The numbers of a tensor, row by row.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// These rows of `[_, columns]`, one after the other.
pub(crate) fn gather<T: Copy>(values: &[T], columns: usize, rows: &[usize]) -> Vec<T> {
    let entries = rows
        .iter()
        .flat_map(|&row| &values[row * columns..][..columns]);
    entries.copied().collect()
}

/// The rows of one step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StepRows {
    /// The number of the pass over all rows, from 0.
    pub(crate) epoch: usize,
    /// How much of the training is done, from 0 to just below 1.
    pub(crate) progress: f64,
    /// The rows.
    pub(crate) rows: Vec<usize>,
}

/// The steps of so many passes over `0..rows`, each in an order of its own.
pub(crate) fn batches(
    rows: usize,
    batch_size: usize,
    epochs: usize,
    key: Key,
) -> impl Iterator<Item = StepRows> {
    (0..epochs).flat_map(move |epoch| {
        let mut order: Vec<usize> = (0..rows).collect();
        Random::new(key.child(epoch as u64), 0).shuffle(&mut order);
        let steps = order.chunks(batch_size);
        let count = steps.len() as f64;
        let step = |(index, rows): (usize, &[usize])| StepRows {
            epoch,
            progress: (epoch as f64 + index as f64 / count) / epochs as f64,
            rows: rows.to_vec(),
        };
        steps.enumerate().map(step).collect::<Vec<_>>()
    })
}

/// Half a cosine from 1 to 0.
pub(crate) fn cosine(progress: f64) -> f64 {
    0.5 * (1.0 + (PI * progress).cos())
}

/// Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
pub(crate) fn adam() -> ModuleOptimizer {
    AdamConfig::new().with_epsilon(1e-8).init()
}

/// Stochastic gradient descent with momentum 0.9, as PyTorch's; the decay is added to the gradient of
/// every trained parameter.
pub(crate) fn sgd(weight_decay: f64) -> ModuleOptimizer {
    let momentum = MomentumConfig {
        momentum: 0.9,
        dampening: 0.0,
        nesterov: false,
    };
    let decay = WeightDecayConfig {
        penalty: weight_decay as f32,
    };
    SgdConfig::new()
        .with_momentum(Some(momentum))
        .with_weight_decay((weight_decay > 0.0).then_some(decay))
        .init()
}

/// Moves what the loss depends on.
pub(crate) fn step<M: Module>(
    optimizer: &mut ModuleOptimizer,
    rate: f64,
    module: M,
    loss: Tensor<1>,
) -> M {
    let gradients = GradientsParams::from_grads(loss.backward(), &module);
    optimizer.step(rate, module, gradients)
}

/// The loss of scores `[n, classes]` for a label of each row.
pub(crate) fn label_loss(
    loss: &LossModule,
    scores: Tensor<2>,
    labels: &[u32],
) -> Result<Tensor<1>, LossError> {
    loss.forward_host(scores, Target::labels(labels, &[labels.len()]), None)
}

/// The loss of scores for targets of the same shape.
pub(crate) fn dense_loss<const D: usize>(
    loss: &LossModule,
    scores: Tensor<D>,
    targets: &[f32],
) -> Result<Tensor<1>, LossError> {
    let shape = scores.dims();
    loss.forward_host(scores, Target::dense(targets, &shape), None)
}

#[cfg(test)]
#[path = "net_tests.rs"]
mod tests;
