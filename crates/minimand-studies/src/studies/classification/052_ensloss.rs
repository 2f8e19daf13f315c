//! EnsLoss: a convex calibrated loss that is drawn anew for every batch, against overfitting.

use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart};

use crate::charts;
use crate::data::{Labelled, NoiseKind, breast_cancer, flipped};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, dense_loss, gather, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 4] = [
    ("binary_cross_entropy", "binary_cross_entropy"),
    ("ensloss", "ensloss"),
    ("hinge", "hinge"),
    ("squared_hinge", "squared_hinge"),
];
const TASKS: [&str; 3] = ["normal classes", "digits", "breast cancer"];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 52,
    slug: "ensloss",
    claim: "Drawing the slopes of a random convex calibrated loss for every batch keeps a network that \
            could overfit from doing so, and is more accurate than any one fixed loss.",
    reduced: "Three small binary tasks and one network instead of fourteen tabular sets and image sets \
              with deep networks; the Box–Cox parameter stays 0; no dropout to compare with, and the \
              squared hinge in the place of the clipped exponential loss.",
    setting: "200 training rows, 15% of their labels flipped; up to 800 test rows with right labels. (1) \
              Two normal classes in 20 dimensions, 0.45 apart in each of 5. (2) Digits, odd or even. (3) \
              Breast cancer, standardised. MLP d-128-128-1, Adam at 1e-3, batches of 50, 120 epochs, \
              accuracy at the last one. The overfitting gap is the best accuracy of any fourth epoch \
              less the last. The rule wants EnsLoss better than binary cross-entropy on at least two \
              tasks, best in the mean on all three, and with the smaller gap on at least two.",
    control: "The method called ensloss trains with binary cross-entropy, from a start of its own.",
    objectives: &["binary_cross_entropy", "ensloss", "hinge", "squared_hinge"],
    provides: &[],
    parts: &[
        Part {
            name: "normal classes",
            about: "two overlapping normal classes",
        },
        Part {
            name: "digits",
            about: "odd or even",
        },
        Part {
            name: "breast cancer",
            about: "569 tumours, 30 features",
        },
    ],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("052_ensloss.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = data(trial, key)?;
    let wrong = flipped(&train.labels, 2, NoiseKind::Symmetric, 0.15, key.child(5));
    let train = train.with_labels(wrong);
    let methods = if trial.is_control() {
        &METHODS[..2]
    } else {
        &METHODS[..]
    };
    let mut findings = Findings::new();
    for arm in trial.arms(methods) {
        let curve = accuracies(trial, &train, &test, arm.objective, arm.key)?;
        let last = curve.last().map_or(0.0, |point| point.1);
        let best = curve.iter().map(|point| point.1).fold(0.0, f64::max);
        findings.put(arm.name, "accuracy", last);
        findings.put(arm.name, "overfitting gap", best - last);
        findings.curve("accuracy", arm.name, curve);
    }
    Ok(findings)
}

fn data(trial: &Trial<'_>, key: Key) -> Result<(Labelled, Labelled), StudyError> {
    let (train, test) = match trial.part() {
        "digits" => {
            let digits = trial.digits()?;
            let odd = digits.labels.iter().map(|digit| digit % 2).collect();
            Labelled {
                classes: 2,
                ..digits.with_labels(odd)
            }
            .split(200, key.child(1))
        }
        "breast cancer" => breast_cancer().split(200, key.child(1)),
        _ => normal_classes(1000, key.child(2)).split(200, key.child(1)),
    };
    let some: Vec<usize> = (0..test.rows().min(800)).collect();
    Ok((train, test.select(&some)))
}

/// Two classes with unit noise whose means are 0.45 apart in 5 of 20 dimensions.
fn normal_classes(rows: usize, key: Key) -> Labelled {
    let mut random = Random::new(key, 0);
    let labels: Vec<u32> = (0..rows).map(|_| random.below(2) as u32).collect();
    let mut features = Vec::with_capacity(20 * rows);
    for &label in &labels {
        for column in 0..20 {
            let mean = if column < 5 {
                0.45 * f64::from(label)
            } else {
                0.0
            };
            features.push((mean + random.normal()) as f32);
        }
    }
    Labelled {
        features,
        columns: 20,
        labels,
        classes: 2,
    }
}

