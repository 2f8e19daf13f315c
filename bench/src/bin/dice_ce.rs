//! One side of `dice_ce.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N C D H W`: Dice and cross-entropy of logits `[N, C, D, H, W]` with integer labels, value and
//! gradient, in f32. `time` answers with the seconds of one evaluation, `check` with the value and the sum of
//! squares of the gradient.

use minimand::{Array, Batch, Evaluation, Objective, Options, Target};
use minimand_bench::side::{serve, sizes, squares};
use minimand_bench::{labels, logits};
use std::error::Error;

/// Inputs of one size.
struct Data {
    shape: [usize; 5],
    logits: Vec<f32>,
    labels: Vec<i64>,
}

impl Data {
    fn new(shape: [usize; 5]) -> Data {
        let [n, c, d, h, w] = shape;
        Data {
            shape,
            logits: logits(n * c * d * h * w),
            labels: labels(n * d * h * w, c),
        }
    }

    fn run(&self, loss: &Objective) -> Result<Evaluation, minimand::Error> {
        let [n, _, d, h, w] = self.shape;
        loss.value_and_gradient(
            &Batch::new(
                Array::new(&self.logits, &self.shape),
                Target::labels(&self.labels, &[n, 1, d, h, w]),
            ),
            &Options::default(),
        )
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let loss: Objective = "dice + cross_entropy".parse()?;
    serve(
        |words| Ok(Data::new(sizes(words)?)),
        |data| data.run(&loss),
        |result| vec![result.value, squares(&result.gradient)],
    )
}
