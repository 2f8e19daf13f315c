//! One side of `ssim.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N C H W`: structural similarity of N images with C channels of H×W pixels, with the gradient,
//! in f32. `time` answers with the seconds of one evaluation, `check` with the value and the gradient's sum of squares.

use minimand::{Array, Batch, Evaluation, Objective, Options, Target};
use minimand_bench::hashed;
use minimand_bench::side::{serve, sizes, squares};
use std::error::Error;

/// Inputs of one size.
struct Data {
    shape: [usize; 4],
    prediction: Vec<f32>,
    target: Vec<f32>,
}

impl Data {
    fn new(shape: [usize; 4]) -> Data {
        let n: usize = shape.iter().product();
        let prediction: Vec<f32> = (0..n).map(hashed).collect();
        let mixed = |i: usize| 0.75 * prediction[i] + 0.25 * hashed(n + i);
        Data {
            target: (0..n).map(mixed).collect(),
            prediction,
            shape,
        }
    }

    fn run(&self, loss: &Objective) -> Result<Evaluation, minimand::Error> {
        loss.value_and_gradient(
            &Batch::new(
                Array::new(&self.prediction, &self.shape),
                Target::dense(&self.target, &self.shape),
            ),
            &Options::default(),
        )
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let loss: Objective = "ssim".parse()?;
    serve(
        |words| Ok(Data::new(sizes(words)?)),
        |data| data.run(&loss),
        |result| vec![result.value, squares(&result.gradient)],
    )
}