/// Accuracy of the test rows after every fourth epoch.
fn accuracies(
    trial: &Trial<'_>,
    train: &Labelled,
    test: &Labelled,
    objective: &str,
    key: Key,
) -> Result<Vec<(f64, f64)>, StudyError> {
    let loss = LossModule::new(objective.parse()?);
    let targets: Vec<f32> = train.labels.iter().map(|&label| label as f32).collect();
    let mut net = Mlp::new(&[train.columns, 128, 128, 1], key.child(0));
    let mut optimizer = adam();
    let epochs = trial.sized(120, 4);
    let mut curve = Vec::new();
    let mut judge = |epoch: usize, net: &Mlp| {
        let scores = net.scores_of(&test.features);
        let right = scores
            .iter()
            .zip(&test.labels)
            .filter(|(score, label)| (**score > 0.0) == (**label == 1));
        curve.push((epoch as f64, right.count() as f64 / test.rows() as f64));
    };
    let mut seen = 0;
    for batch in batches(train.rows(), 50, epochs, key.child(1)) {
        trial.check_stop()?;
        if batch.epoch > seen {
            seen = batch.epoch;
            if seen.is_multiple_of(4) {
                judge(seen, &net);
            }
        }
        let rows = matrix(
            gather(&train.features, train.columns, &batch.rows),
            train.columns,
        );
        let value = dense_loss(&loss, net.forward(rows), &gather(&targets, 1, &batch.rows))?;
        net = step(&mut optimizer, 1e-3, net, value);
    }
    judge(epochs, &net);
    Ok(curve)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut better = 0;
    let (mut best, mut smaller) = (0, 0);
    for task in TASKS {
        let gain = results.difference(task, "accuracy", "ensloss", METHODS[0].0)?;
        better += usize::from(gain.interval().is_some_and(|(low, _)| low > 0.0));
        let own = results.mean(task, "ensloss", "accuracy")?.mean;
        let mut is_best = true;
        for method in results.methods(task).filter(|method| *method != "ensloss") {
            is_best &= results.mean(task, method, "accuracy")?.mean < own;
        }
        best += usize::from(is_best);
        let gap = results.difference(task, "overfitting gap", "ensloss", METHODS[0].0)?;
        smaller += usize::from(gap.mean < 0.0);
    }
    Ok(vec![
        Clause::that(
            format!(
                "tasks on which the gain over binary cross-entropy has its interval above 0: {better}; must be 2 or more"
            ),
            better >= 2,
        ),
        Clause::that(
            format!("tasks on which its mean accuracy is the best: {best}; must be 3"),
            best == 3,
        ),
        Clause::that(
            format!(
                "tasks on which its overfitting gap is the smaller one: {smaller}; must be 2 or more"
            ),
            smaller >= 2,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut plot =
        IntervalPlot::new("Gain in accuracy over binary cross-entropy").reference(0.0, "equal");
    for task in TASKS {
        for method in results
            .methods(task)
            .filter(|method| *method != METHODS[0].0)
        {
            let gain = results.difference(task, "accuracy", method, METHODS[0].0)?;
            plot = plot.row(IntervalRow::new(
                format!("{task}: {method}"),
                gain.mean,
                gain.interval(),
            ));
        }
    }
    let chart =
        LineChart::new("Accuracy while training").axis_labels("epoch", "accuracy of test rows");
    let chart = charts::with_lines(chart, results, TASKS[0], "accuracy");
    Ok(vec![
        Exhibit::new(
            "To the right of the line the loss is better than binary cross-entropy.",
            plot,
        ),
        Exhibit::new("Normal classes: what memorising wrong labels costs.", chart),
    ])
}
