//! A learned link: the monotone map of LegendreTron (Lam and Walder 2023, paper 038).
//!
//! A model with `classes − 1` scores z and softmax probabilities presumes one link between scores and
//! probabilities. Here the link is learned: log p = log softmax([∇G(z), 0]) with G a strongly convex
//! function, so that ∇G is strictly monotone and invertible, and the loss stays proper whatever G
//! is. G is a sum of an input-convex network and a multiple of ‖z‖²/2; its gradient is written out in
//! tensor operations, so that one backward pass gives the derivatives of a loss by the scores and by
//! all parameters of G.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use minimand_burn::LossModule;
//! use minimand_burn::legendre::{LegendreLink, LegendreSettings};
//! use minimand_burn::random::Key;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = Device::flex().autodiff();
//! let link = LegendreLink::new(3, &LegendreSettings::default(), Key::new(1), &device)?;
//! let scores = Tensor::<2>::from_data([[0.3, -1.0]], &device);
//! // Logits of three classes, for any loss over classes.
//! let logits = link.logits(scores);
//! let labels = burn::tensor::Tensor::<1, burn::tensor::Int>::from_data([2], &device);
//! let loss = LossModule::new("cross_entropy".parse()?).forward(logits, labels)?;
//! assert_eq!(loss.dims(), [1]);
//! # Ok(())
//! # }
//! ```

use burn::module::{Module, Param};
use burn::tensor::activation::{sigmoid, softplus};
use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::random::{Key, Random};
use crate::train::TrainError;

/// The size of a [`LegendreLink`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendreSettings {
    /// Maps in a row, from 1 to 16. With more than one the link is still invertible, but no longer a
    /// gradient.
    pub blocks: usize,
    /// Layers of each convex network, from 1 to 64.
    pub depth: usize,
    /// Units of each layer, even, from 2 to 4096.
    pub width: usize,
}

impl Default for LegendreSettings {
    fn default() -> Self {
        Self {
            blocks: 1,
            depth: 4,
            width: 4,
        }
    }
}

/// The learned map from `classes − 1` scores to `classes` logits.
#[derive(Module, Debug)]
pub struct LegendreLink {
    blocks: Vec<ConvexBlock>,
}

/// ∇G of one strongly convex G(x) = softplus(w₁)·N(x) + softplus(w₀)·‖x‖²/2.
#[derive(Module, Debug)]
struct ConvexBlock {
    /// w₀, `[1]`.
    quadratic: Param<Tensor<1>>,
    /// w₁, `[1]`.
    network: Param<Tensor<1>>,
    first: Affine,
    hidden: Vec<Hidden>,
    /// Weights of the last layer's units before the softplus that keeps them positive, `[width, 1]`.
    output: Param<Tensor<2>>,
    /// Weights of the scores in the output, `[1, scores]`.
    direct: Param<Tensor<2>>,
}

/// A layer that sees the scores through any weights, and the layer before through positive ones: its
/// units are convex in the scores.
#[derive(Module, Debug)]
struct Hidden {
    /// Before the softplus that keeps it positive, `[width, width/2]`.
    inner: Param<Tensor<2>>,
    /// Of the first half of the units.
    beside: Affine,
    /// The other half, which sees the scores alone.
    fresh: Affine,
}

/// x W + b.
#[derive(Module, Debug)]
struct Affine {
    /// `[inputs, outputs]`
    weight: Param<Tensor<2>>,
    /// `[1, outputs]`
    bias: Param<Tensor<2>>,
}

impl LegendreLink {
    /// A link for so many classes, its weights drawn uniformly within ±1/√inputs. It starts near the
    /// identity, which is multinomial logistic regression.
    ///
    /// # Errors
    /// Fewer than 2 classes, and a size out of range.
    pub fn new(
        classes: usize,
        settings: &LegendreSettings,
        key: Key,
        device: &Device,
    ) -> Result<Self, TrainError> {
        Self::with_dtype(classes, settings, key, device, DType::F32)
    }

    fn with_dtype(
        classes: usize,
        settings: &LegendreSettings,
        key: Key,
        device: &Device,
        dtype: DType,
    ) -> Result<Self, TrainError> {
        let refuse = |name, expected, got: usize| {
            Err(TrainError::Setting {
                name,
                expected,
                got: got.to_string(),
            })
        };
        let &LegendreSettings {
            blocks,
            depth,
            width,
        } = settings;
        if !(2..=1 << 20).contains(&classes) {
            return refuse("classes", "from 2 to 1048576", classes);
        }
        if !(1..=16).contains(&blocks) {
            return refuse("blocks", "from 1 to 16", blocks);
        }
        if !(1..=64).contains(&depth) {
            return refuse("depth", "from 1 to 64", depth);
        }
        if !(2..=4096).contains(&width) || width % 2 == 1 {
            return refuse("width", "an even number from 2 to 4096", width);
        }
        let scores = classes - 1;
        let block = |index: usize| {
            let mut draw = Draw {
                random: Random::new(key.child(index as u64), 0),
                device,
                dtype,
            };
            ConvexBlock {
                // softplus(0.5413) = 1, and softplus(−2) = 0.13: near the identity.
                quadratic: draw.number(0.541_324_854_612_918_1),
                network: draw.number(-2.0),
                first: draw.affine(scores, width),
                hidden: (1..depth)
                    .map(|_| Hidden {
                        inner: draw.matrix(width, width / 2, width),
                        beside: draw.affine(scores, width / 2),
                        fresh: draw.affine(scores, width / 2),
                    })
                    .collect(),
                output: draw.matrix(width, 1, width),
                direct: draw.matrix(1, scores, scores),
            }
        };
        Ok(Self {
            blocks: (0..blocks).map(block).collect(),
        })
    }

