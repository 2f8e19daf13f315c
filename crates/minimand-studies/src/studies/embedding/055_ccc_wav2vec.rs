//! Contrast between a clip and its disturbed copy, with negatives toned down by clusters.

use burn::tensor::Tensor;
use minimand::Array;
use minimand::embedding::KMeans;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{embedded, fit, probes};
use super::listener::{CODE, Listener, draws, logits};
use super::speech::{BANDS, FRAMES, Speech, disturbed, hidden, windows};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{gather, label_loss, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// What the disturbed copy of a clip is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Copies {
    Unused,
    /// Contexts of one tell targets of the other.
    Crossed,
    /// It is one more clip.
    Apart,
}

const BASE: &str = "base";
const BOTH: &str = "both";
const DISTURBED: &str = "error, disturbed";
const CLEAN: &str = "error, clean";
/// Names, whether negatives are toned down by clusters, and the copy.
const METHODS: [(&str, bool, Copies); 5] = [
    (BASE, false, Copies::Unused),
    ("clusters", true, Copies::Unused),
    ("crossed", false, Copies::Crossed),
    (BOTH, true, Copies::Crossed),
    ("copies apart", false, Copies::Apart),
];
const BATCH: usize = 8;
/// Hidden frames of a cluster, about.
const CLUSTER: usize = 16;
/// Standard deviations of the noise, in training and in the test.
const NOISE: [f64; 2] = [0.2, 0.8];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 55,
    slug: "ccc-wav2vec",
    claim: "Negatives that share a cluster with the positive count less, and the context of a clip also tells the targets of \
            its disturbed copy and the reverse: features of speech become more robust, with up to 16% fewer word errors on LibriSpeech.",
    reduced: "Made-up speech instead of a corpus, a linear projection instead of quantised targets (and so no diversity loss), convolutions instead of a \
              transformer, and a probe of symbols instead of a recogniser.",
    setting: "A chain of twelve symbols, each followed by one of three (0.6, 0.3, 0.1), each five frames of two moving formants in 16 \
              bands with noise of 0.1; 200 clips of 40 frames. Disturbed: noise with a standard deviation between 0.2 and 0.8, loudness ±30%, \
              tilt ±30%. Encoder of three frames 48-48-24, two convolutions over five frames two and three apart; 300 steps of Adam at 2e-3 with eight clips. \
              Spans of five frames begin at any frame with chance 0.1 and are hidden, in the copy the same. A hidden frame's \
              context picks its target among ten drawn from its clip's other hidden frames, by cosines over 0.1. Clusters: spherical k-means of the batch's targets, \
              as many as there are hidden frames over 16; a positive logit of a negative in the positive's cluster is times 0.3 (a negative one stays: times 0.3 it would grow). \
              Crossed terms have weight 0.5 each. Copies apart: the contrast of the clip and that of its copy, uncrossed. \
              A linear probe of the symbol of each frame, trained on 40 clean clips, on 40 others, clean and disturbed. The rule: the error on disturbed \
              clips of both is below that of the base (95% interval), and that on clean ones at most one point above (95% interval).",
    control: "Both train as the base, from starts of their own.",
    objectives: &["cross_entropy"],
    provides: &["KMeans"],
    parts: &[Part {
        name: "speech",
        about: "made-up speech, clean and disturbed",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("055_ccc_wav2vec.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let speech = Speech::new(key.child(0));
    let clips = |count, purpose| speech.clips(count, key.child(purpose));
    let train = clips(trial.sized(200, 20), 1);
    let [known, clean] = [2, 3].map(|purpose| clips(trial.sized(40, 10), purpose));
    let noisy = disturbed(&clean.features, NOISE, key.child(4));
    let mut findings = Findings::new();
    for (index, (name, clustered, copies)) in METHODS.into_iter().enumerate() {
        let (how, start) = match trial.is_control() {
            // The rule compares two methods.
            true if !matches!(name, BASE | BOTH) => continue,
            true => ((false, Copies::Unused), index as u64),
            false => ((clustered, copies), 0),
        };
        let net = train_net(trial, &train, how, key.child(5).child(start))?;
        let heard =
            |clips: &[f32], labels: &Labelled| embedded(net.features_of(windows(clips)), labels);
        let tests = [&clean.features, &noisy].map(|clips| heard(clips, &clean));
        let [clean, noisy] = probes(&heard(&known.features, &known), tests.each_ref())?;
        findings.put_all(name, [(DISTURBED, 1.0 - noisy), (CLEAN, 1.0 - clean)]);
    }
    Ok(findings)
}

fn train_net(
    trial: &Trial<'_>,
    train: &Labelled,
    (clustered, copies): (bool, Copies),
    key: Key,
) -> Result<Listener, StudyError> {
    let loss = LossModule::new("cross_entropy".parse()?);
    let clips = train.rows() / FRAMES;
    fit(
        trial,
        Listener::new(key.child(0)),
        2e-3,
        trial.sized(300, 5),
        |net, step| {
            let key = key.child(1).child(step as u64);
            let mut random = Random::new(key.child(0), 0);
            let drawn: Vec<usize> = (0..BATCH).map(|_| random.below(clips)).collect();
            let clips = gather(&train.features, FRAMES * BANDS, &drawn);
            let (mut rows, mut of_clips) = (Vec::new(), Vec::new());
            for clip in 0..BATCH {
                let frames = hidden(&mut random);
                of_clips.push(frames.len());
                rows.extend(frames.into_iter().map(|frame| clip * FRAMES + frame));
            }
            let drawn = draws(&of_clips, &mut random);
            let hear = |clips: &[f32]| net.hear(matrix(windows(clips), 3 * BANDS), &rows);
            let mut heard = vec![hear(&clips)];
            if copies != Copies::Unused {
                heard.push(hear(&disturbed(&clips, NOISE, key.child(1))));
            }
            let clusters = match clustered {
                true => Some(clusters(&heard, rows.len(), random.bits())?),
                false => None,
            };
            // The contrast of the contexts of one view with the targets of one.
            let contrast = |own: usize, other: usize| -> Result<Tensor<1>, StudyError> {
                let clusters = clusters.as_deref();
                let clusters = clusters.map(|all| &all[other * rows.len()..][..rows.len()]);
                let found = logits(&heard[own][0], &heard[other][1], &drawn, clusters);
                Ok(label_loss(&loss, found, &vec![0; rows.len()])?)
            };
            Ok(match copies {
                Copies::Unused => contrast(0, 0)?,
                Copies::Crossed => {
                    contrast(0, 0)? + (contrast(0, 1)? + contrast(1, 0)?).mul_scalar(0.5)
                }
                Copies::Apart => contrast(0, 0)? + contrast(1, 1)?,
            })
        },
    )
}

/// The clusters of the targets of all views, one view after the other.
fn clusters(heard: &[[Tensor<2>; 2]], hidden: usize, seed: u64) -> Result<Vec<usize>, StudyError> {
    let targets = heard
        .iter()
        .map(|[_, targets]| numbers(targets.clone().detach()));
    let targets = targets.collect::<Vec<_>>().concat();
    let found = KMeans {
        clusters: (hidden / CLUSTER).max(2),
        seed,
        iterations: 5,
        spherical: true,
        ..KMeans::default()
    }
    .fit(&Array::new(&targets, &[heard.len() * hidden, CODE]))?;
    Ok(found.labels().to_vec())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let rise = |measure| results.difference("speech", measure, BOTH, BASE);
    Ok(vec![
        Clause::below(
            "error on disturbed clips of both, less the base's",
            &rise(DISTURBED)?,
            0.0,
        ),
        Clause::below(
            "error on clean clips of both, less the base's",
            &rise(CLEAN)?,
            0.01,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let means = |measure| charts::means(results, "speech", measure, "share of frames");
    Ok(vec![
        Exhibit::new(
            "Frames of disturbed clips whose symbol the probe misses.",
            means(DISTURBED)?,
        ),
        Exhibit::new("The same of clean clips.", means(CLEAN)?),
    ])
}
