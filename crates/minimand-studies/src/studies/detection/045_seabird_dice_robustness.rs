//! The Dice loss for depth: targets are noisy, objects are long.

use std::collections::HashMap;

use minimand_burn::LossModule;
use minimand_burn::random::Random;
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::depth_axis::{CELLS, Objects};
use super::gradient_noise::{FEATURES, Slope};
use crate::charts::{means, with_log_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, dense_loss, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 5] = [
    ("smooth_l1", "smooth_l1"),
    ("l1", "mae"),
    ("l2", "mse"),
    ("cross_entropy", "binary_cross_entropy"),
    ("dice", "dice(activation=\"sigmoid\", smooth=1)"),
];

/// Length of the object and deviation of the noise, in one unit.
const SETTINGS: [(f64, f64); 5] = [
    (1.0, 0.2),
    (4.0, 0.1),
    (4.0, 1.0),
    (12.0, 0.05),
    (12.0, 1.0),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 45,
    slug: "seabird-dice-robustness",
    claim: "With noisy depths the gradient of a Dice loss on the footprint of an object varies the less the \
            longer the object is, while those of L1 and L2 do not, so that it ends closer to the truth: the \
            Dice loss finds large objects in monocular 3-D detection that regression of their depth misses.",
    reduced: "The theory in its own setting, and one axis of depth with a small network instead of images, a \
              bird's-eye view and KITTI-360.",
    setting: "Theory, 5 features, 20 runs: the gradient's variance is measured on 200,000 draws of the noise and \
              must lie within 1% of 1 (L1), s² (L2) and erf(l/(√2 s))/l² (Dice); 400 steps at 0.5/t^0.75 \
              on gradients of noise alone must leave a squared error within 3% of E‖h‖² Σ a_t² times that variance \
              plus the squared start, in the mean over the seeds; and after 8,000 steps of full stochastic \
              descent at 0.02 (error over the last 2,000) Dice must beat L1 for l ≥ 4, and L2 exactly where \
              l·s > √(π/2). Depth: one object of 14 cells among 32, in noise of 0.7; the depth of a training \
              object is off by s times a Student t with 2 degrees of freedom, s = 0.5 or 2 cells, and so is its \
              mask. 400 to train, 500 with true depths to test; MLP 32–64–outputs, 400 steps of Adam at 3e-3 on \
              all rows. Depth as one output 16 + 8x, or as the middle of a predicted map of 32 cells. Mean \
              absolute error in cells: Dice must beat smooth L1 and L1 at both s and cross-entropy at s = 2; \
              and the error's growth from s = 0.5 to 2, as a factor, must be smaller for Dice than for smooth L1. \
              Objects of 3 cells are shown for smooth L1 and Dice.",
    control: "Dice is replaced by L1 in the theory, and every network regresses depth with smooth L1, from a \
              start of its own.",
    objectives: &[
        "smooth_l1",
        "mae",
        "mse",
        "binary_cross_entropy",
        "dice(activation=\"sigmoid\", smooth=1)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "theory",
            about: "linear depth, slopes in closed form",
        },
        Part {
            name: "depth",
            about: "a network that finds one object among 32 cells",
        },
    ],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("045_seabird_dice_robustness.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "theory" => theory(trial),
        _ => depth(trial),
    }
}

fn cell(length: f64, noise: f64) -> String {
    format!("l{length}_s{noise}")
}

fn theory(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key().child(1);
    let mut findings = Findings::new();
    for (name, kind) in Slope::ALL {
        let used = match trial.is_control() {
            true if kind == Slope::Dice => Slope::L1,
            _ => kind,
        };
        for (setting, (length, noise)) in SETTINGS.into_iter().enumerate() {
            trial.check_stop()?;
            let cell = cell(length, noise);
            let mut random = Random::new(key.child(setting as u64), 0);
            let draws = trial.sized(200_000, 2_000);
            let squares: f64 = (0..draws)
                .map(|_| used.at(noise * random.normal(), length).powi(2))
                .sum();
            let variance = kind.variance(length, noise);
            findings.put(
                name,
                &format!("variance_{cell}"),
                squares / draws as f64 / variance,
            );
            let (runs, steps) = (trial.sized(20, 2), trial.sized(8_000, 400));
            let squares: f64 = (0..runs)
                .map(|_| used.descended(length, noise, steps, &mut random))
                .sum();
            findings.put(name, &format!("error_{cell}"), squares / runs as f64);
        }
        let (length, noise) = (4.0, 2.0);
        let mut random = Random::new(key.child(9), 0);
        let rates: Vec<f64> = (1..=400).map(|t| 0.5 / f64::from(t).powf(0.75)).collect();
        let power: f64 = rates.iter().map(|rate| rate * rate).sum();
        let runs = trial.sized(2_000, 50);
        let total: f64 = (0..runs)
            .map(|_| used.wandered(length, noise, &rates, &mut random))
            .sum();
        let predicted = FEATURES as f64 * power * kind.variance(length, noise) + 1.0;
        findings.put(name, "noise_only", total / runs as f64 / predicted);
    }
    // Variance over the object's length for noise of 1.
    for (name, kind) in Slope::ALL {
        let lengths = (1..=32).map(|step| f64::from(step) / 2.0);
        findings.curve(
            "variance",
            name,
            lengths.map(|length| (length, kind.variance(length, 1.0))),
        );
    }
    Ok(findings)
}

