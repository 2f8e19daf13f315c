//! One side of the side-by-side benchmark: answers each line on standard input with a line.
//!
//! A line is `COMMAND SHAPE N C TARGET EXPRESSION`, for instance
//! `time rows 8192 1000 labels focal(gamma=2)` or `time points 10000000 1 dense huber`; the target is
//! `labels`, `soft` or `dense`. A time is that of one evaluation in seconds.
//!
//! With the argument `rows` it lists the losses over classes instead, a name a line.
//!
//! | command | answer |
//! | --- | --- |
//! | `inputs` | checksums of prediction and target |
//! | `check` | value, Σ gradient·prediction, Σ gradient² |
//! | `time` | time, with the gradient written to a buffer that is kept |
//! | `fresh` | time, with a newly allocated gradient |
//! | `repeat` | mean time of runs like those of `time` that take 10 ms together |
//! | `value` | the same of the value without its gradient |
//! | `copy` | time of copying the prediction to the gradient (plus the target, where it is as large): the floor of any kernel |
//! | `memory` | peak bytes allocated during an evaluation into a kept buffer |

use minimand::{Array, Batch, Catalog, GradientMut, Objective, Options, Shape, Target};
use minimand_bench::allocation::{Counting, peak_during};
use minimand_bench::{checksum, labels, logits, probabilities, unit};
use rayon::prelude::*;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The arrays of a case, kept while the cases that follow use the same.
struct Data {
    key: String,
    shape: Vec<usize>,
    prediction: Vec<f32>,
    /// Empty for labels.
    dense: Vec<f32>,
    /// Empty for a dense target.
    labels: Vec<i64>,
    gradient: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("rows") {
        for entry in Catalog::builtin().entries() {
            if entry.shape == Shape::Rows {
                println!("{}", entry.name);
            }
        }
        return Ok(());
    }
    let mut kept: Option<Data> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let parts: Vec<&str> = line.splitn(6, ' ').collect();
        let [command, shape, n, c, target, expression] = parts[..] else {
            return Err(format!("not `COMMAND SHAPE N C TARGET EXPRESSION`: `{line}`").into());
        };
        let key = [shape, n, c, target].join(" ");
        let data = match kept.take().filter(|data| data.key == key) {
            Some(data) => data,
            None => Data::new(key, shape, n.parse()?, c.parse()?, target)?,
        };
        let answer = match kept.insert(data).answer(command, &expression.parse()?) {
            Ok(answer) => answer,
            Err(error) => format!("error {error}"),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

impl Data {
    fn new(key: String, shape: &str, n: usize, c: usize, target: &str) -> Result<Data, String> {
        let (dense, classes) = match target {
            "labels" => (Vec::new(), labels(n, c)),
            "soft" => (probabilities(n, c), Vec::new()),
            "dense" => (unit(n * c), Vec::new()),
            _ => return Err(format!("no such target: {target}")),
        };
        Ok(Data {
            key,
            shape: if shape == "points" {
                vec![n * c]
            } else {
                vec![n, c]
            },
            prediction: logits(n * c),
            dense,
            labels: classes,
            gradient: vec![0.0; n * c],
        })
    }

    fn answer(&mut self, command: &str, objective: &Objective) -> Result<String, Box<dyn Error>> {
        let options = Options::default();
        let target = if self.dense.is_empty() {
            Target::labels(&self.labels, &self.shape[..1])
        } else {
            Target::dense(&self.dense, &self.shape)
        };
        let batch = Batch::new(Array::new(&self.prediction, &self.shape), target);
        let gradient = &mut self.gradient;
        let mut into_kept =
            || objective.evaluate_into(&batch, &options, GradientMut::F32(gradient));
        let start = Instant::now();
        Ok(match command {
            "time" => {
                black_box(into_kept()?);
                seconds(start)
            }
            "fresh" => {
                let result = black_box(objective.value_and_gradient(&batch, &options)?);
                let answer = seconds(start);
                drop(result);
                answer
            }
            "repeat" => repeated(into_kept)?,
            "value" => repeated(|| objective.evaluate(&batch, &options))?,
            "copy" => {
                copy(&self.prediction, &self.dense, gradient);
                seconds(start)
            }
            "memory" => {
                let (result, bytes) = peak_during(into_kept);
                result?;
                bytes.to_string()
            }
            "check" => {
                let value = into_kept()?.value;
                let sum = |with: &[f32]| -> f64 {
                    gradient
                        .iter()
                        .zip(with)
                        .map(|(&g, &x)| f64::from(g) * f64::from(x))
                        .sum()
                };
                format!("{value:e} {:e} {:e}", sum(&self.prediction), sum(gradient))
            }
            "inputs" => {
                let floats = |v: &[f32]| checksum(v.iter().map(|x| u64::from(x.to_bits())));
                let target = match &self.dense[..] {
                    [] => checksum(self.labels.iter().map(|&y| y as u64)),
                    dense => floats(dense),
                };
                format!("{} {target}", floats(&self.prediction))
            }
            _ => return Err(format!("no such command: {command}").into()),
        })
    }
}

fn seconds(start: Instant) -> String {
    format!("{:e}", start.elapsed().as_secs_f64())
}

/// Mean seconds of as many runs, one after the other, as take at least 10 ms.
fn repeated<R, E>(mut run: impl FnMut() -> Result<R, E>) -> Result<String, E> {
    let mut runs = 1u32;
    loop {
        let start = Instant::now();
        for _ in 0..runs {
            black_box(run()?);
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds >= 0.01 {
            return Ok(format!("{:e}", seconds / f64::from(runs)));
        }
        runs = runs.saturating_mul(2);
    }
}

/// Copies in parallel, as the kernels work; adds the target if it is as large as the prediction.
fn copy(from: &[f32], target: &[f32], to: &mut [f32]) {
    const CHUNK: usize = 1 << 15;
    if target.is_empty() {
        to.par_chunks_mut(CHUNK)
            .zip(from.par_chunks(CHUNK))
            .for_each(|(to, from)| to.copy_from_slice(from));
    } else {
        to.par_chunks_mut(CHUNK)
            .zip(from.par_chunks(CHUNK).zip(target.par_chunks(CHUNK)))
            .for_each(|(to, (from, target))| {
                for ((to, from), target) in to.iter_mut().zip(from).zip(target) {
                    *to = from + target;
                }
            });
    }
}
