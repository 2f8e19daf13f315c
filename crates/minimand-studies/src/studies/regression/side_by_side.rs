//! Small networks that are trained side by side, as one.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};
use minimand_burn::random::{Key, Random};

/// Networks of the same widths, side by side.
#[derive(Module, Debug)]
pub(super) struct Nets {
    /// `[nets, inputs, outputs]`
    weights: Vec<Param<Tensor<3>>>,
    /// `[nets, 1, outputs]`
    biases: Vec<Param<Tensor<3>>>,
}

impl Nets {
    /// Uniform within ±1/√inputs, a key for each network.
    pub(super) fn new(widths: &[usize], keys: &[Key]) -> Self {
        let layer = |index: usize, rows: usize, scale: usize, outputs: usize| {
            let bound = 1.0 / (scale as f64).sqrt();
            let draw = |key: &Key| {
                let mut random = Random::new(key.child(index as u64), rows as u32);
                let of_net = (0..rows * outputs).map(|_| random.uniform_between(-bound, bound));
                of_net.map(|x| x as f32).collect::<Vec<_>>()
            };
            let values: Vec<f32> = keys.iter().flat_map(draw).collect();
            Param::from_tensor(tensor(values, [keys.len(), rows, outputs]))
        };
        let pairs: Vec<&[usize]> = widths.windows(2).collect();
        let layers = || pairs.iter().enumerate();
        Self {
            weights: layers()
                .map(|(index, pair)| layer(index, pair[0], pair[0], pair[1]))
                .collect(),
            biases: layers()
                .map(|(index, pair)| layer(10 + index, 1, pair[0], pair[1]))
                .collect(),
        }
    }

    /// `[nets, rows, outputs]` of `[nets, rows, inputs]`.
    pub(super) fn forward(&self, rows: Tensor<3>) -> Tensor<3> {
        let layers = self.weights.iter().zip(&self.biases).enumerate();
        layers.fold(rows, |x, (index, (weight, bias))| {
            let x = if index > 0 { relu(x) } else { x };
            x.matmul(weight.val()) + bias.val()
        })
    }
}

/// A tensor that gradients can flow through.
pub(super) fn tensor(values: Vec<f32>, shape: [usize; 3]) -> Tensor<3> {
    let device = Device::flex().autodiff();
    Tensor::from_data(TensorData::new(values, shape), (&device, DType::F32))
}
