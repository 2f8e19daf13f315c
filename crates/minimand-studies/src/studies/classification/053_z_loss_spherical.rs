//! Spherical losses: what is lost with many classes for a layer whose cost does not grow with them.

use minimand::linear::{SphericalLayer, SphericalLoss};
use minimand_burn::random::{Key, Random};
use minimand_report::svg::LineChart;

use crate::charts;
use crate::clock::Clock;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{adam, fit};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const CLASSES: usize = 300;
const COLUMNS: usize = 24;
const RANKS: [(usize, &str); 4] = [
    (1, "top-1 error"),
    (5, "top-5 error"),
    (10, "top-10 error"),
    (20, "top-20 error"),
];

/// Inputs of the output layer whose steps are timed.
const WIDTH: usize = 64;
/// Steps after which the factored layer is put together anew.
const REBUILT_AFTER: f64 = 4096.0;

/// Settings of the Z-loss to choose from on validation rows.
const Z_LOSSES: [&str; 4] = [
    "z_normalized(a=2, b=3)",
    "z_normalized(a=2, b=4)",
    "z_normalized(a=4, b=3)",
    "z_normalized(a=4, b=4)",
];
const OTHERS: [(&str, &str); 3] = [
    ("softmax", "cross_entropy"),
    ("Taylor softmax", "taylor_softmax"),
    ("spherical softmax", "spherical_softmax"),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 53,
    slug: "z-loss-spherical",
    claim: "Of the losses that depend on the outputs through their sum, their sum of squares and the \
            label's output alone, and so can be trained at a cost that does not grow with the number of \
            classes, the Z-loss ranks best, and beats softmax in top-k error on a large language model.",
    reduced: "300 made-up classes instead of 800,000 words, and 50,000 for the times of one layer. That the \
              Z-loss beats softmax is not to be seen at this size, and is reported without a clause.",
    setting: "300 classes with frequencies falling as k^−0.7; inputs of 24 columns, tanh((prototype + 0.9 \
              noise)A); 4,000 training, 800 validation and 2,000 test rows. MLP 24-64-300, Adam at 2e-3, \
              batches of 100, 20 epochs. The Z-loss chooses its a from 2 and 4 and its b from 3 and 4 by \
              the top-1 error of the validation rows. Speed: steps of gradient descent on an output layer of \
              64 inputs and 500, 5,000 and 50,000 classes, one row a step in double precision, gradient by \
              the inputs included, in processor time of the thread (the least of five blocks, as other \
              programs can only add to it): written out with softmax, and factored with the Z-loss. From \
              5,000 to 50,000 classes the factored step must grow to less than 1.5 times, the other to more \
              than 5 times. The factored layer is put together anew every 4,096 steps, at a cost that does \
              grow with the classes; what that adds to a step is drawn, not judged.",
    control: "All methods train with the Taylor softmax, each from a start of its own, and the layer that is \
              called factored is written out too.",
    objectives: &[
        "cross_entropy",
        "taylor_softmax",
        "spherical_softmax",
        "z_normalized(a=2, b=3)",
        "z_normalized(a=4, b=4)",
    ],
    provides: &["SphericalLayer"],
    parts: &[
        Part {
            name: "many classes",
            about: "300 classes with a long tail",
        },
        Part {
            name: "speed",
            about: "steps of an output layer",
        },
    ],
    seeds: 4,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("053_z_loss_spherical.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    if trial.part() == "speed" {
        return speed(trial);
    }
    let key = trial.key();
    let world = World::new(key.child(1));
    let train = world.sample(trial.sized(4000, 600), key.child(2));
    let validation = world.sample(800, key.child(3));
    let test = world.sample(2000, key.child(4));
    let settings = adam(&[64], 2e-3, 100, trial.sized(20, 2));
    let errors = |objective: &str, data: &Labelled, start: u64| -> Result<Vec<f64>, StudyError> {
        let start = if trial.is_control() { start } else { 0 };
        let model = fit(
            trial,
            objective,
            &train,
            &settings,
            key.child(5).child(start),
        )?;
        Ok(ranked_errors(&model.predict(&data.features)?, &data.labels))
    };
    let mut findings = Findings::new();
    let mut put = |method: &str, errors: Vec<f64>| {
        findings.put_all(
            method,
            RANKS
                .iter()
                .zip(errors)
                .map(|(rank, error)| (rank.1, error)),
        );
    };
    for (start, (name, objective)) in OTHERS.into_iter().enumerate() {
        let objective = if trial.is_control() {
            "taylor_softmax"
        } else {
            objective
        };
        put(name, errors(objective, &test, start as u64)?);
    }
    let mut chosen = if trial.is_control() {
        "taylor_softmax"
    } else {
        Z_LOSSES[0]
    };
    if !trial.is_control() {
        let mut least = f64::INFINITY;
        for objective in Z_LOSSES {
            let error = errors(objective, &validation, 0)?[0];
            if error < least {
                (least, chosen) = (error, objective);
            }
        }
    }
    put("Z-loss", errors(chosen, &test, OTHERS.len() as u64)?);
    Ok(findings)
}

