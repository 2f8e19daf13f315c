//! One side of the side-by-side benchmark: reads a case per line on standard input, evaluates it once
//! (value and gradient into a buffer that is kept), and answers with seconds and value.
//!
//! A case is `SHAPE N C TARGET EXPRESSION`, for instance `rows 8192 1000 labels focal(gamma=2)`,
//! `points 10000000 1 dense huber`, or `copy 8192 1000 - -` for the time of copying the prediction to
//! the gradient, the floor of any kernel.

use minimand::{Array, Batch, GradientMut, Objective, Options, Target};
use minimand_bench::{labels, logits, probabilities, unit};
use std::io::{BufRead, Write};
use std::time::Instant;

struct Data {
    key: String,
    prediction: Vec<f32>,
    dense: Vec<f32>,
    labels: Vec<i64>,
    gradient: Vec<f32>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut kept: Option<Data> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let parts: Vec<&str> = line.splitn(5, ' ').collect();
        let [shape, n, c, target, expression] = parts[..] else {
            return Err(format!("expected `SHAPE N C TARGET EXPRESSION`, got `{line}`").into());
        };
        let (n, c): (usize, usize) = (n.parse()?, c.parse()?);
        let key = format!("{shape} {n} {c} {target}");
        let data = match kept.take().filter(|d| d.key == key) {
            Some(data) => data,
            None => Data {
                key,
                prediction: logits(n * c),
                dense: match target {
                    "soft" => probabilities(n, c),
                    "dense" => unit(n * c),
                    _ => Vec::new(),
                },
                labels: labels(n, c),
                gradient: vec![0.0; n * c],
            },
        };
        let data = kept.insert(data);
        let (seconds, value) = if shape == "copy" {
            let start = Instant::now();
            copy(&data.prediction, &mut data.gradient);
            (start.elapsed().as_secs_f64(), 0.0)
        } else {
            let objective: Objective = expression.parse()?;
            let row_shape = [n, c];
            let target = match target {
                "labels" => Target::labels(&data.labels, &row_shape[..1]),
                _ => Target::dense(&data.dense, &row_shape),
            };
            let batch = Batch::new(Array::new(&data.prediction, &row_shape), target);
            let start = Instant::now();
            let gradient = GradientMut::F32(&mut data.gradient);
            let result = objective.evaluate_into(&batch, &Options::default(), gradient)?;
            (start.elapsed().as_secs_f64(), result.value)
        };
        writeln!(out, "{seconds:.9} {value:.9}")?;
        out.flush()?;
    }
    Ok(())
}

/// Copies in parallel, as the kernels work.
fn copy(from: &[f32], to: &mut [f32]) {
    use rayon::prelude::*;
    let chunk = 1 << 15;
    to.par_chunks_mut(chunk)
        .zip(from.par_chunks(chunk))
        .for_each(|(to, from)| to.copy_from_slice(from));
}
