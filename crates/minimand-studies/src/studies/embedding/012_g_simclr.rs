//! G-SimCLR: contrastive batches in which no two images share a pseudo-label.

use minimand::Array;
use minimand::embedding::{ClusterBatches, KMeans, false_negative_rate};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{embedded, encoded, fit, neighbours, probe};
use super::views::{Augment, images};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, batches, dense_loss, gather, label_loss, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const OBJECTIVE: &str = "nt_xent(temperature=0.5)";
const RANDOM: &str = "random";
const PSEUDO: &str = "pseudo-labels";
const ORACLE: &str = "true labels";
const METHODS: [&str; 3] = [RANDOM, PSEUDO, ORACLE];
/// Images of a batch: fewer than the ten classes, so that true labels can be kept apart.
const BATCH: usize = 8;
const CLUSTERS: usize = 12;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 12,
    slug: "g-simclr",
    claim: "Contrastive batches in which no two images share a pseudo-label, by k-means on the codes of a denoising \
            autoencoder, have fewer false negatives, and SimCLR learns better from them: by about a point of a linear \
            probe on CIFAR-10.",
    reduced: "8×8 digits, small networks and batches of 8 instead of 64.",
    setting: "900 digits without labels. Denoising autoencoder 64-32-16-32-64, noise of 0.3, 20 epochs of Adam at 2e-3; \
              k-means of its codes with 12 clusters. MLP 64-64-16 with NT-Xent, temperature 0.5, two views by shifts of up \
              to a pixel, turns of up to 10° and noise of 0.1, 900 steps of Adam at 1e-3, batches of 8 images: at random, of eight \
              different clusters, or of eight different true classes. Epochs end when fewer than eight clusters have images \
              left. False negatives: share of pairs of images of a batch that are of one class. Accuracy of a linear probe, and of \
              five nearest neighbours, on the embeddings. The rule: with every seed false negatives are fewest with true labels \
              (none) and fewer with pseudo-labels than at random; the probe's gain by pseudo-labels is above 0 in the mean and above \
              half a point less than nothing (95% interval).",
    control: "Clusters are shuffled among the images.",
    objectives: &[OBJECTIVE, "mse"],
    provides: &["ClusterBatches", "KMeans", "false_negative_rate"],
    parts: &[Part {
        name: "digits",
        about: "random, guided and ideal batches",
    }],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("012_g_simclr.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = images(trial)?.split(trial.sized(900, 200), key.child(1));
    let codes = codes(trial, &train, key.child(2))?;
    let shape = [codes.rows(), codes.columns];
    let means = KMeans {
        clusters: CLUSTERS,
        restarts: 3,
        ..KMeans::default()
    };
    let found = means.fit(&Array::new(&codes.features, &shape))?;
    let mut clusters: Vec<u32> = found.labels().iter().map(|&label| label as u32).collect();
    if trial.is_control() {
        Random::new(key.child(3), 0).shuffle(&mut clusters);
    }
    let mut findings = Findings::new();
    for name in METHODS {
        let guide = match name {
            PSEUDO => Some(&clusters),
            ORACLE => Some(&train.labels),
            _ => None,
        };
        let steps = drawn(guide, train.rows(), trial.sized(900, 10), key.child(4))?;
        let rates = steps
            .iter()
            .map(|rows| false_negative_rate(&train.labels, rows));
        let rates = rates.collect::<Result<Vec<f64>, _>>()?;
        let net = contrast(trial, &train, &steps, key.child(5))?;
        let [seen, unseen] = [&train, &test].map(|data| encoded(&net, data));
        findings.put_all(
            name,
            [
                (
                    "false negatives",
                    rates.iter().sum::<f64>() / rates.len() as f64,
                ),
                ("accuracy", probe(&seen, &unseen)?),
                ("nearest neighbours", neighbours(&seen, &unseen, 5)?),
            ],
        );
    }
    Ok(findings)
}

/// The codes of a denoising autoencoder.
fn codes(trial: &Trial<'_>, train: &Labelled, key: Key) -> Result<Labelled, StudyError> {
    let net = Mlp::new(&[train.columns, 32, 16, 32, train.columns], key.child(0));
    let loss = LossModule::new("mse".parse()?);
    let steps: Vec<Vec<usize>> = batches(train.rows(), 64, trial.sized(20, 1), key.child(1))
        .map(|step| step.rows)
        .collect();
    let noisy = Augment {
        noise: 0.3,
        ..Augment::NONE
    };
    let net = fit(trial, net, 2e-3, steps.len(), |net, step| {
        let rows = &steps[step];
        let views = noisy.views(train, rows, key.child(2).child(step as u64));
        let clean = gather(&train.features, train.columns, rows);
        let found = net.forward(matrix(views, train.columns));
        Ok(dense_loss(&loss, found, &clean)?)
    })?;
    let codes = net.first(2, matrix(train.features.clone(), train.columns));
    Ok(embedded(crate::net::numbers(codes.detach()), train))
}

