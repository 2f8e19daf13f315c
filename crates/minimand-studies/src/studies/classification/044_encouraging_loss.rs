//! Encouraging loss: well-classified rows keep pulling, so that margins grow.

use minimand::metrics::{ClassificationBatch, Metric, classification};
use minimand::{Array, Batch, Objective, Options, Reduction, Target};
use minimand_burn::train::Model;

use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{accuracy, adam, fit, softmax};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 5] = [
    (CE, "cross_entropy"),
    (FOCAL, "focal"),
    (ENCOURAGING, "encouraging(log_end=0.75)"),
    ("encouraging, LE = 0.5", "encouraging(log_end=0.5)"),
    ("encouraging, LE = 1", "encouraging(log_end=1)"),
];
const CE: &str = "cross-entropy";
const FOCAL: &str = "focal, γ = 2";
const ENCOURAGING: &str = "encouraging, LE = 0.75";

/// Rows are well classified if their class has more than this probability.
const WELL: f64 = 0.9;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 44,
    slug: "encouraging-loss",
    claim: "Cross-entropy all but ignores rows that are already right; a bonus that grows with the \
            probability of the true class keeps them pulling, which enlarges the margins and improves \
            accuracy a little.",
    reduced: "Digits and a small network instead of CIFAR, ImageNet, graphs and translation; Adam \
              instead of SGD. A gain in accuracy of the paper's size could not be seen, so that the rule \
              asks for the mechanism and for no loss of accuracy.",
    setting: "Digits, 600 training and 1,197 test rows, MLP with two hidden layers of 64, Adam at 1e-3, \
              batches of 50, 60 epochs. The margin is the logit of the true class less that of the best \
              other one; the normalised margin its median over the test rows, divided by the Frobenius \
              norm of the last weight matrix. The share of the gradient (of its absolute value by the \
              logit of the true class) that well-classified rows have, p > 0.9, is taken for every loss \
              on the test scores of the network that cross-entropy trained. Rule: all three rise from \
              focal loss over cross-entropy to the encouraging loss with LE = 0.75, and its accuracy is \
              at most 0.3 points below that of cross-entropy. The area under the ROC curve of the \
              largest probability, digits 8 and 9 having been held out, is shown but not judged.",
    control: "All methods train with cross-entropy, each from a start of its own: margins differ by \
              chance and shares not at all.",
    objectives: &[
        "cross_entropy",
        "focal",
        "encouraging(log_end=0.75)",
        "encouraging(log_end=0.5)",
        "encouraging(log_end=1)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "digits",
            about: "8×8 digits, all classes",
        },
        Part {
            name: "held out",
            about: "trained without the last two classes, which are to be found out",
        },
    ],
    seeds: 10,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("044_encouraging_loss.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = trial.digits()?.split(trial.sized(600, 200), key.child(1));
    let settings = adam(&[64, 64], 1e-3, 50, trial.sized(60, 2));
    let mut findings = Findings::new();
    let mut of_baseline = Vec::new();
    for arm in trial.arms(&METHODS) {
        if trial.part() == "held out" {
            let known = without_last(&train, 2);
            let model = fit(trial, arm.objective, &known, &settings, arm.key)?;
            let area = detection(&model, &test, known.classes)?;
            findings.put(arm.name, "area under the ROC curve", area);
            continue;
        }
        let model = fit(trial, arm.objective, &train, &settings, arm.key)?;
        let scores = model.predict(&test.features)?;
        let correct = accuracy(&scores, &test.labels, test.classes);
        findings.put(arm.name, "accuracy", correct);
        let mut margins = margins(&scores, &test);
        margins.sort_by(f64::total_cmp);
        let mean = margins.iter().sum::<f64>() / margins.len() as f64;
        findings.put(arm.name, "margin", mean);
        let median = margins[margins.len() / 2];
        let norm = last_weight_norm(&model);
        findings.put(arm.name, "normalised margin", median / norm);
        // Where 5%, 15%, … of the rows lie.
        let quantiles = (0..10).map(|tenth| {
            let share = (f64::from(tenth) + 0.5) / 10.0;
            (
                margins[(share * margins.len() as f64) as usize] / norm,
                share,
            )
        });
        findings.curve("margins", arm.name, quantiles);
        if of_baseline.is_empty() {
            of_baseline = scores;
        }
        let share = gradient_share(&arm, &of_baseline, &test)?;
        findings.put(arm.name, "gradient share", share);
    }
    Ok(findings)
}

