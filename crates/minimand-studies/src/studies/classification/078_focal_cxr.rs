//! The focal loss for rare findings, and maps of what a network looks at.

use minimand::metrics::{ClassCounts, ClassScores, Metric, MultilabelBatch, multilabel};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::LineChart;

use crate::charts::{means, with_lines};
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::grad_cam::grad_cam;
use crate::net::{Mlp, adam, batches, dense_loss, gather, matrix, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 6] = [
    ("cross_entropy", "binary_cross_entropy"),
    ("weighted", "binary_cross_entropy(pos_weight=32.3333)"),
    ("focal, γ 1", "sigmoid_focal(gamma=1, alpha=none)"),
    ("focal, γ 2", "sigmoid_focal(gamma=2, alpha=none)"),
    ("focal, γ 2, α 0.25", "sigmoid_focal(gamma=2, alpha=0.25)"),
    ("focal, γ 2, α 0.75", "sigmoid_focal(gamma=2, alpha=0.75)"),
];

/// Side of a picture of the second part, and of the patch in it.
const SIDE: usize = 12;
const PATCH: usize = 4;
/// Feature maps.
const CHANNELS: usize = 8;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 78,
    slug: "focal-cxr",
    claim: "Fine-tuning with the focal loss instead of cross-entropy raises the F1 of imbalanced findings \
            in chest X-rays (by 15% for Inception v3), and Grad-CAM shows that the network looks at \
            plausible places.",
    reduced: "Digits and a small network trained from the start instead of X-rays and pretrained ones; \
              Grad-CAM on pictures in which the place is known.",
    setting: "Rare: one digit against the rest, another digit with each seed; 800 training and 800 test \
              rows, 24 positive in each. MLP with one hidden layer of 32, Adam at 1e-3, batches of 50, 30 \
              epochs, the same starts and batches for every loss. F1 at the threshold 0.5, and the best F1 \
              of any threshold on the test rows, which tells what is left if the threshold is tuned. The \
              rule compares γ = 2 without α with cross-entropy. Place: 200 pictures of 12×12 pixels of \
              uniform noise below 0.6 with twelve lone pixels of 1; half have a 4×4 patch of 1, which \
              decides the class. A 3×3 convolution to 8 maps, rectified, averaged, and one score, trained \
              by the focal loss; the mass of Grad-CAM maps of 20 new pictures with a patch must lie in the \
              patch and the pixel around it, which its receptive field reaches.",
    control: "Rare: both losses are cross-entropy, from starts of their own. Place: the classes are \
              shuffled.",
    objectives: &[
        "binary_cross_entropy",
        "binary_cross_entropy(pos_weight=32.3333)",
        "sigmoid_focal(gamma=1, alpha=none)",
        "sigmoid_focal(gamma=2, alpha=none)",
        "sigmoid_focal(gamma=2, alpha=0.25)",
        "sigmoid_focal(gamma=2, alpha=0.75)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "rare",
            about: "one digit against the rest, 3% positive",
        },
        Part {
            name: "place",
            about: "a bright patch decides the class",
        },
    ],
    seeds: 30,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("078_focal_cxr.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    if trial.part() == "rare" {
        rare(trial)
    } else {
        place(trial)
    }
}

/// One class against the rest: so many positive and negative rows for training, and as many for the
/// test.
fn one_against_rest(trial: &Trial<'_>) -> Result<[Labelled; 2], StudyError> {
    let (positives, negatives) = (trial.sized(24, 12), trial.sized(776, 188));
    let data = trial.digits()?;
    let class = (trial.seed() % data.classes as u64) as u32;
    let mut order: Vec<usize> = (0..data.rows()).collect();
    Random::new(trial.key().child(1), 0).shuffle(&mut order);
    let (rare, rest): (Vec<usize>, Vec<usize>) = order
        .into_iter()
        .partition(|&row| data.labels[row] == class);
    if rare.len() < 2 * positives || rest.len() < 2 * negatives {
        let reason = format!("needs {} rows of each class", 2 * positives);
        return Err(trial.failed(reason));
    }
    Ok([0, 1].map(|half| {
        let rows = [
            &rare[half * positives..][..positives],
            &rest[half * negatives..][..negatives],
        ];
        let drawn = data.select(&rows.concat());
        let labels = drawn.labels.iter().map(|&label| u32::from(label == class));
        Labelled {
            classes: 2,
            ..drawn.with_labels(labels.collect())
        }
    }))
}

