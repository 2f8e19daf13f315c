//! Dice semimetric losses: Dice that takes averages of raters for what they are.

use minimand::grid::Grid;
use minimand::metrics::segmentation::Dice;
use minimand_burn::net::{UNet, UNetSettings};
use minimand_burn::random::{Key, Random};
use minimand_burn::train::images::{ImageSet, Masks};

use super::masks::{Cases, Course, chosen, fit, mean_of, net, probabilities, two_classes};
use super::minimisers;
use crate::charts;
use crate::data::lesions::Lesions;
use crate::data::mask_noise::shaken;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{Quality, reliability};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const WITH_DICE: &str = "cross_entropy + dice(smooth=2e-3, per=\"batch\")";
const WITH_SEMIMETRIC: &str = "cross_entropy + dice_semimetric(per=\"batch\")";

/// Which labels of the raters a method is trained with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Labels {
    Majority,
    OneRater,
    Average,
}

const METHODS: [(&str, &str, Labels); 4] = [
    ("majority, dice", WITH_DICE, Labels::Majority),
    ("one rater, dice", WITH_DICE, Labels::OneRater),
    ("average, dice", WITH_DICE, Labels::Average),
    ("average, semimetric", WITH_SEMIMETRIC, Labels::Average),
];

/// Losses that are looked at without a network; their smoothing is that of a single pixel, made small.
const FREE: minimisers::Losses = [
    ("dice", "dice(smooth=2e-9, activation=\"sigmoid\")"),
    (
        "semimetric",
        "dice_semimetric(smooth=1e-9, activation=\"sigmoid\")",
    ),
    (
        "form 2",
        "dice_semimetric(form=2, smooth=2e-9, activation=\"sigmoid\")",
    ),
];

