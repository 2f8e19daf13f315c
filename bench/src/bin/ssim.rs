//! One side of `ssim.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N C H W`: structural similarity of N images with C channels of H×W pixels, with the gradient,
//! in f32. `time` answers with the seconds of one evaluation, `check` with the value and the gradient's sum of squares.

use minimand::{Array, Batch, Evaluation, Gradient, Objective, Options, Target};
use minimand_bench::hashed;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

/// Inputs of one size.
struct Data {
    shape: Vec<usize>,
    prediction: Vec<f32>,
    target: Vec<f32>,
}

impl Data {
    fn new(shape: Vec<usize>) -> Data {
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

fn squares(gradient: &Option<Gradient>) -> f64 {
    let entries = gradient.as_ref().map(Gradient::to_f64).unwrap_or_default();
    entries.iter().map(|g| g * g).sum()
}

fn main() -> Result<(), Box<dyn Error>> {
    let loss: Objective = "ssim".parse()?;
    let mut kept: Option<Data> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let command = words.next().unwrap_or_default();
        let shape = words.map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        let data = match kept.take() {
            Some(data) if data.shape == shape => data,
            _ => Data::new(shape),
        };
        let start = Instant::now();
        let result = black_box(data.run(&loss)?);
        let seconds = start.elapsed().as_secs_f64();
        let sum = match command {
            "time" => None,
            "check" => Some(squares(&result.gradient)),
            _ => return Err(format!("no such command: {command}").into()),
        };
        let value = result.value;
        // Before the answer: whoever asks may look at the memory at once.
        drop(result);
        match sum {
            None => writeln!(out, "{seconds:e}")?,
            Some(sum) => writeln!(out, "{value:e} {sum:e}")?,
        }
        out.flush()?;
        kept = Some(data);
    }
    Ok(())
}