/// Microseconds of a step by the number of classes. They are kept as a curve: no other machine has the same ones.
fn speed(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let mut random = Random::new(trial.key().child(6), 0);
    let mut normals = |count: usize, scale: f64| -> Vec<f64> {
        (0..count).map(|_| scale * random.normal()).collect()
    };
    let loss = SphericalLoss::ZNormalized { a: 0.1, b: 10.0 };
    let (mut dense, mut factored, mut rebuilding) = (Vec::new(), Vec::new(), Vec::new());
    for size in [500, 5000, 50_000] {
        trial.check_stop()?;
        let classes = trial.sized(size, size / 100);
        let mut weight = normals(classes * WIDTH, 0.1);
        let states = normals(256 * WIDTH, 1.0);
        // Labels far apart: none of their rows is in the cache from the step before.
        let item = |step: usize| {
            let state = &states[step % 256 * WIDTH..][..WIDTH];
            (state, step * 7919 % classes)
        };
        let x = classes as f64;
        let mut layer = SphericalLayer::new(&weight, WIDTH, loss)?;
        let written_out = (2_000_000 / classes).clamp(8, 400);
        let time = timed(written_out, |step| {
            let (state, label) = item(step);
            softmax_step(&mut weight, state, label, 0.01);
            Ok(())
        })?;
        dense.push((x, time));
        if trial.is_control() {
            let time = timed(written_out, |step| {
                let (state, label) = item(step);
                softmax_step(&mut weight, state, label, 0.01);
                Ok(())
            })?;
            factored.push((x, time));
            continue;
        }
        let time = timed(400, |step| {
            let (state, label) = item(step);
            layer.step(state, label, 0.01)?;
            Ok(())
        })?;
        factored.push((x, time));
        let again = timed(1, |_| {
            layer = SphericalLayer::new(&layer.weight(), WIDTH, loss)?;
            Ok(())
        })?;
        rebuilding.push((x, time + again / REBUILT_AFTER));
    }
    let mut findings = Findings::new();
    findings.curve("speed", "written out, softmax", dense);
    findings.curve("speed", "factored, Z-loss", factored);
    if !rebuilding.is_empty() {
        findings.curve("speed", "factored, with its rebuilding", rebuilding);
    }
    Ok(findings)
}

/// Microseconds of a step: the least mean of five blocks of so many.
fn timed(
    steps: usize,
    mut step: impl FnMut(usize) -> Result<(), StudyError>,
) -> Result<f64, StudyError> {
    let mut least = f64::INFINITY;
    for block in 0..5 {
        let clock = Clock::start();
        for at in 0..steps {
            step(block * steps + at)?;
        }
        least = least.min(1e6 * clock.seconds() / steps as f64);
    }
    Ok(least)
}

/// A step of gradient descent of softmax with cross-entropy on a weight `[classes, WIDTH]`; returns the gradient by
/// the state.
fn softmax_step(weight: &mut [f64], state: &[f64], label: usize, rate: f64) -> Vec<f64> {
    let rows = weight.chunks_exact(WIDTH);
    let scores: Vec<f64> = rows
        .map(|row| row.iter().zip(state).map(|(w, h)| w * h).sum())
        .collect();
    let top = scores.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = scores.iter().map(|z| (z - top).exp()).collect();
    let sum: f64 = powers.iter().sum();
    let mut by_state = vec![0.0; WIDTH];
    for (class, (row, power)) in weight.chunks_exact_mut(WIDTH).zip(powers).enumerate() {
        let slope = power / sum - f64::from(u8::from(class == label));
        for ((w, h), by_state) in row.iter_mut().zip(state).zip(&mut by_state) {
            *by_state += slope * *w;
            *w -= rate * slope * h;
        }
    }
    by_state
}

