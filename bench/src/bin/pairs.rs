//! One side of `pairs.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND LOSS N D CLASSES`: the loss of N embeddings of D numbers with labels of so many classes, with its
//! gradient, in f32. `time` answers with the seconds of one evaluation, `check` with the value and the sum of squares of
//! the gradient.

use minimand::{Array, Batch, Evaluation, Objective, Options, Target};
use minimand_bench::hashed;
use minimand_bench::side::{serve, sizes, squares};
use std::error::Error;

/// Inputs of one loss and size.
struct Data {
    loss: Objective,
    shape: [usize; 2],
    embeddings: Vec<f32>,
    labels: Vec<i64>,
}

impl Data {
    fn new(words: &[&str]) -> Result<Data, Box<dyn Error>> {
        let (loss, rest) = words.split_first().ok_or("no loss")?;
        let [n, d, classes] = sizes(rest)?;
        Ok(Data {
            loss: loss.parse()?,
            shape: [n, d],
            embeddings: (0..n * d).map(|i| 2.0 * hashed(i) - 1.0).collect(),
            labels: (0..n).map(|i| (i % classes) as i64).collect(),
        })
    }

    fn run(&self) -> Result<Evaluation, minimand::Error> {
        let batch = Batch::new(
            Array::new(&self.embeddings, &self.shape),
            Target::labels(&self.labels, &self.shape[..1]),
        );
        self.loss.value_and_gradient(&batch, &Options::default())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(Data::new, Data::run, |result| {
        vec![result.value, squares(&result.gradient)]
    })
}
