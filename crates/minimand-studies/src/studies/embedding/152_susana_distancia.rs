//! SuSana Distancia: few-shot learning with distances within an episode.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand::embedding::{Episode, Episodes};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{encoded, fit};
use super::glyphs::{SIDE, glyphs};
use super::icnn::{distances, score};
use super::proxies::one_hot;
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, gather, label_loss, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const PROTO: &str = "prototypes";
const TRIPLET: &str = "+ triplets";
const ICNN: &str = "+ ICNN";
const ALL: &str = "+ both";
/// Names, and whether triplets and ICNN are added.
const METHODS: [(&str, bool, bool); 4] = [
    (PROTO, false, false),
    (TRIPLET, true, false),
    (ICNN, false, true),
    (ALL, true, true),
];
/// Classes, support items and queries of an episode in training.
const WAYS: usize = 10;
const SHOTS: usize = 5;
const QUERIES: usize = 5;
const WIDTH: usize = 32;
const MARGIN: f64 = 0.5;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 152,
    slug: "susana-distancia",
    claim: "Two losses of distances within an episode, triplets of queries and prototypes, and −ln of a score of tight, \
            separate and pure neighbourhoods (ICNN), separate classes better and bring about two points of few-shot \
            accuracy on miniImageNet.",
    reduced: "Made-up characters of 12×12 pixels and an MLP instead of photographs and residual networks.",
    setting: "60 characters, strokes through five random places, for training and 20 others for the test, 20 images of each: places \
              shaken by 0.6, shifts, turns of up to 15°, sizes of ±15%, noise of 0.1. MLP 144-64-32, 150 episodes of Adam at 1e-3 \
              with ten classes, five support items and five queries of each. Cross-entropy of negative squared distances to prototypes, the means \
              of the support; averaged with triplets (own prototype nearer than any other by 0.5), with −ln ICNN of all \
              items (k = 4, ten inspected), or with both. Accuracy over 100 test episodes of five classes, one or five \
              support items and 10 queries of each; ICNN score of all test embeddings (k = 4, five inspected). The rule: with five support items \
              the better of the two added losses is at most half a point below cross-entropy alone (95% interval), and \
              with ICNN the score of test embeddings is above that without.",
    control: "All methods train with cross-entropy alone, from starts of their own.",
    objectives: &["cross_entropy"],
    provides: &["Episodes"],
    parts: &[Part {
        name: "characters",
        about: "episodes of unseen characters",
    }],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("152_susana_distancia.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let train = glyphs(trial.sized(60, 12), 20, key.child(1));
    let test = glyphs(20, 20, key.child(2));
    let mut findings = Findings::new();
    for (index, (name, triplets, icnn)) in METHODS.into_iter().enumerate() {
        let (added, start) = match trial.is_control() {
            true => ([false; 2], index as u64),
            false => ([triplets, icnn], 0),
        };
        let net = train_net(trial, &train, added, key.child(3).child(start))?;
        let found = encoded(&net, &test);
        for shots in [1, 5] {
            let episodes = Episodes::new(&test.labels, 5, shots, 10, seed(key.child(4)))?;
            let count = trial.sized(100, 5);
            let accuracies =
                (0..count).map(|index| accuracy(&found, &episodes.episode(index as u64), shots));
            let mean = accuracies.sum::<f64>() / count as f64;
            findings.put(name, &format!("accuracy, {shots}-shot"), mean);
        }
        let points = matrix(found.features.clone(), WIDTH);
        let score = numbers(score(&points, &test.labels, 4, 5))[0];
        findings.put(name, "ICNN score", f64::from(score));
    }
    Ok(findings)
}

fn seed(key: Key) -> u64 {
    Random::new(key, 0).bits()
}

