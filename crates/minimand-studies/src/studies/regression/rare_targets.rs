//! Targets of which the large ones are rare, and a network with features on the sphere.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand_burn::random::{Key, Random};

use super::curve_terms::normalised;
use crate::net::{Mlp, matrix};

/// Numbers of an input, and features of a network.
pub(super) const INPUTS: usize = 20;
pub(super) const WIDTH: usize = 32;
/// Largest target.
pub(super) const TOP: f64 = 50.0;

/// Inputs `[n, INPUTS]` with targets.
pub(super) struct Items {
    pub(super) inputs: Vec<f32>,
    pub(super) targets: Vec<f64>,
}

impl Items {
    /// Items with these targets.
    pub(super) fn new(targets: Vec<f64>, world: Key, key: Key) -> Self {
        let mut random = Random::new(world, 0);
        let maps: Vec<f64> = (0..10 * INPUTS).map(|_| random.normal()).collect();
        let mut random = Random::new(key, 0);
        let mut inputs = Vec::new();
        for y in &targets {
            let cosines = (1..=6).map(|k| (std::f64::consts::PI * f64::from(k) * y / TOP).cos());
            let mut sources: Vec<f64> = cosines.collect();
            sources.extend((0..4).map(|_| 0.7 * random.normal()));
            for column in 0..INPUTS {
                let pairs = sources.iter().enumerate();
                let sum: f64 = pairs.map(|(i, x)| x * maps[i * INPUTS + column]).sum();
                inputs.push(((0.5 * sum).tanh() + 0.1 * random.normal()) as f32);
            }
        }
        Self { inputs, targets }
    }
}

/// A network with features on the sphere.
#[derive(Module, Debug)]
pub(super) struct Net {
    features: Mlp,
    head: Mlp,
}

impl Net {
    pub(super) fn new(key: Key) -> Self {
        Self {
            features: Mlp::new(&[INPUTS, 64, WIDTH], key.child(0)),
            head: Mlp::new(&[WIDTH, 1], key.child(1)),
        }
    }

    /// Features of length 1 and what is predicted from them.
    pub(super) fn forward(&self, inputs: &[f32]) -> (Tensor<2>, Tensor<2>) {
        let features = self.features.forward(matrix(inputs.to_vec(), INPUTS));
        let features = normalised(features);
        (features.clone(), self.head.forward(features))
    }
}
