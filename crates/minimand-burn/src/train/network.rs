//! Linear layers with rectified linear units between them.

use super::settings::Architecture;
use crate::loss::{Host, LossError};
use crate::random::{Key, Random};
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};

/// A multilayer perceptron; without a hidden layer, a linear model.
#[derive(Module, Debug, Default)]
pub(super) struct Network {
    layers: Vec<Linear>,
}

/// One array of a trained model, named and laid out as in the `state_dict` of PyTorch's
/// `Sequential(Linear, ReLU, Linear, ReLU, …, Linear)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `0.weight`, `0.bias`, `2.weight`, `2.bias` and so on, from the input to the output; the odd
    /// places are those of the rectified linear units.
    pub name: String,
    /// `[outputs, inputs]` of the layer for a weight, `[outputs]` for a bias.
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
                let weight = draw(inputs * outputs);
                linear(weight, draw(outputs), [inputs, outputs], device)
            });
        Network {
            layers: layers.collect(),
        }
    }

    /// A network with these parameters: in turn a weight `[outputs, inputs]` and a bias
    /// `[outputs]`, the outputs of a layer being the inputs of the next.
    pub(super) fn from_parameters(parameters: &[Parameter], device: &Device) -> Self {
        let pairs = parameters.as_chunks::<2>().0;
        let layers = pairs.iter().map(|[weight, bias]| {
            let outputs = bias.values.len();
            let inputs = weight.values.len() / outputs;
            let values = transposed(&weight.values, [outputs, inputs]);
            linear(values, bias.values.clone(), [inputs, outputs], device)
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
            let [inputs, outputs] = layer.weight.dims();
            parameters.push(Parameter {
                name: weight_name(i),
                shape: vec![outputs, inputs],
                values: transposed(&numbers(layer.weight.val())?, [inputs, outputs]),
            });
            if let Some(bias) = &layer.bias {
                parameters.push(Parameter {
                    name: bias_name(i),
                    shape: vec![outputs],
                    values: numbers(bias.val())?,
                });
            }
        }
        Ok(parameters)
    }

    /// Is every parameter finite?
    pub(super) fn is_finite(&self) -> Result<bool, LossError> {
        let finite = |values: Vec<f32>| values.iter().all(|x| x.is_finite());
        for layer in &self.layers {
            let bias = layer.bias.as_ref().map(|bias| numbers(bias.val()));
            if !finite(numbers(layer.weight.val())?) || !bias.transpose()?.is_none_or(finite) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Name of the weight of a layer, counted from 0.
pub(super) fn weight_name(layer: usize) -> String {
    format!("{}.weight", 2 * layer)
}

/// Name of the bias of a layer, counted from 0.
pub(super) fn bias_name(layer: usize) -> String {
    format!("{}.bias", 2 * layer)
}

/// `weight`: `[inputs, outputs]`, row by row.
fn linear(weight: Vec<f32>, bias: Vec<f32>, shape: [usize; 2], device: &Device) -> Linear {
    let outputs = shape[1];
    Linear {
        weight: Param::from_tensor(tensor(weight, shape, device)),
        bias: Some(Param::from_tensor(tensor(bias, [outputs], device))),
    }
}

/// The transpose of a matrix with this shape.
fn transposed(values: &[f32], [rows, columns]: [usize; 2]) -> Vec<f32> {
    let entry = |i: usize| values[i % rows * columns + i / rows];
    (0..values.len()).map(entry).collect()
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
