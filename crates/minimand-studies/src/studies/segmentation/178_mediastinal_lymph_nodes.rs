//! Lymph nodes among vessels: ensembles of two views, and vessels as a channel of their own.

use minimand::metrics::segmentation::{Dice, MaskPair, Measure};
use minimand_burn::LossModule;
use minimand_burn::net::{UNet, UNetSettings};
use minimand_burn::train::TrainError;
use minimand_burn::train::images::Segmenter;
use minimand_report::svg::LineChart;

use super::cohort::{Cohort, Recipe, fit, logits};
use super::lymph_nodes::{
    PLANE, Patients, SHAPE, SLAB, VOXELS, coarse, found, halved, patients, slabs,
};
use crate::charts;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{dense_loss, gather};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const DICE: &str = "dice(activation=\"sigmoid\", squared=true, per=\"batch\")";
/// The recall at which false positives are compared.
const RECALL: f64 = 0.8;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 178,
    slug: "mediastinal-lymph-nodes",
    claim: "Averaging a network that sees slabs at full resolution with one that sees the whole volume at a lower one \
            finds 92% of the enlarged lymph nodes with 5 false positives per patient; organs as further input channels \
            help a little.",
    reduced: "Synthetic volumes of 16×32×32 voxels instead of 120 CT scans; U-Nets of width 4 and 8 that halve once; no \
              folds. The two views, their ensemble, the prior and the measures of instances are those of the paper.",
    setting: "Three or four tubes of radius 1 to 1.6 voxels, and 3 to 5 nodes of radius 1.3 to 3.2 beside them, of the \
              same brightness, in noise. 16 training volumes, 20 test volumes. Slab: 8 slices at full resolution, \
              probabilities averaged where slabs overlap. Whole: means of 2×2×2 voxels, probabilities repeated. Dice \
              with squares over the batch, 10 epochs of Adam from 2e-2 in batches of 4 slabs, 30 epochs of 4 volumes \
              for whole. mean and max are ensembles of both; with prior, the tubes are a second channel. Components \
              of 4 voxels and more are findings; a node is found if one overlaps it; one that overlaps no node is a \
              false positive. Recall is that of nodes with a short axis of 4 voxels or more, per patient. The rule \
              compares the Dice coefficient at the threshold 0.5, and the false positives per patient at the highest \
              threshold that finds 80% (the lowest one, if none does): mean against the member with the better Dice, \
              and mean with prior against mean without.",
    control: "The ensemble is the slab network with itself, and the prior has the tubes of another patient.",
    objectives: &[DICE],
    provides: &["minimand::grid::Components::short_axes"],
    parts: &[Part {
        name: "nodes",
        about: "nodes beside tubes of the same brightness",
    }],
    seeds: 4,
    run,
    judge,
    exhibits,
    mended: "First 24 training volumes, 5 seeds and 19 thresholds, which took too long.",
    source: include_str!("178_mediastinal_lymph_nodes.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let train = patients(trial, trial.sized(16, 4), 1)?;
    let test = patients(trial, trial.sized(20, 4), 2)?;
    let mut findings = Findings::new();
    for (suffix, has_prior) in [("", false), ("_prior", true)] {
        let view =
            |patients: &Patients| with_prior(&patients.cohort, has_prior, trial.is_control());
        let (train, cohort) = (view(&train), view(&test));
        let slab = slab_view(trial, &train, &cohort)?;
        let whole = match trial.is_control() {
            true => slab.clone(),
            false => whole_view(trial, &train, &cohort)?,
        };
        let pairs = || slab.iter().zip(&whole);
        let mean: Vec<f32> = pairs().map(|(a, b)| 0.5 * (a + b)).collect();
        let max: Vec<f32> = pairs().map(|(a, b)| a.max(*b)).collect();
        for (name, probabilities) in [
            ("slab", &slab),
            ("whole", &whole),
            ("mean", &mean),
            ("max", &max),
        ] {
            measure(
                &mut findings,
                &format!("{name}{suffix}"),
                &test,
                probabilities,
            )?;
        }
    }
    Ok(findings)
}

/// Dice at one half, and recall against false positives over all thresholds.
fn measure(
    findings: &mut Findings,
    name: &str,
    test: &Patients,
    probabilities: &[f32],
) -> Result<(), StudyError> {
    let grid = test.cohort.grid;
    let mut dice = 0.0;
    for (patient, own) in probabilities.chunks_exact(VOXELS).enumerate() {
        let mask: Vec<bool> = own.iter().map(|p| *p > 0.5).collect();
        let truth: Vec<bool> = test
            .cohort
            .labels_of(patient)
            .iter()
            .map(|l| *l == 1)
            .collect();
        dice += Dice
            .of(&MaskPair::new(&grid, &mask, &truth)?)
            .unwrap_or(1.0);
    }
    let mut curve = Vec::new();
    for step in (1..=9).rev() {
        let threshold = step as f32 / 10.0;
        let (mut recalls, mut false_positives) = (Vec::new(), 0);
        for (nodes, own) in test.nodes.iter().zip(probabilities.chunks_exact(VOXELS)) {
            let mask: Vec<bool> = own.iter().map(|p| *p > threshold).collect();
            let (recall, wrong) = found(&grid, &mask, nodes)?;
            recalls.extend(recall);
            false_positives += wrong;
        }
        let recall = recalls.iter().sum::<f64>() / recalls.len().max(1) as f64;
        curve.push((false_positives as f64 / test.nodes.len() as f64, recall));
    }
    let enough = curve.iter().find(|point| point.1 >= RECALL);
    let at_recall = enough.or(curve.last()).map_or(0.0, |point| point.0);
    // The thresholds are in descending order: 0.5 is in the middle.
    let (wrong, recall) = curve[4];
    findings.put_all(
        name,
        [
            ("dice", dice / test.nodes.len() as f64),
            ("recall", recall),
            ("false_positives", wrong),
            ("false_positives_at_80%", at_recall),
        ],
    );
    findings.curve("froc", name, curve);
    Ok(())
}

