//! Channels of which one leads another, and a forecaster in which they may look at each other.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use minimand_burn::random::{Key, Random};

use crate::net::{Mlp, matrix};

/// Channels.
pub(super) const MIXED: usize = 4;
/// Steps that are seen, and steps ahead.
pub(super) const SEEN: usize = 24;
pub(super) const NEAR: usize = 6;
/// Steps by which the second channel leads the first.
pub(super) const LEAD: usize = 3;
/// Numbers that a window becomes.
const WIDTH: usize = 16;

/// A forecaster of several channels that may look at each other.
#[derive(Module, Debug)]
pub(super) struct Forecaster {
    embed: Mlp,
    /// What is learned of each channel, from its number as an indicator.
    channel: Mlp,
    queries: Mlp,
    keys: Mlp,
    values: Mlp,
    head: Mlp,
}

impl Forecaster {
    pub(super) fn new(key: Key) -> Self {
        let linear = |index, inputs, outputs| Mlp::new(&[inputs, outputs], key.child(index));
        Self {
            embed: linear(0, SEEN, WIDTH),
            channel: linear(1, MIXED, WIDTH),
            queries: linear(2, WIDTH, WIDTH),
            keys: linear(3, WIDTH, WIDTH),
            values: linear(4, WIDTH, WIDTH),
            head: linear(5, WIDTH, NEAR),
        }
    }

    /// `[windows · MIXED, NEAR]` of `[windows · MIXED, SEEN]`.
    pub(super) fn forward(&self, windows: Tensor<2>, looks: bool) -> Tensor<2> {
        let rows = windows.dims()[0];
        let shape = [rows / MIXED, MIXED, WIDTH];
        let indicators = (0..MIXED * MIXED).map(|i| f32::from(u8::from(i % MIXED == i / MIXED)));
        let names = self.channel.forward(matrix(indicators.collect(), MIXED));
        let names = names.reshape([1, MIXED, WIDTH]);
        let tokens = self.embed.forward(windows).reshape(shape) + names;
        let flat = tokens.clone().reshape([rows, WIDTH]);
        let part = |layer: &Mlp| layer.forward(flat.clone()).reshape(shape);
        let mixed = if looks {
            let scores = part(&self.queries).matmul(part(&self.keys).swap_dims(1, 2));
            let shares = softmax(scores.div_scalar((WIDTH as f64).sqrt()), 2);
            tokens + shares.matmul(part(&self.values))
        } else {
            tokens
        };
        self.head.forward(mixed.reshape([rows, WIDTH]))
    }
}

/// Windows `[count · MIXED, SEEN]` and what follows `[count · MIXED, NEAR]`: the first channel is what the second was.
pub(super) fn leading(count: usize, key: Key) -> (Vec<f32>, Vec<f32>) {
    let mut random = Random::new(key, 0);
    let (mut past, mut ahead) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let mut series = vec![vec![0.0; LEAD + SEEN + NEAR + 40]; MIXED];
        for values in &mut series {
            for time in 1..values.len() {
                values[time] = 0.9 * values[time - 1] + 0.45 * random.normal();
            }
        }
        let leader = series[1].clone();
        let followed = series[0].iter_mut().skip(LEAD).zip(leader);
        followed.for_each(|(own, led)| *own = led + 0.1 * random.normal());
        for values in &series {
            let window = &values[values.len() - SEEN - NEAR..];
            past.extend(window[..SEEN].iter().map(|&x| x as f32));
            ahead.extend(window[SEEN..].iter().map(|&x| x as f32));
        }
    }
    (past, ahead)
}
