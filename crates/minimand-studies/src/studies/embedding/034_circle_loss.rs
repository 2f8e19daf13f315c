//! Circle loss: similarities pushed by how far they are from their optimum.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand::embedding::ClassBatches;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{encoded, fit, halves, retrieval};
use super::proxies::{Proxies, one_hot};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, gather, label_loss, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const TRIPLET: &str = "triplet, hard";
const COSFACE: &str = "AM-softmax";
const CIRCLE: &str = "circle, classes";
const CIRCLE_PAIRS: &str = "circle, pairs";
const METHODS: [(&str, &str); 5] = [
    (
        TRIPLET,
        "triplet(mining=\"hard\", margin=0.3, squared=false)",
    ),
    ("normalised softmax", "normalized_softmax(scale=30)"),
    (COSFACE, "cosface(margin=0.35, scale=30)"),
    (CIRCLE, "cross_entropy"),
    (CIRCLE_PAIRS, "circle(m=0.25, gamma=80)"),
];
/// Relaxation and factor of the circle loss of classes.
const M: f64 = 0.25;
const GAMMA: f64 = 80.0;
const WIDTH: usize = 32;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 34,
    slug: "circle-loss",
    claim: "Weighting every similarity by its distance from its optimum gives, with class labels as with pairs, \
            embeddings on a par with the best: better than softmax with an additive margin and triplets in the same \
            setting, with similarities that gather at one place.",
    reduced: "Five classes of 8×8 digits for training and five others for retrieval instead of faces, persons and products.",
    setting: "MLP 64-128-32, embeddings of length 1, 600 steps of Adam at 1e-3 with eight rows of each of the classes 0 to 4; \
              retrieval by cosine among the classes 5 to 9. Triplets: hardest in the batch, distance not squared, \
              margin 0.3. With class vectors: normalised softmax and AM-softmax with factor 30 and margin 0.35, and \
              circle loss with m = 0.25, γ = 80, whose weighted logits, the weights held fixed, go into cross-entropy. \
              Circle loss of pairs with the same numbers. s_p is the cosine of all pairs of training rows of one \
              class, for every loss. The rule: recall at 1 of the circle loss of classes is at most half a point below \
              that of the triplets (95% interval), and its s_p have a smaller standard deviation than those of \
              AM-softmax. Circle loss of pairs and the recall of AM-softmax are shown without a clause.",
    control: "All methods train with triplets, from starts of their own: no similarities gather more than others.",
    objectives: &[
        "triplet(mining=\"hard\", margin=0.3, squared=false)",
        "normalized_softmax(scale=30)",
        "cosface(margin=0.35, scale=30)",
        "circle(m=0.25, gamma=80)",
    ],
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
    source: include_str!("034_circle_loss.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let [train, test] = halves(&trial.digits()?);
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The rule asks for three of them.
        if trial.is_control() && !matches!(arm.name, TRIPLET | COSFACE | CIRCLE) {
            continue;
        }
        let net = train_net(trial, &arm, &train)?;
        let [recall, map] = retrieval(&encoded(&net, &test))?;
        let [positives, negatives] = similarities(&encoded(&net, &train));
        findings.put_all(
            arm.name,
            [
                ("recall at 1", recall),
                ("MAP at R", map),
                ("mean s_p", positives.0),
                ("deviation of s_p", positives.1),
                ("mean s_n", negatives.0),
                ("deviation of s_n", negatives.1),
            ],
        );
    }
    Ok(findings)
}

fn train_net(trial: &Trial<'_>, arm: &Arm, train: &Labelled) -> Result<Mlp, StudyError> {
    let classes = train.classes / 2;
    let model = Proxies::new([train.columns, 128, WIDTH], classes, arm.key);
    let loss = LossModule::new(arm.objective.parse()?);
    let is_circle = arm.objective == "cross_entropy";
    let has_classes = !arm.objective.starts_with("triplet") && !arm.objective.starts_with("circle");
    let batches = ClassBatches::new(&train.labels, classes, 8, seed(arm.key))?;
    let model = fit(trial, model, 1e-3, trial.sized(600, 20), |model, step| {
        let rows = batches.batch(step as u64);
        let labels = gather(&train.labels, 1, &rows);
        let rows = gather(&train.features, train.columns, &rows);
        let found = model.encoder.forward(matrix(rows, train.columns));
        let scores = match (has_classes, is_circle) {
            (true, true) => circle_logits(model.cosines(found), &labels),
            (true, false) => model.cosines(found),
            (false, _) => found,
        };
        Ok(label_loss(&loss, scores, &labels)?)
    })?;
    Ok(model.encoder)
}

