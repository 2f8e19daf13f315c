//! A small N-BEATS with generic bases.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand_burn::random::Key;

use super::domains::{AHEAD, PAST};
use crate::net::{Mlp, matrix};

/// Stacks, blocks in each, and width of the layers.
pub(super) const STACKS: usize = 2;
const BLOCKS: usize = 2;
const WIDTH: usize = 32;
/// Features of a stack: the last hidden layers of its blocks.
pub(super) const FEATURES: usize = BLOCKS * WIDTH;

/// Takes from the window what it explains, and adds to the forecast.
#[derive(Module, Debug)]
struct Block {
    hidden: Mlp,
    backcast: Mlp,
    forecast: Mlp,
}

/// Blocks in stacks, doubly residual.
#[derive(Module, Debug)]
pub(super) struct NBeats {
    blocks: Vec<Block>,
}

/// What a network makes of windows.
pub(super) struct Forecasts {
    /// `[n, AHEAD]`
    pub(super) forecast: Tensor<2>,
    /// `[n, FEATURES]` for each stack.
    pub(super) features: Vec<Tensor<2>>,
}

impl NBeats {
    pub(super) fn new(key: Key) -> Self {
        let block = |index: usize| {
            let key = key.child(index as u64);
            Block {
                hidden: Mlp::new(&[PAST, WIDTH, WIDTH], key.child(0)),
                backcast: Mlp::new(&[WIDTH, PAST], key.child(1)),
                forecast: Mlp::new(&[WIDTH, AHEAD], key.child(2)),
            }
        };
        Self {
            blocks: (0..STACKS * BLOCKS).map(block).collect(),
        }
    }

    /// Of windows `[n, PAST]`.
    pub(super) fn forward(&self, windows: &[f32]) -> Forecasts {
        let mut residual = matrix(windows.to_vec(), PAST);
        let [rows, _] = residual.dims();
        let mut forecast = matrix(vec![0.0; rows * AHEAD], AHEAD);
        let mut features = Vec::new();
        for stack in self.blocks.chunks(BLOCKS) {
            let mut of_stack = Vec::new();
            for block in stack {
                let hidden = relu(block.hidden.forward(residual.clone()));
                residual = residual - block.backcast.forward(hidden.clone());
                forecast = forecast + block.forecast.forward(hidden.clone());
                of_stack.push(hidden);
            }
            features.push(Tensor::cat(of_stack, 1));
        }
        Forecasts { forecast, features }
    }
}
