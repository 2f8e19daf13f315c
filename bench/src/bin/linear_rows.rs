//! One side of `linear_rows.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N D V`: cross-entropy of N states with D features under a vocabulary of V, with the gradients
//! of states and weight, in f32. `time` answers with the seconds of one evaluation, `check` with the value and
//! the sums of squares of both gradients.

use minimand::linear::{Layer, LinearEvaluation, LinearRows};
use minimand::{Array, Batch, Options, Target};
use minimand_bench::side::{serve, sizes, squares};
use minimand_bench::{hashed, labels};
use std::error::Error;

/// Inputs of one size.
struct Data {
    shape: [usize; 3],
    states: Vec<f32>,
    weight: Vec<f32>,
    labels: Vec<i64>,
}

impl Data {
    fn new(shape: [usize; 3]) -> Data {
        let [n, d, v] = shape;
        Data {
            shape,
            states: (0..n * d).map(|i| 2.0 * hashed(i) - 1.0).collect(),
            weight: (0..v * d).map(|i| 0.2 * hashed(n * d + i) - 0.1).collect(),
            labels: labels(n, v),
        }
    }

    fn run(&self, loss: &LinearRows) -> Result<LinearEvaluation, minimand::Error> {
        let [n, d, v] = self.shape;
        loss.value_and_gradients(
            &Batch::new(
                Array::new(&self.states, &[n, d]),
                Target::labels(&self.labels, &[n]),
            ),
            &Layer::new(Array::new(&self.weight, &[v, d])),
            &Options::default(),
        )
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let loss = LinearRows::new("cross_entropy".parse()?);
    serve(
        |words| Ok(Data::new(sizes(words)?)),
        |data| data.run(&loss),
        |result| {
            vec![
                result.value,
                squares(&result.states),
                squares(&result.weight),
            ]
        },
    )
}
