//! Normalised losses: robust to symmetric label noise, and strong together with a passive loss.

use minimand_burn::random::{Key, Random};

use crate::charts;
use crate::data::{GaussianMixture, Labelled, NoiseKind, flipped};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{accuracy, adam, fit};
use crate::measures::{loss_table, memorised};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// The baseline and the methods that the rule judges come first.
const METHODS: [(&str, &str); 7] = [
    (CE, "cross_entropy"),
    (NCE, "normalized_cross_entropy"),
    (
        APL,
        "normalized_cross_entropy + symmetric_cross_entropy(alpha=0)",
    ),
    (
        "NCE + MAE",
        "normalized_cross_entropy + generalized_cross_entropy(q=1)",
    ),
    (
        "NFL + RCE",
        "normalized_focal + symmetric_cross_entropy(alpha=0)",
    ),
    ("GCE", "generalized_cross_entropy"),
    ("MAE", "generalized_cross_entropy(q=1)"),
];
const JUDGED: usize = 3;
const CE: &str = "CE";
const NCE: &str = "NCE";
const APL: &str = "NCE + RCE";

/// Losses whose ranking of classifiers is looked at.
const RANKINGS: [(&str, &str); 4] = [
    (CE, "cross_entropy"),
    (NCE, "normalized_cross_entropy"),
    ("NFL", "normalized_focal"),
    ("NGCE", "normalized_generalized_cross_entropy"),
];

