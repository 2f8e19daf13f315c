//! The Dice loss for depth: targets are noisy, objects are long.

use std::collections::HashMap;

use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

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

/// Cells along the axis of depth.
const CELLS: usize = 32;
/// Features of the model of the theory.
const FEATURES: usize = 5;
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

/// A loss of the depth's error.
#[derive(Clone, Copy, PartialEq)]
enum Slope {
    L1,
    L2,
    Dice,
}

impl Slope {
    const ALL: [(&'static str, Self); 3] =
        [("l1", Self::L1), ("l2", Self::L2), ("dice", Self::Dice)];

    fn at(self, error: f64, length: f64) -> f64 {
        match self {
            Self::L1 => error.signum(),
            Self::L2 => error,
            Self::Dice if error.abs() <= length => error.signum() / length,
            Self::Dice => 0.0,
        }
    }

    /// Its variance for normal errors.
    fn variance(self, length: f64, noise: f64) -> f64 {
        match self {
            Self::L1 => 1.0,
            Self::L2 => noise * noise,
            Self::Dice => within(length / noise) / (length * length),
        }
    }
}

/// The probability that a standard normal number lies within ±bound, by Simpson's rule.
fn within(bound: f64) -> f64 {
    let bound = bound.min(9.0);
    let (steps, density) = (400, |x: f64| (-0.5 * x * x).exp());
    let sum: f64 = (0..=steps)
        .map(|index| {
            let weight = match index {
                0 => 1.0,
                _ if index == steps => 1.0,
                _ => 2.0 + 2.0 * f64::from(index % 2),
            };
            weight * density(bound * f64::from(index) / f64::from(steps))
        })
        .sum();
    let area = sum * bound / (3.0 * f64::from(steps));
    area * (2.0 / std::f64::consts::PI).sqrt()
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
                .map(|_| descended(used, length, noise, steps, &mut random))
                .sum();
            findings.put(name, &format!("error_{cell}"), squares / runs as f64);
        }
        let (length, noise) = (4.0, 2.0);
        let mut random = Random::new(key.child(9), 0);
        let mut total = 0.0;
        let rates: Vec<f64> = (1..=400).map(|t| 0.5 / f64::from(t).powf(0.75)).collect();
        let power: f64 = rates.iter().map(|rate| rate * rate).sum();
        let runs = trial.sized(2_000, 50);
        for _ in 0..runs {
            let mut error = [0.0; FEATURES];
            error[0] = 1.0;
            for rate in &rates {
                let slope = used.at(noise * random.normal(), length);
                error
                    .iter_mut()
                    .for_each(|e| *e -= rate * slope * random.normal());
            }
            total += error.iter().map(|e| e * e).sum::<f64>();
        }
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

/// The squared error of a linear model of depth, mean over the last quarter of the steps.
fn descended(kind: Slope, length: f64, noise: f64, steps: usize, random: &mut Random) -> f64 {
    let mut error = [0.0; FEATURES];
    let (mut total, mut count) = (0.0, 0.0);
    for step in 0..steps {
        let row: [f64; FEATURES] = std::array::from_fn(|_| random.normal());
        let own: f64 = row.iter().zip(&error).map(|(h, e)| h * e).sum();
        let slope = kind.at(own + noise * random.normal(), length);
        for (e, h) in error.iter_mut().zip(&row) {
            *e -= 0.02 * slope * h;
        }
        if step >= steps - steps / 4 {
            total += error.iter().map(|e| e * e).sum::<f64>();
            count += 1.0;
        }
    }
    total / count
}

/// Objects along the axis of depth.
struct Objects {
    /// `[n, CELLS]`
    inputs: Vec<f32>,
    /// Middles as they are given, in cells.
    depths: Vec<f32>,
    /// The share of each cell that is covered, as it is given, `[n, CELLS]`.
    masks: Vec<f32>,
}

impl Objects {
    /// With depths that are off by `noise` times a Student t with 2 degrees of freedom.
    fn new(count: usize, length: f64, noise: f64, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let (mut inputs, mut depths, mut masks) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..count {
            let depth = random.uniform_between(length / 2.0, CELLS as f64 - length / 2.0);
            let covered = mask(depth, length);
            inputs.extend(
                covered
                    .iter()
                    .map(|share| (share + 0.7 * random.normal()) as f32),
            );
            // χ² with 2 degrees of freedom over 2 is exponential.
            let spread = -(1.0 - random.uniform()).ln();
            let given = depth + noise * random.normal() / spread.max(1e-12).sqrt();
            depths.push(given as f32);
            masks.extend(mask(given, length).map(|share| share as f32));
        }
        Self {
            inputs,
            depths,
            masks,
        }
    }
}

fn mask(depth: f64, length: f64) -> [f64; CELLS] {
    let (low, high) = (depth - length / 2.0, depth + length / 2.0);
    std::array::from_fn(|cell| (high.min(cell as f64 + 1.0) - low.max(cell as f64)).clamp(0.0, 1.0))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The record's variances.
    #[test]
    fn variances_of_slopes() {
        for (length, noise, want) in [
            (4.0, 1.0, 0.062_496_041_095),
            (4.0, 2.0, 0.059_656_233_506),
            (12.0, 1.0, 0.006_944_444_444),
            (1.0, 2.0, 0.382_924_922_548),
        ] {
            let got = Slope::Dice.variance(length, noise);
            assert!((got - want).abs() < 1e-9, "{length} {noise}: {got}");
        }
    }

    #[test]
    fn masks_are_as_long_as_the_object() {
        let covered = mask(10.25, 3.0);
        assert!((covered.iter().sum::<f64>() - 3.0).abs() < 1e-12);
        let moment: f64 = covered
            .iter()
            .enumerate()
            .map(|(i, p)| p * (i as f64 + 0.5))
            .sum();
        // Cells that are covered in part count by their middles.
        assert!((moment / 3.0 - 10.25).abs() < 0.1);
    }
}
