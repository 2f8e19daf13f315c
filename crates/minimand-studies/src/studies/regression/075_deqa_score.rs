//! DeQA-Score: quality as a distribution over a few levels.

use minimand::Target;
use minimand::metrics::regression::Pearson;
use minimand::metrics::{Metric, RegressionBatch};
use minimand::regression::{LevelMass, level_labels, level_scores};
use minimand::transport::wasserstein_1d;
use minimand_burn::LossModule;
use minimand_burn::loss::{known_gradient, numbers as tensor_numbers};
use minimand_burn::random::Key;
use minimand_report::svg::LineChart;

use super::preferences::{LEVELS, preferences};
use super::ratings::{INPUTS, Labels, Rated, World};
use crate::charts::{gains, with_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::softmax;
use crate::measures::spearman;
use crate::net::{Mlp, adam, batches, gather, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Names, labels, whether both sets are trained on, and whether with the fidelity loss.
const METHODS: [(&str, Labels, bool, bool); 5] = [
    ("one_hot", Labels::OneHot, false, false),
    ("soft", Labels::Soft, false, false),
    ("number", Labels::Number, false, false),
    ("soft_both", Labels::Soft, true, false),
    ("soft_both_fidelity", Labels::Soft, true, true),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 75,
    slug: "deqa-score",
    claim: "A language model that grades images by five words regresses their quality better, and its distribution over \
            the words is nearer to that of human raters, with soft labels that keep the mean of the scores than with \
            the nearest word; a fidelity loss of preferences within each set makes training on several sets work.",
    reduced: "No language model and no images: features of 12 numbers and a small network with five logits. The labels, the \
              losses and how scores are read off are the paper's.",
    setting: "Features N(0, 1). Quality 3 + 1.6 tanh(w·x + 0.5 sin(2v·x)), deviation of a rater 0.35 to 0.85 by \
              another direction; 8 raters. Set A: all images. Set B: those with a quality above 2.6, rated by stricter and less \
              certain people (0.6·quality + 0.2, deviations 0.8 times as large). Each set's scores are stretched to 1..5, so that \
              the same image has different scores in both. 300 training images of each set, 800 for the test. MLP 12-32-5, Adam \
              at 3e-3, batches of 50, 60 epochs. Labels: the nearest level, or masses by the density with sum and mean put \
              right. Read off: the mean level under the softmax. Fidelity: all pairs of a batch within a set, predicted \
              deviations fixed at 1, weight 1 beside the cross-entropy. Correlations are with the true quality; \
              W1 is between predicted and true distributions over the levels. The rule: soft labels give a higher Pearson \
              correlation and a lower W1 than the nearest level; with both sets the fidelity loss does not lower the rank \
              correlation, mean of the two sets, by 0.005 or more. A network that regresses the number is shown.",
    control: "All methods learn the nearest level, those of both sets without the fidelity loss, each from a start of its \
              own.",
    objectives: &["cross_entropy", "mse"],
    provides: &[
        "`level_labels`",
        "`level_scores`",
        "`preference`",
        "`fidelity`",
    ],
    parts: &[Part {
        name: "quality",
        about: "scores of two sets with different scales",
    }],
    seeds: 10,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("075_deqa_score.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let world = World::new(key.child(1));
    let [train, test] =
        [(trial.sized(300, 50), 2), (trial.sized(800, 50), 4)].map(|(count, child)| {
            [false, true]
                .map(|second| world.draw(count, second, key.child(child + u64::from(second))))
        });
    let ends = [train[0].ends(), train[1].ends()];
    let stretched = |[a, b]: [Rated; 2]| [a.stretched(ends[0]), b.stretched(ends[1])];
    let (train, test) = (stretched(train), stretched(test));
    let true_levels = level_labels(
        &test[0].truth,
        &test[0].spread,
        LEVELS,
        LevelMass::Mass,
        true,
    )?;
    let halfway = |row: &usize| (test[0].truth[*row] - 3.5).abs() < 0.1;
    let halfway: Vec<usize> = (0..test[0].truth.len()).filter(halfway).collect();
    let mean_levels = |shares: &[f64]| {
        let chosen = gather(shares, LEVELS, &halfway);
        let mean = move |level: usize| {
            let of_level = chosen.iter().skip(level).step_by(LEVELS);
            of_level.sum::<f64>() / (chosen.len() / LEVELS) as f64
        };
        (0..LEVELS).map(move |level| (level as f64 + 1.0, mean(level)))
    };
    let mut findings = Findings::new();
    for (index, (name, labels, both, with_fidelity)) in METHODS.into_iter().enumerate() {
        let (labels, with_fidelity, start) = match trial.is_control() {
            true => (Labels::OneHot, false, index as u64),
            false => (labels, with_fidelity, 0),
        };
        let sets = if both { &train[..] } else { &train[..1] };
        let net = fit(
            trial,
            sets,
            labels,
            with_fidelity,
            key.child(6).child(start),
        )?;
        let mut ranks = 0.0;
        for (set, rated) in ["a", "b"].into_iter().zip(&test) {
            let outputs = net.scores_of(&rated.features);
            let scores = match labels {
                Labels::Number => outputs.iter().map(|&z| f64::from(z)).collect(),
                _ => level_scores(&outputs, LEVELS)?,
            };
            let mut pearson = Pearson::default();
            pearson.update(&RegressionBatch::new(&scores, &rated.truth, None)?)?;
            let rank = spearman(&scores, &rated.truth);
            ranks += 0.5 * rank;
            findings.put(
                name,
                &format!("pearson_{set}"),
                pearson.value().unwrap_or(0.0),
            );
            findings.put(name, &format!("spearman_{set}"), rank);
            if set == "a" && labels != Labels::Number {
                let shares = softmax(&outputs, LEVELS);
                findings.put(name, "w1", distance(&shares, &true_levels)?);
                findings.curve("levels", name, mean_levels(&shares));
            }
        }
        findings.put(name, "spearman", ranks);
    }
    findings.curve("levels", "raters", mean_levels(&true_levels));
    Ok(findings)
}

/// The mean W1 between rows of distributions over the levels.
fn distance(found: &[f64], truth: &[f64]) -> Result<f64, StudyError> {
    let places: Vec<f64> = (1..=LEVELS).map(|level| level as f64).collect();
    let rows = found.chunks_exact(LEVELS).zip(truth.chunks_exact(LEVELS));
    let mut sum = 0.0;
    for (found, truth) in rows.clone() {
        sum += wasserstein_1d(&places, Some(found), &places, Some(truth), 1.0)?.value;
    }
    Ok(sum / rows.len() as f64)
}

fn fit(
    trial: &Trial<'_>,
    sets: &[Rated],
    labels: Labels,
    with_fidelity: bool,
    key: Key,
) -> Result<Mlp, StudyError> {
    let (expression, outputs) = match labels {
        Labels::Number => ("mse", 1),
        _ => ("cross_entropy", LEVELS),
    };
    let loss = LossModule::new(expression.parse()?);
    let targets: Vec<Vec<f32>> = sets
        .iter()
        .map(|set| set.labels(labels))
        .collect::<Result<_, _>>()?;
    let mut net = Mlp::new(&[INPUTS, 32, outputs], key.child(0));
    if labels == Labels::Number {
        net = net.with_output_bias(vec![3.0]);
    }
    let mut optimizer = adam();
    let rows = sets.first().map_or(0, |set| set.means.len());
    for batch in batches(rows, 50, trial.sized(60, 2), key.child(1)) {
        trial.check_stop()?;
        let mut terms = Vec::new();
        for (set, targets) in sets.iter().zip(&targets) {
            let features = gather(&set.features, INPUTS, &batch.rows);
            let found = net.forward(matrix(features, INPUTS));
            let own = gather(targets, outputs, &batch.rows);
            let shape = [batch.rows.len(), outputs];
            terms.push(loss.forward_host(found.clone(), Target::dense(&own, &shape), None)?);
            if with_fidelity {
                let scores = gather(&set.means, 1, &batch.rows);
                let deviations = gather(&set.deviations, 1, &batch.rows);
                let logits = tensor_numbers(&found)?;
                let (value, slopes) = preferences(&logits, &scores, &deviations)?;
                terms.push(known_gradient(found, value, slopes)?);
            }
        }
        let Some(value) = terms.into_iter().reduce(|a, b| a + b) else {
            break;
        };
        net = step(&mut optimizer, 3e-3, net, value);
    }
    Ok(net)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gap = |measure: &str, method: &str, base: &str| {
        results.difference("quality", measure, method, base)
    };
    Ok(vec![
        Clause::above(
            "gain in Pearson correlation by soft labels",
            &gap("pearson_a", "soft", "one_hot")?,
            0.0,
        ),
        Clause::below(
            "W1 to the true distribution, soft labels less the nearest level,",
            &gap("w1", "soft", "one_hot")?,
            0.0,
        ),
        Clause::above(
            "both sets: gain in rank correlation by the fidelity loss",
            &gap("spearman", "soft_both_fidelity", "soft_both")?,
            -0.005,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Images halfway between two levels")
        .axis_labels("level", "mean probability");
    Ok(vec![
        Exhibit::new(
            "Test images of set A with a true quality of 3.4 to 3.6: what raters say, and what networks say.",
            with_lines(chart, results, "quality", "levels"),
        ),
        Exhibit::new(
            "Correlation with the true quality in set A, less that of the nearest level.",
            gains(
                results,
                "quality",
                "pearson_a",
                "one_hot",
                "gain in Pearson correlation",
            )?,
        ),
        Exhibit::new(
            "Rank correlation with the true quality, mean of both sets, less that of the nearest level.",
            gains(
                results,
                "quality",
                "spearman",
                "one_hot",
                "gain in rank correlation",
            )?,
        ),
    ])
}
