//! BASNet: masks with sharp boundaries by a loss of pixels, patches and the whole.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;
use minimand::metrics::segmentation::Dice;
use minimand_burn::LossModule;
use minimand_burn::net::{NetError, UNet, UNetSettings};
use minimand_burn::random::Key;
use minimand_burn::train::TrainError;
use minimand_burn::train::images::{ImageBatch, Masks, Segmenter, predict};

use super::boundaries::{largest_f, relaxed_boundary_f};
use super::masks::{Cases, Course, fit_scales, mean_of, net};
use crate::charts;
use crate::data::polygons::Shapes;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Method, and which of cross-entropy, structural similarity and soft IoU it sums.
const METHODS: [(&str, [bool; 3]); 5] = [
    ("bce", [true, false, false]),
    ("bce + iou", [true, false, true]),
    ("bce + ssim", [true, true, false]),
    ("hybrid", [true, true, true]),
    ("hybrid, refined", [true, true, true]),
];

const SIDE: usize = 40;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 27,
    slug: "basnet",
    claim: "The sum of binary cross-entropy, structural similarity and soft IoU gives sharper boundaries than \
            cross-entropy alone: on ECSSD it raises the relaxed boundary F from about 0.78 to 0.83, and the \
            largest F.",
    reduced: "Drawn shapes of 40×40 pixels instead of photographs, a U-Net of some 8,000 weights instead of one with \
              the stages of a ResNet-34, and two supervised outputs at most instead of eight.",
    setting: "Shapes with two to five thin spikes and up to two bays on a texture; 50 training and 60 test pictures, 10 \
              epochs of AdamW at 1e-2, batches of 2; U-Net of depth 2 and width 4 with one logit. Similarity \
              in windows of 11 with zeros beyond the border, all terms with weight 1. Refined: a second such U-Net \
              adds to the logits of the first, and both are supervised. Boundary: pixels of the mask with a \
              neighbour outside, corners included; precision and recall count those within 1 pixel of the other \
              boundary, F with β² = 0.3, mean over pictures. The rule: the hybrid must have a higher boundary F \
              than cross-entropy, and a mean absolute error that is not more than 0.002 higher.",
    control: "All methods train with cross-entropy alone from starts of their own.",
    objectives: &[
        "binary_cross_entropy",
        "ssim(padding=\"zero\")",
        "jaccard(activation=\"sigmoid\")",
    ],
    provides: &[
        "`metrics::images::Ssim`",
        "`metrics::segmentation::BoundaryIou`",
    ],
    parts: &[Part {
        name: "shapes",
        about: "spiky shapes on a texture",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "The first run took 70 steps with batches of 8, after which one seed's networks predicted nothing; now there \
             are 250 steps, with batches of 2, in the same time.",
    source: include_str!("027_basnet.rs"),
};

/// A U-Net, and perhaps another that mends its logits.
#[derive(Module, Debug)]
struct Refined {
    first: UNet,
    second: Option<UNet>,
}

impl Refined {
    fn new(refined: bool, key: Key) -> Result<Self, StudyError> {
        let settings = UNetSettings {
            classes: 1,
            width: 4,
            ..UNetSettings::default()
        };
        let first = net(UNet::new(&settings, key.child(0)))?;
        let second = match refined {
            true => Some(net(UNet::new(&settings, key.child(1)))?),
            false => None,
        };
        Ok(Self { first, second })
    }
}

impl Segmenter for Refined {
    fn logits<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let coarse = self.first.forward(images)?;
        match &self.second {
            Some(second) => Ok(coarse.clone() + second.forward(coarse)?),
            None => Ok(coarse),
        }
    }

    fn scales<const D: usize>(&self, images: Tensor<D>) -> Result<Vec<Tensor<D>>, NetError> {
        let coarse = self.first.forward(images)?;
        Ok(match &self.second {
            Some(second) => vec![coarse.clone() + second.forward(coarse.clone())?, coarse],
            None => vec![coarse],
        })
    }
}

/// The terms of the hybrid loss that a method has.
struct Terms {
    /// Of logits.
    plain: Vec<LossModule>,
    /// Of probabilities.
    of_probabilities: Vec<LossModule>,
}