fn depth(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let mut findings = Findings::new();
    for length in [14.0, 3.0] {
        // The errors of the methods at the smaller noise.
        let mut first: HashMap<&str, f64> = HashMap::new();
        for noise in [0.5, 2.0] {
            let key = trial.key().child(2);
            let train = Objects::new(
                trial.sized(400, 60),
                length,
                noise,
                key.child(length as u64),
            );
            let test = Objects::new(
                trial.sized(500, 60),
                length,
                0.0,
                key.child(100 + length as u64),
            );
            for arm in trial.arms(&METHODS) {
                let is_shown = length > 8.0 || matches!(arm.name, "smooth_l1" | "dice");
                // The control needs only what the rule compares.
                let is_judged = length > 8.0 && arm.name != "l2";
                if !is_shown || trial.is_control() && !is_judged {
                    continue;
                }
                let error = fit_and_measure(trial, &arm, &train, &test)?;
                findings.put(arm.name, &format!("error_{}", cell(length, noise)), error);
                if let Some(before) = first.insert(arm.name, error).filter(|_| length > 8.0) {
                    findings.put(arm.name, "growth", error / before);
                }
            }
        }
    }
    Ok(findings)
}

/// The mean error of depth on rows with true depths.
fn fit_and_measure(
    trial: &Trial<'_>,
    arm: &Arm,
    train: &Objects,
    test: &Objects,
) -> Result<f64, StudyError> {
    let is_map = arm.objective.starts_with("dice") || arm.objective.starts_with("binary");
    let outputs = if is_map { CELLS } else { 1 };
    let loss = LossModule::new(arm.objective.parse()?);
    let mut net = Mlp::new(&[CELLS, 64, outputs], arm.key.child(0));
    let mut optimizer = adam();
    let rows = train.depths.len();
    for _ in 0..trial.sized(400, 20) {
        trial.check_stop()?;
        let scores = net.forward(matrix(train.inputs.clone(), CELLS));
        let value = if is_map {
            // One region is one axis.
            dense_loss(&loss, scores.reshape([rows, 1, CELLS]), &train.masks)?
        } else {
            dense_loss(
                &loss,
                scores.mul_scalar(8.0).add_scalar(16.0),
                &train.depths,
            )?
        };
        net = step(&mut optimizer, 3e-3, net, value);
    }
    let scores = net.scores_of(&test.inputs);
    let found = scores.chunks_exact(outputs).map(|scores| match scores {
        [one] => 16.0 + 8.0 * f64::from(*one),
        map => {
            let shares = map.iter().map(|&z| 1.0 / (1.0 + (-f64::from(z)).exp()));
            let (mass, moment) = shares
                .enumerate()
                .fold((0.0, 0.0), |(mass, moment), (cell, p)| {
                    (mass + p, moment + p * (cell as f64 + 0.5))
                });
            moment / mass
        }
    });
    let errors = found
        .zip(&test.depths)
        .map(|(found, truth)| (found - f64::from(*truth)).abs());
    Ok(errors.sum::<f64>() / test.depths.len() as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    let (mut off, mut off_alone) = (0.0_f64, 0.0_f64);
    for (name, _) in Slope::ALL {
        for (length, noise) in SETTINGS {
            let measured =
                results.mean("theory", name, &format!("variance_{}", cell(length, noise)))?;
            off = off.max((measured.mean - 1.0).abs());
        }
        let alone = results.mean("theory", name, "noise_only")?;
        off_alone = off_alone.max((alone.mean - 1.0).abs());
    }
    clauses.push(Clause::that(
        format!(
            "measured variances of the slopes are at most {} off; must be at most 0.01",
            significant(off, 2)
        ),
        off <= 0.01,
    ));
    clauses.push(Clause::that(
        format!(
            "errors from noise alone are at most {} off; must be at most 0.03",
            significant(off_alone, 2)
        ),
        off_alone <= 0.03,
    ));
    for (length, noise) in SETTINGS {
        let measure = format!("error_{}", cell(length, noise));
        for other in ["l1", "l2"] {
            let difference = results.difference("theory", &measure, "dice", other)?;
            let what = format!("error of dice less {other} for l = {length}, s = {noise},");
            let is_better = match other {
                "l1" if length < 4.0 => continue,
                "l1" => true,
                _ => length * noise > (0.5 * std::f64::consts::PI).sqrt(),
            };
            clauses.push(match is_better {
                true => Clause::below(&what, &difference, 0.0),
                false => Clause::above(&what, &difference, 0.0),
            });
        }
    }
    for (other, noise) in [
        ("smooth_l1", 0.5),
        ("l1", 0.5),
        ("smooth_l1", 2.0),
        ("l1", 2.0),
        ("cross_entropy", 2.0),
    ] {
        let measure = format!("error_{}", cell(14.0, noise));
        let difference = results.difference("depth", &measure, "dice", other)?;
        let what = format!("depth error of dice less {other}, noise {noise},");
        clauses.push(Clause::below(&what, &difference, 0.0));
    }
    let growth = results.difference("depth", "growth", "dice", "smooth_l1")?;
    clauses.push(Clause::below(
        "growth of the error with the noise, dice less smooth_l1,",
        &growth,
        0.0,
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let variance =
        LineChart::new("Variance of the gradient").axis_labels("length of the object", "variance");
    let error = |noise: f64| {
        means(
            results,
            "depth",
            &format!("error_{}", cell(14.0, noise)),
            "cells",
        )
    };
    Ok(vec![
        Exhibit::new(
            "Variance of the slope by the depth for noise of standard deviation 1.",
            with_log_lines(variance, results, "theory", "variance"),
        ),
        Exhibit::new(
            "Mean depth error of objects of 14 cells, noise 2.",
            error(2.0)?,
        ),
        Exhibit::new(
            "Mean depth error of objects of 14 cells, noise 0.5.",
            error(0.5)?,
        ),
    ])
}
