//! Focal loss: a dense detector that is not drowned in easy background.

use burn::tensor::{Int, Tensor};
use minimand::{Array, Batch, Denominator, Objective, Options, Reduction, Target};
use minimand_burn::LossModule;
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::dense::{INPUTS, OUTPUTS, PictureBatch, Pictures, detections};
use super::scenes::{SHAPES, average_precision, mean_ap50, suppress};
use crate::charts::{means, with_log_lines};
use crate::data::{GaussianMixture, Labelled};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, dense_loss, gather, matrix, numbers, step, vector};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 4] = [
    ("cross_entropy", "binary_cross_entropy"),
    ("balanced", "sigmoid_focal(gamma=0, alpha=0.75)"),
    ("hard_mining", "binary_cross_entropy"),
    ("focal", "sigmoid_focal"),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 24,
    slug: "focal",
    claim: "A dense one-stage detector trained with the focal loss is more accurate than with \
            cross-entropy (with ResNet-50, 34.0 AP instead of 31.1), because easy background no longer \
            makes up the loss.",
    reduced: "Pictures of 64×64 pixels and a network of one wide convolution instead of COCO and a feature \
              pyramid. That the focal loss also beats mining of hard examples is not judged, but mining is \
              shown.",
    setting: "1 to 3 squares, discs or crosses of 6 to 10 pixels in noise of 0.12 among strokes and blots; \
              16×16 cells with one anchor, the cell around the centre is positive for the object's shape, so \
              that about one score in 380 is. A 12×12 convolution of stride 4 to 48 maps, a 1×1 one to 32, \
              then three scores and a box; output bias −ln 99 for the scores. 200 pictures, 16 epochs of \
              Adam at 2e-3, 8 pictures per batch; the losses of all scores are summed and divided by the \
              number of positives, plus smooth L1 of the boxes of positive cells. Balanced: α = 0.75. Hard \
              mining: the positives and three times as many of the negatives with the highest score. Focal: \
              γ = 2, α = 0.25. 150 test pictures, scores above 0.01, suppression at an overlap of 0.5. The \
              rule compares the focal loss with plain cross-entropy. The test negatives of the model trained \
              with cross-entropy are also sorted by their loss: with γ = 2 the easiest 90% must have less than \
              half the share of the sum that they have with γ = 0. Rows: four normal classes in 20 dimensions (means \
              N(0, 0.5²), unit noise), of which one is rare: 40 rows among 8,000 others to train on, 150 among 30,000 to \
              test. MLP 20–32–1, 8 epochs of Adam at 2e-3, 256 rows per batch, the same losses; shown, not judged.",
    control: "Every method trains with cross-entropy from a start of its own, and every γ is 0.",
    objectives: &[
        "binary_cross_entropy",
        "sigmoid_focal(gamma=0, alpha=0.75)",
        "sigmoid_focal",
        "smooth_l1",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "shapes",
            about: "squares, discs and crosses in clutter",
        },
        Part {
            name: "rows",
            about: "rows of numbers, one of 200 of the rare class",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "The second clause first compared the loss of easy negatives between models of their own, and held for \
             the negative control by chance; now it compares exponents on one model, as the paper's figure.",
    source: include_str!("024_focal.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "shapes" => shapes(trial),
        // Nothing of this part is judged.
        _ if trial.is_control() => Ok(Findings::new()),
        _ => rows(trial),
    }
}

fn shapes(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let train = Pictures::new(trial.sized(200, 16), trial.key().child(1));
    let test = Pictures::new(trial.sized(150, 30), trial.key().child(2));
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(arm.name, "cross_entropy" | "focal") {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        let outputs = net.scores_of(&test.patches);
        let detections = suppress(detections(&outputs));
        findings.put(arm.name, "ap50", mean_ap50(&detections, &test.scenes));
        if arm.name == "cross_entropy" {
            easy_shares(trial, &outputs, &test.targets, &mut findings)?;
        }
    }
    Ok(findings)
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &Pictures) -> Result<Mlp, StudyError> {
    let box_loss =
        LossModule::new("smooth_l1".parse()?).with_options(Options::reduction(Reduction::Sum));
    let widths = [INPUTS, 48, 32, OUTPUTS];
    let mut bias = vec![0.0; OUTPUTS];
    bias[..SHAPES].fill(-99.0_f32.ln());
    let mut net = Mlp::new(&widths, arm.key.child(0)).with_output_bias(bias);
    let mut optimizer = adam();
    let epochs = trial.sized(16, 1);
    for rows in batches(train.scenes.len(), 8, epochs, arm.key.child(1)) {
        trial.check_stop()?;
        let PictureBatch {
            patches,
            targets,
            positives,
            boxes,
        } = train.batch(&rows.rows);
        let outputs = net.forward(matrix(patches, INPUTS));
        let scores = outputs.clone().narrow(1, 0, SHAPES);
        let score_loss = score_loss(trial, arm, scores.reshape([targets.len()]), targets)?;
        let count = positives.len() as f64;
        let positives = Tensor::<1, Int>::from_data(positives.as_slice(), &outputs.device());
        let found = outputs.narrow(1, SHAPES, 4).select(0, positives);
        let box_loss = dense_loss(&box_loss, found, &boxes)?.mul_scalar(1.0 / count);
        net = step(&mut optimizer, 2e-3, net, score_loss + box_loss);
    }
    Ok(net)
}

/// The sum of the loss of scores over the number of positives, or over 1 if there is none.
fn score_loss(
    trial: &Trial<'_>,
    arm: &Arm,
    scores: Tensor<1>,
    targets: Vec<f32>,
) -> Result<Tensor<1>, StudyError> {
    let positives: f32 = targets.iter().sum();
    let options = Options {
        denominator: Denominator::Number(f64::from(positives.max(1.0))),
        ..Options::default()
    };
    let loss = LossModule::new(arm.objective.parse()?).with_options(options);
    if arm.name != "hard_mining" || trial.is_control() {
        return Ok(dense_loss(&loss, scores, &targets)?);
    }
    let weights = hardest(&numbers(scores.clone()), &targets);
    Ok(loss.forward_weighted(scores, vector(targets), vector(weights))?)
}

/// Average precision of a rare class among rows.
fn rows(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let mixture = GaussianMixture::new(4, 20, 0.5, key.child(3));
    let draw = |rare: usize, others: usize, key| {
        let others = others / 3;
        mixture.sample_counts(&[rare, others, others, others], key)
    };
    let train = draw(trial.sized(40, 6), trial.sized(8_000, 600), key.child(4));
    let test = draw(trial.sized(150, 10), trial.sized(30_000, 900), key.child(5));
    let is_rare = |data: &Labelled| -> Vec<f32> {
        let labels = data.labels.iter();
        labels.map(|&label| f32::from(label == 0)).collect()
    };
    let (given, truth) = (is_rare(&train), is_rare(&test));
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        let mut net =
            Mlp::new(&[20, 32, 1], arm.key.child(0)).with_output_bias(vec![-99.0_f32.ln()]);
        let mut optimizer = adam();
        for step_rows in batches(given.len(), 256, trial.sized(8, 1), arm.key.child(1)) {
            trial.check_stop()?;
            let scores = net.forward(matrix(gather(&train.features, 20, &step_rows.rows), 20));
            let targets = gather(&given, 1, &step_rows.rows);
            let loss = score_loss(trial, &arm, scores.reshape([targets.len()]), targets)?;
            net = step(&mut optimizer, 2e-3, net, loss);
        }
        let scores = net.scores_of(&test.features);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        let hits: Vec<bool> = order.iter().map(|&row| truth[row] > 0.5).collect();
        let rare = hits.iter().filter(|hit| **hit).count();
        findings.put(
            arm.name,
            "average_precision",
            average_precision(&hits, rare),
        );
    }
    Ok(findings)
}