fn train_net(
    trial: &Trial<'_>,
    train: &Labelled,
    [triplets, icnn]: [bool; 2],
    key: Key,
) -> Result<Mlp, StudyError> {
    let loss = LossModule::new("cross_entropy".parse()?);
    let episodes = Episodes::new(&train.labels, WAYS, SHOTS, QUERIES, seed(key.child(1)))?;
    let net = Mlp::new(&[SIDE * SIDE, 64, WIDTH], key.child(0));
    fit(trial, net, 1e-3, trial.sized(150, 5), |net, step| {
        let Episode { support, queries } = episodes.episode(step as u64);
        let rows = [support, queries].concat();
        let batch = gather(&train.features, train.columns, &rows);
        let found = net.forward(matrix(batch, train.columns));
        let shown = WAYS * SHOTS;
        let prototypes = found.clone().narrow(0, 0, shown);
        let prototypes = prototypes
            .reshape([WAYS, SHOTS, WIDTH])
            .mean_dim(1)
            .reshape([WAYS, WIDTH]);
        let queries = found.clone().narrow(0, shown, WAYS * QUERIES);
        let own: Vec<u32> = (0..WAYS * QUERIES)
            .map(|query| (query / QUERIES) as u32)
            .collect();
        let apart = distances(&queries, &prototypes);
        let logits = (apart.clone() * apart.clone()).neg();
        let mut terms = vec![label_loss(&loss, logits, &own)?];
        if triplets {
            terms.push(proto_triplet(apart, &own));
        }
        if icnn {
            let labels = gather(&train.labels, 1, &rows);
            let score = score(&found, &labels, 4, SHOTS + QUERIES);
            terms.push(score.clamp_min(1e-8).log().neg());
        }
        let count = terms.len() as f64;
        Ok(Tensor::cat(terms, 0).sum().div_scalar(count))
    })
}

/// Mean of max(0, d_own − least other + margin) of distances `[queries, classes]`.
fn proto_triplet(apart: Tensor<2>, labels: &[u32]) -> Tensor<1> {
    let [_, classes] = apart.dims();
    let own = one_hot(labels, classes);
    // The own prototype is put far away from the others.
    let others = apart.clone() + own.clone().mul_scalar(1e4);
    let nearest = others.neg().max_dim(1).neg();
    relu((apart * own).sum_dim(1) - nearest + MARGIN).mean()
}

/// The share of queries that are nearest to the mean of their class's support.
fn accuracy(found: &Labelled, episode: &Episode, shots: usize) -> f64 {
    let mean = |items: &[usize]| -> Vec<f32> {
        let sum = |axis: usize| items.iter().map(|&item| found.row(item)[axis]).sum::<f32>();
        (0..found.columns)
            .map(|axis| sum(axis) / items.len() as f32)
            .collect()
    };
    let prototypes: Vec<Vec<f32>> = episode.support.chunks(shots).map(mean).collect();
    let each = episode.queries.len() / prototypes.len();
    let right = episode.queries.iter().enumerate().filter(|(place, query)| {
        let square = |prototype: &Vec<f32>| -> f32 {
            let pairs = prototype.iter().zip(found.row(**query));
            pairs.map(|(x, y)| (x - y).powi(2)).sum()
        };
        let nearest = (0..prototypes.len())
            .min_by(|&a, &b| square(&prototypes[a]).total_cmp(&square(&prototypes[b])));
        nearest == Some(place / each)
    });
    right.count() as f64 / episode.queries.len() as f64
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let measure = "accuracy, 5-shot";
    let [triplet, icnn] =
        [TRIPLET, ICNN].map(|method| results.difference("characters", measure, method, PROTO));
    let (triplet, icnn) = (triplet?, icnn?);
    let (name, best) = match triplet.mean >= icnn.mean {
        true => (TRIPLET, triplet),
        false => (ICNN, icnn),
    };
    let gain = results.difference("characters", "ICNN score", ICNN, PROTO)?;
    Ok(vec![
        Clause::above(
            &format!("accuracy with five support items, {name} over prototypes alone"),
            &best,
            -0.005,
        ),
        Clause::above(
            "ICNN score of test embeddings by ICNN over prototypes alone",
            &gain,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let means = |measure, axis| charts::means(results, "characters", measure, axis);
    Ok(vec![
        Exhibit::new(
            "Accuracy in episodes of five unseen characters with five support items of each.",
            means("accuracy, 5-shot", "accuracy")?,
        ),
        Exhibit::new("The same with one.", means("accuracy, 1-shot", "accuracy")?),
        Exhibit::new(
            "How tight, separate and pure the classes of the test are.",
            means("ICNN score", "ICNN score")?,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_triplet_is_as_in_paper_152() {
        let queries = matrix(vec![0.0, 0.0, 1.0, 0.0, 0.0, 2.0], 2);
        let prototypes = matrix(vec![0.2, 0.0, 1.0, 1.0], 2);
        let apart = distances(&queries, &prototypes);
        let own = f64::from(numbers(proto_triplet(apart, &[0, 1, 1]))[0]);
        assert!((own - 0.233_333_292).abs() < 1e-4, "{own}");
    }
}
