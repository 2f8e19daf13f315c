//! Targets of a few pixels: a focal loss that adapts, and boxes as Gaussians.

use burn::tensor::{Int, Tensor};
use minimand::detection::Overlap;
use minimand::{Array, Batch, Objective, Options, Target};
use minimand_burn::LossModule;
use minimand_report::svg::LineChart;

use super::dense::{INPUTS, PLACES, STRIDE, cell_of, middle_of};
use super::descent::middle;
use super::small_targets::{Frames, OUTPUTS, SIZE, average_precision, found, nearness, recall};
use crate::charts::{means, with_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, dense_loss, gather, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

/// Losses of the objectness and of the box, one for each arm.
const METHODS: [(&str, &str); 5] = [
    ("plain", "binary_cross_entropy"),
    ("focal", "sigmoid_focal(alpha=none)"),
    ("atfl", "adaptive_threshold_focal"),
    ("giou", "giou"),
    ("nwd", "nwd(scale=3.5)"),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 170,
    slug: "eflnet-atfl-nwd",
    claim: "Infrared targets of a few pixels are detected better with a focal loss whose exponents follow the \
            confidence of the batch, which amplifies what is hard, and with a box loss that compares boxes as \
            Gaussians and so has a slope where they do not overlap; each adds one to three points of AP.",
    reduced: "Synthetic frames and a network of one wide convolution instead of YOLO v7; its attention is left out.",
    setting: "Frames of 64×64 pixels: a smooth ground (deviation 0.3, patches of 3 pixels), noise of 0.12 and one \
              or two Gaussian targets of 2 to 5 pixels, 0.5 to 1.2 bright. 16×16 cells; a 12×12 convolution of \
              stride 4 to 48 maps, a 1×1 one to 32, then a score and a box; output bias −ln 99 for the score. 300 \
              frames, 8 epochs of Adam at 2e-3, 8 frames per batch. The mean loss of all scores times their number \
              over that of the targets, plus the mean loss of the boxes of positive cells. Plain: cross-entropy and IoU; \
              the others change one of both: focal (γ = 2) or ATFL (λ = 1.5), and GIoU or NWD (C = 3.5 pixels, the \
              mean size). 150 test frames, suppression at an overlap of 0.5; AP50 by IoU, the same by distance (up to \
              2 pixels), and the recall by distance at the score with the best F1. ATFL must have a higher recall and \
              NWD a higher AP50 than plain. A box of 4 pixels that slides over another shows both box losses; where it \
              has left it NWD must still have a slope.",
    control: "Every method trains with cross-entropy and IoU, from a start of its own, and slides under IoU.",
    objectives: &[
        "binary_cross_entropy",
        "sigmoid_focal(alpha=none)",
        "adaptive_threshold_focal",
        "iou",
        "giou",
        "nwd(scale=3.5)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "frames",
            about: "small bright targets on an uneven ground",
        },
        Part {
            name: "sliding",
            about: "one box that slides off another",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("170_eflnet_atfl_nwd.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "frames" => detected(trial),
        _ => slid(trial),
    }
}

fn detected(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let train = Frames::new(trial.sized(300, 24), trial.key().child(1))?;
    let test = Frames::new(trial.sized(150, 30), trial.key().child(2))?;
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(arm.name, "plain" | "atfl" | "nwd") {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        let found = found(&net.scores_of(&test.patches))?;
        findings.put_all(
            arm.name,
            [
                (
                    "ap50",
                    average_precision(&found, &test, &|a, b| Overlap::Iou.of(*a, *b))?,
                ),
                (
                    "ap_by_distance",
                    average_precision(&found, &test, &nearness)?,
                ),
                ("recall", recall(&found, &test)),
            ],
        );
    }
    Ok(findings)
}

/// The loss of a box of 4 pixels at 0 to 8 pixels beside its target.
fn slid(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let mut findings = Findings::new();
    for (name, objective) in [("iou", "iou"), ("nwd", "nwd(scale=4)")] {
        let used = if trial.is_control() { "iou" } else { objective };
        let objective: Objective = used.parse()?;
        let mut curve = Vec::new();
        for step in 0..=16 {
            let x = f64::from(step) / 2.0;
            let (own, target) = ([x, 0.0, x + 4.0, 4.0], [0.0, 0.0, 4.0, 4.0]);
            let batch = Batch::new(
                Array::new(&own[..], &[1, 4]),
                Target::dense(&target[..], &[1, 4]),
            );
            let value = objective.evaluate(&batch, &Options::default())?.value;
            curve.push((x, value));
        }
        let rise = curve[16].1 - curve[14].1;
        findings.put(name, "rise_apart", rise);
        findings.curve("sliding", name, curve);
    }
    Ok(findings)
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &Frames) -> Result<Mlp, StudyError> {
    let is_box_loss = matches!(arm.objective, "giou" | "nwd(scale=3.5)");
    let (score_loss, box_loss) = match is_box_loss {
        true => ("binary_cross_entropy", arm.objective),
        false => (arm.objective, "iou"),
    };
    let score_loss = LossModule::new(score_loss.parse()?);
    let box_loss = LossModule::new(box_loss.parse()?);
    let mut bias = vec![0.0; OUTPUTS];
    bias[0] = -99.0_f32.ln();
    let mut net = Mlp::new(&[INPUTS, 48, 32, OUTPUTS], arm.key.child(0)).with_output_bias(bias);
    let mut optimizer = adam();
    for rows in batches(train.boxes.len(), 8, trial.sized(8, 1), arm.key.child(1)) {
        trial.check_stop()?;
        let targets = gather(&train.targets, PLACES, &rows.rows);
        let (mut positives, mut middles, mut boxes) = (Vec::new(), Vec::new(), Vec::new());
        for (place, &frame) in rows.rows.iter().enumerate() {
            for own in &train.boxes[frame] {
                let cell = cell_of(middle(own));
                positives.push((place * PLACES + cell) as i64);
                middles.extend(middle_of(cell).map(|x| x as f32));
                boxes.extend(own.map(|x| x as f32));
            }
        }
        let outputs = net.forward(matrix(
            gather(&train.patches, PLACES * INPUTS, &rows.rows),
            INPUTS,
        ));
        let scores = outputs.clone().narrow(1, 0, 1).reshape([targets.len()]);
        let each = targets.len() as f64 / positives.len() as f64;
        let loss = dense_loss(&score_loss, scores, &targets)?.mul_scalar(each);
        let positives = Tensor::<1, Int>::from_data(positives.as_slice(), &outputs.device());
        let terms = outputs.narrow(1, 1, 4).select(0, positives);
        let places = terms.clone().narrow(1, 0, 2).mul_scalar(STRIDE as f64) + matrix(middles, 2);
        let halves = terms.narrow(1, 2, 2).exp().mul_scalar(SIZE / 2.0);
        let found = Tensor::cat(vec![places.clone() - halves.clone(), places + halves], 1);
        net = step(
            &mut optimizer,
            2e-3,
            net,
            loss + dense_loss(&box_loss, found, &boxes)?,
        );
    }
    Ok(net)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure: &str, method: &str| results.difference("frames", measure, method, "plain");
    let rise = results.mean("sliding", "nwd", "rise_apart")?;
    Ok(vec![
        Clause::above(
            "gain in recall by ATFL over cross-entropy",
            &gain("recall", "atfl")?,
            0.0,
        ),
        Clause::above("gain in AP50 by NWD over IoU", &gain("ap50", "nwd")?, 0.0),
        Clause::that(
            format!(
                "the NWD loss of a box that has left its target rises by {:.3} over the last pixel; must rise",
                rise.mean
            ),
            rise.mean > 0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let sliding =
        LineChart::new("A box of 4 pixels beside its target").axis_labels("pixels", "loss");
    Ok(vec![
        Exhibit::new(
            "Boxes by overlap, on frames not seen.",
            means(results, "frames", "ap50", "AP50")?,
        ),
        Exhibit::new(
            "Targets found within two pixels, at the score with the best F1.",
            means(results, "frames", "recall", "recall")?,
        ),
        Exhibit::new(
            "Losses of the box; it has left its target from 4 pixels on. NWD with C = 4.",
            with_lines(sliding, results, "sliding", "sliding"),
        ),
    ])
}
