//! OKO: learning from small sets, where cross-entropy gets overconfident.

use minimand::Target;
use minimand::sampling::OkoSampler;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use crate::charts;
use crate::data::{GaussianMixture, Labelled};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{Quality, reliability, softmax};
use crate::net::{Mlp, adam, batches, gather, label_loss, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 104,
    slug: "oko",
    claim: "Training on sets of two examples of one class and one of another, whose logits are summed, \
            lowers test error and calibration error most of all where examples are few or classes \
            unequal, against cross-entropy, label smoothing and class-balanced batches.",
    reduced: "Small networks on made-up classes and on the small digits instead of MNIST and CIFAR; no \
              auxiliary head for the odd class.",
    setting: "Ten normal classes in 20 dimensions, unit noise, means N(0, s²) with s = 0.5 and 0.7; \
              10 to 90 training rows of a class (380 in all), classes in random order; 1,500 balanced \
              test rows. MLP 20-64-32-10, Adam at 1e-3, 100 epochs' worth of steps of 32 examples \
              (sets: as many examples as fit). Two more parts, reported without a clause, on digits: \
              10 to 150 rows of a class, and 20 of each.",
    control: "The method called OKO trains with cross-entropy on plain batches, from a start of its \
              own: it is no better calibrated than cross-entropy.",
    objectives: &[
        "cross_entropy",
        "cross_entropy(label_smoothing=0.1)",
        "oko",
        "oko(soft=true)",
    ],
    provides: &["OkoSampler"],
    parts: &[
        Part {
            name: "s = 0.5",
            about: "classes that overlap much, unequal",
        },
        Part {
            name: "s = 0.7",
            about: "classes that overlap less, unequal",
        },
        Part {
            name: "digits, unequal",
            about: "10 to 150 digits of a class",
        },
        Part {
            name: "digits, few",
            about: "20 digits of each class",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("104_oko.rs"),
};

/// How a method draws its steps.
#[derive(Clone, Copy, PartialEq)]
enum Draw {
    /// Each row once in an epoch.
    Rows,
    /// Classes uniformly, then rows of the class.
    Balanced,
    /// Sets with so many odd classes.
    Sets(usize),
}

const METHODS: [(&str, &str, Draw); 6] = [
    ("cross_entropy", "cross_entropy", Draw::Rows),
    ("balanced batches", "cross_entropy", Draw::Balanced),
    ("oko", "oko", Draw::Sets(1)),
    (
        "label smoothing",
        "cross_entropy(label_smoothing=0.1)",
        Draw::Rows,
    ),
    ("oko, soft", "oko(soft=true)", Draw::Sets(1)),
    ("oko, three odd", "oko", Draw::Sets(3)),
];

/// Whose reliability is drawn.
const SHOWN: [&str; 3] = ["cross_entropy", "balanced batches", "oko"];

/// Examples of a step.
const BATCH: usize = 32;

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let is_digits = trial.part().starts_with("digits");
    let (train, test) = data(trial, key)?;
    // The digits' parts are no part of the rule.
    let methods = match (trial.is_control(), is_digits) {
        (true, _) => vec![METHODS[0], ("oko", "cross_entropy", Draw::Rows)],
        (false, true) => METHODS[..3].to_vec(),
        (false, false) => METHODS.to_vec(),
    };
    let mut findings = Findings::new();
    for (index, (name, objective, draw)) in methods.into_iter().enumerate() {
        let start = if trial.is_control() { index as u64 } else { 0 };
        let key = key.child(9).child(start);
        let net = train_net(trial, &train, objective, draw, key)?;
        let probabilities = softmax(&net.scores_of(&test.features), test.classes);
        let quality = Quality::of(&probabilities, &test.labels, test.classes)?;
        findings.put_all(name, quality.numbers());
        if SHOWN.contains(&name) {
            let points = reliability(&probabilities, &test.labels, test.classes)?;
            findings.curve("reliability", name, points);
        }
    }
    Ok(findings)
}

fn data(trial: &Trial<'_>, key: Key) -> Result<(Labelled, Labelled), StudyError> {
    // From 10 on geometrically, in random class order.
    let counts = |classes: usize, most: f64| {
        let count = |class: usize| 10.0 * (most / 10.0).powf(class as f64 / (classes - 1) as f64);
        let mut counts: Vec<usize> = (0..classes)
            .map(|class| count(class).round() as usize)
            .collect();
        Random::new(key.child(4), 0).shuffle(&mut counts);
        counts
    };
    Ok(match trial.part() {
        "digits, unequal" => {
            let digits = trial.digits()?;
            digits.split_by_class(&counts(digits.classes, 150.0), key.child(1))
        }
        "digits, few" => {
            let digits = trial.digits()?;
            digits.split_by_class(&vec![20; digits.classes], key.child(1))
        }
        part => {
            let spread = if part == "s = 0.5" { 0.5 } else { 0.7 };
            let mixture = GaussianMixture::new(10, 20, spread, key.child(1));
            let train = mixture.sample_counts(&counts(10, 90.0), key.child(2));
            (train, mixture.sample_counts(&[150; 10], key.child(3)))
        }
    })
}

fn train_net(
    trial: &Trial<'_>,
    train: &Labelled,
    objective: &str,
    draw: Draw,
    key: Key,
) -> Result<Mlp, StudyError> {
    let loss = LossModule::new(objective.parse()?);
    let mut net = Mlp::new(&[train.columns, 64, 32, train.classes], key.child(0));
    let mut optimizer = adam();
    let epochs = trial.sized(100, 2);
    // Single examples as sets without an odd one would be pairs: balanced rows need no partner, so
    // the first of each set is taken.
    let odd = if let Draw::Sets(odd) = draw { odd } else { 0 };
    let labels: Vec<i64> = train.labels.iter().map(|&label| i64::from(label)).collect();
    let sampler = OkoSampler::new(&labels, odd, Random::new(key.child(2), 0).bits())?;
    for (index, batch) in batches(train.rows(), BATCH, epochs, key.child(1)).enumerate() {
        trial.check_stop()?;
        let rows = match draw {
            Draw::Rows => batch.rows,
            Draw::Balanced => {
                let first = (index * BATCH) as u64;
                (0..BATCH as u64)
                    .map(|set| sampler.set(first + set)[0])
                    .collect()
            }
            Draw::Sets(_) => {
                let sets = BATCH.div_ceil(sampler.members());
                sampler.sets((index * sets) as u64, sets)
            }
        };
        let features = matrix(gather(&train.features, train.columns, &rows), train.columns);
        let labels = gather(&train.labels, 1, &rows);
        let logits = net.forward(features);
        let value = match draw {
            Draw::Sets(_) => {
                let shape = [rows.len() / sampler.members(), sampler.members()];
                let logits = logits.reshape([shape[0], shape[1], train.classes]);
                loss.forward_host(logits, Target::labels(&labels, &shape), None)?
            }
            _ => label_loss(&loss, logits, &labels)?,
        };
        net = step(&mut optimizer, 1e-3, net, value);
    }
    Ok(net)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for part in ["s = 0.5", "s = 0.7"] {
        let change = |measure: &str| results.difference(part, measure, "oko", "cross_entropy");
        let what = |measure: &str| format!("{part}: change of the {measure}");
        clauses.push(Clause::below(
            &what("calibration error"),
            &change("ece")?,
            0.0,
        ));
        clauses.push(Clause::below(&what("log-loss"), &change("nll")?, 0.0));
        clauses.push(Clause::above(
            &what("accuracy"),
            &change("accuracy")?,
            -0.02,
        ));
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let caption = "below the diagonal a model is overconfident";
    Ok(["s = 0.5", "digits, few"]
        .map(|part| {
            Exhibit::new(
                format!("Reliability, {part}: {caption}."),
                charts::reliability(results, part),
            )
        })
        .into())
}