    /// ∇G of every block in turn: `[n, classes − 1]` to the same shape.
    pub fn forward(&self, scores: Tensor<2>) -> Tensor<2> {
        self.blocks
            .iter()
            .fold(scores, |x, block| block.gradient(x))
    }

    /// Logits `[n, classes]` of scores `[n, classes − 1]`: the mapped scores, and 0 for the last class.
    pub fn logits(&self, scores: Tensor<2>) -> Tensor<2> {
        let mapped = self.forward(scores);
        let last = mapped
            .clone()
            .slice([0..mapped.dims()[0], 0..1])
            .zeros_like();
        Tensor::cat(vec![mapped, last], 1)
    }
}

impl ConvexBlock {
    /// ∇G(x), by the chain rule from the output of the network back to its input.
    fn gradient(&self, x: Tensor<2>) -> Tensor<2> {
        let width = self.output.dims()[0] as f64;
        let half = self.output.dims()[0] / 2;
        let rows = x.dims()[0];
        // Forwards: what each layer feeds into its softplus.
        let first = self.first.apply(x.clone());
        let mut units = softplus(first.clone(), 1.0);
        let mut inputs = Vec::with_capacity(self.hidden.len());
        for layer in &self.hidden {
            let positive = softplus(layer.inner.val(), 1.0);
            let beside = units.matmul(positive.clone()).div_scalar(width);
            let beside = beside.add(layer.beside.apply(x.clone()));
            let fresh = layer.fresh.apply(x.clone());
            let both = vec![softplus(beside.clone(), 1.0), softplus(fresh.clone(), 1.0)];
            units = Tensor::cat(both, 1);
            inputs.push((beside, fresh, positive));
        }
        // Backwards: the derivative by each layer's units.
        let output = softplus(self.output.val(), 1.0).div_scalar(width);
        let mut by_units = output.transpose().repeat_dim(0, rows);
        let mut by_x = self.direct.val().repeat_dim(0, rows);
        for (layer, (beside, fresh, positive)) in self.hidden.iter().zip(inputs).rev() {
            let by_beside = by_units
                .clone()
                .slice([0..rows, 0..half])
                .mul(sigmoid(beside));
            let by_fresh = by_units
                .slice([0..rows, half..2 * half])
                .mul(sigmoid(fresh));
            by_x = by_x
                .add(layer.beside.back(by_beside.clone()))
                .add(layer.fresh.back(by_fresh));
            by_units = by_beside.matmul(positive.transpose()).div_scalar(width);
        }
        by_x = by_x.add(self.first.back(by_units.mul(sigmoid(first))));
        let scale = |weight: &Param<Tensor<1>>| softplus(weight.val(), 1.0).unsqueeze::<2>();
        by_x.mul(scale(&self.network))
            .add(x.mul(scale(&self.quadratic)))
    }
}

impl Affine {
    fn apply(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.val()).add(self.bias.val())
    }

    /// The derivative by x, from that by the outputs.
    fn back(&self, by_outputs: Tensor<2>) -> Tensor<2> {
        by_outputs.matmul(self.weight.val().transpose())
    }
}

/// Initial parameters.
struct Draw<'a> {
    random: Random,
    device: &'a Device,
    dtype: DType,
}

impl Draw<'_> {
    fn tensor<const D: usize>(&self, values: Vec<f64>, shape: [usize; D]) -> Param<Tensor<D>> {
        let data = TensorData::new(values, shape);
        Param::from_tensor(Tensor::from_data(data, (self.device, self.dtype)))
    }

    fn number(&self, value: f64) -> Param<Tensor<1>> {
        self.tensor(vec![value], [1])
    }

    fn matrix(&mut self, rows: usize, columns: usize, inputs: usize) -> Param<Tensor<2>> {
        let bound = 1.0 / (inputs as f64).sqrt();
        let values = (0..rows * columns).map(|_| self.random.uniform_between(-bound, bound));
        let values = values.collect();
        self.tensor(values, [rows, columns])
    }

    fn affine(&mut self, inputs: usize, outputs: usize) -> Affine {
        Affine {
            weight: self.matrix(inputs, outputs, inputs),
            bias: self.matrix(1, outputs, inputs),
        }
    }
}

#[cfg(test)]
#[path = "legendre_tests.rs"]
mod tests;