fn rare(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let [train, test] = one_against_rest(trial)?;
    let is_true: Vec<bool> = test.labels.iter().map(|&label| label == 1).collect();
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(arm.name, "cross_entropy" | "focal, γ 2") {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        let scores = net.scores_of(&test.features);
        let probabilities: Vec<f64> = scores.iter().map(|&z| sigmoid(z)).collect();
        let batch = MultilabelBatch::new(&probabilities, 1, &is_true, None)?;
        let (mut ranks, mut counts) = (ClassScores::default(), ClassCounts::default());
        ranks.update_multilabel(&batch)?;
        counts.update_multilabel(&batch)?;
        let mut ece = multilabel::Ece::default();
        ece.update(&batch)?;
        let numbers = [
            ("f1", counts.macro_f1()),
            ("best_f1", Some(best_f1(&probabilities, &is_true))),
            ("auroc", ranks.macro_auroc()),
            ("ece", ece.value()),
        ];
        for (measure, value) in numbers {
            findings.put(arm.name, measure, value.unwrap_or(f64::NAN));
        }
    }
    Ok(findings)
}

fn sigmoid(z: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(z)).exp())
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &Labelled) -> Result<Mlp, StudyError> {
    let loss = LossModule::new(arm.objective.parse()?);
    let mut net = Mlp::new(&[train.columns, 32, 1], arm.key.child(0));
    let mut optimizer = adam();
    for batch in batches(train.rows(), 50, trial.sized(30, 2), arm.key.child(1)) {
        trial.check_stop()?;
        let labels = gather(&train.labels, 1, &batch.rows);
        let targets: Vec<f32> = labels.iter().map(|&label| label as f32).collect();
        let rows = gather(&train.features, train.columns, &batch.rows);
        let scores = net.forward(matrix(rows, train.columns));
        net = step(
            &mut optimizer,
            1e-3,
            net,
            dense_loss(&loss, scores, &targets)?,
        );
    }
    Ok(net)
}

/// The largest F1 that any threshold reaches.
fn best_f1(scores: &[f64], is_true: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let total = is_true.iter().filter(|is_true| **is_true).count();
    let (mut right, mut best) = (0, 0.0_f64);
    for (index, &row) in order.iter().enumerate() {
        right += usize::from(is_true[row]);
        // Equal scores fall together.
        let is_last = order
            .get(index + 1)
            .is_none_or(|&next| scores[next] < scores[row]);
        if is_last {
            best = best.max(2.0 * right as f64 / (index + 1 + total) as f64);
        }
    }
    best
}

/// A picture `[SIDE, SIDE]`, and the corner of its patch if it has one.
fn picture(corner: Option<[usize; 2]>, random: &mut Random) -> Vec<f32> {
    let mut pixels: Vec<f32> = (0..SIDE * SIDE)
        .map(|_| random.uniform_between(0.0, 0.6) as f32)
        .collect();
    for _ in 0..12 {
        pixels[random.below(SIDE * SIDE)] = 1.0;
    }
    if let Some([x, y]) = corner {
        for row in y..y + PATCH {
            pixels[row * SIDE + x..][..PATCH].fill(1.0);
        }
    }
    pixels
}

/// The 3×3 pixels around each pixel, `[SIDE², 9]`; 0 beyond the border.
fn neighbourhoods(pixels: &[f32]) -> Vec<f32> {
    let side = SIDE as isize;
    let mut values = Vec::with_capacity(9 * pixels.len());
    for y in 0..side {
        for x in 0..side {
            for (i, j) in (-1..=1).flat_map(|i| (-1..=1).map(move |j| (i, j))) {
                let (row, column) = (y + i, x + j);
                let is_inside = (0..side).contains(&row) && (0..side).contains(&column);
                let pixel = || pixels[(row * side + column) as usize];
                values.push(if is_inside { pixel() } else { 0.0 });
            }
        }
    }
    values
}

