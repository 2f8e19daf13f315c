//! Linear layers with rectified linear units between them.

use super::settings::Architecture;
use crate::loss::{Host, LossError};
use crate::random::{Key, Random};
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};

/// A multilayer perceptron; without a hidden layer, a linear model.
#[derive(Module, Debug)]
pub(super) struct Network {
    layers: Vec<Linear>,
}

/// One array of a trained model.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `layers.0.weight`, `layers.0.bias`, `layers.1.weight` and so on, from the input to the
    /// output.
    pub name: String,
    /// `[inputs, outputs]` of the layer for a weight, `[outputs]` for a bias.
    pub shape: Vec<usize>,
    /// The numbers, row by row.
    pub values: Vec<f32>,
}

impl Network {
    /// Initial weights from the key: uniform within ±1/√inputs, biases too, as PyTorch's `Linear`.
    pub(super) fn new(
        architecture: &Architecture,
        inputs: usize,
        outputs: usize,
        key: Key,
        device: &Device,
    ) -> Self {
        let hidden = architecture.hidden();
        let sources = std::iter::once(&inputs).chain(hidden);
        let sinks = hidden.iter().chain(std::iter::once(&outputs));
        let layers = sources
            .zip(sinks)
            .enumerate()
            .map(|(i, (&inputs, &outputs))| {
                let mut random = Random::new(key.child(i as u64), 0);
                let bound = 1.0 / (inputs as f64).sqrt();
                let mut draw = |count| {
                    (0..count)
                        .map(|_| random.uniform_between(-bound, bound) as f32)
                        .collect()
                };
                Linear {
                    weight: parameter(draw(inputs * outputs), [inputs, outputs], device),
                    bias: Some(parameter(draw(outputs), [outputs], device)),
                }
            });
        Network {
            layers: layers.collect(),
        }
    }

    /// Raw scores `[n, outputs]` of features `[n, inputs]`.
    pub(super) fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let mut layers = self.layers.iter();
        let first = layers.next().map(|layer| layer.forward(features.clone()));
        layers.fold(first.unwrap_or(features), |x, layer| layer.forward(relu(x)))
    }

    /// Every parameter as plain numbers.
    pub(super) fn parameters(&self) -> Result<Vec<Parameter>, LossError> {
        let mut parameters = Vec::new();
        for (i, layer) in self.layers.iter().enumerate() {
            parameters.push(plain(format!("layers.{i}.weight"), layer.weight.val())?);
            if let Some(bias) = &layer.bias {
                parameters.push(plain(format!("layers.{i}.bias"), bias.val())?);
            }
        }
        Ok(parameters)
    }

    /// Is every parameter finite?
    pub(super) fn is_finite(&self) -> Result<bool, LossError> {
        let parameters = self.parameters()?;
        Ok(parameters
            .iter()
            .all(|p| p.values.iter().all(|x| x.is_finite())))
    }
}

/// A float tensor of exactly these numbers, whatever number type the device prefers.
pub(super) fn tensor<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F32))
}

/// The numbers of an F32 tensor, row by row.
pub(super) fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, LossError> {
    Ok(Host::float("tensor", tensor)?.f32()?.to_vec())
}

fn parameter<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_tensor(tensor(values, shape, device))
}

fn plain<const D: usize>(name: String, tensor: Tensor<D>) -> Result<Parameter, LossError> {
    Ok(Parameter {
        name,
        shape: tensor.dims().to_vec(),
        values: numbers(tensor)?,
    })
}