/// Shares of wrong labels of each data set.
const RATES: [(&str, &[f64]); 2] = [
    ("digits", &[0.0, 0.2, 0.4, 0.6, 0.8]),
    ("mixture", &[0.0, 0.4, 0.6]),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 22,
    slug: "active-passive",
    claim: "A loss divided by its sum over all labels is robust to symmetric label noise, but underfits; \
            the sum of such an active loss and a passive one (NCE + RCE) is robust and learns well, \
            far better than cross-entropy (CE) at 40% to 80% of wrong labels.",
    reduced: "Small data and networks instead of CIFAR and WebVision with convolutional ones; Adam \
              instead of SGD; symmetric noise only; both weights are 1. RCE alone is left out: it is a \
              multiple of MAE, which Adam does not notice.",
    setting: "MLP with one hidden layer of 128, Adam at 2e-3, batches of 50, 500 training rows, 100 \
              epochs. Digits with 0, 20, 40, 60 and 80% of wrong labels; ten normal classes in 20 \
              dimensions (means N(0, 0.7²), unit noise, 2,000 test rows) with 0, 40 and 60%. Rule: NCE \
              + RCE, named beforehand, beats CE at 40 and 60%, is within 1.5 points of it on clean \
              labels, and beats NCE in the mean over all rates; NCE alone is worse than CE on clean \
              labels. Theory: 40 random classifiers of 200 rows of 10 classes, ranked by the exact \
              expectation of the loss with 60% of wrong labels; for normalised losses the noisy risk \
              must be (1 − ηK/(K−1))·R + η/(K−1) and no pair may change its order, for CE some do.",
    control: "All methods train with CE for 60 epochs, each from a start of its own, and CE takes the \
              place of the normalised losses in the theory check, where its risk is not the claimed one.",
    objectives: &[
        "cross_entropy",
        "normalized_cross_entropy",
        "normalized_cross_entropy + symmetric_cross_entropy(alpha=0)",
        "normalized_cross_entropy + generalized_cross_entropy(q=1)",
        "normalized_focal + symmetric_cross_entropy(alpha=0)",
        "generalized_cross_entropy",
        "generalized_cross_entropy(q=1)",
        "normalized_focal",
        "normalized_generalized_cross_entropy",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "digits",
            about: "8×8 digits with wrong labels",
        },
        Part {
            name: "mixture",
            about: "ten normal classes with wrong labels",
        },
        Part {
            name: "theory",
            about: "ranking of classifiers by noisy and by clean risk",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("022_active_passive.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let rows = trial.sized(500, 150);
    let (train, test) = match trial.part() {
        "theory" => return rankings(trial),
        "digits" => trial.digits()?.split(rows, key.child(1)),
        _ => {
            let mixture = GaussianMixture::new(10, 20, 0.7, key.child(1));
            let train = mixture.sample(rows, key.child(2));
            (train, mixture.sample(2000, key.child(3)))
        }
    };
    let (methods, epochs) = match trial.is_control() {
        true => (&METHODS[..JUDGED], 60),
        false => (&METHODS[..], 100),
    };
    let settings = adam(&[128], 2e-3, 50, trial.sized(epochs, 2));
    let mut findings = Findings::new();
    for arm in trial.arms(methods) {
        let mut accuracies = Vec::new();
        for &rate in rates(trial.part()) {
            let noisy = noisy(&train, rate, key.child(4));
            let model = fit(trial, arm.objective, &noisy, &settings, arm.key)?;
            let scores = model.predict(&test.features)?;
            let accuracy = accuracy(&scores, &test.labels, test.classes);
            findings.put(arm.name, &accuracy_at(rate), accuracy);
            accuracies.push((rate, accuracy));
            if rate > 0.0 {
                let scores = model.predict(&train.features)?;
                let learnt = memorised(&scores, &noisy.labels, &train.labels, train.classes);
                findings.put(arm.name, &format!("memorised, {rate}"), learnt);
            }
        }
        let sum: f64 = accuracies.iter().map(|(_, accuracy)| accuracy).sum();
        findings.put(arm.name, "mean accuracy", sum / accuracies.len() as f64);
        findings.curve("accuracy", arm.name, accuracies);
    }
    Ok(findings)
}

fn rates(part: &str) -> &'static [f64] {
    let rates = RATES.iter().find(|(name, _)| *name == part);
    rates.map_or(&[], |(_, rates)| rates)
}

fn accuracy_at(rate: f64) -> String {
    format!("accuracy, {rate}")
}

fn noisy(train: &Labelled, rate: f64, key: Key) -> Labelled {
    let labels = flipped(
        &train.labels,
        train.classes,
        NoiseKind::Symmetric,
        rate,
        key,
    );
    train.with_labels(labels)
}

/// Risks of random classifiers with true labels and, in exact expectation, with wrong ones.
fn rankings(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let (classes, rows, classifiers, rate) = (10, 200, 40, 0.6);
    let share = rate / (classes - 1) as f64;
    let mut random = Random::new(trial.key().child(5), 0);
    // Row i is of class i mod 10; a classifier of skill s raises the logit of the true class by s.
    let logits: Vec<Vec<f64>> = (0..classifiers)
        .map(|_| {
            let (skill, spread) = (2.0 * random.uniform(), random.uniform_between(0.5, 4.0));
            let logit = |index: usize| {
                let is_true = index % classes == (index / classes) % classes;
                spread * (random.normal() + if is_true { skill } else { 0.0 })
            };
            (0..rows * classes).map(logit).collect()
        })
        .collect();
    let mut findings = Findings::new();
    for arm in trial.arms(&RANKINGS) {
        let mut risks = Vec::new();
        for logits in &logits {
            let table = loss_table(arm.objective, logits, classes)?;
            let losses = table.chunks_exact(classes).enumerate();
            let (clean, all) = losses.fold((0.0, 0.0), |(clean, all), (row, losses)| {
                (
                    clean + losses[row % classes],
                    all + losses.iter().sum::<f64>(),
                )
            });
            let (clean, all) = (clean / rows as f64, all / rows as f64);
            risks.push((clean, (1.0 - rate) * clean + share * (all - clean)));
        }
        let claimed = |clean: f64| (1.0 - share * classes as f64) * clean + share;
        let deviation = risks
            .iter()
            .map(|&(clean, noisy)| (noisy - claimed(clean)).abs())
            .fold(0.0, f64::max);
        let pairs = risks
            .iter()
            .enumerate()
            .flat_map(|(i, a)| risks[..i].iter().map(move |b| (a, b)));
        let inverted = pairs.filter(|(a, b)| (a.0 < b.0) != (a.1 < b.1)).count();
        let share = inverted as f64 / (classifiers * (classifiers - 1) / 2) as f64;
        findings.put(arm.name, "deviation of the noisy risk", deviation);
        findings.put(arm.name, "inverted pairs", share);
    }
    Ok(findings)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for (part, _) in RATES {
        let gain = |method: &str, other: &str, measure: &str| {
            results.difference(part, measure, method, other)
        };
        for rate in [0.4, 0.6] {
            let what = format!("{part}, noise {rate}: gain in accuracy of {APL} over CE");
            clauses.push(Clause::above(
                &what,
                &gain(APL, CE, &accuracy_at(rate))?,
                0.0,
            ));
        }
        let clean = accuracy_at(0.0);
        clauses.extend([
            Clause::above(
                &format!("{part}, clean: gain in accuracy of {APL} over CE"),
                &gain(APL, CE, &clean)?,
                -0.015,
            ),
            Clause::below(
                &format!("{part}, clean: gain in accuracy of NCE over CE"),
                &gain(NCE, CE, &clean)?,
                0.0,
            ),
            Clause::above(
                &format!("{part}, mean of all rates: gain in accuracy of {APL} over NCE"),
                &gain(APL, NCE, "mean accuracy")?,
                0.0,
            ),
        ]);
    }
    let largest = |method: &str, measure: &str| -> Result<f64, StudyError> {
        let values = results.values("theory", method, measure)?;
        Ok(values.iter().copied().fold(0.0, f64::max))
    };
    for (method, _) in &RANKINGS[1..] {
        let deviation = largest(method, "deviation of the noisy risk")?;
        let inverted = largest(method, "inverted pairs")?;
        let text = format!(
            "theory: the noisy risk of {method} deviates from the claimed one by at most {deviation:.1e} \
             and inverts {inverted} of the pairs; must be below 1e-9 and 0"
        );
        clauses.push(Clause::that(text, deviation < 1e-9 && inverted == 0.0));
    }
    let inverted = largest(CE, "inverted pairs")?;
    let text = format!("theory: CE inverts up to {inverted:.2} of the pairs; must be above 0");
    clauses.push(Clause::that(text, inverted > 0.0));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = |part: &str| {
        let axes = ["share of wrong labels", "accuracy on clean test rows"];
        charts::lines(results, part, "accuracy", axes)
    };
    Ok(RATES
        .map(|(part, _)| {
            let caption = format!("{part}: what remains of the accuracy as labels get wrong.");
            Exhibit::new(caption, chart(part))
        })
        .into())
}