/// For each of the ranks: the share of rows whose label is not among so many largest outputs.
fn ranked_errors(scores: &[f32], labels: &[u32]) -> Vec<f64> {
    let place = |(row, label): (&[f32], &u32)| {
        let own = row[*label as usize];
        row.iter().filter(|score| **score > own).count()
    };
    let places: Vec<usize> = scores
        .chunks_exact(CLASSES)
        .zip(labels)
        .map(place)
        .collect();
    let missed = |rank: usize| places.iter().filter(|place| **place >= rank).count();
    RANKS
        .iter()
        .map(|(rank, _)| missed(*rank) as f64 / labels.len() as f64)
        .collect()
}

struct World {
    /// `[CLASSES, COLUMNS]`
    prototypes: Vec<f64>,
    /// `[COLUMNS, COLUMNS]`
    mixing: Vec<f64>,
    /// Sums of the class probabilities up to each class.
    cumulative: Vec<f64>,
}

impl World {
    fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let prototypes = (0..CLASSES * COLUMNS).map(|_| random.normal()).collect();
        let scale = 1.0 / (COLUMNS as f64).sqrt();
        let mixing = (0..COLUMNS * COLUMNS)
            .map(|_| scale * random.normal())
            .collect();
        let weights: Vec<f64> = (1..=CLASSES).map(|k| (k as f64).powf(-0.7)).collect();
        let total: f64 = weights.iter().sum();
        let sums = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight / total;
            Some(*sum)
        });
        Self {
            prototypes,
            mixing,
            cumulative: sums.collect(),
        }
    }

    fn sample(&self, rows: usize, key: Key) -> Labelled {
        let mut random = Random::new(key, 0);
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let chance = random.uniform();
            let label = self
                .cumulative
                .partition_point(|sum| *sum <= chance)
                .min(CLASSES - 1);
            let prototype = &self.prototypes[label * COLUMNS..][..COLUMNS];
            let noisy: Vec<f64> = prototype
                .iter()
                .map(|x| x + 0.9 * random.normal())
                .collect();
            for column in 0..COLUMNS {
                let weights = self.mixing.iter().skip(column).step_by(COLUMNS);
                let mixed: f64 = noisy.iter().zip(weights).map(|(x, a)| x * a).sum();
                features.push(mixed.tanh() as f32);
            }
            labels.push(label as u32);
        }
        Labelled {
            features,
            columns: COLUMNS,
            labels,
            classes: CLASSES,
        }
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for measure in ["top-1 error", "top-10 error"] {
        for other in ["Taylor softmax", "spherical softmax"] {
            let change = results.difference("many classes", measure, "Z-loss", other)?;
            let what = format!("{measure} of the Z-loss − that of the {other}");
            clauses.push(Clause::below(&what, &change, 0.0));
        }
    }
    let growth = |method: &str| -> Result<f64, StudyError> {
        let times = results.curve("speed", "speed", method)?;
        Ok(match times[..] {
            [.., [_, before], [_, after]] => after / before,
            _ => f64::NAN,
        })
    };
    let (factored, dense) = (growth("factored, Z-loss")?, growth("written out, softmax")?);
    clauses.push(Clause::that(
        format!(
            "time of a factored step from 5,000 to 50,000 classes grows to {factored:.2} times; must be below 1.5"
        ),
        factored < 1.5,
    ));
    clauses.push(Clause::that(
        format!("that of a softmax step grows to {dense:.1} times; must be above 5"),
        dense > 5.0,
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let exhibit = |(_, measure): (usize, &str)| -> Result<Exhibit, StudyError> {
        let plot = charts::means(results, "many classes", measure, measure)?;
        let caption = format!("{measure}: the label is not among so many largest outputs.");
        Ok(Exhibit::new(caption, plot))
    };
    let ranks = [RANKS[0], RANKS[2]].into_iter().map(exhibit);
    let mut exhibits = ranks.collect::<Result<Vec<_>, _>>()?;
    let chart = LineChart::new("Time of a step").axis_labels("classes", "µs");
    exhibits.push(Exhibit::new(
        "What a step of the output layer takes: with the factors hardly more for a hundred times the classes.",
        charts::with_log_lines(chart, results, "speed", "speed"),
    ));
    Ok(exhibits)
}
