//! SPOCKMIP: vessels that must be whole in their projections.

use minimand::grid::persistence::Construction;
use minimand::metrics::segmentation::{ClDice, Dice};

use super::masks::{Cases, ConvNet, Course, betti_errors, chosen, fit, mean_of, probabilities};
use crate::charts;
use crate::data::vessels::Vessels;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 3] = [
    (
        "focal tversky",
        "0.7*focal_tversky(smooth=1, include_background=false, per=\"batch\")",
    ),
    (
        "with one projection",
        "0.7*focal_tversky(smooth=1, include_background=false, per=\"batch\") + 0.3*mip(axes=2)",
    ),
    (
        "with three projections",
        "0.7*focal_tversky(smooth=1, include_background=false, per=\"batch\") + 0.3*mip",
    ),
];

const SIDE: usize = 20;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 6,
    slug: "spockmip",
    claim: "Adding the loss of maximum-intensity projections to that of the volume keeps thin vessels connected: \
            on 7T angiograms a median Dice of 79.7 with one axis and 80.2 with all, above the same U-Net without \
            projections.",
    reduced: "Drawn tubes in cubes of 20 voxels instead of 14 angiograms in patches of 64, and three convolutions \
              with 4 channels instead of a U-Net with deep supervision. The projection of a label is that of its own \
              cube, not of a larger volume.",
    setting: "Three smooth tubes with a radius of 1 to 1.5 voxels, three to five places where the signal fades but \
              the label does not, noise of 0.25; 20 training and 12 test cubes. Three 3×3×3 convolutions, normalised \
              and rectified, 12 epochs of AdamW at 1e-2, batches of 1. Focal Tversky loss with α = 0.7, γ = 0.75 and \
              weight 0.7, projections with weight 0.3, along the last axis or summed over all three. The error of \
              components is the difference of their numbers, where voxels meet at corners. The rule: three \
              projections must lower it, and their centreline Dice must not be below that of the volume's loss \
              alone by more than 0.005.",
    control: "All methods train with the loss of the volume from starts of their own.",
    objectives: &[
        "0.7*focal_tversky(smooth=1, include_background=false, per=\"batch\")",
        "0.7*focal_tversky(smooth=1, include_background=false, per=\"batch\") + 0.3*mip(axes=2)",
        "0.7*focal_tversky(smooth=1, include_background=false, per=\"batch\") + 0.3*mip",
    ],
    provides: &[
        "`segmentation::projection::maximum_projection`",
        "`supervision::DeepSupervision`",
    ],
    parts: &[Part {
        name: "tubes",
        about: "three tubes in a cube, with gaps in the signal",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "The first run took 90 steps with batches of 4, after which no method's masks overlapped the label well; now \
             there are 240 steps, with batches of 1, in the same time.",
    source: include_str!("006_spockmip.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let tubes = Vessels::tubes(SIDE).ok_or_else(|| trial.failed("no grid"))?;
    let draw = |count, key| Cases::draw(tubes.grid, count, key, |key| tubes.draw(key).picture);
    let train = draw(trial.sized(20, 4), key.child(1));
    let test = draw(trial.sized(12, 2), key.child(2));
    let set = train.set(2)?;
    let course = Course {
        epochs: trial.sized(12, 1),
        batch: 1,
        rate: 1e-2,
    };
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && arm.name == METHODS[1].0 {
            continue;
        }
        let start = ConvNet::new(3, 1, &[4, 4, 4], 2, arm.key.child(0))?;
        let net = fit::<5, _>(trial, start, arm.objective, &set, course, arm.key.child(1))?;
        let found = chosen(&probabilities(&net, &test, 2)?, 2);
        let pairs = test.pairs(&found, 1)?;
        let errors = betti_errors(&test, &found, Construction::TopCells)?;
        findings.put(arm.name, "components", errors[0]);
        findings.put(arm.name, "dice", mean_of(&Dice, &pairs));
        findings.put(arm.name, "cldice", mean_of(&ClDice, &pairs));
    }
    Ok(findings)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change = |measure| results.difference("tubes", measure, METHODS[2].0, METHODS[0].0);
    Ok(vec![
        Clause::below(
            "change of the error of components by three projections",
            &change("components")?,
            0.0,
        ),
        Clause::above(
            "change of the centreline Dice by three projections",
            &change("cldice")?,
            -0.005,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for (measure, caption) in [
        (
            "components",
            "Connected parts too many or too few, mean over test volumes.",
        ),
        ("cldice", "Overlap of centrelines."),
        ("dice", "Overlap."),
    ] {
        let plot = charts::means(results, "tubes", measure, measure)?;
        exhibits.push(Exhibit::new(caption, plot));
    }
    Ok(exhibits)
}
