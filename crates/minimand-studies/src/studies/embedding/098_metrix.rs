//! Metrix: mixed examples with interpolated labels for pairwise losses.

use burn::tensor::Tensor;
use minimand::Array;
use minimand::embedding::{ClassBatches, Proximity, nearest};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{directions, encoded, fit, halves, retrieval, select, unit};
use super::mixing::{
    HARD, WIDTH, contrastive, mixed_contrastive, mixed_multi_similarity, partners, share,
};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, gather, label_loss, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const OBJECTIVE: &str = "multi_similarity(alpha=2, beta=50, base=0.5)";
/// Weight of the mixed examples.
const WEIGHT: f64 = 0.4;

/// Where examples are mixed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mix {
    Never,
    Embeddings,
    Inputs,
}

/// Names, whether the loss is multi-similarity (otherwise contrastive), and the mixing.
const METHODS: [(&str, bool, Mix); 5] = [
    (MS, true, Mix::Never),
    (MS_EMBED, true, Mix::Embeddings),
    (MS_INPUT, true, Mix::Inputs),
    ("contrastive", false, Mix::Never),
    ("contrastive, mixed embeddings", false, Mix::Embeddings),
];
const MS: &str = "MS";
const MS_EMBED: &str = "MS, mixed embeddings";
const MS_INPUT: &str = "MS, mixed inputs";

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 98,
    slug: "metrix",
    claim: "Mixing a positive and a hard negative of an anchor, as inputs, features or embeddings, with a label between \
            theirs, improves recall at 1 of contrastive, multi-similarity and proxy-anchor losses on unseen classes by \
            some two to four points; mixed examples lie nearer to those of the classes of the test.",
    reduced: "8×8 digits and an MLP instead of birds, cars and products; no mixing of hidden features.",
    setting: "MLP 64-64-16, embeddings of length 1, 360 steps of Adam at 1e-3 with ten rows of each of the classes 0 to 4; \
              retrieval by cosine among the classes 5 to 9. Multi-similarity with 2, 50 and 0.5; contrastive on cosines with \
              margin 0.5. Each anchor has its three most similar negatives, each mixed with one of its positives: λ of \
              the positive, one λ ~ Beta(2, 2) for a batch, and λ of the label; the loss of the mixed examples alone is added \
              with weight 0.4. Utilisation: mean squared distance of a test embedding to the nearest of the training rows', or of as \
              many mixtures of each with a row of another class. The rule: recall at 1 of multi-similarity with mixed embeddings, and with \
              mixed inputs, is at most half a point below that without (95% interval); \
              with the network of mixed embeddings the utilisation of mixed embeddings is below that of clean ones with every \
              seed. The contrastive loss is shown without a clause.",
    control: "All methods train without mixing, from starts of their own, and the utilisation of mixtures is that of \
              rows that are all of the other class.",
    objectives: &[OBJECTIVE],
    provides: &["ClassBatches", "Retrieval"],
    parts: &[Part {
        name: "digits",
        about: "retrieval of unseen digits",
    }],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("098_metrix.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let [train, test] = halves(&trial.digits()?);
    let mut findings = Findings::new();
    for (index, (name, is_ms, mix)) in METHODS.into_iter().enumerate() {
        // The control's rule asks for no contrastive loss.
        if trial.is_control() && !is_ms {
            continue;
        }
        let (mix, start) = match trial.is_control() {
            true => (Mix::Never, index as u64),
            false => (mix, 0),
        };
        let key = trial.key().child(1).child(start);
        let net = train_net(trial, &train, is_ms, mix, key)?;
        let [recall, map] = retrieval(&encoded(&net, &test))?;
        let [train, test] = [&train, &test].map(|data| directions(encoded(&net, data)));
        let mixed = mixtures(&train, trial.is_control(), trial.key().child(2));
        findings.put_all(
            name,
            [
                ("recall at 1", recall),
                ("MAP at R", map),
                ("utilisation, clean", utilisation(&test, &train.features)?),
                ("utilisation, mixed", utilisation(&test, &mixed)?),
            ],
        );
    }
    Ok(findings)
}

