//! A network from pictures over latent numbers to landmarks, by a dense layer or on a graph.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand_burn::net::{Activation, Conv, NetError, Norm, max_pool};
use minimand_burn::random::Key;

use super::chest::{LANDMARKS, SIDE};
use super::graphs::{Graph, across, convolve, normalised};
use super::masks::net;
use crate::error::StudyError;
use crate::net::{Mlp, matrix, numbers};

/// Numbers that a picture is compressed to.
pub(super) const LATENT: usize = 16;
/// Features of a node.
const FEATURES: usize = 16;
/// Channels of the encoder.
const CHANNELS: [usize; 3] = [8, 16, 16];
/// Side of the map that nodes look at.
pub(super) const MAP: usize = SIDE / 4;
/// What follows the latent numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoder {
    Dense,
    Graph { looks: bool },
}

/// The encoder with one of the decoders.
#[derive(Module, Debug)]
pub(super) struct LandmarkNet {
    layers: Vec<Conv>,
    norms: Vec<Norm>,
    /// From the coarsest map to mean and logarithm of the variance.
    latent: Mlp,
    /// From the latent numbers to the nodes, or to the coordinates.
    start: Mlp,
    /// Of a graph: the layers on half of the landmarks and on all, preliminary coordinates, and the last layer.
    coarse: Option<Mlp>,
    fine: Option<Mlp>,
    look: Option<Mlp>,
    head: Option<Mlp>,
}

/// What a network finds.
pub(super) struct Landmarks {
    /// `[n, LANDMARKS, 2]`; the last ones are the result.
    pub(super) points: Vec<Tensor<3>>,
    pub(super) mean: Tensor<2>,
    pub(super) log_variance: Tensor<2>,
}

impl LandmarkNet {
    pub(super) fn new(decoder: Decoder, key: Key) -> Result<Self, StudyError> {
        let mut layers = Vec::new();
        let mut norms = Vec::new();
        let mut inputs = 1;
        for (index, outputs) in CHANNELS.into_iter().enumerate() {
            layers.push(net(Conv::new(
                2,
                3,
                inputs,
                outputs,
                key.child(index as u64),
            ))?);
            norms.push(net(Norm::new(outputs, 1, Activation::Relu))?);
            inputs = outputs;
        }
        let linear = |widths: &[usize], index: u64| Mlp::new(widths, key.child(10 + index));
        let to_points = |widths: &[usize], index| {
            linear(widths, index).with_output_bias(vec![0.5; widths[widths.len() - 1]])
        };
        let (is_graph, looks) = match decoder {
            Decoder::Dense => (false, false),
            Decoder::Graph { looks } => (true, looks),
        };
        let graph = |layer: Mlp| is_graph.then_some(layer);
        // What is seen, and where, is added to the features.
        let wide = FEATURES + if looks { CHANNELS[1] + 2 } else { 0 };
        Ok(Self {
            layers,
            norms,
            latent: linear(&[inputs * MAP * MAP / 4, 2 * LATENT], 0),
            start: match is_graph {
                true => linear(&[LATENT, LANDMARKS / 2 * FEATURES], 1),
                false => to_points(&[LATENT, 64, 2 * LANDMARKS], 1),
            },
            coarse: graph(linear(&[3 * FEATURES, FEATURES], 2)),
            fine: graph(linear(&[3 * wide, FEATURES], 3)),
            look: looks.then(|| to_points(&[FEATURES, 2], 4)),
            head: graph(to_points(&[FEATURES, 2], 5)),
        })
    }

    /// `noise` `[n, LATENT]` is scaled and added to the latent numbers in training.
    pub(super) fn forward(
        &self,
        images: Tensor<4>,
        graph: &Graph,
        noise: Option<Tensor<2>>,
    ) -> Result<Landmarks, NetError> {
        let n = images.dims()[0];
        let (mut x, mut map) = (images.clone(), images);
        for (index, (layer, norm)) in self.layers.iter().zip(&self.norms).enumerate() {
            x = max_pool(norm.forward(layer.forward(x)?)?)?;
            if index == 1 {
                map = x.clone();
            }
        }
        let entries: usize = x.dims()[1..].iter().product();
        let latent = self.latent.forward(x.reshape([n, entries]));
        let mean = latent.clone().narrow(1, 0, LATENT);
        let log_variance = latent.narrow(1, LATENT, LATENT);
        let z = match noise {
            Some(noise) => mean.clone() + log_variance.clone().mul_scalar(0.5).exp() * noise,
            None => mean.clone(),
        };
        let start = self.start.forward(z);
        let points = match (&self.coarse, &self.fine, &self.head) {
            (Some(coarse), Some(fine), Some(head)) => {
                let nodes = start.reshape([n, LANDMARKS / 2, FEATURES]);
                let nodes = normalised(convolve(&graph.coarse, coarse, nodes));
                let mut nodes = across(&graph.unpool, nodes);
                let mut points = Vec::new();
                if let Some(look) = &self.look {
                    let first = each(look, nodes.clone());
                    let seen = graph.look(map, first.clone());
                    nodes = Tensor::cat(vec![nodes, seen, first.clone()], 2);
                    points.push(first);
                }
                let nodes = normalised(convolve(&graph.fine, fine, nodes));
                points.push(each(head, nodes));
                points
            }
            _ => vec![start.reshape([n, LANDMARKS, 2])],
        };
        Ok(Landmarks {
            points,
            mean,
            log_variance,
        })
    }

    /// The coordinates of all pictures, one after the other.
    pub(super) fn landmarks_of(&self, images: &[f32]) -> Result<Vec<f32>, StudyError> {
        let n = images.len() / (SIDE * SIDE);
        let images = matrix(images.to_vec(), SIDE * SIDE).inner();
        let images = images.reshape([n, 1, SIDE, SIDE]);
        let found = net(self.valid().forward(images, &Graph::new(MAP, true), None))?;
        let last = found.points.into_iter().last();
        Ok(last.map(numbers).unwrap_or_default())
    }
}

/// The same layer on every node.
fn each(layer: &Mlp, nodes: Tensor<3>) -> Tensor<3> {
    let [n, count, features] = nodes.dims();
    let rows = layer.forward(nodes.reshape([n * count, features]));
    rows.reshape([n, count, 2])
}