/// Weight 1 for the positives and three times as many negatives, those with the highest scores; 0 for
/// all others.
fn hardest(scores: &[f32], targets: &[f32]) -> Vec<f32> {
    let mut weights = targets.to_vec();
    let positives = targets.iter().filter(|&&target| target > 0.5).count();
    let mut negatives: Vec<usize> = (0..targets.len()).filter(|&i| targets[i] < 0.5).collect();
    negatives.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    for &index in negatives.iter().take(3 * positives) {
        weights[index] = 1.0;
    }
    weights
}

/// Which share of the loss of negatives the easiest have, for several γ.
fn easy_shares(
    trial: &Trial<'_>,
    outputs: &[f32],
    targets: &[f32],
    findings: &mut Findings,
) -> Result<(), StudyError> {
    for gamma in [0.0, 0.5, 1.0, 2.0] {
        let used = if trial.is_control() { 0.0 } else { gamma };
        let objective = format!("sigmoid_focal(gamma={used}, alpha=none)");
        let shares = cumulative(&negative_losses(&objective, outputs, targets)?);
        // The point at 90% of the negatives.
        let easy = shares[shares.len() - 3].1;
        if gamma == 0.0 {
            findings.put("cross_entropy", "easy_share", easy);
        } else if gamma == 2.0 {
            findings.put("focal", "easy_share", easy);
        }
        findings.curve("cumulative", &format!("γ = {gamma}"), shares);
    }
    Ok(())
}

