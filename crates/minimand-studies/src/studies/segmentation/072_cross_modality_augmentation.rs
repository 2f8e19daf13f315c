//! Scans of one modality, translated to another of which few are labelled, as training data.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand::metrics::segmentation::Dice;
use minimand_burn::LossModule;
use minimand_burn::loss::{known_gradient, numbers};
use minimand_burn::net::UNet;
use minimand_burn::random::{Key, Random};
use minimand_burn::train::TrainError;
use minimand_burn::train::images::Segmenter;
use minimand_report::svg::LineChart;

use super::cohort::{Cohort, Recipe, Step, fit, fit_labels, mean, segment, tensor, unet};
use super::matching::{brightness, distance, points};
use super::nets::Translator;
use crate::charts;
use crate::data::lesions::Lesions;
use crate::data::pictures::{Imaging, Picture, natural_texture};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{dense_loss, gather};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;
const DICE: &str = "dice(smooth=1, include_background=false, per=\"batch\")";
pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 72,
    slug: "cross-modality-augmentation",
    claim: "With 6 labelled patients of MRI, a U-Net that is also trained on 377 labelled CT scans, translated to MRI by a \
            network that has to keep the tumours, reaches the highest Dice (0.75) of the compared augmentations, with \
            pseudo tumours that are as bright as real ones (divergence of brightness 0.069).",
    reduced: "Synthetic pictures of 32×32 pixels; translators of three convolutions. In place of the adversary, pseudo \
              pictures match the distribution of brightness and of its differences between neighbours of unlabelled real \
              ones; the paper's term of features is left out.",
    setting: "One or two lesions of 20 to 120 pixels: in A bright on dark ground, in B dark on a bright textured ground with \
              more noise. 60 labelled pictures of A, 8 of B, 60 of B without labels, 80 test pictures of B. Translators \
              from A (and a channel of noise) to B and back, 8 hidden channels, 10 epochs of Adam from 1e-2 in batches \
              of 4: 10 times the mean squared distance of the sorted brightness, and of the sorted differences, of pseudo \
              and real pictures, plus the squared error of the way there and back, plus, with shape, the Dice loss of a U-Net \
              that was trained on the 8 pictures and is held fixed, on pseudo pictures with the masks of A. Then U-Nets of \
              width 4 with the Dice loss over 480 pictures in batches of 4, Adam from 1e-2: on the 8 alone; on them \
              mirrored, turned and with other contrasts; or on as many of them as of A, raw or translated. Divergence: of \
              the brightness of lesions in 40 bins, each with 1e-6 added, from that of the test pictures. The rule: with \
              shape, a higher Dice than from B alone, and a smaller divergence than raw A.",
    control: "The masks of A belong to other pictures of A.",
    objectives: &[DICE, "mse"],
    provides: &[],
    parts: &[Part {
        name: "lesions",
        about: "bright lesions in A, dark ones in B",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("072_cross_modality_augmentation.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let many = trial.sized(60, 8);
    let mut a = pictures(trial, false, many, 1)?;
    if trial.is_control() {
        a.labels.rotate_left(PIXELS);
    }
    let b = pictures(trial, true, 8, 2)?;
    let unlabelled = pictures(trial, true, many, 3)?;
    let test = pictures(trial, true, trial.sized(80, 8), 4)?;
    let mut findings = Findings::new();
    let real = brightness(&test);
    findings.curve("brightness", "real B", points(&real));

    let few = train(trial, &b)?;
    findings.put("b_only", "dice", score(&few, &test)?);
    let net = train(trial, &augmented(&b, trial.key().child(5)))?;
    findings.put("augmented", "dice", score(&net, &test)?);
    let plain = translated(trial, &a, &unlabelled, None)?;
    let shaped = translated(trial, &a, &unlabelled, Some(few))?;
    for (name, pseudo) in [("raw_a", &a), ("pseudo", &plain), ("pseudo_shape", &shaped)] {
        let rows: Vec<usize> = (0..many).map(|row| row % b.len()).collect();
        let net = train(trial, &pseudo.clone().joined(&b.select(&rows)))?;
        findings.put(name, "dice", score(&net, &test)?);
        let own = brightness(pseudo);
        let divergence: f64 = own.iter().zip(&real).map(|(h, k)| h * (h / k).ln()).sum();
        findings.put(name, "divergence", divergence);
        findings.curve("brightness", name, points(&own));
    }
    Ok(findings)
}

fn train(trial: &Trial<'_>, cohort: &Cohort) -> Result<UNet, StudyError> {
    let recipe = Recipe {
        epochs: trial.sized(480, 16).div_ceil(cohort.len()),
        batch_size: 4,
        rate: 1e-2,
    };
    let key = trial.key().child(6);
    let loss = LossModule::new(DICE.parse()?);
    let net = unet(1, 2, 4, key.child(0))?;
    fit_labels::<_, 4>(trial, net, cohort, recipe, key.child(1), &loss)
}

fn score(net: &UNet, test: &Cohort) -> Result<f64, StudyError> {
    mean(test, &segment(net, test, 2)?, 1, &Dice)
}

/// All mirrored and turned copies, with other contrasts and levels.
fn augmented(cohort: &Cohort, key: Key) -> Cohort {
    let mut random = Random::new(key, 0);
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for row in 0..cohort.len() {
        for turn in 0..8 {
            let from = |pixel: usize| {
                let (mut y, mut x) = (pixel / SIDE, pixel % SIDE);
                if turn & 1 > 0 {
                    (y, x) = (x, y);
                }
                if turn & 2 > 0 {
                    y = SIDE - 1 - y;
                }
                if turn & 4 > 0 {
                    x = SIDE - 1 - x;
                }
                row * PIXELS + y * SIDE + x
            };
            let contrast = random.uniform_between(0.8, 1.25) as f32;
            let level = random.uniform_between(-0.1, 0.1) as f32;
            images.extend((0..PIXELS).map(|pixel| contrast * cohort.images[from(pixel)] + level));
            labels.extend((0..PIXELS).map(|pixel| cohort.labels[from(pixel)]));
        }
    }
    Cohort {
        images,
        labels,
        ..cohort.clone()
    }
}

/// A way from one modality to the other and one back.
#[derive(Module, Debug)]
struct Ways {
    there: Translator,
    back: Translator,
}

/// Pictures of A as pictures of B, with the masks of A.
fn translated(
    trial: &Trial<'_>,
    a: &Cohort,
    b: &Cohort,
    judge: Option<UNet>,
) -> Result<Cohort, StudyError> {
    let key = trial.key().child(7);
    let ways = Ways {
        there: Translator::new(2, 8, key.child(0)).map_err(TrainError::from)?,
        back: Translator::new(1, 8, key.child(1)).map_err(TrainError::from)?,
    };
    let recipe = Recipe {
        epochs: trial.sized(10, 1),
        batch_size: 4,
        rate: 1e-2,
    };
    let judge = judge.map(Module::no_grad);
    let (dice, square) = (
        LossModule::new(DICE.parse()?),
        LossModule::new("mse".parse()?),
    );
    let mut random = Random::new(key.child(2), 0);
    let loss = |ways: &Ways, step: &Step<4>| -> Result<Tensor<1>, TrainError> {
        let count = step.rows.len();
        let originals = gather(&a.images, PIXELS, &step.rows);
        let pseudo = ways.there.forward(with_noise(&originals, &mut random))?;
        let rows: Vec<usize> = (0..count).map(|_| random.below(b.len())).collect();
        let (value, gradient) =
            distance(&numbers(&pseudo)?, &gather(&b.images, PIXELS, &rows), SIDE);
        let matched = known_gradient(pseudo.clone(), value, gradient)?;
        let cycle = dense_loss(&square, ways.back.forward(pseudo.clone())?, &originals)?;
        let loss = matched.mul_scalar(10.0) + cycle;
        Ok(match &judge {
            Some(judge) => loss + dice.forward_host(judge.logits(pseudo)?, step.target(), None)?,
            None => loss,
        })
    };
    let ways = fit::<_, 4>(trial, ways, a, recipe, key.child(3), loss)?;
    let mut random = Random::new(key.child(4), 0);
    let pseudo = ways.there.forward(with_noise(&a.images, &mut random));
    Ok(Cohort {
        images: numbers(&pseudo.map_err(TrainError::from)?)?,
        ..a.clone()
    })
}

/// Pictures `[n, 2, rows, columns]` with white noise as the second channel.
fn with_noise(images: &[f32], random: &mut Random) -> Tensor<4> {
    let mut both = Vec::with_capacity(2 * images.len());
    for image in images.chunks_exact(PIXELS) {
        both.extend_from_slice(image);
        both.extend((0..PIXELS).map(|_| random.normal() as f32));
    }
    tensor(both, &[images.len() / PIXELS, 2, SIDE, SIDE], true)
}

fn pictures(
    trial: &Trial<'_>,
    is_b: bool,
    count: usize,
    purpose: u64,
) -> Result<Cohort, StudyError> {
    let settings = Lesions::planar(SIDE).ok_or_else(|| trial.failed("no pictures"))?;
    let settings = Lesions {
        count: (1, 2),
        size: (20.0, 120.0),
        imaging: Imaging {
            ground: 0.1,
            noise: 0.15,
            ..settings.imaging
        },
        ..settings
    };
    let clean = Lesions {
        imaging: Imaging {
            ground: 0.0,
            noise: 0.0,
            ..settings.imaging
        },
        ..settings.clone()
    };
    let key = trial.key().child(purpose);
    let pictures: Vec<Picture> = (0..count as u64)
        .map(|row| match is_b {
            false => settings.draw(key.child(row)).picture,
            true => inverted(clean.draw(key.child(row)).picture, key.child(row).child(9)),
        })
        .collect();
    Cohort::of(&pictures).ok_or_else(|| trial.failed("no pictures"))
}

/// Dark ground becomes bright and textured, and bright lesions dark, with noise.
fn inverted(mut picture: Picture, key: Key) -> Picture {
    let mut random = Random::new(key.child(0), 0);
    let texture = natural_texture(&picture.grid, key.child(1));
    for (pixel, texture) in picture.image.iter_mut().zip(texture) {
        let level = 0.9 - 0.6 * f64::from(*pixel) + 0.2 * texture + 0.2 * random.normal();
        *pixel = level as f32;
    }
    picture
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change = |measure: &str, baseline: &str| {
        results.difference("lesions", measure, "pseudo_shape", baseline)
    };
    Ok(vec![
        Clause::above("gain in Dice over B alone", &change("dice", "b_only")?, 0.0),
        Clause::below(
            "divergence of brightness less that of raw A",
            &change("divergence", "raw_a")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart =
        LineChart::new("Brightness of lesions").axis_labels("brightness", "share of pixels");
    Ok(vec![
        Exhibit::new(
            "Dice coefficient on test pictures of B.",
            charts::means(results, "lesions", "dice", "Dice")?,
        ),
        Exhibit::new(
            "Brightness of lesions: real ones in B, those of A, and pseudo ones.",
            charts::with_lines(chart, results, "lesions", "brightness"),
        ),
    ])
}
