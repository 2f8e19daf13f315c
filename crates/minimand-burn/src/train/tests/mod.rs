mod adamw;
mod errors;
mod learning;
mod reproducibility;
mod saving;
mod stopping;
mod weights;

use super::*;
use crate::random::Random;

type Rows = (Vec<usize>, Vec<usize>);

/// Three clusters in the plane, 60 points each.
fn clusters() -> Dataset {
    let mut random = Random::new(Key::new(11), 0);
    let centres = [[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]];
    let mut features = Vec::new();
    let mut labels = Vec::new();
    for i in 0..180 {
        let class = i % 3;
        let point = centres[class].map(|centre| (centre + 0.5 * random.normal()) as f32);
        features.extend(point);
        labels.push(class as u32);
    }
    Dataset::new(features, 180, 2, Targets::Classes { labels, classes: 3 }).expect("sound data")
}

/// y = 1 + 2a − 3b + noise, 40 points.
fn line() -> Dataset {
    let mut random = Random::new(Key::new(12), 0);
    let features: Vec<f32> = (0..80).map(|_| random.normal() as f32).collect();
    let points = features.as_chunks::<2>().0.iter();
    let values = points.map(|[a, b]| 1.0 + 2.0 * a - 3.0 * b + 0.3 * random.normal() as f32);
    let targets = Targets::Values(values.collect());
    Dataset::new(features, 40, 2, targets).expect("sound data")
}

/// Every fourth row is for validation.
fn split(rows: usize) -> Rows {
    (0..rows).partition(|i| i % 4 > 0)
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

fn squared_error(data: &Dataset, rows: &[usize], scores: &[f32]) -> f64 {
    let Targets::Values(values) = data.targets() else {
        return f64::NAN;
    };
    let squares = rows
        .iter()
        .zip(scores)
        .map(|(&row, s)| f64::from(s - values[row]).powi(2));
    squares.sum::<f64>() / rows.len() as f64
}

/// Trains to the end, whatever the score does.
fn train(
    objective: &str,
    data: &Dataset,
    (train, validation): &Rows,
    settings: &Settings,
    key: Key,
    score: &dyn Fn(&[f32]) -> f64,
) -> Result<Fitted, TrainError> {
    let training = Training {
        objective: &objective.parse().expect("a known objective"),
        data,
        train,
        validation,
        settings,
        key,
    };
    training.run(score, &mut |_| ControlFlow::Continue(()), &|| false)
}

fn fit_clusters(settings: &Settings, key: Key) -> Fitted {
    let data = clusters();
    let rows = split(data.rows());
    let score = |scores: &[f32]| error_rate(&data, &rows.1, scores);
    train("cross_entropy", &data, &rows, settings, key, &score).expect("a fit")
}

fn mlp(max_epochs: usize) -> Settings {
    Settings {
        architecture: Architecture::Mlp { hidden: vec![8, 4] },
        learning_rate: 0.02,
        batch_size: 16,
        max_epochs,
        patience: max_epochs,
        ..Settings::default()
    }
}

/// A linear model, trained on all rows at once.
fn whole_batches(max_epochs: usize) -> Settings {
    Settings {
        architecture: Architecture::Linear,
        learning_rate: 0.05,
        batch_size: 1000,
        ..mlp(max_epochs)
    }
}
