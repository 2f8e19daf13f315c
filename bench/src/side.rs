//! The Rust side of a benchmark beside a Python peer: a process that answers lines.

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

use minimand::Gradient;

/// Answers every line `COMMAND WORDS…` on standard input with a line.
///
/// `make` makes the inputs that the words ask for, which are kept while the words stay the same; `run` is what is
/// measured. `time` answers with the seconds of one run, `check` with the `numbers` of its result, which is gone
/// before the answer: whoever asks may look at the memory at once.
///
/// # Errors
///
/// Another command, inputs that cannot be made, and a run that fails.
pub fn serve<D, R>(
    make: impl Fn(&[&str]) -> Result<D, Box<dyn Error>>,
    run: impl Fn(&D) -> Result<R, minimand::Error>,
    numbers: impl Fn(&R) -> Vec<f64>,
) -> Result<(), Box<dyn Error>> {
    let mut kept: Option<(String, D)> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let (words, data) = match kept.take() {
            Some(data) if data.0 == rest => data,
            _ => {
                let words: Vec<&str> = rest.split(' ').collect();
                let made = make(&words).map_err(|error| format!("`{line}`: {error}"))?;
                (rest.to_string(), made)
            }
        };
        let start = Instant::now();
        let result = black_box(run(&data)?);
        let seconds = start.elapsed().as_secs_f64();
        let answer = match command {
            "time" => vec![seconds],
            "check" => numbers(&result),
            _ => return Err(format!("no such command: {command}").into()),
        };
        drop(result);
        let answer: Vec<String> = answer.iter().map(|x| format!("{x:e}")).collect();
        writeln!(out, "{}", answer.join(" "))?;
        out.flush()?;
        kept = Some((words, data));
    }
    Ok(())
}

/// So many sizes, from the words of a line.
///
/// # Errors
///
/// Another number of words, and words that are no sizes.
pub fn sizes<const N: usize>(words: &[&str]) -> Result<[usize; N], Box<dyn Error>> {
    let sizes = words.iter().map(|word| word.parse());
    let sizes = sizes.collect::<Result<Vec<usize>, _>>()?;
    let got = sizes.len();
    <[usize; N]>::try_from(sizes).map_err(|_| format!("{got} sizes instead of {N}").into())
}

/// Sum of squares of a gradient.
pub fn squares(gradient: &Option<Gradient>) -> f64 {
    let entries = gradient.as_ref().map(Gradient::to_f64).unwrap_or_default();
    entries.iter().map(|g| g * g).sum()
}
