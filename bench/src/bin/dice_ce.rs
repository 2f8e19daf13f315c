//! One side of `dice_ce.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N C D H W`: Dice and cross-entropy of logits `[N, C, D, H, W]` with integer labels, value and
//! gradient, in f32. `time` answers with the seconds of one evaluation, `check` with the value and the sum of
//! squares of the gradient.

use minimand::{Array, Batch, Evaluation, Gradient, Objective, Options, Target};
use minimand_bench::{labels, logits};
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

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

fn squares(gradient: &Option<Gradient>) -> f64 {
    let entries = gradient.as_ref().map(Gradient::to_f64).unwrap_or_default();
    entries.iter().map(|g| g * g).sum()
}

fn main() -> Result<(), Box<dyn Error>> {
    let loss: Objective = "dice + cross_entropy".parse()?;
    let mut kept: Option<Data> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let command = words.next().unwrap_or_default();
        let sizes = words.map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        let shape = <[usize; 5]>::try_from(sizes)
            .map_err(|_| format!("not `COMMAND N C D H W`: `{line}`"))?;
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
