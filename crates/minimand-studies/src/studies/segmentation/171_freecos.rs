//! FreeCOS: curves segmented without a single label.

use minimand::Objective;
use minimand::metrics::segmentation::{ClDice, Dice};
use minimand_burn::LossModule;
use minimand_burn::net::{UNet, UNetSettings};
use minimand_burn::random::{Key, Random};
use minimand_burn::train::images::Learner;

use super::contrast::contrast;
use super::curvilinear::{fractals, order_codes, otsu, with_amplitudes_of};
use super::masks::{Cases, chosen, mean_of, net, probabilities};
use crate::charts;
use crate::data::pictures::{Imaging, Picture};
use crate::data::vessels::Vessels;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, cosine};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const OBJECTIVE: &str = "dice(include_background=false, per=\"batch\") + 0.1*cross_entropy";

/// What a method does beside learning from fractals, each with all before it.
const METHODS: [(&str, usize); 4] = [
    ("fractals", 0),
    ("+ amplitudes", 1),
    ("+ order codes", 2),
    ("+ contrast", 3),
];

const SIDE: usize = 48;
/// Width of the lowest frequencies that are exchanged, as a share of the side.
const BETA: f64 = 0.1;
/// Weight of the contrast.
const CONTRAST: f64 = 0.04;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 171,
    slug: "freecos",
    claim: "Fractal trees with exact masks, given the low frequencies of unlabelled pictures and coded by the order of \
            their grey values, teach a network to segment vessels and cracks without labels: on XCAD an F1 of \
            about 0.72, where the best self-supervised method before had 0.64.",
    reduced: "Drawn vessels of 48×48 pixels instead of angiograms, and a U-Net of some 8,000 weights. The adversarial \
              loss is left out, fractals are not pasted into the unlabelled pictures, and the contrast is shown, \
              not judged.",
    setting: "Fractals: two trees of an L-system, lines of at least 1.5 pixels, drawn with random contrast, blur and noise on even \
              ground. Vessels: random-walk trees on uneven ground. 60 fractals, 60 unlabelled pictures, 40 test \
              pictures whose grey values go through x ↦ x^γ, ln γ uniform within ±1. U-Net of depth 2 and width 4, 10 \
              epochs of AdamW at 1e-2, batches of 2, Dice and 0.1 cross-entropy. Each method has all before it: amplitudes \
              of an unlabelled picture for frequencies of up to a tenth of the side; codes of the order of eight \
              neighbours in four directions as input, zeros beyond the border; a contrast of the features of fractals and of what is confidently \
              predicted in unlabelled pictures, with weight 0.04. Otsu's threshold is shown as well. The rule: with order codes, Dice must be higher than with \
              fractals alone.",
    control: "All methods learn from plain fractals, from starts of their own.",
    objectives: &[OBJECTIVE],
    provides: &[],
    parts: &[Part {
        name: "vessels",
        about: "vessels under a random map of grey values",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "The first run took 80 steps with batches of 8, which was too few for any network to reach Otsu's threshold; now there \
             are 300 steps, with batches of 2, in the same time.",
    source: include_str!("171_freecos.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let vessels = Vessels::planar(SIDE).ok_or_else(|| trial.failed("no grid"))?;
    let grid = vessels.grid;
    let real = |key: Key| {
        let picture = vessels.draw(key).picture;
        let image = grey(&picture.image);
        Picture { image, ..picture }
    };
    let unlabelled = Cases::draw(grid, trial.sized(60, 8), key.child(1), real);
    let test = Cases::draw(grid, trial.sized(40, 4), key.child(2), |key| {
        let gamma = Random::new(key.child(9), 0)
            .uniform_between(-1.0, 1.0)
            .exp();
        let picture = real(key);
        let image = picture.image.iter().map(|x| x.powf(gamma as f32));
        let image = image.collect();
        Picture { image, ..picture }
    });
    let plain = Cases::draw(grid, trial.sized(60, 8), key.child(3), |key| {
        let labels = fractals(&grid, 2, 1.5, key.child(0));
        let drawing: Vec<f32> = labels.iter().map(|&label| label as f32).collect();
        let imaging = Imaging {
            contrast: Random::new(key.child(1), 0).uniform_between(0.6, 1.2),
            blur: 0.7,
            noise: 0.25,
            ..Imaging::CLEAN
        };
        Picture {
            grid,
            channels: 1,
            image: grey(&imaging.photograph(&grid, &drawing, key.child(2))),
            labels,
        }
    });
    let mut adapted = plain.clone();
    let pairs = adapted
        .images
        .chunks_exact_mut(grid.len())
        .zip(unlabelled.images.chunks_exact(grid.len()));
    for (image, other) in pairs {
        let changed = with_amplitudes_of(&grid, image, other, BETA);
        image.copy_from_slice(&changed);
        image.iter_mut().for_each(|x| *x = x.clamp(LEAST, 1.0));
    }
    let mut findings = Findings::new();
    let arms = trial.arms(&METHODS.map(|(name, _)| (name, OBJECTIVE)));
    for (arm, (_, steps)) in arms.into_iter().zip(METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(steps, 0 | 2) {
            continue;
        }
        let steps = if trial.is_control() { 0 } else { steps };
        let source = if steps >= 1 { &adapted } else { &plain };
        let seen = |cases: &Cases| {
            if steps >= 2 {
                coded(cases)
            } else {
                cases.clone()
            }
        };
        let others = (steps >= 3).then(|| seen(&unlabelled));
        let net = fit(trial, &arm, &seen(source), others.as_ref())?;
        let test = seen(&test);
        let found = chosen(&probabilities(&net, &test, 2)?, 2);
        put(&mut findings, arm.name, &test, &found)?;
    }
    let mut found = Vec::with_capacity(test.labels.len());
    for image in test.images.chunks_exact(grid.len()) {
        let threshold = otsu(image);
        found.extend(image.iter().map(|&x| u32::from(x > threshold)));
    }
    put(&mut findings, "otsu", &test, &found)?;
    Ok(findings)
}

fn put(
    findings: &mut Findings,
    method: &str,
    test: &Cases,
    found: &[u32],
) -> Result<(), StudyError> {
    let pairs = test.pairs(found, 1)?;
    let measures = [
        ("dice", mean_of(&Dice, &pairs)),
        ("cldice", mean_of(&ClDice, &pairs)),
    ];
    findings.put_all(method, measures);
    Ok(())
}

/// Grey values are above 0, so that beyond the border it is darker than everywhere.
const LEAST: f32 = 1e-3;

/// From −1..2 to 0..1.
fn grey(image: &[f32]) -> Vec<f32> {
    image
        .iter()
        .map(|x| ((x + 1.0) / 3.0).clamp(LEAST, 1.0))
        .collect()
}

/// With order codes instead of grey values.
fn coded(cases: &Cases) -> Cases {
    let images = cases.images.chunks_exact(cases.grid.len());
    Cases {
        channels: 4,
        images: images
            .flat_map(|image| order_codes(&cases.grid, image))
            .collect(),
        ..cases.clone()
    }
}

fn fit(
    trial: &Trial<'_>,
    arm: &Arm,
    train: &Cases,
    unlabelled: Option<&Cases>,
) -> Result<UNet, StudyError> {
    let settings = UNetSettings {
        channels: train.channels,
        width: 4,
        ..UNetSettings::default()
    };
    let objective: Objective = arm.objective.parse()?;
    let loss = LossModule::new(objective);
    let set = train.set(2)?;
    let others = unlabelled.map(|cases| cases.set(2)).transpose()?;
    let mut learner = Learner::new(net(UNet::new(&settings, arm.key.child(0)))?, 0.0);
    let epochs = trial.sized(10, 1);
    let mut random = Random::new(arm.key.child(2), 0);
    for step in batches(train.len(), 2, epochs, arm.key.child(1)) {
        trial.check_stop()?;
        let batch = set.batch(&step.rows)?;
        let other = others
            .as_ref()
            .map(|set| set.batch(&step.rows))
            .transpose()?;
        learner.step(1e-2 * cosine(step.progress), |net| {
            let features = net.features(batch.tensor::<4>()?)?;
            let mut total = loss.forward_host(net.head(&features)?, batch.target(), None)?;
            if let Some(other) = &other {
                let term = contrast(net, &features, &batch, other, &mut random)?;
                total = match term {
                    Some(term) => total + term.mul_scalar(CONTRAST),
                    None => total,
                };
            }
            Ok(total)
        })?;
    }
    Ok(learner.into_net())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = results.difference("vessels", "dice", "+ order codes", "fractals")?;
    Ok(vec![Clause::above(
        "gain in Dice by amplitudes and order codes over plain fractals",
        &gain,
        0.0,
    )])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for (measure, caption) in [
        (
            "dice",
            "Mean over test pictures; each method has all above it.",
        ),
        ("cldice", "Overlap of centrelines."),
    ] {
        let plot = charts::means(results, "vessels", measure, measure)?;
        exhibits.push(Exhibit::new(caption, plot));
    }
    Ok(exhibits)
}
