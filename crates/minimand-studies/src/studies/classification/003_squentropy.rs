//! Squentropy: accuracy on nearly separable data, calibration where cross-entropy is overconfident.

use crate::charts;
use crate::data::{GaussianMixture, Labelled};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{Quality, adam, fit, reliability, softmax};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 3] = [
    ("cross_entropy", "cross_entropy"),
    ("squentropy", "squentropy"),
    ("rescaled_square", "rescaled_square"),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 3,
    slug: "squentropy",
    claim: "Squentropy, cross-entropy plus the mean square of the logits of the wrong classes, trained \
            with the learning rate of cross-entropy, is more accurate and better calibrated on most \
            of 34 tasks of language, speech and vision.",
    reduced: "Two small data sets and one small network instead of 34 tasks with large ones.",
    setting: "MLP with two hidden layers of 64, Adam at 1e-3, batches of 64, 900 training rows, the \
              same for every loss. (1) Handwritten digits, 60 epochs. (2) Ten normal classes in 20 \
              dimensions, means N(0, 0.5²), unit noise, 2,000 test rows, 150 epochs: classes overlap, \
              so cross-entropy gets overconfident. The outputs of the rescaled square loss are no \
              logits; its probabilities are the positive parts of the outputs, divided by their sum.",
    control: "All methods train with cross-entropy, each from a start of its own: neither is better.",
    objectives: &["cross_entropy", "squentropy", "rescaled_square"],
    provides: &[],
    parts: &[
        Part {
            name: "digits",
            about: "8×8 digits, nearly separable",
        },
        Part {
            name: "overlap",
            about: "ten overlapping normal classes",
        },
    ],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("003_squentropy.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test, epochs) = if trial.part() == "digits" {
        let (train, test) = trial.digits()?.split(trial.sized(900, 200), key.child(1));
        (train, test, trial.sized(60, 2))
    } else {
        let mixture = GaussianMixture::new(10, 20, 0.5, key.child(1));
        let train = mixture.sample(trial.sized(900, 200), key.child(2));
        (
            train,
            mixture.sample(2000, key.child(3)),
            trial.sized(150, 2),
        )
    };
    let settings = adam(&[64, 64], 1e-3, 64, epochs);
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        let model = fit(trial, arm.objective, &train, &settings, arm.key)?;
        let scores = model.predict(&test.features)?;
        let probabilities = match arm.objective {
            "rescaled_square" => positive_shares(&scores, &test),
            _ => softmax(&scores, test.classes),
        };
        let quality = Quality::of(&probabilities, &test.labels, test.classes)?;
        for (measure, value) in quality.numbers() {
            // A share can be 0 for the true class, so that a log-likelihood says nothing.
            if arm.name != "rescaled_square" || measure != "nll" {
                findings.put(arm.name, measure, value);
            }
        }
        let points = reliability(&probabilities, &test.labels, test.classes)?;
        findings.curve("reliability", arm.name, points);
    }
    Ok(findings)
}

/// max(z, 0) / Σ max(z, 0), uniform if no output is positive.
fn positive_shares(scores: &[f32], data: &Labelled) -> Vec<f64> {
    let rows = scores.chunks_exact(data.classes).flat_map(|row| {
        let positive = row.iter().map(|&z| f64::from(z.max(0.0)));
        let sum: f64 = positive.clone().sum();
        let uniform = 1.0 / row.len() as f64;
        positive.map(move |z| if sum > 0.0 { z / sum } else { uniform })
    });
    rows.collect()
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |part: &str, measure: &str| {
        results.difference(part, measure, "squentropy", "cross_entropy")
    };
    let mut clauses = vec![
        Clause::above(
            "digits: gain in accuracy",
            &gain("digits", "accuracy")?,
            0.0,
        ),
        Clause::below(
            "overlap: change of the calibration error",
            &gain("overlap", "ece")?,
            0.0,
        ),
        Clause::above(
            "overlap: gain in accuracy",
            &gain("overlap", "accuracy")?,
            -0.03,
        ),
    ];
    for part in ["digits", "overlap"] {
        let what = format!("{part}: change of confidence − accuracy");
        clauses.push(Clause::below(&what, &gain(part, "overconfidence")?, 0.0));
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let caption = "below the diagonal a model is overconfident, right less often than it says.";
    Ok(["overlap", "digits"]
        .map(|part| {
            Exhibit::new(
                format!("Reliability, {part}: {caption}"),
                charts::reliability(results, part),
            )
        })
        .into())
}
