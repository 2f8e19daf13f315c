//! One side of `ssim.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N C H W`: structural similarity of N images with C channels of H×W pixels, with the gradient,
//! in f32. `time` answers with the seconds of one evaluation, `check` with the value and the gradient's sum of squares.

use minimand::{Array, Batch, GradientMut, Objective, Options, Target};
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
    gradient: Vec<f32>,
}

impl Data {
    fn new(shape: Vec<usize>) -> Data {
        let n: usize = shape.iter().product();
        let prediction: Vec<f32> = (0..n).map(hashed).collect();
        let mixed = |i: usize| 0.75 * prediction[i] + 0.25 * hashed(n + i);
        Data {
            target: (0..n).map(mixed).collect(),
            gradient: vec![0.0; n],
            prediction,
            shape,
        }
    }
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
        let mut data = match kept.take() {
            Some(data) if data.shape == shape => data,
            _ => Data::new(shape),
        };
        let batch = Batch::new(
            Array::new(&data.prediction, &data.shape),
            Target::dense(&data.target, &data.shape),
        );
        let start = Instant::now();
        let gradient = GradientMut::F32(&mut data.gradient);
        let result = black_box(loss.evaluate_into(&batch, &Options::default(), gradient)?);
        let seconds = start.elapsed().as_secs_f64();
        match command {
            "time" => writeln!(out, "{seconds:e}")?,
            "check" => {
                let squares: f64 = data
                    .gradient
                    .iter()
                    .map(|&g| f64::from(g) * f64::from(g))
                    .sum();
                writeln!(out, "{:e} {squares:e}", result.value)?;
            }
            _ => return Err(format!("no such command: {command}").into()),
        }
        out.flush()?;
        kept = Some(data);
    }
    Ok(())
}