impl Terms {
    fn new(terms: [bool; 3]) -> Result<Self, StudyError> {
        let objectives = STUDY.objectives.iter().zip(terms).enumerate();
        let mut all = Self {
            plain: Vec::new(),
            of_probabilities: Vec::new(),
        };
        for (index, (objective, _)) in objectives.filter(|(_, (_, is_used))| *is_used) {
            let loss = LossModule::new(objective.parse()?);
            match index {
                1 => all.of_probabilities.push(loss),
                _ => all.plain.push(loss),
            }
        }
        Ok(all)
    }

    fn loss<const D: usize>(
        &self,
        logits: &Tensor<D>,
        batch: &ImageBatch,
    ) -> Result<Tensor<1>, TrainError> {
        let mut losses = Vec::new();
        for loss in &self.plain {
            losses.push(loss.forward_host(logits.clone(), batch.target(), None)?);
        }
        for loss in &self.of_probabilities {
            losses.push(loss.forward_host(sigmoid(logits.clone()), batch.target(), None)?);
        }
        Ok(Tensor::cat(losses, 0).sum())
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let shapes = Shapes::salient(SIDE).ok_or_else(|| trial.failed("no grid"))?;
    let draw = |count, key| Cases::draw(shapes.grid, count, key, |key| shapes.draw(key).picture);
    let train = draw(trial.sized(50, 8), key.child(1));
    let test = draw(trial.sized(60, 6), key.child(2));
    let set = train.set_with(Masks::Dense {
        values: train.labels.iter().map(|&label| label as f32).collect(),
        channels: 1,
    })?;
    let course = Course {
        epochs: trial.sized(10, 1),
        batch: 2,
        rate: 1e-2,
    };
    let mut findings = Findings::new();
    let arms = trial.arms(&METHODS.map(|(name, _)| (name, STUDY.objectives[0])));
    for (arm, (name, terms)) in arms.into_iter().zip(METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(name, "bce" | "hybrid") {
            continue;
        }
        let terms = Terms::new(if trial.is_control() {
            METHODS[0].1
        } else {
            terms
        })?;
        let start = Refined::new(name == "hybrid, refined", arm.key.child(0))?;
        let fitted = fit_scales::<4, _>(
            trial,
            start,
            &set,
            course,
            arm.key.child(1),
            |scales, batch| {
                let losses: Result<Vec<_>, _> = scales
                    .iter()
                    .map(|logits| terms.loss(logits, batch))
                    .collect();
                Ok(Tensor::cat(losses?, 0).sum())
            },
        )?;
        let logits = predict(&fitted, &test.images, &test.shape())?;
        let found: Vec<f64> = logits
            .iter()
            .map(|&z| 1.0 / (1.0 + (-f64::from(z)).exp()))
            .collect();
        measure(name, &test, &found, &mut findings)?;
    }
    Ok(findings)
}

fn measure(
    method: &str,
    test: &Cases,
    found: &[f64],
    findings: &mut Findings,
) -> Result<(), StudyError> {
    let pixels = test.grid.len();
    let errors = found.iter().zip(&test.labels);
    let error: f64 = errors.map(|(p, &label)| (p - f64::from(label)).abs()).sum();
    let labels: Vec<u32> = found.iter().map(|&p| u32::from(p >= 0.5)).collect();
    let pairs = test.pairs(&labels, 1)?;
    let mut boundary_f = 0.0;
    let pictures = labels
        .chunks_exact(pixels)
        .zip(test.labels.chunks_exact(pixels));
    for (own, truth) in pictures {
        boundary_f += relaxed_boundary_f(&test.grid, own, truth)? / test.len() as f64;
    }
    findings.put_all(
        method,
        [
            ("boundary F", boundary_f),
            ("largest F", largest_f(found, &test.labels, pixels)),
            ("mae", error / found.len() as f64),
            ("dice", mean_of(&Dice, &pairs)),
        ],
    );
    Ok(())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change = |measure| results.difference("shapes", measure, "hybrid", "bce");
    Ok(vec![
        Clause::above(
            "gain in boundary F by the hybrid loss over cross-entropy",
            &change("boundary F")?,
            0.0,
        ),
        Clause::below("change of the mean absolute error", &change("mae")?, 0.002),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for (measure, caption) in [
        (
            "boundary F",
            "Boundaries within a pixel of each other, mean over test pictures.",
        ),
        ("largest F", "Over all thresholds."),
        ("mae", "Mean absolute error of the probabilities."),
    ] {
        let plot = charts::means(results, "shapes", measure, measure)?;
        exhibits.push(Exhibit::new(caption, plot));
    }
    Ok(exhibits)
}
