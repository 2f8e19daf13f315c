//! One side of `linear_rows.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N D V`: cross-entropy of N states with D features under a vocabulary of V, with the gradients
//! of states and weight, in f32. `time` answers with the seconds of one evaluation, `check` with the value and
//! the sums of squares of both gradients.

use minimand::linear::{Layer, LinearEvaluation, LinearRows};
use minimand::{Array, Batch, Gradient, Options, Target};
use minimand_bench::{hashed, labels};
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

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

fn squares(gradient: &Option<Gradient>) -> f64 {
    let entries = gradient.as_ref().map(Gradient::to_f64).unwrap_or_default();
    entries.iter().map(|g| g * g).sum()
}

fn main() -> Result<(), Box<dyn Error>> {
    let loss = LinearRows::new("cross_entropy".parse()?);
    let mut kept: Option<Data> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let command = words.next().unwrap_or_default();
        let sizes = words.map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        let shape =
            <[usize; 3]>::try_from(sizes).map_err(|_| format!("not `COMMAND N D V`: `{line}`"))?;
        let data = match kept.take() {
            Some(data) if data.shape == shape => data,
            _ => Data::new(shape),
        };
        let start = Instant::now();
        let result = black_box(data.run(&loss)?);
        let seconds = start.elapsed().as_secs_f64();
        let sums = match command {
            "time" => None,
            "check" => Some([&result.states, &result.weight].map(squares)),
            _ => return Err(format!("no such command: {command}").into()),
        };
        let value = result.value;
        // Before the answer: whoever asks may look at the memory at once.
        drop(result);
        match sums {
            None => writeln!(out, "{seconds:e}")?,
            Some([states, weight]) => writeln!(out, "{value:e} {states:e} {weight:e}")?,
        }
        out.flush()?;
        kept = Some(data);
    }
    Ok(())
}
