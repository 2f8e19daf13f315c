//! Targets of a few pixels: a focal loss that adapts, and boxes as Gaussians.

use burn::tensor::{Int, Tensor};
use minimand::detection::{Overlap, Suppression, nms};
use minimand::grid::Grid;
use minimand::metrics::detection::DetectionScores;
use minimand::metrics::{DetectionBatch, Detections, Objects, detection::Selection};
use minimand::{Array, Batch, Objective, Options, Target};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::LineChart;

use super::dense::{INPUTS, PLACES, STRIDE, cell_of, middle_of, patches};
use super::descent::middle;
use super::scenes::SIDE;
use crate::charts::{means, with_lines};
use crate::data::boxes::Corners;
use crate::data::pictures::smooth_field;
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

/// Pixels of a box of log-size 0: about the mean size.
const SIZE: f64 = 3.5;
/// A score, then x, y, log width and log height.
const OUTPUTS: usize = 5;

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

/// Frames as the detector sees them.
struct Frames {
    /// `[frames · PLACES, INPUTS]`
    patches: Vec<f32>,
    /// 0 or 1, `[frames · PLACES]`
    targets: Vec<f32>,
    /// The targets of each frame.
    boxes: Vec<Vec<Corners>>,
}

impl Frames {
    fn new(count: usize, key: Key) -> Result<Self, StudyError> {
        let grid = Grid::new(&[SIDE, SIDE])?;
        let mut frames = Self {
            patches: Vec::with_capacity(count * PLACES * INPUTS),
            targets: vec![0.0; count * PLACES],
            boxes: Vec::with_capacity(count),
        };
        for index in 0..count {
            let key = key.child(index as u64);
            let mut random = Random::new(key, 0);
            let ground = smooth_field(&grid, 3.0, key.child(0));
            let mut pixels: Vec<f64> = ground
                .iter()
                .map(|x| 0.3 * x + 0.12 * random.normal())
                .collect();
            let mut boxes: Vec<Corners> = Vec::new();
            let count = 1 + random.below(2);
            while boxes.len() < count {
                let sides = [0; 2].map(|_| random.uniform_between(2.0, 5.0));
                let place = [0; 2].map(|_| random.uniform_between(4.0, SIDE as f64 - 4.0));
                let level = random.uniform_between(0.5, 1.2);
                // One box for each cell, and room between targets.
                if boxes
                    .iter()
                    .any(|other| distance(&middle(other), &place) < 8.0)
                {
                    continue;
                }
                for (pixel, value) in pixels.iter_mut().enumerate() {
                    let at = [pixel % SIDE, pixel / SIDE].map(|v| v as f64 + 0.5);
                    // A target ends where its brightness is e⁻² of that in its middle.
                    let far: f64 = (0..2)
                        .map(|k| (2.0 * (at[k] - place[k]) / sides[k]).powi(2))
                        .sum();
                    *value += level * (-2.0 * far).exp();
                }
                let [x, y] = place;
                let [w, h] = sides.map(|side| side / 2.0);
                frames.targets[index * PLACES + cell_of(place)] = 1.0;
                boxes.push([x - w, y - h, x + w, y + h]);
            }
            let pixels: Vec<f32> = pixels.iter().map(|&x| x as f32).collect();
            frames.patches.extend(patches(&pixels));
            frames.boxes.push(boxes);
        }
        Ok(frames)
    }
}