fn place(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key().child(2);
    let mut random = Random::new(key.child(0), 0);
    let corner = |random: &mut Random| [0, 1].map(|_| random.below(SIDE - PATCH + 1));
    let count = trial.sized(200, 40);
    let mut targets: Vec<f32> = (0..count).map(|index| (index % 2) as f32).collect();
    let mut inputs = Vec::new();
    for &target in &targets {
        let corner = (target > 0.5).then(|| corner(&mut random));
        inputs.extend(neighbourhoods(&picture(corner, &mut random)));
    }
    if trial.is_control() {
        random.shuffle(&mut targets);
    }
    let net = fit_pictures(trial, &inputs, &targets, key)?;
    let mut findings = Findings::new();
    let (mut mass, mut right) = (0.0, 0.0);
    // By the distance from the patch: sums of the map, and how many pixels.
    let mut profile = [[0.0; 2]; SIDE];
    let tests = 20;
    for _ in 0..tests {
        let place = corner(&mut random);
        let inputs = neighbourhoods(&picture(Some(place), &mut random));
        let map = class_map(&net, &inputs);
        let sum: f64 = map.iter().sum();
        for (index, value) in map.iter().enumerate() {
            let distance = distance_from([index % SIDE, index / SIDE], place);
            profile[distance][0] += value;
            profile[distance][1] += 1.0;
            if distance <= 1 && sum > 0.0 {
                mass += value / sum / f64::from(tests);
            }
        }
        let scores = net.scores_of(&inputs);
        right += f64::from(u8::from(scores.iter().sum::<f32>() > 0.0)) / f64::from(tests);
    }
    findings.put("grad_cam", "mass_in_patch", mass);
    findings.put("grad_cam", "recall", right);
    let points = profile.iter().enumerate();
    let points = points.map(|(distance, [sum, count])| (distance as f64, sum / count));
    findings.curve("profile", "grad_cam", points);
    Ok(findings)
}

/// How many pixels lie between a pixel and the patch; 0 within it.
fn distance_from(pixel: [usize; 2], corner: [usize; 2]) -> usize {
    let along = |axis: usize| {
        let (pixel, low) = (pixel[axis], corner[axis]);
        low.saturating_sub(pixel)
            .max(pixel.saturating_sub(low + PATCH - 1))
    };
    along(0).max(along(1))
}

/// A 3×3 convolution is a layer over neighbourhoods; as the score is linear in the maps, it is the mean
/// of the scores of all places.
fn fit_pictures(
    trial: &Trial<'_>,
    inputs: &[f32],
    targets: &[f32],
    key: Key,
) -> Result<Mlp, StudyError> {
    let loss = LossModule::new("sigmoid_focal(gamma=2, alpha=none)".parse()?);
    let mut net = Mlp::new(&[9, CHANNELS, 1], key.child(1));
    let mut optimizer = adam();
    for batch in batches(targets.len(), 20, trial.sized(20, 2), key.child(2)) {
        trial.check_stop()?;
        let rows = gather(inputs, 9 * SIDE * SIDE, &batch.rows);
        let scores = net.forward(matrix(rows, 9));
        let scores = scores.reshape([batch.rows.len(), SIDE * SIDE]).mean_dim(1);
        let targets = gather(targets, 1, &batch.rows);
        net = step(
            &mut optimizer,
            2e-2,
            net,
            dense_loss(&loss, scores, &targets)?,
        );
    }
    Ok(net)
}

/// The Grad-CAM map of the score of a picture.
fn class_map(net: &Mlp, inputs: &[f32]) -> Vec<f64> {
    let maps = net.features_of(inputs);
    let leaf = matrix(maps.clone(), CHANNELS).require_grad();
    let gradients = net.head(leaf.clone()).mean().backward();
    let gradients = leaf.grad(&gradients).map(numbers).unwrap_or_default();
    grad_cam(&maps, &gradients, CHANNELS)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = results.difference("rare", "f1", "focal, γ 2", "cross_entropy")?;
    let mass = results.mean("place", "grad_cam", "mass_in_patch")?;
    Ok(vec![
        Clause::above("gain in F1 at the threshold 0.5 by γ = 2", &gain, 0.0),
        Clause::above("share of the Grad-CAM mass at the patch", &mass, 0.6),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    let captions = [
        (
            "f1",
            "F1 at the threshold 0.5",
            "Rare positives, one digit against the rest.",
        ),
        (
            "best_f1",
            "Best F1 of any threshold",
            "Most of the gain is one of the threshold: tuned, the losses differ less.",
        ),
    ];
    for (measure, label, caption) in captions {
        let plot = means(results, "rare", measure, label)?;
        exhibits.push(Exhibit::new(caption, plot));
    }
    let chart = LineChart::new("Grad-CAM by the distance from the patch")
        .axis_labels("distance from the patch, in pixels", "mean of the map");
    let chart = with_lines(chart, results, "place", "profile");
    let caption = "Where the network looks: at the patch that decides, not at lone bright pixels.";
    exhibits.push(Exhibit::new(caption, chart));
    Ok(exhibits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_threshold() {
        let scores = [0.9, 0.8, 0.7, 0.7, 0.1];
        let is_true = [true, false, true, true, false];
        // The first four are predicted: 2·3/(4 + 3).
        assert_eq!(best_f1(&scores, &is_true), 6.0 / 7.0);
        assert_eq!(distance_from([3, 9], [4, 3]), 3);
        assert_eq!(distance_from([5, 6], [4, 3]), 0);
    }
}
