//! Generalization of contrastive learning: concentration of augmented data, and an error bound.

use minimand_burn::LossModule;
use minimand_burn::random::Random;
use minimand_report::svg::{LineChart, Series};

use super::concentration::{augmented_distances, concentration, theorem};
use super::encoder::{encoded, fit, probe};
use super::views::{Augment, images};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::net::{Mlp, batches, label_loss, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const OBJECTIVE: &str = "nt_xent(temperature=0.5)";

/// Augmentations, each with all before it.
const SETS: [(&str, Augment); 6] = {
    let noise = Augment {
        noise: 0.1,
        ..Augment::NONE
    };
    let shift = Augment {
        shift: 1.0,
        ..noise
    };
    let rotation = Augment {
        rotation: 15.0,
        ..shift
    };
    let scale = Augment {
        scale: 0.15,
        ..rotation
    };
    let contrast = Augment {
        contrast: 0.3,
        ..scale
    };
    [
        ("none", Augment::NONE),
        ("noise", noise),
        ("+ shift", shift),
        ("+ rotation", rotation),
        ("+ scale", scale),
        ("+ contrast", contrast),
    ]
};
/// New augmentations of an image in every set.
const DRAWN: usize = 3;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 133,
    slug: "contrastive-generalization",
    claim: "What a contrastive encoder is worth downstream follows from three numbers: alignment, divergence of class \
            centres, and how the augmentations concentrate the data of a class; richer augmentations concentrate more, \
            and accuracy rises with them. The error of the nearest centre is bounded by the three.",
    reduced: "8×8 digits and a small MLP instead of photographs and residual networks; of the theory the bound of the error, \
              not that of the alignment by the loss.",
    setting: "Six nested sets of augmentations: none, noise of 0.1, shifts of up to a pixel, turns of up to 15°, sizes of \
              ±15%, contrast of ±30%. Augmented distance: the least between augmentations of two images, each image itself and \
              three more for every set up to this one. δ at σ = 0.9: the least distance within which 90% of every class \
              (60 images) lie pairwise, by a greedy clique. MLP 64-64-16 on 900 digits without labels, NT-Xent with \
              temperature 0.5, 30 epochs of Adam at 2e-3, batches of 128; accuracy of a linear probe on the embeddings. The rule: over the \
              six sets −δ and the mean accuracy have a rank correlation above 0.6 that at most 5% of the 720 orders reach. \
              Theorem: five classes at right angles on the sphere in 8 dimensions, 100 points each within 0.01, up to 2% of a \
              class at the place of another, augmentations of up to 0.0025: wherever the condition holds the error of the nearest centre must \
              not exceed 1 − σ + R, and the condition must hold in all ten draws of each seed. InfoNCE with one negative is \
              alignment plus divergence to 1e-10.",
    control: "The probe learns shuffled labels, and the bound takes all points for well placed.",
    objectives: &[OBJECTIVE, "info_nce(temperature=1)"],
    provides: &[],
    parts: &[
        Part {
            name: "augmentations",
            about: "encoders of six nested sets of augmentations",
        },
        Part {
            name: "theorem",
            about: "points for which the bound can be checked",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("133_contrastive_generalization.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "theorem" => theorem(trial),
        _ => augmentations(trial),
    }
}

fn augmentations(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = images(trial)?.split(trial.sized(900, 120), key.child(1));
    let mut labels = train.labels.clone();
    if trial.is_control() {
        Random::new(key.child(2), 0).shuffle(&mut labels);
    }
    let loss = LossModule::new(OBJECTIVE.parse()?);
    let epochs = trial.sized(if trial.is_control() { 8 } else { 30 }, 1);
    let size = 128.min(train.rows());
    let steps: Vec<Vec<usize>> = batches(train.rows(), size, epochs, key.child(3))
        .map(|step| step.rows)
        .filter(|rows| rows.len() == size)
        .collect();
    let (few, _) = train.split_by_class(&vec![trial.sized(60, 10); train.classes], key.child(4));
    let of_pair: Vec<u32> = (0..2 * size).map(|row| (row % size) as u32).collect();
    // The augmentations of each image of all sets up to now, the image itself first.
    let mut random = Random::new(key.child(5), 0);
    let mut seen: Vec<Vec<f32>> = (0..few.rows()).map(|row| few.row(row).to_vec()).collect();
    let mut findings = Findings::new();
    for (index, (name, augment)) in SETS.into_iter().enumerate() {
        if index > 0 {
            for (row, seen) in seen.iter_mut().enumerate() {
                for _ in 0..DRAWN {
                    seen.extend(augment.of(few.row(row), &mut random));
                }
            }
        }
        let distances = augmented_distances(&seen, few.columns, &few);
        findings.put(name, "δ at σ = 0.9", concentration(&distances, 0.9));
        let net = Mlp::new(&[train.columns, 64, 16], key.child(6));
        let net = fit(trial, net, 2e-3, steps.len(), |net, step| {
            let views = augment.pairs(&train, &steps[step], key.child(7).child(step as u64));
            let found = net.forward(matrix(views, train.columns));
            Ok(label_loss(&loss, found, &of_pair)?)
        })?;
        let taught = encoded(&net, &train.with_labels(labels.clone()));
        findings.put(name, "accuracy", probe(&taught, &encoded(&net, &test))?);
    }
    Ok(findings)
}

/// δ and accuracy of each set, means over the seeds.
fn means(results: &Results) -> Result<Vec<(f64, f64)>, StudyError> {
    let sets = SETS.iter().map(|(name, _)| {
        let mean = |measure| results.mean("augmentations", name, measure);
        Ok((mean("δ at σ = 0.9")?.mean, mean("accuracy")?.mean))
    });
    sets.collect()
}

/// The share of all orders of `values` that correlate with `by` at least as much as they do.
fn permuted(by: &[f64], values: &[f64]) -> f64 {
    let own = spearman(by, values);
    let mut orders = vec![Vec::new()];
    for &value in values {
        // Every place for the next value in every order so far.
        orders = orders
            .iter()
            .flat_map(|order: &Vec<f64>| {
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, value);
                    order
                })
            })
            .collect();
    }
    let reached = orders
        .iter()
        .filter(|order| spearman(by, order) >= own - 1e-12);
    reached.count() as f64 / orders.len() as f64
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let (by, accuracies): (Vec<f64>, Vec<f64>) = means(results)?
        .into_iter()
        .map(|(delta, accuracy)| (-delta, accuracy))
        .unzip();
    let correlation = spearman(&by, &accuracies);
    let chance = permuted(&by, &accuracies);
    let sum = |measure: &str| -> Result<f64, StudyError> {
        let values = results.values("theorem", "bound", measure)?;
        Ok(values.iter().sum())
    };
    let (draws, held, broken) = (sum("draws")?, sum("condition holds")?, sum("bound broken")?);
    let tight = results.mean("theorem", "bound", "error / bound")?.mean;
    let apart = results.values("theorem", "InfoNCE", "difference of the sum of its parts")?;
    let apart = apart.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Clause::that(
            format!(
                "−δ and accuracy have a rank correlation of {correlation:.2}; must be above 0.6"
            ),
            correlation > 0.6,
        ),
        Clause::that(
            format!(
                "{:.1}% of all orders reach it; must be below 5%",
                100.0 * chance
            ),
            chance < 0.05,
        ),
        Clause::that(
            format!("the theorem's condition holds in {held} of {draws} draws; must in all"),
            held == draws,
        ),
        Clause::that(
            format!(
                "its bound is broken {broken} times; must never (the error is {tight:.2} of it)"
            ),
            broken == 0.0,
        ),
        Clause::that(
            format!("InfoNCE is off its two parts by {apart:.1e} at most; must be below 1e-10"),
            apart < 1e-10,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut points = means(results)?;
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let chart = LineChart::new("Accuracy by concentration")
        .axis_labels("δ at σ = 0.9", "accuracy of a linear probe")
        .series(Series::new("sets of augmentations", points));
    Ok(vec![
        Exhibit::new(
            "Accuracy by the distance within which 90% of every class lie once they are augmented: from all augmentations, \
             on the left, to none.",
            chart,
        ),
        Exhibit::new(
            "Accuracy of the linear probe by set; each has all above it.",
            crate::charts::means(results, "augmentations", "accuracy", "accuracy")?,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_counted() {
        let by = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(permuted(&by, &[1.0, 2.0, 3.0, 4.0]), 1.0 / 24.0);
        assert_eq!(permuted(&by, &[4.0, 3.0, 2.0, 1.0]), 1.0);
    }
}