fn seed(key: Key) -> u64 {
    Random::new(key.child(2), 0).bits()
}

/// The logits whose cross-entropy is the circle loss of classes: γ a_p (s_p − 1 + m) for the label and γ a_n (s_n − m)
/// for all others, with a_p = max(1 + m − s_p, 0) and a_n = max(s_n + m, 0) held fixed.
fn circle_logits(cosines: Tensor<2>, labels: &[u32]) -> Tensor<2> {
    let [_, classes] = cosines.dims();
    let own = one_hot(labels, classes);
    let others = own.clone().neg().add_scalar(1.0);
    let fixed = cosines.clone().detach();
    let weight = relu(fixed.clone().neg().add_scalar(1.0 + M)) * own.clone()
        + relu(fixed.add_scalar(M)) * others.clone();
    let place = own.mul_scalar(1.0 - M) + others.mul_scalar(M);
    (weight * (cosines - place)).mul_scalar(GAMMA)
}

/// Mean and standard deviation of the cosines of all pairs of rows of one class, and of different classes.
fn similarities(found: &Labelled) -> [(f64, f64); 2] {
    let units: Vec<Vec<f64>> = found
        .features
        .chunks_exact(found.columns)
        .map(|row| {
            let row: Vec<f64> = row.iter().map(|&x| f64::from(x)).collect();
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
            row.iter().map(|x| x / length).collect()
        })
        .collect();
    // Count, sum and sum of squares of both kinds.
    let mut sums = [[0.0; 3]; 2];
    for (i, row) in units.iter().enumerate() {
        for (j, other) in units.iter().enumerate().take(i) {
            let cosine: f64 = row.iter().zip(other).map(|(x, y)| x * y).sum();
            let kind = usize::from(found.labels[i] != found.labels[j]);
            for (sum, term) in sums[kind].iter_mut().zip([1.0, cosine, cosine * cosine]) {
                *sum += term;
            }
        }
    }
    sums.map(|[count, sum, squares]| {
        let mean = sum / count;
        (mean, (squares / count - mean * mean).max(0.0).sqrt())
    })
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure, baseline| results.difference("digits", measure, CIRCLE, baseline);
    Ok(vec![
        Clause::above(
            "recall at 1 of the circle loss of classes over triplets",
            &gain("recall at 1", TRIPLET)?,
            -0.005,
        ),
        Clause::below(
            "deviation of s_p by the circle loss of classes, less that by AM-softmax",
            &gain("deviation of s_p", COSFACE)?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let means = |measure, axis| charts::means(results, "digits", measure, axis);
    Ok(vec![
        Exhibit::new(
            "Recall at 1 among digits of classes that were not trained.",
            means("recall at 1", "recall at 1")?,
        ),
        Exhibit::new(
            "Spread of the cosines of training rows of one class: the circle loss gathers them.",
            means("deviation of s_p", "standard deviation of s_p")?,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::numbers;

    #[test]
    fn cross_entropy_of_the_logits_is_the_circle_loss() {
        // One positive and two negatives; the reference is written out.
        let cosines = [0.6_f64, 0.3, -0.1];
        let logit = |s: f64| GAMMA * (s + M).max(0.0) * (s - M);
        let positive = -GAMMA * (1.0 + M - cosines[0]) * (cosines[0] - 1.0 + M);
        let sum = logit(cosines[1]).exp() + logit(cosines[2]).exp();
        let expected = (sum * positive.exp()).ln_1p();
        let loss = LossModule::new("cross_entropy".parse().unwrap());
        let scores = circle_logits(matrix(cosines.map(|s| s as f32).to_vec(), 3), &[0]);
        let own = numbers(label_loss(&loss, scores, &[0]).unwrap())[0];
        assert!((f64::from(own) - expected).abs() < 1e-4, "{own} {expected}");
    }
}
