//! SAUNA: a mask as a signed soft target that is less certain near its border, learnt by regression.

use minimand::grid::Grid;
use minimand::grid::distance::distance_transform;
use minimand::segmentation::sauna::{Combination, sauna_transform};
use minimand_burn::LossModule;
use minimand_burn::net::UNet;
use minimand_burn::random::{Key, Random};
use minimand_burn::train::images::Segmenter;
use minimand_report::html::PixelGrid;

use super::cohort::{Cohort, Recipe, fit, logits, unet};
use crate::charts;
use crate::data::mask_noise::grown;
use crate::data::vessels::{VesselPicture, Vessels};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{dense_loss, gather};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SAUNA: &str = "signed_jaccard_metric(per=\"batch\") + stable_focal_l1";
const METHODS: [(&str, &str); 3] = [
    ("cross_entropy", "binary_cross_entropy"),
    (
        "cross_entropy_dice",
        "binary_cross_entropy + dice(activation=\"sigmoid\", per=\"batch\")",
    ),
    ("sauna", SAUNA),
];

const SIDE: usize = 48;
/// Vessels up to this radius are thin, in pixels.
const THIN: f32 = 1.0;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 125,
    slug: "sauna",
    claim: "U-Nets that regress the SAUNA target of vessels, which is less certain near the border and in thin \
            parts, with the signed Jaccard loss and the stable focal L1 loss beat the classification of pixels, \
            typically by 0.5 to 2 points of Dice, when annotators are uncertain about borders.",
    reduced: "Synthetic vessels of 48×48 pixels instead of five sets of retinal images; a U-Net of width 4.",
    setting: "One or two branching vessels, 1 to 6 pixels wide, blurred, in noise. Each training mask is grown or \
              shrunk by a pixel, by chance; test masks are right. 80 training pictures, 10 epochs of Adam from \
              5e-3, 4 per batch; 60 test pictures. Every method has one logit z for a pixel and predicts z > 0. \
              Dice is that of all test pixels together; the thin part leaves out what is within 2 pixels of a \
              vessel wider than 2 pixels. The rule asks for the target's gain over cross-entropy: no loss of more \
              than 0.002 in all, and a gain in the thin part.",
    control: "Every method trains with cross-entropy from a start of its own.",
    objectives: &[
        "binary_cross_entropy",
        "binary_cross_entropy + dice(activation=\"sigmoid\", per=\"batch\")",
        SAUNA,
    ],
    provides: &["minimand::segmentation::sauna::sauna_transform"],
    parts: &[Part {
        name: "vessels",
        about: "branching vessels whose masks are a pixel too wide or too narrow",
    }],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "First with rectified linear units and a group of the normalisation for each channel; now with z·σ(z) and two \
             groups, as the other studies of masks, since some of their networks lost small classes.",
    source: include_str!("125_sauna.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let drawn = |count: usize, purpose: u64| -> Option<(Vec<VesselPicture>, Cohort)> {
        let settings = Vessels {
            trees: (1, 2),
            ..Vessels::planar(SIDE)?
        };
        let key = trial.key().child(purpose);
        let drawn: Vec<VesselPicture> = (0..count as u64)
            .map(|row| settings.draw(key.child(row)))
            .collect();
        let pictures: Vec<_> = drawn.iter().map(|drawn| drawn.picture.clone()).collect();
        Some((drawn, Cohort::of(&pictures)?))
    };
    let no_pictures = || trial.failed("no pictures");
    let (_, mut train) = drawn(trial.sized(80, 8), 1).ok_or_else(no_pictures)?;
    let (shapes, test) = drawn(trial.sized(60, 4), 2).ok_or_else(no_pictures)?;
    annotate(&mut train, trial.key().child(3));
    let soft = targets(&train, |mask, grid| {
        sauna_transform(grid, mask, 2.0, Combination::Raised)
    })?;
    let hard: Vec<f32> = train.labels.iter().map(|&label| label as f32).collect();
    let is_thin = thin_part(&shapes)?;
    let recipe = Recipe {
        epochs: trial.sized(10, 1),
        batch_size: 4,
        rate: 5e-3,
    };
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && arm.name == "cross_entropy_dice" {
            continue;
        }
        let target = if arm.objective == SAUNA { &soft } else { &hard };
        let loss = LossModule::new(arm.objective.parse()?);
        let net: UNet = unet(1, 1, 4, arm.key.child(0))?;
        let net = fit::<_, 4>(trial, net, &train, recipe, arm.key.child(1), |net, step| {
            let target = gather(target, train.grid.len(), &step.rows);
            Ok(dense_loss(
                &loss,
                net.logits(step.images.clone())?,
                &target,
            )?)
        })?;
        let predicted = logits(&net, &test)?;
        let all = dice(&predicted, &test.labels, |_| true);
        let thin = dice(&predicted, &test.labels, |pixel| is_thin[pixel]);
        findings.put_all(arm.name, [("dice", all), ("thin_dice", thin)]);
    }
    // What the target looks like across a thick and a thin vessel, as in the paper's figure.
    let (grid, mask) = (Grid::new(&[7, 16])?, example());
    let target = sauna_transform(&grid, &mask, 2.0, Combination::Raised)?;
    let curve = |values: &[f64]| -> Vec<(f64, f64)> {
        let points = values.iter().enumerate();
        points
            .map(|(pixel, &value)| (pixel as f64, value))
            .collect()
    };
    let mask: Vec<f64> = mask
        .iter()
        .map(|&inside| if inside { 1.0 } else { -1.0 })
        .collect();
    findings.curve("target", "mask", curve(&mask));
    findings.curve("target", "SAUNA target", curve(&target));
    Ok(findings)
}