fn train_net(
    trial: &Trial<'_>,
    train: &Labelled,
    is_ms: bool,
    mix: Mix,
    key: Key,
) -> Result<Mlp, StudyError> {
    let loss = LossModule::new(OBJECTIVE.parse()?);
    let seed = Random::new(key.child(1), 0).bits();
    let batches = ClassBatches::new(&train.labels, train.classes / 2, 10, seed)?;
    let net = Mlp::new(&[train.columns, 64, WIDTH], key.child(0));
    fit(trial, net, 1e-3, trial.sized(360, 10), |net, step| {
        let rows = batches.batch(step as u64);
        let labels = gather(&train.labels, 1, &rows);
        let inputs = gather(&train.features, train.columns, &rows);
        let inputs = matrix(inputs, train.columns);
        let found = unit(net.forward(inputs.clone()));
        let clean = match is_ms {
            true => label_loss(&loss, found.clone(), &labels)?,
            false => contrastive(&found, &labels),
        };
        if mix == Mix::Never {
            return Ok(clean);
        }
        let mut random = Random::new(key.child(2), step as u32);
        let [positives, negatives] =
            partners(&numbers(found.clone().detach()), &labels, &mut random);
        let lambda = share(&mut random);
        let between = |values: &Tensor<2>| {
            let [a, b] = [&positives, &negatives].map(|rows| select(values, rows));
            a.mul_scalar(lambda) + b.mul_scalar(1.0 - lambda)
        };
        let mixed = match mix {
            Mix::Inputs => unit(net.forward(between(&inputs))),
            _ => unit(between(&found)),
        };
        let anchors: Vec<usize> = (0..labels.len()).flat_map(|row| [row; HARD]).collect();
        let cosines = (select(&found, &anchors) * mixed).sum_dim(1);
        let cosines = cosines.reshape([labels.len(), HARD]);
        let mixed = match is_ms {
            true => mixed_multi_similarity(cosines, lambda),
            false => mixed_contrastive(cosines, lambda),
        };
        Ok(clean + mixed.mul_scalar(WEIGHT))
    })
}

/// Each row mixed with one of another class; if `other_alone` that row itself.
fn mixtures(units: &Labelled, other_alone: bool, key: Key) -> Vec<f32> {
    let mut random = Random::new(key, 0);
    let rows = (0..units.rows()).flat_map(|row| {
        let mut other = random.below(units.rows());
        while units.labels[other] == units.labels[row] {
            other = random.below(units.rows());
        }
        let own = match other_alone {
            true => 0.0,
            false => share(&mut random) as f32,
        };
        let pairs = units.row(row).iter().zip(units.row(other));
        pairs
            .map(|(x, y)| own * x + (1.0 - own) * y)
            .collect::<Vec<f32>>()
    });
    let features = rows.collect();
    directions(Labelled {
        features,
        ..units.clone()
    })
    .features
}

/// Mean squared distance of the test rows to the nearest of these.
fn utilisation(test: &Labelled, others: &[f32]) -> Result<f64, StudyError> {
    let shape = [others.len() / WIDTH, WIDTH];
    let found = nearest(
        &Array::new(&test.features, &[test.rows(), WIDTH]),
        &Array::new(others, &shape),
        1,
        Proximity::Euclidean,
    )?;
    let squares = found.values().iter().map(|distance| distance * distance);
    Ok(squares.sum::<f64>() / test.rows() as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for method in [MS_EMBED, MS_INPUT] {
        let gain = results.difference("digits", "recall at 1", method, MS)?;
        let what = format!("recall at 1 of {method}, over MS");
        clauses.push(Clause::above(&what, &gain, -0.005));
    }
    let clean = results.values("digits", MS_EMBED, "utilisation, clean")?;
    let mixed = results.values("digits", MS_EMBED, "utilisation, mixed")?;
    let lower = mixed
        .iter()
        .zip(clean)
        .filter(|(mixed, clean)| mixed < clean)
        .count();
    clauses.push(Clause::that(
        format!(
            "the utilisation of mixed embeddings is below that of clean ones with {lower} of {} seeds; must with all",
            clean.len()
        ),
        lower == clean.len(),
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let means = |measure, axis| charts::means(results, "digits", measure, axis);
    Ok(vec![
        Exhibit::new(
            "Recall at 1 among digits of classes that were not trained.",
            means("recall at 1", "recall at 1")?,
        ),
        Exhibit::new(
            "How far test embeddings are from the nearest training row.",
            means("utilisation, clean", "mean squared distance")?,
        ),
        Exhibit::new(
            "How far test embeddings are from the nearest of as many mixtures of training rows.",
            means("utilisation, mixed", "mean squared distance")?,
        ),
    ])
}
