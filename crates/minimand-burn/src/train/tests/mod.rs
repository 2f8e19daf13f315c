mod errors;
mod learning;
mod reproducibility;

use super::*;
use crate::random::Random;

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
fn split(rows: usize) -> (Vec<usize>, Vec<usize>) {
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

fn fit_clusters(settings: &Settings, key: Key) -> Fitted {
    let data = clusters();
    let (train, validation) = split(data.rows());
    let objective = "cross_entropy".parse().expect("a known objective");
    let score = |scores: &[f32]| error_rate(&data, &validation, scores);
    let keep_on = &mut |_: &Epoch| ControlFlow::Continue(());
    fit(
        &objective,
        &data,
        &train,
        &validation,
        settings,
        key,
        &score,
        keep_on,
    )
    .expect("a fit")
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