/// Grows or shrinks each mask by a pixel.
fn annotate(train: &mut Cohort, key: Key) {
    let mut random = Random::new(key, 0);
    let grid = train.grid;
    for mask in train.labels.chunks_exact_mut(grid.len()) {
        let steps = if random.below(2) == 0 { 1 } else { -1 };
        mask.copy_from_slice(&grown(&grid, mask, steps));
    }
}

/// A number for each pixel, made of each mask.
fn targets(
    cohort: &Cohort,
    make: impl Fn(&[bool], &Grid) -> Result<Vec<f64>, minimand::Error>,
) -> Result<Vec<f32>, StudyError> {
    let mut targets = Vec::with_capacity(cohort.labels.len());
    for row in 0..cohort.len() {
        let mask: Vec<bool> = cohort
            .labels_of(row)
            .iter()
            .map(|&label| label == 1)
            .collect();
        targets.extend(make(&mask, &cohort.grid)?.iter().map(|&c| c as f32));
    }
    Ok(targets)
}

/// Which pixels are farther than 2 pixels from every vessel that is not thin.
fn thin_part(shapes: &[VesselPicture]) -> Result<Vec<bool>, StudyError> {
    let mut is_thin = Vec::new();
    for shape in shapes {
        let thick: Vec<bool> = shape.radii.iter().map(|&radius| radius > THIN).collect();
        let distances = distance_transform(&shape.picture.grid, &thick, true)?;
        is_thin.extend(distances.iter().map(|&distance| distance > 2.0));
    }
    Ok(is_thin)
}

/// The Dice coefficient of z > 0 and the labels over some pixels.
fn dice(logits: &[f32], labels: &[u32], counts: impl Fn(usize) -> bool) -> f64 {
    let (mut both, mut sizes) = (0.0, 0.0);
    for pixel in (0..labels.len()).filter(|&pixel| counts(pixel)) {
        let (predicted, truth) = (logits[pixel] > 0.0, labels[pixel] == 1);
        both += f64::from(u8::from(predicted && truth));
        sizes += f64::from(u8::from(predicted) + u8::from(truth));
    }
    if sizes > 0.0 { 2.0 * both / sizes } else { 0.0 }
}

/// 7×16 pixels with a bar of width 5 and a line of width 1.
fn example() -> Vec<bool> {
    let is_inside = |pixel: usize| {
        let (row, column) = (pixel / 16, pixel % 16);
        (1..=5).contains(&row) && ((2..=6).contains(&column) || column == 11)
    };
    (0..7 * 16).map(is_inside).collect()
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure: &str| results.difference("vessels", measure, "sauna", "cross_entropy");
    Ok(vec![
        Clause::above("gain in Dice", &gain("dice")?, -0.002),
        Clause::above("gain in Dice, thin vessels", &gain("thin_dice")?, 0.0),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut target = PixelGrid::new("A mask and its target").range(-1.0, 1.0);
    for (name, curve) in results.curves("vessels", "target") {
        target = target.tile(name, 16, curve.iter().map(|point| point[1]).collect());
    }
    Ok(vec![
        Exhibit::new(
            "Gain in Dice over cross-entropy, thin vessels.",
            charts::gains(results, "vessels", "thin_dice", "cross_entropy", "gain")?,
        ),
        Exhibit::new(
            "Gain in Dice over cross-entropy, all vessels.",
            charts::gains(results, "vessels", "dice", "cross_entropy", "gain")?,
        ),
        Exhibit::new(
            "The target of a bar of width 5 beside a line of width 1: graded at the border of the bar, certain in the \
             line and around it.",
            target,
        ),
    ])
}
