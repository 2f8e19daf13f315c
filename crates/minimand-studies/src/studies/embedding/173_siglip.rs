//! SigLIP: a sigmoid for every pair against a softmax over the batch, by the size of the batch.

use minimand_burn::random::{Key, Random};

use super::towers::{Loss, Pairs, Towers, World};
use crate::adam::Adam;
use crate::charts;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SOFTMAX: &str = "softmax";
const SIGMOID: &str = "SigLIP";
const METHODS: [(&str, &str); 2] = [(SOFTMAX, "info_nce(symmetric=true)"), (SIGMOID, "siglip")];
const BATCHES: [usize; 4] = [8, 32, 128, 512];
const RATES: [f64; 4] = [1e-3, 3e-3, 1e-2, 3e-2];
/// Shares of mismatched pairs, at the batch size of 128.
const MISMATCHED: [f64; 3] = [0.1, 0.3, 0.5];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 173,
    slug: "siglip",
    claim: "With a sigmoid for every pair of image and text instead of a softmax over the batch, two towers train \
            clearly better with small batches, below 16 thousand pairs, and as well with large ones.",
    reduced: "Made-up pairs and linear towers; batches of 8 to 512 instead of up to a million.",
    setting: "200 concepts, means N(0, 1) in 12 dimensions; u is a mean plus N(0, 0.25). Image: A tanh(B u) of 32 \
              hidden numbers in 64 dimensions; text: C u in 32; noise of 0.5 on both. Linear towers to 16 dimensions; \
              factor of the cosines (and bias) learnt from ln 10 (and −10). Adam over 20,480 pairs whatever the batch; the \
              rate (1e-3 to 3e-2) with the best recall on 500 pairs, for each loss and batch size. Recall at 1 of the \
              text of an image among 1,000 unseen pairs. The rule: the recall of SigLIP is above that of the \
              softmax at batch sizes 8 and 32, and within two points of it at 512. With 10, 30 and 50% of mismatched \
              pairs (batches of 128) both are shown without a clause.",
    control: "Both methods train with the softmax, from starts of their own, on half of the pairs.",
    objectives: &["info_nce(symmetric=true)", "siglip"],
    provides: &["value_and_both_gradients"],
    parts: &[
        Part {
            name: "batch size",
            about: "matched pairs",
        },
        Part {
            name: "mismatched",
            about: "batches of 128, some texts exchanged",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "In a first run the control had all pairs, too, which took too long.",
    source: include_str!("173_siglip.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let world = World::new(key.child(1));
    // The control's rule needs no well-trained towers.
    let rows = trial.sized(if trial.is_control() { 10_240 } else { 20_480 }, 1024);
    let train = world.pairs(rows, key.child(2));
    let validation = world.pairs(trial.sized(500, 50), key.child(3));
    let test = world.pairs(trial.sized(1000, 100), key.child(4));
    let mut findings = Findings::new();
    let is_matched = trial.part() == "batch size";
    let settings: Vec<(f64, usize)> = match is_matched {
        true => BATCHES.iter().map(|&size| (size as f64, size)).collect(),
        false => MISMATCHED.iter().map(|&share| (share, 128)).collect(),
    };
    let is_judged = |size: usize| !trial.is_control() || is_matched && size != 128;
    for arm in trial.arms(&METHODS) {
        let mut curve = Vec::new();
        // The control's rule looks at no mismatched pairs.
        for &(place, size) in settings.iter().filter(|(_, size)| is_judged(*size)) {
            let texts = match is_matched {
                true => (0..rows).collect(),
                false => mismatched(rows, place, key.child(5)),
            };
            let mut best: Option<(f64, f64)> = None;
            for rate in RATES {
                let towers = fit(trial, &train, &texts, (size, rate), arm.objective, arm.key)?;
                let validated = towers.recall(&validation)?;
                if best.is_none_or(|(recall, _)| validated > recall) {
                    best = Some((validated, towers.recall(&test)?));
                }
            }
            let (_, recall) = best.unwrap_or_default();
            findings.put(arm.name, &measure(place), recall);
            curve.push((place, recall));
        }
        findings.curve("recall at 1", arm.name, curve);
    }
    Ok(findings)
}

/// What a recall is called: by the batch size, or by the share of mismatched pairs.
fn measure(place: f64) -> String {
    format!("recall at 1, {place}")
}

/// For each image the row of its text: of a share of the images that of another.
fn mismatched(rows: usize, share: f64, key: Key) -> Vec<usize> {
    let mut random = Random::new(key, 0);
    let mut chosen: Vec<usize> = (0..rows).collect();
    random.shuffle(&mut chosen);
    chosen.truncate((share * rows as f64).round() as usize);
    let mut texts: Vec<usize> = (0..rows).collect();
    for (index, &row) in chosen.iter().enumerate() {
        texts[row] = chosen[(index + 1) % chosen.len()];
    }
    texts
}

fn fit(
    trial: &Trial<'_>,
    train: &Pairs,
    texts: &[usize],
    (size, rate): (usize, f64),
    objective: &str,
    key: Key,
) -> Result<Towers, StudyError> {
    let mut towers = Towers::new(key.child(0));
    let mut adam = Adam::new(towers.numbers.len());
    let loss = match objective {
        "siglip" => Loss::Sigmoid,
        _ => Loss::Softmax,
    };
    let mut order: Vec<usize> = (0..train.rows).collect();
    Random::new(key.child(1), 0).shuffle(&mut order);
    for rows in order.chunks_exact(size) {
        trial.check_stop()?;
        let texts: Vec<usize> = rows.iter().map(|&row| texts[row]).collect();
        let slopes = towers.slopes(&train.select([rows, &texts]), loss)?;
        adam.step(rate, &mut towers.numbers, &slopes);
    }
    Ok(towers)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain =
        |size: usize| results.difference("batch size", &measure(size as f64), SIGMOID, SOFTMAX);
    let what =
        |size: usize| format!("batches of {size}: recall of SigLIP over that of the softmax");
    Ok(vec![
        Clause::above(&what(8), &gain(8)?, 0.0),
        Clause::above(&what(32), &gain(32)?, 0.0),
        Clause::above(&what(512), &gain(512)?, -0.02),
        Clause::below(&what(512), &gain(512)?, 0.02),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let lines = |part, axis| charts::lines(results, part, "recall at 1", [axis, "recall at 1"]);
    Ok(vec![
        Exhibit::new(
            "Recall of the text of an image among 1,000, by the batch size; all see as many pairs.",
            lines("batch size", "pairs in a batch"),
        ),
        Exhibit::new(
            "The same by the share of pairs whose texts were exchanged, with batches of 128.",
            lines("mismatched", "share of mismatched pairs"),
        ),
    ])
}