/// Probabilities from slabs, averaged where they overlap.
fn slab_view(trial: &Trial<'_>, train: &Cohort, test: &Cohort) -> Result<Vec<f32>, StudyError> {
    let recipe = Recipe {
        epochs: trial.sized(10, 1),
        batch_size: 4,
        rate: 2e-2,
    };
    let net = train_view(trial, &slabs(train, &[0, SLAB])?, 4, recipe)?;
    let starts = [0, SLAB / 2, SLAB];
    let found = logits(&net, &slabs(test, &starts)?)?;
    let mut probabilities = vec![0.0; test.len() * VOXELS];
    for (index, slab) in found.chunks_exact(SLAB * PLANE).enumerate() {
        let place = index / starts.len() * VOXELS + starts[index % starts.len()] * PLANE;
        for (offset, z) in slab.iter().enumerate() {
            // Slices of the first and last quarter are in one slab, the others in two.
            let slice = (place + offset) % VOXELS / PLANE;
            let is_once = slice < SLAB / 2 || slice >= SHAPE[0] - SLAB / 2;
            let share = if is_once { 1.0 } else { 0.5 };
            probabilities[place + offset] += share / (1.0 + (-z).exp());
        }
    }
    Ok(probabilities)
}

/// Probabilities from the volume at half the resolution.
fn whole_view(trial: &Trial<'_>, train: &Cohort, test: &Cohort) -> Result<Vec<f32>, StudyError> {
    let recipe = Recipe {
        epochs: trial.sized(30, 1),
        batch_size: 4,
        rate: 2e-2,
    };
    let net = train_view(trial, &halved(train)?, 8, recipe)?;
    let found = logits(&net, &halved(test)?)?;
    let volumes = found.chunks_exact(VOXELS / 8).flat_map(|volume| {
        (0..VOXELS).map(move |voxel| 1.0 / (1.0 + (-volume[coarse(voxel)]).exp()))
    });
    Ok(volumes.collect())
}

fn train_view(
    trial: &Trial<'_>,
    train: &Cohort,
    width: usize,
    recipe: Recipe,
) -> Result<UNet, StudyError> {
    let key = trial.key().child(3);
    let settings = UNetSettings {
        axes: 3,
        channels: train.channels,
        classes: 1,
        depth: 1,
        width,
        ..UNetSettings::default()
    };
    let net = UNet::new(&settings, key.child(0)).map_err(TrainError::from)?;
    let loss = LossModule::new(DICE.parse()?);
    let targets: Vec<f32> = train.labels.iter().map(|&label| label as f32).collect();
    fit::<_, 5>(trial, net, train, recipe, key.child(1), |net, step| {
        let target = gather(&targets, train.grid.len(), &step.rows);
        Ok(dense_loss(
            &loss,
            net.logits(step.images.clone())?,
            &target,
        )?)
    })
}

/// With the channel of the tubes or without; if it is shuffled, with that of the next patient.
fn with_prior(cohort: &Cohort, has_prior: bool, is_shuffled: bool) -> Cohort {
    let mut images = Vec::new();
    for patient in 0..cohort.len() {
        images.extend_from_slice(&cohort.images[2 * patient * VOXELS..][..VOXELS]);
        if has_prior {
            let whose = match is_shuffled {
                true => (patient + 1) % cohort.len(),
                false => patient,
            };
            images.extend_from_slice(&cohort.images[(2 * whose + 1) * VOXELS..][..VOXELS]);
        }
    }
    Cohort {
        channels: if has_prior { 2 } else { 1 },
        images,
        ..cohort.clone()
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let dice = |member: &str| results.mean("nodes", member, "dice");
    let best = match dice("whole")?.mean > dice("slab")?.mean {
        true => "whole",
        false => "slab",
    };
    let wrong = "false_positives_at_80%";
    Ok(vec![
        Clause::above(
            &format!("gain in Dice of the ensemble over {best}"),
            &results.difference("nodes", "dice", "mean", best)?,
            0.0,
        ),
        Clause::below(
            &format!("false positives at a recall of 80% of the ensemble less those of {best}"),
            &results.difference("nodes", wrong, "mean", best)?,
            0.0,
        ),
        Clause::below(
            "false positives at a recall of 80% of the ensemble, with prior less without",
            &results.difference("nodes", wrong, "mean_prior", "mean")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Recall against false positives")
        .axis_labels("false positives per patient", "recall of large nodes");
    Ok(vec![
        Exhibit::new(
            "Recall of large nodes over false positives per patient, as the threshold falls.",
            charts::with_lines(chart, results, "nodes", "froc"),
        ),
        Exhibit::new(
            "Dice coefficient of each view and ensemble at the threshold 0.5.",
            charts::means(results, "nodes", "dice", "Dice")?,
        ),
    ])
}