/// The rows of all but the last classes.
fn without_last(data: &Labelled, last: usize) -> Labelled {
    let classes = data.classes.saturating_sub(last);
    let is_known = |&row: &usize| (data.labels[row] as usize) < classes;
    let rows: Vec<usize> = (0..data.rows()).filter(is_known).collect();
    Labelled {
        classes,
        ..data.select(&rows)
    }
}

/// How well the largest probability tells rows of known classes from the others.
fn detection(model: &Model, test: &Labelled, known: usize) -> Result<f64, StudyError> {
    let probabilities = softmax(&model.predict(&test.features)?, known);
    let rows = probabilities.chunks_exact(known);
    let confidences = rows.flat_map(|row| {
        let largest = row.iter().copied().fold(0.0, f64::max);
        [1.0 - largest, largest]
    });
    let confidences: Vec<f64> = confidences.collect();
    let is_known = test
        .labels
        .iter()
        .map(|&l| usize::from((l as usize) < known));
    let is_known: Vec<usize> = is_known.collect();
    let mut area = classification::Auroc::default();
    area.update(&ClassificationBatch::new(&confidences, 2, &is_known, None)?)?;
    Ok(area.value().unwrap_or(0.5))
}

/// Of every row, the score of its class less the best other one.
fn margins(scores: &[f32], data: &Labelled) -> Vec<f64> {
    let rows = scores.chunks_exact(data.classes).zip(&data.labels);
    rows.map(|(row, &label)| {
        let others = row.iter().enumerate().filter(|(k, _)| *k != label as usize);
        let best = others.map(|(_, &z)| z).fold(f32::NEG_INFINITY, f32::max);
        f64::from(row[label as usize] - best)
    })
    .collect()
}

/// The Frobenius norm of the weights of the last layer.
fn last_weight_norm(model: &Model) -> f64 {
    let weights = model.parameters().iter().rev();
    let last = weights.into_iter().find(|array| array.shape.len() == 2);
    let squares = last.into_iter().flat_map(|array| &array.values);
    squares.map(|&w| f64::from(w).powi(2)).sum::<f64>().sqrt()
}

/// The share of well-classified rows in the sum of |∂ℓ/∂z_y| over all rows.
fn gradient_share(arm: &Arm, scores: &[f32], data: &Labelled) -> Result<f64, StudyError> {
    let objective: Objective = arm.objective.parse()?;
    let (shape, rows) = ([data.rows(), data.classes], [data.rows()]);
    let batch = Batch::new(
        Array::new(scores, &shape),
        Target::labels(&data.labels, &rows),
    );
    let options = Options::reduction(Reduction::None);
    let gradient = objective.value_and_gradient(&batch, &options)?.gradient;
    let gradient = gradient.map(|gradient| gradient.to_f64());
    let probabilities = softmax(scores, data.classes);
    let (mut well, mut all) = (0.0, 0.0);
    let slopes = gradient.unwrap_or_default();
    for (row, &label) in data.labels.iter().enumerate() {
        let own = row * data.classes + label as usize;
        all += slopes[own].abs();
        if probabilities[own] > WELL {
            well += slopes[own].abs();
        }
    }
    Ok(well / all)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure: &str, method: &str| results.difference("digits", measure, method, CE);
    let mut clauses = Vec::new();
    for measure in ["margin", "normalised margin", "gradient share"] {
        let what = format!("{measure}: encouraging loss over cross-entropy");
        clauses.push(Clause::above(&what, &gain(measure, ENCOURAGING)?, 0.0));
        let what = format!("{measure}: focal loss over cross-entropy");
        clauses.push(Clause::below(&what, &gain(measure, FOCAL)?, 0.0));
    }
    clauses.push(Clause::above(
        "gain in accuracy of the encouraging loss",
        &gain("accuracy", ENCOURAGING)?,
        -0.003,
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let axes = ["normalised margin", "share of test rows below it"];
    let share = "share of the gradient that well-classified rows have";
    Ok(vec![
        Exhibit::new(
            "The further to the right, the larger the margins of unseen rows.",
            charts::lines(results, "digits", "margins", axes),
        ),
        Exhibit::new(
            "Who still pulls: rows with p > 0.9, for the same scores.",
            charts::means(results, "digits", "gradient share", share)?,
        ),
    ])
}
