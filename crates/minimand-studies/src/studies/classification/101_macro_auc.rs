//! Macro-AUC: which surrogate ranks rare labels well.

use minimand::metrics::ClassScores;
use minimand::{Array, Batch, Objective, Options, Reduction, Target};
use minimand_burn::random::{Key, Random};
use minimand_report::svg::{LineChart, Series};

use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const COLUMNS: usize = 30;
const LABELS: usize = 10;

const METHODS: [(&str, &str); 3] = [
    ("univariate", "macro_auc_univariate"),
    ("reweighted", "macro_auc_reweighted"),
    ("pairwise", "macro_auc_pairwise"),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 101,
    slug: "macro-auc",
    claim: "Linear models trained with the pairwise or the reweighted surrogate have a higher macro-AUC \
            than with the plain one, the more so the rarer the labels; 1 − AUC is bounded by the \
            training loss.",
    reduced: "One made-up distribution instead of several multi-label sets.",
    setting: "600 rows with 30 normal features, 10 labels: a linear score with normal noise of standard \
              deviation 2 above a threshold, so that from 50% down to 1% of the rows have a label; \
              4,000 test rows. Linear scores without an intercept, as in the theory; logistic base, \
              ridge penalty 0.005‖w‖² a label, 200 steps of gradient descent with momentum on all \
              rows. A second part, reported without a clause, has an intercept. The rule wants both \
              surrogates better than the plain one, the gap to grow with rarity (Spearman's \
              correlation over labels with 1/share), and no label to violate its bound.",
    control: "Half of the rows have each label: nothing is rare, and reweighting changes nothing.",
    objectives: &[
        "macro_auc_univariate",
        "macro_auc_reweighted",
        "macro_auc_pairwise",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "no intercept",
            about: "scores f = x·w",
        },
        Part {
            name: "intercept",
            about: "scores f = x·w + b",
        },
    ],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("101_macro_auc.rs"),
};

/// Rows with their labels.
struct Sample {
    /// `[rows, width]`, a column of ones last if there is an intercept.
    features: Vec<f64>,
    width: usize,
    /// `[rows, LABELS]`
    labels: Vec<f64>,
}

impl Sample {
    fn rows(&self) -> usize {
        self.labels.len() / LABELS
    }

    /// Scores `[rows, LABELS]` of weights `[width, LABELS]`.
    fn scores(&self, weights: &[f64]) -> Vec<f64> {
        let mut scores = vec![0.0; self.rows() * LABELS];
        for (row, out) in self
            .features
            .chunks_exact(self.width)
            .zip(scores.chunks_exact_mut(LABELS))
        {
            for (x, weights) in row.iter().zip(weights.chunks_exact(LABELS)) {
                out.iter_mut()
                    .zip(weights)
                    .for_each(|(score, w)| *score += x * w);
            }
        }
        scores
    }

    /// The share of rows that have each label.
    fn shares(&self) -> Vec<f64> {
        let share = |label: usize| {
            let column = self.labels.iter().skip(label).step_by(LABELS);
            column.sum::<f64>() / self.rows() as f64
        };
        (0..LABELS).map(share).collect()
    }