/// So many batches: of images with different labels of a guide, or at random.
fn drawn(
    guide: Option<&Vec<u32>>,
    rows: usize,
    count: usize,
    key: Key,
) -> Result<Vec<Vec<usize>>, StudyError> {
    let mut found = Vec::new();
    let seed = Random::new(key, 0).bits();
    let guided = guide
        .map(|guide| ClusterBatches::new(guide, BATCH, seed))
        .transpose()?;
    let mut epoch = 0;
    while found.len() < count {
        let next = match &guided {
            Some(batches) => batches.epoch(epoch).0,
            None => {
                let mut order: Vec<usize> = (0..rows).collect();
                Random::new(key.child(epoch), 0).shuffle(&mut order);
                order.chunks_exact(BATCH).map(<[usize]>::to_vec).collect()
            }
        };
        found.extend(next);
        epoch += 1;
    }
    found.truncate(count);
    Ok(found)
}

fn contrast(
    trial: &Trial<'_>,
    train: &Labelled,
    steps: &[Vec<usize>],
    key: Key,
) -> Result<Mlp, StudyError> {
    let augment = Augment {
        shift: 1.0,
        rotation: 10.0,
        noise: 0.1,
        ..Augment::NONE
    };
    let loss = LossModule::new(OBJECTIVE.parse()?);
    let of_pair: Vec<u32> = (0..2 * BATCH).map(|row| (row % BATCH) as u32).collect();
    let net = Mlp::new(&[train.columns, 64, 16], key.child(0));
    fit(trial, net, 1e-3, steps.len(), |net, step| {
        let views = augment.pairs(train, &steps[step], key.child(1).child(step as u64));
        let found = net.forward(matrix(views, train.columns));
        Ok(label_loss(&loss, found, &of_pair)?)
    })
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let rates = |method| results.values("digits", method, "false negatives");
    let (random, pseudo, oracle) = (rates(RANDOM)?, rates(PSEUDO)?, rates(ORACLE)?);
    let ordered = (0..random.len())
        .filter(|&seed| oracle[seed] < pseudo[seed] && pseudo[seed] < random[seed])
        .count();
    let mean =
        |method| Ok::<f64, StudyError>(results.mean("digits", method, "false negatives")?.mean);
    let gain = results.difference("digits", "accuracy", PSEUDO, RANDOM)?;
    let fewer = results.difference("digits", "false negatives", PSEUDO, RANDOM)?;
    Ok(vec![
        Clause::that(
            format!(
                "false negatives are {:.3} at random, {:.3} with pseudo-labels, {:.3} with true ones, in this order with \
                 {ordered} of {} seeds; must with all",
                mean(RANDOM)?,
                mean(PSEUDO)?,
                mean(ORACLE)?,
                random.len()
            ),
            ordered == random.len(),
        ),
        Clause::below(
            "false negatives of pseudo-labels, less those at random",
            &fewer,
            0.0,
        ),
        Clause::above("gain in accuracy by pseudo-labels", &gain, -0.005),
        Clause::that(
            format!("that gain is {:.4} in the mean; must be above 0", gain.mean),
            gain.mean > 0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let means = |measure, axis| charts::means(results, "digits", measure, axis);
    Ok(vec![
        Exhibit::new(
            "Share of the pairs of a batch that are of one class, and yet are pushed apart.",
            means("false negatives", "share of pairs")?,
        ),
        Exhibit::new(
            "Linear probe on the embeddings.",
            means("accuracy", "accuracy")?,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guided_batches_keep_labels_apart() {
        let guide: Vec<u32> = (0..100).map(|row| row % 10).collect();
        let batches = drawn(Some(&guide), 100, 30, Key::new(1)).unwrap();
        assert_eq!(batches.len(), 30);
        for rows in batches {
            assert_eq!(false_negative_rate(&guide, &rows).unwrap(), 0.0);
            assert_eq!(rows.len(), BATCH);
        }
    }
}
