//! Registration that knows where its images are noisy.

use minimand::grid::Grid;
use minimand::image::registration::relative_snr_weights;
use minimand::image::warp::{Outside, warp};
use minimand::{Array, Objective};
use minimand_burn::random::Random;
use minimand_report::svg::LineChart;

use super::fields::{Registration, Spline, end_point_error, value_and_slopes};
use crate::adam::Adam;
use crate::charts::{means, with_lines};
use crate::data::registration::RegistrationPairs;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;
const SHAPE: [usize; 4] = [1, 1, SIDE, SIDE];
/// Standard deviation of the noise, at rest and at its most.
const NOISE: (f64, f64) = (0.03, 0.3);
/// Weight of the mean squared slope of the field.
const SMOOTHNESS: f64 = 0.01;

/// What the squared residuals are weighed with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Weighting {
    /// Not at all.
    Even,
    /// The mean weight that the paper's would have, everywhere.
    SameMean,
    /// By brightness alone: the paper's for a variance that is the same everywhere, at the same mean.
    Brightness,
    /// ½ e^−v: the joint likelihood of field and variance.
    Likelihood,
    /// The relative signal-to-noise ratio of the paper.
    RelativeSnr,
}

const METHODS: [(&str, Weighting); 5] = [
    ("mse", Weighting::Even),
    ("mse_same_weight", Weighting::SameMean),
    ("brightness", Weighting::Brightness),
    ("joint_nll", Weighting::Likelihood),
    ("relative_snr", Weighting::RelativeSnr),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 69,
    slug: "heteroscedastic-registration",
    claim: "Unsupervised registration whose squared error is weighed by a bounded signal-to-noise ratio, with the \
            variance from a second estimator that learns in turns by β-NLL, aligns cardiac images better (Dice, \
            Hausdorff distance) than the squared error, a joint likelihood and adaptive weights, and its map of \
            uncertainty is better calibrated.",
    reduced: "Pairs of synthetic images of 32×32 pixels with a known displacement; both networks are replaced by \
              splines that are fitted to each pair, for the displacement and for the log-variance. That the \
              method also beats the joint likelihood is shown, not judged.",
    setting: "The moving image is a scene of smooth blobs in 0..1, the fixed one the same scene under a smooth \
              displacement of up to 3.2 pixels. Both have noise of 0.03; in one quarter of the fixed image it \
              grows to 0.3 within 8 pixels, and 5% of the pixels there are outliers anywhere in 0..1. Cubic \
              B-splines with knots every 5 pixels (displacement) and 8 pixels (log-variance), linear warps, Adam: \
              200 steps for the displacement with a rate that falls from 0.1 pixels to 0, mean squared slope times \
              0.01; the first 50 steps with even weights, then 50 steps of the log-variance alone at 0.2, then in \
              turns at 0.05. β = 0.5 (0 for the joint likelihood), γ = 0.5. As a weight below 1 is as much as more \
              smoothness, and the ratio favours bright places whatever the noise, there are also the squared error \
              with everywhere the mean weight of the paper's map, and the map for a variance that is the same \
              everywhere, at the same mean: the method must have a smaller end-point error than these two and the \
              plain squared error, and the rank correlation of its variance with that of the noise must be above \
              0.5. 9 pairs per seed.",
    control: "The noise is the same everywhere, in the mean as large: no place deserves more weight, and nothing \
              is to be found by the variance, which is compared with the map of the experiment.",
    objectives: &[
        "mse",
        "variance_beta_nll",
        "variance_beta_nll(beta=0)",
        "displacement_smoothness",
    ],
    provides: &[
        "image::registration: weights of the relative signal-to-noise ratio",
        "image::warp: warp by a field of displacements, with slopes",
    ],
    parts: &[Part {
        name: "blobs",
        about: "smooth blobs with noise in a quarter",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "Weights by brightness alone were added after a first run, in which the method had a smaller error than even \
             weights also under the even noise of the negative control; and 9 pairs in place of 12, to save time.",
    source: include_str!("069_heteroscedastic_registration.rs"),
};

/// Two images with what is known of them.
struct Pair {
    grid: Grid,
    fixed: Vec<f64>,
    moving: Vec<f64>,
    displacement: Vec<f64>,
    /// Standard deviation of the noise of the fixed image, outliers left aside.
    noise: Vec<f64>,
}

impl Pair {
    fn new(trial: &Trial<'_>, index: u64) -> Result<Self, StudyError> {
        let key = trial.key().child(1).child(index);
        let pairs = RegistrationPairs::planar(SIDE).ok_or_else(|| trial.failed("no grid"))?;
        let pair = RegistrationPairs {
            noise: 0.0,
            ..pairs
        }
        .draw(key.child(0));
        let low = pair.moving.iter().copied().fold(f32::INFINITY, f32::min);
        let high = pair
            .moving
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        let scaled = |image: &[f32]| -> Vec<f64> {
            let scale = |x: &f32| f64::from((x - low) / (high - low));
            image.iter().map(scale).collect()
        };
        let mut random = Random::new(key.child(1), 0);
        let [is_low, is_right] = [0, 1].map(|_| random.below(2) == 1);
        // Pixels from the middle of the image into the noisy quarter.
        let depth = |at: usize, is_far: bool| {
            let middle = (SIDE as f64 - 1.0) / 2.0;
            let depth = at as f64 - middle;
            if is_far { depth } else { -depth }
        };
        let share = |at: usize| {
            let depth = depth(at / SIDE, is_low).min(depth(at % SIDE, is_right));
            (depth / 8.0).clamp(0.0, 1.0)
        };
        let noise: Vec<f64> = (0..PIXELS)
            .map(|at| NOISE.0 + (NOISE.1 - NOISE.0) * share(at))
            .collect();
        let even = mean(&noise);
        let (mut fixed, mut moving) = (scaled(&pair.fixed), scaled(&pair.moving));
        for at in 0..PIXELS {
            moving[at] += NOISE.0 * random.normal();
            let own = if trial.is_control() { even } else { noise[at] };
            fixed[at] += own * random.normal();
            let (is_outlier, value) = (random.uniform() < 0.05, random.uniform());
            if is_outlier && share(at) > 0.0 && !trial.is_control() {
                fixed[at] = value;
            }
        }
        Ok(Self {
            grid: pair.grid,
            fixed,
            moving,
            displacement: pair.displacement.iter().map(|&u| f64::from(u)).collect(),
            noise,
        })
    }
}

/// The log-variance of each pixel, as a spline.
struct Variance {
    spline: Spline,
    knots: Vec<f64>,
    adam: Adam,
    objective: Objective,
}

impl Variance {
    fn new(weighting: Weighting) -> Result<Self, StudyError> {
        let spline = Spline::new(SIDE, SIDE, 8.0);
        let objective = match weighting {
            Weighting::Likelihood => "variance_beta_nll(beta=0)",
            _ => "variance_beta_nll",
        };
        Ok(Self {
            knots: vec![0.0; spline.knots()],
            adam: Adam::new(spline.knots()),
            spline,
            objective: objective.parse()?,
        })
    }

    fn log(&self) -> Vec<f64> {
        self.spline.spread(&self.knots)
    }

    fn step(&mut self, rate: f64, residuals: &[f64]) -> Result<(), StudyError> {
        let log = self.log();
        let (_, slopes) = value_and_slopes(&self.objective, &log, &SHAPE, Some(residuals), None)?;
        let slopes = self.spline.gather(&slopes);
        self.adam.step(rate, &mut self.knots, &slopes);
        Ok(())
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A field with the log-variance beside it.
fn register(
    trial: &Trial<'_>,
    pair: &Pair,
    weighting: Weighting,
) -> Result<(Vec<f64>, Vec<f64>), StudyError> {
    let (alone, steps) = (trial.sized(50, 5), trial.sized(200, 20));
    let mse: Objective = "mse".parse()?;
    let mut variance = Variance::new(weighting)?;
    let registration = Registration {
        grid: pair.grid,
        moving: &pair.moving,
        spacing: 5.0,
        smoothness: SMOOTHNESS,
        steps,
    };
    let field = registration.run(trial, |step, warped, _| {
        let residuals: Vec<f64> = pair.fixed.iter().zip(warped).map(|(f, w)| f - w).collect();
        let mut weights = vec![1.0; PIXELS];
        if step >= alone {
            if step == alone {
                for _ in 0..alone {
                    variance.step(0.2, &residuals)?;
                }
            }
            variance.step(0.05, &residuals)?;
            let log = variance.log();
            let snr = || relative_snr_weights(&pair.fixed, &log, 0.5);
            match weighting {
                Weighting::Even => {}
                Weighting::SameMean => weights.fill(mean(&snr()?)),
                Weighting::Brightness => {
                    weights = relative_snr_weights(&pair.fixed, &[0.0; PIXELS], 0.5)?;
                    let factor = mean(&snr()?) / mean(&weights);
                    weights.iter_mut().for_each(|weight| *weight *= factor);
                }
                Weighting::Likelihood => {
                    weights = log.iter().map(|v| 0.5 * (-v).exp()).collect();
                }
                Weighting::RelativeSnr => weights = snr()?,
            }
        }
        let weights = Array::new(&weights, &SHAPE);
        let weights = Some(weights);
        let (_, slopes) = value_and_slopes(&mse, warped, &SHAPE, Some(&pair.fixed), weights)?;
        Ok((slopes, None))
    })?;
    Ok((field, variance.log()))
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let count = trial.sized(9, 2);
    let mut findings = Findings::new();
    let mut courses = vec![vec![0.0; 20]; METHODS.len()];
    let mut sums = vec![[0.0; 3]; METHODS.len()];
    for index in 0..count {
        let pair = Pair::new(trial, index as u64)?;
        for (method, (_, weighting)) in METHODS.iter().enumerate() {
            // The control needs only what the rule compares.
            if trial.is_control() && *weighting == Weighting::Likelihood {
                continue;
            }
            let (field, log) = register(trial, &pair, *weighting)?;
            let warped = warp(&pair.grid, &pair.moving, &field, Outside::Nearest)?;
            let errors: Vec<f64> = warped
                .iter()
                .zip(&pair.fixed)
                .map(|(w, f)| (w - f) * (w - f))
                .collect();
            let (course, area) = sparsification(&errors, &log);
            let numbers = [
                end_point_error(&field, &pair.displacement, |_| true),
                spearman(&log, &pair.noise),
                area,
            ];
            sums[method]
                .iter_mut()
                .zip(numbers)
                .for_each(|(sum, x)| *sum += x);
            courses[method]
                .iter_mut()
                .zip(course)
                .for_each(|(sum, x)| *sum += x);
        }
    }
    for (method, (name, weighting)) in METHODS.iter().enumerate() {
        if trial.is_control() && *weighting == Weighting::Likelihood {
            continue;
        }
        let [error, correlation, area] = sums[method].map(|sum| sum / count as f64);
        findings.put(name, "end_point_error", error);
        if matches!(weighting, Weighting::Likelihood | Weighting::RelativeSnr) {
            findings.put(name, "correlation", correlation);
            findings.put(name, "sparsification_area", area);
            let course = courses[method].iter().enumerate();
            let course = course.map(|(at, sum)| (at as f64 / 20.0, sum / count as f64));
            findings.curve("sparsification", name, course);
        }
    }
    Ok(findings)
}

/// The error that remains without the pixels of the highest variance, less that without the pixels of the
/// largest error, for shares of pixels in steps of a twentieth; both relative to the error of all. And the
/// area under it.
fn sparsification(errors: &[f64], log: &[f64]) -> (Vec<f64>, f64) {
    let total = mean(errors);
    let remaining = |by: &[f64]| -> Vec<f64> {
        let mut order: Vec<usize> = (0..errors.len()).collect();
        order.sort_by(|&a, &b| by[b].total_cmp(&by[a]));
        let at = |step: usize| {
            let left = &order[step * errors.len() / 20..];
            let sum: f64 = left.iter().map(|&pixel| errors[pixel]).sum();
            sum / left.len() as f64 / total
        };
        (0..20).map(at).collect()
    };
    let (own, oracle) = (remaining(log), remaining(errors));
    let course: Vec<f64> = own.iter().zip(oracle).map(|(a, b)| a - b).collect();
    let area = course.iter().sum::<f64>() / 20.0;
    (course, area)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change =
        |baseline: &str| results.difference("blobs", "end_point_error", "relative_snr", baseline);
    Ok(vec![
        Clause::below(
            "change of the end-point error from mse to relative_snr",
            &change("mse")?,
            0.0,
        ),
        Clause::below(
            "the same from mse with the same mean weight",
            &change("mse_same_weight")?,
            0.0,
        ),
        Clause::below(
            "the same from weights by brightness alone",
            &change("brightness")?,
            0.0,
        ),
        Clause::above(
            "rank correlation of the variance with that of the noise",
            &results.mean("blobs", "relative_snr", "correlation")?,
            0.5,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Sparsification error").axis_labels(
        "share of the pixels left out",
        "error over that of the oracle",
    );
    Ok(vec![
        Exhibit::new(
            "Mean distance of the found displacement from the true one.",
            means(
                results,
                "blobs",
                "end_point_error",
                "end-point error (pixels)",
            )?,
        ),
        Exhibit::new(
            "Squared error that remains without the pixels of the highest predicted variance, less that \
             without those of the largest error: 0 were a perfect map of uncertainty.",
            with_lines(chart, results, "blobs", "sparsification"),
        ),
    ])
}