    /// The AUC of each label; 0.5 for one that all rows or none have.
    fn aucs(&self, scores: &[f64]) -> Result<Vec<f64>, StudyError> {
        let has: Vec<bool> = self.labels.iter().map(|&label| label > 0.5).collect();
        let weights = vec![1.0; self.rows()];
        let state = ClassScores::from_parts(LABELS, scores, &has, &weights)?;
        Ok((0..LABELS)
            .map(|label| state.auroc(label).unwrap_or(0.5))
            .collect())
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = samples(trial, key);
    let shares = train.shares();
    let mut findings = Findings::new();
    let mut of_methods = Vec::new();
    for (name, expression) in METHODS {
        let objective: Objective = expression.parse()?;
        let weights = descend(trial, &objective, &train)?;
        let scores = train.scores(&weights);
        let (train_aucs, test_aucs) = (train.aucs(&scores)?, test.aucs(&test.scores(&weights))?);
        let mean = |aucs: &[f64]| aucs.iter().sum::<f64>() / LABELS as f64;
        findings.put(name, "macro-AUC", mean(&test_aucs));
        findings.put(
            name,
            "gap to training",
            mean(&train_aucs) - mean(&test_aucs),
        );
        findings.put(
            name,
            "bounds violated",
            violated(&objective, &train, &scores, &train_aucs)?,
        );
        let points = shares
            .iter()
            .zip(&test_aucs)
            .map(|(share, auc)| (100.0 * share, *auc));
        findings.curve("auc", name, points);
        of_methods.push(test_aucs);
    }
    for (index, name) in [(1, "reweighted"), (2, "pairwise")] {
        let gaps = of_methods[index]
            .iter()
            .zip(&of_methods[0])
            .map(|(a, b)| a - b);
        let rarity = shares.iter().map(|share| 1.0 / share.min(1.0 - share));
        let correlation = spearman(&gaps.collect::<Vec<_>>(), &rarity.collect::<Vec<_>>());
        findings.put(name, "correlation of the gap with rarity", correlation);
    }
    Ok(findings)
}

fn samples(trial: &Trial<'_>, key: Key) -> (Sample, Sample) {
    let mut random = Random::new(key.child(1), 0);
    let directions: Vec<f64> = (0..COLUMNS * LABELS).map(|_| random.normal()).collect();
    let has_intercept = trial.part() == "intercept";
    let draw = |rows: usize, key: Key| {
        let mut random = Random::new(key, 0);
        let features: Vec<f64> = (0..rows * COLUMNS).map(|_| random.normal()).collect();
        let plain = Sample {
            features,
            width: COLUMNS,
            labels: vec![0.0; rows * LABELS],
        };
        let scale = 1.0 / (COLUMNS as f64).sqrt();
        let scores = plain.scores(&directions);
        let noisy: Vec<f64> = scores
            .iter()
            .map(|z| 3.0 * scale * z + 2.0 * random.normal())
            .collect();
        (plain, noisy)
    };
    let rows = trial.sized(600, 200);
    let (mut train, train_scores) = draw(rows, key.child(2));
    let (mut test, test_scores) = draw(4000, key.child(3));
    for label in 0..LABELS {
        let share = if trial.is_control() {
            0.5
        } else {
            0.5 * 0.02_f64.powf(label as f64 / (LABELS - 1) as f64)
        };
        let column = |scores: &[f64]| -> Vec<f64> {
            scores.iter().skip(label).step_by(LABELS).copied().collect()
        };
        let mut sorted = column(&train_scores);
        sorted.sort_by(|a, b| b.total_cmp(a));
        let threshold = sorted[((share * rows as f64).round() as usize).clamp(2, rows - 2)];
        for (sample, scores) in [(&mut train, &train_scores), (&mut test, &test_scores)] {
            for (row, score) in column(scores).into_iter().enumerate() {
                sample.labels[row * LABELS + label] = f64::from(u8::from(score > threshold));
            }
        }
    }
    if has_intercept {
        for sample in [&mut train, &mut test] {
            let rows = sample.features.chunks_exact(COLUMNS);
            let with_one = rows.flat_map(|row| row.iter().copied().chain([1.0]));
            sample.features = with_one.collect();
            sample.width = COLUMNS + 1;
        }
    }
    (train, test)
}

/// Weights `[width, LABELS]` after gradient descent with momentum; each label has its own problem.
fn descend(
    trial: &Trial<'_>,
    objective: &Objective,
    train: &Sample,
) -> Result<Vec<f64>, StudyError> {
    const RIDGE: f64 = 1e-2;
    let shape = [train.rows(), LABELS];
    // The sum over labels, so that the number of labels changes no step.
    let options = Options {
        reduction: Reduction::Sum,
        ..Options::default()
    };
    let mut weights = vec![0.0; train.width * LABELS];
    let mut velocity = weights.clone();
    // Where every label is balanced there are most pairs, and nothing to wait for.
    let steps = if trial.is_control() { 40 } else { 200 };
    for _ in 0..trial.sized(steps, 20) {
        trial.check_stop()?;
        let scores = train.scores(&weights);
        let batch = Batch::new(
            Array::new(&scores, &shape),
            Target::dense(&train.labels, &shape),
        );
        let slopes = objective.value_and_gradient(&batch, &options)?.gradient;
        let slopes = slopes.map(|slopes| slopes.to_f64()).unwrap_or_default();
        let mut gradient: Vec<f64> = weights.iter().map(|w| RIDGE * w).collect();
        for (row, slopes) in train
            .features
            .chunks_exact(train.width)
            .zip(slopes.chunks_exact(LABELS))
        {
            for (x, out) in row.iter().zip(gradient.chunks_exact_mut(LABELS)) {
                out.iter_mut()
                    .zip(slopes)
                    .for_each(|(g, slope)| *g += x * slope);
            }
        }
        for ((w, v), g) in weights.iter_mut().zip(&mut velocity).zip(&gradient) {
            *v = 0.9 * *v - 0.3 * g;
            *w += *v;
        }
    }
    Ok(weights)
}

/// How many labels have 1 − AUC above the bound that their training loss gives.
fn violated(
    objective: &Objective,
    train: &Sample,
    scores: &[f64],
    aucs: &[f64],
) -> Result<f64, StudyError> {
    let shape = [train.rows(), LABELS];
    let options = Options {
        reduction: Reduction::None,
        ..Options::default()
    };
    let batch = Batch::new(
        Array::new(scores, &shape),
        Target::dense(&train.labels, &shape),
    );
    let losses = objective
        .evaluate(&batch, &options)?
        .per_item
        .unwrap_or_default();
    let is_plain = objective.to_string().contains("univariate");
    let shares = train.shares();
    let above = losses
        .iter()
        .zip(aucs)
        .zip(&shares)
        .filter(|((loss, auc), share)| {
            // The logistic loss at 0 is ln 2; the plain surrogate's bound has the rarity as a factor.
            let rarity = if is_plain {
                share.min(1.0 - *share)
            } else {
                1.0
            };
            1.0 - **auc > **loss / (rarity * std::f64::consts::LN_2) + 1e-12
        });
    Ok(above.count() as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let part = "no intercept";
    let mut clauses = Vec::new();
    for method in ["reweighted", "pairwise"] {
        let gain = results.difference(part, "macro-AUC", method, "univariate")?;
        let what = format!("gain of the {method} surrogate in macro-AUC");
        clauses.push(Clause::above(&what, &gain, 0.0));
        let correlation = results.mean(part, method, "correlation of the gap with rarity")?;
        let what = format!("rank correlation of its gain with rarity, {method}");
        clauses.push(Clause::above(&what, &correlation, 0.5));
    }
    let mut violations = 0.0;
    for (method, _) in METHODS {
        violations += results
            .values(part, method, "bounds violated")?
            .iter()
            .sum::<f64>();
    }
    let text = format!("labels whose 1 − AUC exceeds the bound: {violations}; must be 0");
    clauses.push(Clause::that(text, violations == 0.0));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let exhibit = |part: &str| {
        let chart = LineChart::new(format!("AUC by label, {part}"))
            .axis_labels("rows that have the label (%)", "AUC of test rows");
        let chart = results
            .curves(part, "auc")
            .fold(chart, |chart, (method, curve)| {
                let mut points: Vec<(f64, f64)> = curve.iter().map(|&[x, y]| (x, y)).collect();
                points.sort_by(|a, b| a.0.total_cmp(&b.0));
                chart.series(Series::new(method, points))
            });
        let caption =
            format!("Scores with {part}: the AUC of each label, rare labels at the left.");
        Exhibit::new(caption, chart)
    };
    Ok(["no intercept", "intercept"].map(exhibit).into())
}
