//! One side of `boxes.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND EXPRESSION N`: a loss of N pairs of boxes with its gradient, of the mean, in f32. `time`
//! answers with the seconds of one evaluation, `check` with the value and the sum of squares of the gradient.

use minimand::{Array, Batch, Evaluation, Objective, Options, Target};
use minimand_bench::boxes;
use minimand_bench::side::{serve, sizes, squares};
use std::error::Error;

/// A loss with predicted and true boxes.
struct Data {
    loss: Objective,
    n: usize,
    prediction: Vec<f32>,
    target: Vec<f32>,
}

impl Data {
    fn new(words: &[&str]) -> Result<Data, Box<dyn Error>> {
        let [expression, n] = words else {
            return Err("not `COMMAND EXPRESSION N`".into());
        };
        let [n] = sizes(&[n])?;
        Ok(Data {
            loss: expression.parse()?,
            n,
            prediction: boxes(n, 0),
            target: boxes(n, 4 * n),
        })
    }

    fn run(&self) -> Result<Evaluation, minimand::Error> {
        let shape = [self.n, 4];
        let batch = Batch::new(
            Array::new(&self.prediction, &shape),
            Target::dense(&self.target, &shape),
        );
        self.loss.value_and_gradient(&batch, &Options::default())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(Data::new, Data::run, |result| {
        vec![result.value, squares(&result.gradient)]
    })
}
