//! One side of `boxes.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND EXPRESSION N`: a loss of N pairs of boxes with its gradient, of the mean, in f32. `time`
//! answers with the seconds of one evaluation, `check` with the value and the sum of squares of the gradient.

use minimand::{Array, Batch, Gradient, Objective, Options, Target};
use minimand_bench::boxes;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

/// Predicted and true boxes.
struct Data {
    n: usize,
    prediction: Vec<f32>,
    target: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut kept: Option<Data> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let parts: Vec<&str> = line.split(' ').collect();
        let [command, expression, n] = parts[..] else {
            return Err(format!("not `COMMAND EXPRESSION N`: `{line}`").into());
        };
        let n = n.parse()?;
        let loss: Objective = expression.parse()?;
        let data = match kept.take() {
            Some(data) if data.n == n => data,
            _ => Data {
                n,
                prediction: boxes(n, 0),
                target: boxes(n, 4 * n),
            },
        };
        let shape = [n, 4];
        let batch = Batch::new(
            Array::new(&data.prediction, &shape),
            Target::dense(&data.target, &shape),
        );
        let start = Instant::now();
        let result = black_box(loss.value_and_gradient(&batch, &Options::default())?);
        let seconds = start.elapsed().as_secs_f64();
        match command {
            "time" => writeln!(out, "{seconds:e}")?,
            "check" => {
                let entries = result.gradient.as_ref().map(Gradient::to_f64);
                let squares: f64 = entries.unwrap_or_default().iter().map(|g| g * g).sum();
                writeln!(out, "{:e} {squares:e}", result.value)?;
            }
            _ => return Err(format!("no such command: {command}").into()),
        }
        out.flush()?;
        drop(result);
        kept = Some(data);
    }
    Ok(())
}