const SIDE: usize = 32;
const RATERS: u64 = 3;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 85,
    slug: "dice-semimetric-losses",
    claim: "Dice semimetric losses equal the soft Dice loss for hard labels and are minimised by the label \
            itself for soft ones, where soft Dice is not. Networks trained with them on averages of raters \
            are better calibrated, and no worse in Dice, than with soft Dice on hard labels.",
    reduced: "Drawn lesions of 32×32 pixels with three drawn raters instead of QUBIQ, LiTS and KiTS, and a \
              U-Net of some 8,000 weights. No label smoothing and no distillation.",
    setting: "One to three lesions of 20 to 200 pixels; a rater's outlines are shaken by smooth displacements \
              with a deviation of 1.2 pixels. 100 training and 100 test pictures, U-Net of depth 2 and width 4, \
              12 epochs of AdamW at 1e-2 with batches of 8. Trained on the majority of the raters, on one rater \
              for each picture, and on their average, with cross-entropy plus Dice or Dice semimetric loss of the \
              whole batch. Measured against the majority of the test pictures' raters: Dice, and the expected \
              calibration error over all pixels in 15 bins. Theory: 16 free pixels with uniform soft targets and \
              the record's four, 6,000 steps of Adam. The semimetric losses must end within 0.01 of the target at \
              every pixel, soft Dice at 0 or 1 and more than 0.1 from the target; for 500 random pixels with hard \
              targets, values and derivatives must agree to 1e-12.",
    control: "Free pixels have hard targets, which soft Dice finds as well; all methods train on the majority \
              with soft Dice from starts of their own.",
    objectives: &[WITH_DICE, WITH_SEMIMETRIC, "dice_semimetric(form=2)"],
    provides: &["`losses::JaccardMetric`", "`losses::TverskySemimetric`"],
    parts: &[
        Part {
            name: minimisers::PART,
            about: "descent on predictions that no network holds together",
        },
        Part {
            name: "raters",
            about: "lesions outlined by three raters",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "The first run took 3,000 steps for free pixels. One whose target lies near the threshold at which soft Dice \
             is indifferent had not arrived at 0 or 1; the record's 6,000 steps are taken now.",
    source: include_str!("085_dice_semimetric_losses.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        minimisers::PART => minimisers::free_pixels(trial, &FREE, &[0.8, 0.3, 0.5, 0.0]),
        _ => raters(trial),
    }
}

fn raters(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let train = Rated::draw(trial, trial.sized(100, 12), key.child(1))?;
    let test = Rated::draw(trial, trial.sized(100, 10), key.child(2))?;
    let settings = UNetSettings {
        width: 4,
        ..UNetSettings::default()
    };
    let course = Course {
        epochs: trial.sized(12, 1),
        batch: 8,
        rate: 1e-2,
    };
    let mut findings = Findings::new();
    let arms = trial.arms(&METHODS.map(|(name, objective, _)| (name, objective)));
    for (arm, (.., labels)) in arms.into_iter().zip(METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(arm.name, "majority, dice" | "average, semimetric") {
            continue;
        }
        let labels = match trial.is_control() {
            true => Labels::Majority,
            false => labels,
        };
        let start = net(UNet::new(&settings, arm.key.child(0)))?;
        let set = train.set(labels, key.child(3))?;
        let fitted = fit::<4, _>(trial, start, arm.objective, &set, course, arm.key.child(1))?;
        let found = probabilities(&fitted, &test.cases, 2)?;
        let truth = &test.cases.labels;
        let quality = Quality::of(&found, truth, 2)?;
        let pairs = test.cases.pairs(&chosen(&found, 2), 1)?;
        let numbers = [
            ("dice", mean_of(&Dice, &pairs)),
            ("ece", quality.ece),
            ("nll", quality.nll),
            ("overconfidence", quality.overconfidence),
        ];
        findings.put_all(arm.name, numbers);
        let points = reliability(&found, truth, 2)?;
        findings.curve("reliability", arm.name, points);
    }
    Ok(findings)
}

/// Pictures whose true labels are the majority of the raters.
struct Rated {
    cases: Cases,
    /// Of each rater, 0 or 1.
    raters: Vec<Vec<u32>>,
}

impl Rated {
    fn draw(trial: &Trial<'_>, count: usize, key: Key) -> Result<Self, StudyError> {
        let lesions = Lesions::planar(SIDE).ok_or_else(|| trial.failed("no grid"))?;
        let lesions = Lesions {
            count: (1, 3),
            size: (20.0, 200.0),
            ..lesions
        };
        let mut cases = Cases::draw(lesions.grid, count, key.child(0), |key| {
            lesions.draw(key).picture
        });
        let rate = |rater: u64| rated(&cases.grid, &cases.labels, key.child(1 + rater));
        let raters: Vec<Vec<u32>> = (0..RATERS).map(rate).collect();
        for (pixel, label) in cases.labels.iter_mut().enumerate() {
            let votes: u32 = raters.iter().map(|labels| labels[pixel]).sum();
            *label = u32::from(2 * votes > RATERS as u32);
        }
        Ok(Self { cases, raters })
    }

    fn set(&self, labels: Labels, key: Key) -> Result<ImageSet, StudyError> {
        let pixels = self.cases.grid.len();
        match labels {
            Labels::Majority => self.cases.set(2),
            Labels::OneRater => {
                let mut random = Random::new(key, 0);
                let chosen = (0..self.cases.len()).flat_map(|picture| {
                    let rater = &self.raters[random.below(RATERS as usize)];
                    rater[picture * pixels..][..pixels].to_vec()
                });
                let labels = chosen.collect();
                self.cases.set_with(Masks::Labels { labels, classes: 2 })
            }
            Labels::Average => {
                let mean = |pixel: usize| {
                    let votes: u32 = self.raters.iter().map(|labels| labels[pixel]).sum();
                    votes as f32 / RATERS as f32
                };
                let average: Vec<f32> = (0..self.cases.labels.len()).map(mean).collect();
                self.cases.set_with(two_classes(&average, pixels))
            }
        }
    }
}

/// The labels of one rater of all pictures.
fn rated(grid: &Grid, labels: &[u32], key: Key) -> Vec<u32> {
    let pictures = labels.chunks_exact(grid.len()).enumerate();
    pictures
        .flat_map(|(index, labels)| shaken(grid, labels, 1.2, 2.0, key.child(index as u64)))
        .collect()
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = minimisers::clauses(results, &FREE)?;
    let change = |measure: &str| {
        results.difference("raters", measure, "average, semimetric", "majority, dice")
    };
    clauses.push(Clause::below(
        "change of the calibration error by the semimetric loss on averages, from soft Dice on the majority",
        &change("ece")?,
        0.0,
    ));
    clauses.push(Clause::above("change of Dice", &change("dice")?, -0.01));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    Ok(vec![
        minimisers::exhibit(results, "dice"),
        Exhibit::new(
            "Pixels of the test pictures: below the diagonal a model is overconfident, above it not confident \
             enough.",
            charts::reliability(results, "raters"),
        ),
        Exhibit::new(
            "Mean over the test pictures, against the majority of their raters.",
            charts::means(results, "raters", "dice", "Dice")?,
        ),
    ])
}
