//! LogitClip: cross-entropy of logits of bounded norm does not memorise wrong labels.

use crate::charts;
use crate::data::{GaussianMixture, NoiseKind, flipped};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{accuracy, adam, fit_watched};
use crate::measures::memorised;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 7] = [
    (CE, "cross_entropy"),
    ("clipped, τ = 0.5", "clipped_cross_entropy(tau=0.5)"),
    ("clipped, τ = 1", "clipped_cross_entropy(tau=1)"),
    ("clipped, τ = 2", "clipped_cross_entropy(tau=2)"),
    ("clipped, τ = 4", "clipped_cross_entropy(tau=4)"),
    ("GCE", "generalized_cross_entropy"),
    ("label smoothing", "cross_entropy(label_smoothing=0.1)"),
];
/// How many of them the rule needs: all but the other remedies.
const JUDGED: usize = 5;
const CE: &str = "cross-entropy";
const CHOSEN: &str = "clipped, chosen τ";

const RATES: [f64; 3] = [0.0, 0.4, 0.6];
/// The share of wrong labels of which curves are kept.
const WATCHED: f64 = 0.4;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 26,
    slug: "logit-clip",
    claim: "Clipping the norm of the logits before cross-entropy bounds the loss, keeps the network \
            from memorising wrong labels, and gives a much better accuracy than plain cross-entropy.",
    reduced: "Small data and networks instead of CIFAR and WebVision with residual networks; Adam \
              instead of SGD; symmetric noise only; the clipping of other losses than cross-entropy is \
              left out.",
    setting: "MLP with one hidden layer of 128, Adam at 2e-3, batches of 50, 500 training rows, 100 \
              epochs, so that cross-entropy memorises. Digits, and ten normal classes in 20 dimensions \
              (means N(0, 0.7²), unit noise), with 0, 40 and 60% of wrong labels. τ of 0.5, 1, 2 and 4 \
              is chosen by the accuracy on 150 more rows that are as noisy; of equal ones the least. \
              Rule: at 40 and 60% the chosen one is more accurate at the end of training and predicts \
              the given wrong label of fewer training rows; on clean labels it is at most 1.5 points \
              less accurate. The curves are of 300 test rows at 40%.",
    control: "All methods train with cross-entropy, each from a start of its own: what is chosen is \
              chosen by chance.",
    objectives: &[
        "cross_entropy",
        "clipped_cross_entropy(tau=0.5)",
        "clipped_cross_entropy(tau=1)",
        "clipped_cross_entropy(tau=2)",
        "clipped_cross_entropy(tau=4)",
        "generalized_cross_entropy",
        "cross_entropy(label_smoothing=0.1)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "digits",
            about: "8×8 digits with wrong labels",
        },
        Part {
            name: "mixture",
            about: "ten normal classes with wrong labels",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("026_logit_clip.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (all, test) = if trial.part() == "digits" {
        trial.digits()?.split(trial.sized(650, 150), key.child(1))
    } else {
        let mixture = GaussianMixture::new(10, 20, 0.7, key.child(1));
        let all = mixture.sample(trial.sized(650, 150), key.child(2));
        (all, mixture.sample(2000, key.child(3)))
    };
    let first = (0..300.min(test.rows())).collect::<Vec<_>>();
    let (few, one) = (test.select(&first), test.select(&[0]));
    let settings = adam(&[128], 2e-3, 50, trial.sized(100, 2));
    let methods = match trial.is_control() {
        true => &METHODS[..JUDGED],
        false => &METHODS[..],
    };
    let mut findings = Findings::new();
    let arms = trial.arms(methods);
    for rate in RATES {
        let (truth, validation) = all.split(all.rows() * 10 / 13, key.child(4));
        let wrong = |labels: &[u32], index| {
            let kind = NoiseKind::Symmetric;
            flipped(labels, all.classes, kind, rate, key.child(index))
        };
        let train = truth.with_labels(wrong(&truth.labels, 5));
        let validation = validation.with_labels(wrong(&validation.labels, 6));
        let mut chosen: Option<(f64, [f64; 2])> = None;
        for arm in &arms {
            let mut curve = Vec::new();
            let is_watched = rate == WATCHED;
            let watched = if is_watched { &few } else { &one };
            let model = fit_watched(
                trial,
                arm.objective,
                &train,
                watched,
                &settings,
                arm.key,
                &mut |epoch, scores| {
                    let accuracy = accuracy(scores, &watched.labels, watched.classes);
                    curve.push((epoch as f64 + 1.0, accuracy));
                },
            )?;
            let scores = model.predict(&test.features)?;
            let of_test = accuracy(&scores, &test.labels, test.classes);
            let scores = model.predict(&train.features)?;
            let learnt = memorised(&scores, &train.labels, &truth.labels, train.classes);
            put(&mut findings, arm.name, rate, [of_test, learnt]);
            if is_watched {
                let best = curve.iter().map(|(_, accuracy)| *accuracy);
                let best = best.fold(0.0, f64::max);
                let last = curve.last().map_or(0.0, |(_, accuracy)| *accuracy);
                findings.put(arm.name, "best epoch − last", best - last);
                findings.curve("accuracy", arm.name, curve);
            }
            if arm.name.starts_with("clipped") {
                let scores = model.predict(&validation.features)?;
                let validated = accuracy(&scores, &validation.labels, validation.classes);
                if chosen.is_none_or(|(best, _)| validated > best) {
                    chosen = Some((validated, [of_test, learnt]));
                }
            }
        }
        if let Some((_, measured)) = chosen {
            put(&mut findings, CHOSEN, rate, measured);
        }
    }
    Ok(findings)
}

fn put(findings: &mut Findings, method: &str, rate: f64, [accuracy, memorised]: [f64; 2]) {
    findings.put(method, &format!("accuracy, {rate}"), accuracy);
    if rate > 0.0 {
        findings.put(method, &format!("memorised, {rate}"), memorised);
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for part in ["digits", "mixture"] {
        for rate in RATES {
            let gain =
                |measure: &str| results.difference(part, &format!("{measure}, {rate}"), CHOSEN, CE);
            let bound = if rate > 0.0 { 0.0 } else { -0.015 };
            clauses.push(Clause::above(
                &format!("{part}, noise {rate}: gain in accuracy by clipping"),
                &gain("accuracy")?,
                bound,
            ));
            if rate > 0.0 {
                clauses.push(Clause::below(
                    &format!("{part}, noise {rate}: change of the memorised share by clipping"),
                    &gain("memorised")?,
                    0.0,
                ));
            }
        }
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let axes = ["epoch", "accuracy on clean test rows"];
    let mut exhibits = Vec::new();
    for part in ["digits", "mixture"] {
        exhibits.push(Exhibit::new(
            format!(
                "{part}, 40% of wrong labels: where accuracy falls, wrong labels are memorised."
            ),
            charts::lines(results, part, "accuracy", axes),
        ));
        let axis = "share of wrong labels that were memorised";
        exhibits.push(Exhibit::new(
            format!("{part}, 40% of wrong labels: how many of them are predicted after training."),
            charts::means(results, part, &format!("memorised, {WATCHED}"), axis)?,
        ));
    }
    Ok(exhibits)
}
