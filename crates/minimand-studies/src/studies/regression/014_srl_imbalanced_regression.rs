//! SRL: features of targets as an evenly spaced curve that covers the sphere, for rare targets.

use minimand::regression::{Bins, density_weights};
use minimand::{Array, Target};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::LineChart;

use super::curve_terms::{Surrogates, enveloping, homogeneity, neighbours, spread};
use super::free_curve;
use super::rare_targets::{INPUTS, Items, Net, TOP, WIDTH};
use crate::charts::{gains, with_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{adam, batches, gather, label_loss, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const BINS: usize = 25;

/// What is added to the absolute error.
#[derive(Clone, Copy, Default)]
struct Recipe {
    is_weighted: bool,
    /// Weights of the contrastive, the enveloping and the homogeneity term.
    terms: [f64; 3],
}

/// The weights that the paper's program has for targets in 0..5.
const TERMS: [f64; 3] = [1e-4, 1e-2, 1e-4];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 14,
    slug: "srl-imbalanced-regression",
    claim: "On imbalanced regression (ages, similarity of sentences, operators), terms that spread the mean features of \
            bins of the target evenly along a curve over the sphere give the best few-shot errors, overall not worse.",
    reduced: "Synthetic inputs and a small network; compared with the plain loss and with weights by smoothed density only.",
    setting: "Targets on 0..50 with density e^(−y/8), 2,000 for training; the test has 40 in each of 25 bins. Inputs: 20 \
              numbers, tanh of a random map of six cosines of the target and of four nuisances, plus 0.1·noise. MLP 20-64-32, \
              normalised, then a linear head; targets are divided by 10. Adam at 1e-3, batches of 125, 40 epochs, L1. Weights: \
              inverse root of the density smoothed over 2 bins. SRL: contrastive 1e-4 (temperature 0.1), enveloping 1e-2 (500 \
              points), homogeneity 1e-4 (β = 0.1), the weights of the paper's program for targets of this range; bins that \
              a batch lacks have surrogates of momentum 0.9. Errors of targets in bins with fewer than 20 training items \
              (few), 20 to 100, more (many). The rule: SRL lowers the error of few against L1, its overall error is not \
              2% higher, neighbouring bins are spaced more evenly than without the homogeneity term (variance of their \
              cosines), and the best cosine of random points with the curve is higher than without the enveloping term. \
              Sphere: 20 free points in 3 dimensions move under enveloping + 0.02·homogeneity for 1,500 steps of Adam at \
              0.02; steps between neighbours must vary by less than 20% in every seed and the enveloping loss be lower than the \
              mean over 20 random sets.",
    control: "All methods train with L1 alone, each from a start of its own; on the sphere the homogeneity term is left out.",
    objectives: &["mae", "cross_entropy(temperature=0.1)"],
    provides: &["`Bins`", "`density_weights`"],
    parts: &[
        Part {
            name: "regression",
            about: "targets with an exponential density",
        },
        Part {
            name: "sphere",
            about: "20 free points in 3 dimensions",
        },
    ],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("014_srl_imbalanced_regression.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    if trial.part() == "sphere" {
        return free_curve::run(trial);
    }
    let key = trial.key();
    let bins = Bins::equal(0.0, TOP, BINS)?;
    let mut random = Random::new(key.child(1), 0);
    let cut = 1.0 - (-TOP / 8.0_f64).exp();
    let targets = (0..trial.sized(2000, 250)).map(|_| -8.0 * (1.0 - cut * random.uniform()).ln());
    let train = Items::new(targets.collect(), key.child(2), key.child(3));
    let even = (0..40 * BINS).map(|i| (i as f64 + random.uniform()) * TOP / (40 * BINS) as f64);
    let test = Items::new(even.collect(), key.child(2), key.child(4));
    let mut counts = [0; BINS];
    train
        .targets
        .iter()
        .for_each(|&y| counts[bins.index(y)] += 1);
    let weighted = Recipe {
        is_weighted: true,
        ..Recipe::default()
    };
    let with = |terms| Recipe {
        terms,
        ..Recipe::default()
    };
    let recipes = [
        ("l1", Recipe::default()),
        ("l1_weighted", weighted),
        ("srl", with(TERMS)),
        ("without_homogeneity", with([TERMS[0], TERMS[1], 0.0])),
        ("without_enveloping", with([TERMS[0], 0.0, TERMS[2]])),
    ];
    let mut findings = Findings::new();
    let mut plain = f64::NAN;
    for (index, (name, recipe)) in recipes.into_iter().enumerate() {
        let (recipe, own) = match trial.is_control() {
            true => (Recipe::default(), index as u64),
            false => (recipe, 0),
        };
        let net = fit(trial, &train, &bins, recipe, key.child(5).child(own))?;
        let found = numbers(net.forward(&test.inputs).1);
        let off = found.iter().zip(&test.targets);
        let off: Vec<f64> = off.map(|(z, y)| (10.0 * f64::from(*z) - y).abs()).collect();
        let by_bin: Vec<f64> = off
            .chunks_exact(40)
            .map(|off| off.iter().sum::<f64>() / 40.0)
            .collect();
        let mean = |belongs: &dyn Fn(usize) -> bool| {
            let errors = by_bin
                .iter()
                .zip(counts)
                .filter(|(_, count)| belongs(*count));
            let errors: Vec<f64> = errors.map(|(error, _)| *error).collect();
            errors.iter().sum::<f64>() / errors.len().max(1) as f64
        };
        let all = mean(&|_| true);
        if index == 0 {
            plain = all;
        }
        // The curve of all training items.
        let of_items: Vec<usize> = train.targets.iter().map(|&y| bins.index(y)).collect();
        let features = net.forward(&train.inputs).0;
        let trace = Surrogates::new(BINS, WIDTH).trace(features, &of_items);
        let cosines = neighbours(trace.rows.clone());
        let mean_cosine = cosines.iter().sum::<f64>() / cosines.len() as f64;
        let squares: f64 = cosines.iter().map(|c| (c - mean_cosine).powi(2)).sum();
        let points = spread(2000, WIDTH, key.child(6));
        let reach = 1.0 - f64::from(numbers(enveloping(trace.rows, points))[0]);
        findings.put_all(
            name,
            [
                ("mae", all),
                ("mae_many", mean(&|count| count > 100)),
                ("mae_medium", mean(&|count| (20..=100).contains(&count))),
                ("mae_few", mean(&|count| count < 20)),
                ("mae_over_l1", all / plain),
                ("cosine_variance", squares / (cosines.len() - 1) as f64),
                ("best_cosine", reach),
            ],
        );
        let points = by_bin.iter().zip(bins.centres());
        findings.curve(
            "error",
            name,
            points.map(|(error, centre)| (centre, *error)),
        );
    }
    Ok(findings)
}

fn fit(
    trial: &Trial<'_>,
    train: &Items,
    bins: &Bins,
    recipe: Recipe,
    key: Key,
) -> Result<Net, StudyError> {
    let mae = LossModule::new("mae".parse()?);
    let contrast = LossModule::new("cross_entropy(temperature=0.1)".parse()?);
    let of_items: Vec<usize> = train.targets.iter().map(|&y| bins.index(y)).collect();
    let weights = density_weights(
        &of_items,
        BINS,
        2.0,
        if recipe.is_weighted { 0.5 } else { 0.0 },
    )?;
    let points = spread(500, WIDTH, key.child(2));
    let has_terms = recipe.terms.iter().any(|weight| *weight > 0.0);
    let mut surrogates = Surrogates::new(BINS, WIDTH);
    let (mut epoch, mut seen, mut seen_bins) = (0, Vec::new(), Vec::new());
    let mut net = Net::new(key.child(0));
    let mut optimizer = adam();
    for batch in batches(train.targets.len(), 125, trial.sized(40, 3), key.child(1)) {
        trial.check_stop()?;
        if batch.epoch > epoch {
            surrogates.update(&seen, &seen_bins);
            (epoch, seen, seen_bins) = (batch.epoch, Vec::new(), Vec::new());
        }
        let own = gather(&of_items, 1, &batch.rows);
        let targets: Vec<f32> = batch
            .rows
            .iter()
            .map(|&row| (train.targets[row] / 10.0) as f32)
            .collect();
        let (features, found) = net.forward(&gather(&train.inputs, INPUTS, &batch.rows));
        let shape = [targets.len()];
        let weights = gather(&weights, 1, &batch.rows);
        let mut loss = mae.forward_host(
            found.reshape(shape),
            Target::dense(&targets, &shape),
            Some(Array::new(&weights, &shape)),
        )?;
        if has_terms {
            seen.extend(numbers(features.clone()));
            seen_bins.extend(&own);
            if surrogates.is_ready() {
                let trace = surrogates.trace(features.clone(), &own);
                let labels: Vec<u32> = own.iter().map(|&bin| trace.places[bin]).collect();
                let cosines = features.matmul(trace.rows.clone().detach().transpose());
                let terms = [
                    label_loss(&contrast, cosines, &labels)?,
                    enveloping(trace.rows.clone(), points.clone()),
                    homogeneity(trace.rows, 0.1),
                ];
                for (term, weight) in terms.into_iter().zip(recipe.terms) {
                    if weight > 0.0 {
                        loss = loss + term.mul_scalar(weight);
                    }
                }
            }
        }
        net = step(&mut optimizer, 1e-3, net, loss);
    }
    Ok(net)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let part = "regression";
    let gap = |measure: &str, base: &str| results.difference(part, measure, "srl", base);
    let variation = results.values("sphere", "curve", "step_variation")?;
    let envelope = results.values("sphere", "curve", "enveloping")?;
    let random = results.values("sphere", "curve", "enveloping_random")?;
    let largest = variation.iter().copied().fold(0.0, f64::max);
    let is_lower = envelope
        .iter()
        .zip(random)
        .all(|(own, random)| own < random);
    Ok(vec![
        Clause::below(
            "error of few-shot targets, SRL less L1,",
            &gap("mae_few", "l1")?,
            0.0,
        ),
        Clause::below(
            "overall error, SRL over L1,",
            &results.mean(part, "srl", "mae_over_l1")?,
            1.02,
        ),
        Clause::below(
            "variance of the cosines of neighbours, SRL less without homogeneity,",
            &gap("cosine_variance", "without_homogeneity")?,
            0.0,
        ),
        Clause::above(
            "best cosine of random points, SRL less without enveloping,",
            &gap("best_cosine", "without_enveloping")?,
            0.0,
        ),
        Clause::that(
            format!(
                "sphere: steps vary by at most {:.0}%, and the enveloping loss is {} random sets'; must be below 20%, and \
                 lower, in every seed",
                100.0 * largest,
                if is_lower {
                    "lower than"
                } else {
                    "not always lower than"
                },
            ),
            largest < 0.2 && is_lower,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let errors = LineChart::new("Error by target").axis_labels("target", "mean absolute error");
    let steps =
        LineChart::new("Free points on the sphere").axis_labels("step along the curve", "angle");
    Ok(vec![
        Exhibit::new(
            "Test error; training targets have a density of e^(−y/8).",
            with_lines(errors, results, "regression", "error"),
        ),
        Exhibit::new(
            "Error of targets in bins with fewer than 20 training items, less that of L1.",
            gains(
                results,
                "regression",
                "mae_few",
                "l1",
                "difference in error",
            )?,
        ),
        Exhibit::new(
            "Angles between neighbours of 20 points, mean over the seeds.",
            with_lines(steps, results, "sphere", "steps"),
        ),
    ])
}
