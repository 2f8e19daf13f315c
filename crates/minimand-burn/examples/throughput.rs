//! Steps per second of the training loop on data of the size of the digits: 1797 rows of 64
//! features in 10 classes, a perceptron with 64 hidden units, batches of 64, 30 epochs.
//!
//! ```sh
//! cargo run --release -p minimand-burn --example throughput -- [FITS] [THREADS] [EXPRESSION]
//! ```

use minimand_burn::random::{Key, Random};
use minimand_burn::train::{Dataset, Settings, Targets, fit};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::error::Error;
use std::ops::ControlFlow;
use std::time::Instant;

const ROWS: usize = 1797;
const COLUMNS: usize = 64;
const CLASSES: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let fits: u64 = arguments.next().map_or(Ok(10), |text| text.parse())?;
    let threads: usize = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let expression = arguments
        .next()
        .unwrap_or_else(|| "cross_entropy".to_string());
    let objective = expression.parse()?;

    let data = noisy_prototypes()?;
    let (train, validation): (Vec<usize>, Vec<usize>) = (0..ROWS).partition(|i| i % 5 > 0);
    let settings = Settings {
        patience: 30,
        ..Settings::default()
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let start = Instant::now();
    let epochs: usize = pool.install(|| {
        let run = |index| {
            let key = Key::new(0).child(index);
            let score = |scores: &[f32]| error_rate(&data, &validation, scores);
            let watch = &mut |_: &_| ControlFlow::Continue(());
            fit(
                &objective,
                &data,
                &train,
                &validation,
                &settings,
                key,
                &score,
                watch,
            )
            .map(|f| f.curve.len())
        };
        (0..fits).into_par_iter().map(run).sum::<Result<_, _>>()
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let steps = epochs * train.len().div_ceil(settings.batch_size);
    println!(
        "{expression}: {fits} fits on {threads} threads, {steps} steps in {seconds:.2} s: \
         {:.0} steps/s, {:.3} s per fit",
        steps as f64 / seconds,
        seconds / fits as f64,
    );
    Ok(())
}

/// A prototype per class, and rows around it.
fn noisy_prototypes() -> Result<Dataset, Box<dyn Error>> {
    let mut random = Random::new(Key::new(1), 0);
    let prototypes: Vec<f64> = (0..CLASSES * COLUMNS).map(|_| random.normal()).collect();
    let mut features = Vec::with_capacity(ROWS * COLUMNS);
    for row in 0..ROWS {
        let prototype = &prototypes[row % CLASSES * COLUMNS..][..COLUMNS];
        features.extend(prototype.iter().map(|p| (p + 2.0 * random.normal()) as f32));
    }
    let labels = (0..ROWS).map(|row| (row % CLASSES) as u32).collect();
    let targets = Targets::Classes {
        labels,
        classes: CLASSES,
    };
    Ok(Dataset::new(features, ROWS, COLUMNS, targets)?)
}

fn error_rate(data: &Dataset, rows: &[usize], scores: &[f32]) -> f64 {
    let Targets::Classes { labels, .. } = data.targets() else {
        return f64::NAN;
    };
    let wrong = rows
        .iter()
        .zip(scores.chunks(CLASSES))
        .filter(|(row, scores)| {
            let best = (0..CLASSES).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
            best != Some(labels[**row] as usize)
        });
    wrong.count() as f64 / rows.len() as f64
}
