//! The Rust side of `bench/train_throughput.py`: answers lines that ask for trainings.
//!
//! A line is `fit PATH ROWS COLUMNS CLASSES BATCH EPOCHS FITS SEED`. The file holds the features
//! `[ROWS, COLUMNS]` as little-endian f32, then a label for each row as little-endian u32; every
//! fifth row is for validation. `FITS` trainings run side by side, each on a thread of its own. The
//! answer is the mean of their last losses on training and validation rows, and of the error rates.

use minimand_burn::random::Key;
use minimand_burn::train::{Architecture, Dataset, Epoch, Settings, Targets, Training};
use std::error::Error;
use std::io::{BufRead, Write};
use std::ops::ControlFlow;
use std::thread;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut cached = None;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let [command, path, numbers @ ..] = &line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("no such request: {line}").into());
        };
        let numbers: Vec<usize> = numbers
            .iter()
            .map(|x| x.parse())
            .collect::<Result<_, _>>()?;
        let (&"fit", &[rows, columns, classes, batch_size, max_epochs, fits, seed]) =
            (command, &numbers[..])
        else {
            return Err(format!("no such request: {line}").into());
        };
        let shape = (path.to_string(), rows, columns, classes);
        let data = match cached.take() {
            Some((known, data)) if known == shape => data,
            _ => read(path, rows, columns, classes)?,
        };
        let settings = Settings {
            architecture: Architecture::Mlp { hidden: vec![64] },
            batch_size,
            max_epochs,
            patience: max_epochs,
            ..Settings::default()
        };
        let last = side_by_side(&data, &settings, fits, seed as u64)?;
        let mean = |of: fn(&Epoch) -> f64| last.iter().map(of).sum::<f64>() / last.len() as f64;
        let [train, validation] = [mean(|e| e.train_loss), mean(|e| e.validation_loss)];
        println!("{train} {validation} {}", mean(|e| e.score));
        std::io::stdout().flush()?;
        cached = Some((shape, data));
    }
    Ok(())
}

/// The last epoch of each training.
fn side_by_side(
    data: &Dataset,
    settings: &Settings,
    fits: usize,
    seed: u64,
) -> Result<Vec<Epoch>, Failure> {
    let objective = "cross_entropy".parse()?;
    let (train, validation): (Vec<usize>, Vec<usize>) = (0..data.rows()).partition(|i| i % 5 > 0);
    let fit = |index: u64| -> Result<Epoch, Failure> {
        let training = Training {
            objective: &objective,
            data,
            train: &train,
            validation: &validation,
            settings,
            key: Key::new(seed).child(index),
        };
        let score = |scores: &[f32]| error_rate(data, &validation, scores);
        let fitted = training.run(&score, &mut |_| ControlFlow::Continue(()), &|| false)?;
        fitted.curve.last().copied().ok_or("no epoch".into())
    };
    thread::scope(|scope| {
        let started: Vec<_> = (0..fits as u64)
            .map(|index| scope.spawn(move || fit(index)))
            .collect();
        let ended = started.into_iter().map(|thread| match thread.join() {
            Ok(epoch) => epoch,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.collect()
    })
}

fn read(path: &str, rows: usize, columns: usize, classes: usize) -> Result<Dataset, Failure> {
    let bytes = std::fs::read(path)?;
    let (features, labels) = bytes
        .split_at_checked(4 * rows * columns)
        .ok_or("the file is too short")?;
    let features = features.as_chunks::<4>().0.iter();
    let labels = labels.as_chunks::<4>().0.iter();
    let targets = Targets::Classes {
        labels: labels.map(|&x| u32::from_le_bytes(x)).collect(),
        classes,
    };
    let features = features.map(|&x| f32::from_le_bytes(x)).collect();
    Ok(Dataset::new(features, rows, columns, targets)?)
}

fn error_rate(data: &Dataset, rows: &[usize], scores: &[f32]) -> f64 {
    let Targets::Classes { labels, classes } = data.targets() else {
        return f64::NAN;
    };
    let wrong = rows
        .iter()
        .zip(scores.chunks(*classes))
        .filter(|(row, scores)| {
            let best = (0..*classes).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
            best != Some(labels[**row] as usize)
        });
    wrong.count() as f64 / rows.len() as f64
}