/// The losses of the negative scores, the easiest first.
fn negative_losses(
    objective: &str,
    outputs: &[f32],
    targets: &[f32],
) -> Result<Vec<f64>, StudyError> {
    let scores = outputs
        .chunks_exact(OUTPUTS)
        .flat_map(|output| &output[..SHAPES]);
    let negatives: Vec<f32> = scores
        .zip(targets)
        .filter(|(_, target)| **target < 0.5)
        .map(|(score, _)| *score)
        .collect();
    let (zeros, shape) = (vec![0.0f32; negatives.len()], [negatives.len()]);
    let batch = Batch::new(
        Array::new(&negatives, &shape),
        Target::dense(&zeros, &shape),
    );
    let objective: Objective = objective.parse()?;
    let evaluation = objective.evaluate(&batch, &Options::reduction(Reduction::None))?;
    let mut losses = evaluation.per_item.unwrap_or_default();
    losses.sort_by(f64::total_cmp);
    Ok(losses)
}

/// Which share of the sum the easiest have: points (share of the entries, share of the sum) in steps
/// of a twentieth.
fn cumulative(losses: &[f64]) -> Vec<(f64, f64)> {
    let total: f64 = losses.iter().sum();
    let point = |index: usize| {
        let share = index as f64 / 20.0;
        let count = (share * losses.len() as f64).round() as usize;
        let sum: f64 = losses.iter().take(count).sum();
        (share, sum / total)
    };
    (0..=20).map(point).collect()
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = results.difference("shapes", "ap50", "focal", "cross_entropy")?;
    let share = |method| results.mean("shapes", method, "easy_share");
    let (own, base) = (share("focal")?.mean, share("cross_entropy")?.mean);
    Ok(vec![
        Clause::above("gain in AP50 by focal over cross_entropy", &gain, 0.0),
        Clause::that(
            format!(
                "the easiest 90% of the negatives have {} of their loss with γ = 2; must be less than half \
                 of the {} with γ = 0",
                significant(own, 2),
                significant(base, 2),
            ),
            own < 0.5 * base,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Loss of the test negatives, the easiest first")
        .axis_labels("share of the negatives", "share of their loss");
    let precision = means(results, "rows", "average_precision", "average precision")?;
    Ok(vec![
        Exhibit::new(
            "Mean over three shapes, on pictures not seen.",
            means(results, "shapes", "ap50", "AP50")?,
        ),
        Exhibit::new(
            "The same model and negatives under several γ.",
            with_log_lines(chart, results, "shapes", "cumulative"),
        ),
        Exhibit::new(
            "Rows of numbers not seen, one of 200 of the rare class.",
            precision,
        ),
    ])
}