fn distance(a: &[f64; 2], b: &[f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

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

/// What was found in each frame, boxes and their scores.
type Found = Vec<(Vec<Corners>, Vec<f64>)>;

/// Boxes with a score above 0.01 in outputs `[frames · PLACES, OUTPUTS]`, without duplicates.
fn found(outputs: &[f32]) -> Result<Found, StudyError> {
    let frames = outputs.chunks_exact(PLACES * OUTPUTS).map(|outputs| {
        let (mut boxes, mut scores): (Vec<Corners>, Vec<f64>) = (Vec::new(), Vec::new());
        for (cell, terms) in outputs.chunks_exact(OUTPUTS).enumerate() {
            let terms: Vec<f64> = terms.iter().map(|&x| f64::from(x)).collect();
            let score = 1.0 / (1.0 + (-terms[0]).exp());
            if score > 0.01 {
                let [x, y] = middle_of(cell);
                let (x, y) = (x + terms[1] * STRIDE as f64, y + terms[2] * STRIDE as f64);
                // A box is no larger than the frame.
                let half = |term: f64| (0.5 * SIZE * term.exp()).min(SIDE as f64);
                let (w, h) = (half(terms[3]), half(terms[4]));
                boxes.push([x - w, y - h, x + w, y + h]);
                scores.push(score);
            }
        }
        let kept = nms(
            boxes.as_flattened(),
            &scores,
            None,
            Suppression::Iou { threshold: 0.5 },
        )?;
        Ok::<_, StudyError>((gather(&boxes, 1, &kept), gather(&scores, 1, &kept)))
    });
    frames.collect()
}

/// ½ or more up to a distance of two pixels.
fn nearness(a: &Corners, b: &Corners) -> f64 {
    (1.0 - distance(&middle(a), &middle(b)) / 4.0).max(0.0)
}

fn average_precision(
    found: &Found,
    frames: &Frames,
    likeness: &dyn Fn(&Corners, &Corners) -> f64,
) -> Result<f64, StudyError> {
    let (mut scores, mut overlaps) = (Vec::new(), Vec::new());
    for ((boxes, own), objects) in found.iter().zip(&frames.boxes) {
        scores.extend(own);
        let pairs = boxes
            .iter()
            .flat_map(|a| objects.iter().map(move |b| likeness(a, b)));
        overlaps.extend(pairs);
    }
    let counts: Vec<usize> = found.iter().map(|(boxes, _)| boxes.len()).collect();
    let object_counts: Vec<usize> = frames.boxes.iter().map(Vec::len).collect();
    let objects: usize = object_counts.iter().sum();
    let classes = vec![0; scores.len().max(objects)];
    let batch = DetectionBatch::with_overlaps(
        Detections {
            scores: &scores,
            classes: &classes[..scores.len()],
            counts: &counts,
            ..Detections::default()
        },
        Objects {
            classes: &classes[..objects],
            counts: &object_counts,
            ..Objects::default()
        },
        &overlaps,
        None,
    )?;
    let mut state = DetectionScores::with_thresholds(&[0.5])?;
    state.update(&batch);
    Ok(state
        .average_precision(&Selection::default())
        .unwrap_or(0.0))
}

/// The share of the targets that are found within two pixels, at the score with the best F1.
fn recall(found: &Found, frames: &Frames) -> f64 {
    let mut hits: Vec<(f64, bool)> = Vec::new();
    for ((boxes, scores), objects) in found.iter().zip(&frames.boxes) {
        // Boxes are in the order of their scores.
        let mut is_free = vec![true; objects.len()];
        for (own, score) in boxes.iter().zip(scores) {
            let near = (0..objects.len())
                .filter(|&object| is_free[object])
                .map(|object| (object, nearness(own, &objects[object])))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .filter(|(_, near)| *near >= 0.5);
            if let Some((object, _)) = near {
                is_free[object] = false;
            }
            hits.push((*score, near.is_some()));
        }
    }
    hits.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: usize = frames.boxes.iter().map(Vec::len).sum();
    let (mut right, mut best) = (0.0, (0.0, 0.0));
    for (index, (_, hit)) in hits.iter().enumerate() {
        right += f64::from(*hit);
        let f1 = 2.0 * right / (index as f64 + 1.0 + total as f64);
        if f1 > best.0 {
            best = (f1, right / total as f64);
        }
    }
    best.1
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
            "IoU knows nothing from 4 pixels on; NWD (C = 4) goes on rising.",
            with_lines(sliding, results, "sliding", "sliding"),
        ),
    ])
}
