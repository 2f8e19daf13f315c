//! The Dice loss for sound events: sparse activity in many frames and classes.

use minimand::metrics::multilabel::{MicroF1, SegmentErrorRate};
use minimand::metrics::{Metric, MultilabelBatch};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::LineChart;

use crate::charts::{means, with_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, dense_loss, gather, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 3] = [
    ("cross_entropy", "binary_cross_entropy"),
    ("weighted", "binary_cross_entropy(pos_weight=20)"),
    ("dice", "dice(activation=\"sigmoid\", smooth=1)"),
];

/// Kinds of events.
const EVENTS: usize = 12;
const BANDS: usize = 40;
/// Frames of a clip.
const FRAMES: usize = 100;
/// Frames that the network sees on each side.
const CONTEXT: usize = 3;
const INPUTS: usize = (2 * CONTEXT + 1) * BANDS;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 11,
    slug: "dice-sed",
    claim: "Trained with the Dice loss instead of binary cross-entropy, a detector of overlapping sound \
            events has a higher F1 and a lower error rate in all settings, because it ignores the many \
            frames and classes in which nothing happens.",
    reduced: "Synthetic spectrograms and a small network instead of multichannel recordings with transfer \
              learning; one learning rate for every loss.",
    setting: "Twelve kinds of events, each with three bumps in 40 bands. Clips of 100 frames with 2 to 5 \
              events of 6 to 19 frames at 0 to 10 dB over noise, as logarithms: 3.5% of (frame, class) are \
              active. 160 training, 30 validation and 100 test clips. MLP over a frame and three on each \
              side with one hidden layer of 64, Adam at 1e-3, 10 clips per batch, 15 epochs, the same \
              starts and batches for every loss. Dice over all frames and classes of a clip with 1 added \
              above and below. Segments are frames, decided at 0.5: F1 over all frames and classes, error \
              rate (substitutions + deletions + insertions) / events. Also at the threshold with the best \
              F1 on the validation clips, which the rule does not ask for.",
    control: "Both losses are cross-entropy, from starts of their own.",
    objectives: &[
        "binary_cross_entropy",
        "binary_cross_entropy(pos_weight=20)",
        "dice(activation=\"sigmoid\", smooth=1)",
    ],
    provides: &["`multilabel_dice`", "`segment_error_rate`", "`segments`"],
    parts: &[Part {
        name: "scenes",
        about: "2 to 5 of 12 kinds of events in noise",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("011_dice_sed.rs"),
};

/// Clips, frame by frame.
struct Clips {
    /// `[clips · FRAMES, BANDS]`
    spectra: Vec<f32>,
    /// 0 or 1, `[clips · FRAMES, EVENTS]`
    active: Vec<f32>,
}

/// The power of each band for each kind of event, `[EVENTS, BANDS]`.
fn templates(key: Key) -> Vec<f64> {
    let mut random = Random::new(key, 0);
    let mut powers = vec![0.0; EVENTS * BANDS];
    for template in powers.chunks_exact_mut(BANDS) {
        for _ in 0..3 {
            let (centre, height) = (random.below(BANDS) as f64, random.uniform_between(0.5, 1.0));
            for (band, power) in template.iter_mut().enumerate() {
                *power += height * (-0.5 * ((band as f64 - centre) / 1.5).powi(2)).exp();
            }
        }
    }
    powers
}

impl Clips {
    fn new(count: usize, templates: &[f64], key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let (mut spectra, mut active) = (Vec::new(), Vec::new());
        for _ in 0..count {
            // The mean of four squares: the noise of a short average.
            let mut noise = || (0..4).map(|_| random.normal().powi(2)).sum::<f64>() / 4.0;
            let mut powers: Vec<f64> = (0..FRAMES * BANDS).map(|_| noise()).collect();
            let mut is_active = vec![0.0; FRAMES * EVENTS];
            for _ in 0..2 + random.below(4) {
                let (kind, length) = (random.below(EVENTS), 6 + random.below(14));
                let start = random.below(FRAMES - length);
                let level = 10.0_f64.powf(random.uniform());
                for frame in start..start + length {
                    is_active[frame * EVENTS + kind] = 1.0;
                    let powers = &mut powers[frame * BANDS..][..BANDS];
                    let template = &templates[kind * BANDS..][..BANDS];
                    powers
                        .iter_mut()
                        .zip(template)
                        .for_each(|(p, t)| *p += level * t);
                }
            }
            spectra.extend(powers.iter().map(|power| power.max(1e-3).ln() as f32));
            active.extend(is_active);
        }
        Self { spectra, active }
    }

    fn len(&self) -> usize {
        self.active.len() / (FRAMES * EVENTS)
    }

    /// What the network sees of these clips, `[clips · FRAMES, INPUTS]`; 0 beyond a clip's ends.
    fn inputs(&self, clips: &[usize]) -> Vec<f32> {
        let mut inputs = Vec::with_capacity(clips.len() * FRAMES * INPUTS);
        for &clip in clips {
            let spectra = &self.spectra[clip * FRAMES * BANDS..][..FRAMES * BANDS];
            for frame in 0..FRAMES {
                for place in frame..=frame + 2 * CONTEXT {
                    match place.checked_sub(CONTEXT).filter(|&place| place < FRAMES) {
                        Some(place) => inputs.extend(&spectra[place * BANDS..][..BANDS]),
                        None => inputs.extend([0.0; BANDS]),
                    }
                }
            }
        }
        inputs
    }

    /// Probabilities `[clips · FRAMES, EVENTS]`.
    fn predicted(&self, net: &Mlp) -> Vec<f64> {
        let clips: Vec<usize> = (0..self.len()).collect();
        let scores = net.scores_of(&self.inputs(&clips));
        scores
            .iter()
            .map(|&z| 1.0 / (1.0 + (-f64::from(z)).exp()))
            .collect()
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let templates = templates(key.child(1));
    let train = Clips::new(trial.sized(160, 20), &templates, key.child(2));
    let validation = Clips::new(trial.sized(30, 10), &templates, key.child(3));
    let test = Clips::new(trial.sized(100, 10), &templates, key.child(4));
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only what the rule compares.
        if trial.is_control() && arm.name == "weighted" {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        let (predicted, watched) = (test.predicted(&net), validation.predicted(&net));
        let thresholds = (1..20).map(|step| f64::from(step) / 20.0);
        let (mut best, mut tuned) = (f64::NEG_INFINITY, 0.5);
        let mut curve = Vec::new();
        for threshold in thresholds {
            let own = segment_scores(trial, &watched, &validation.active, threshold)?[0];
            if own > best {
                (best, tuned) = (own, threshold);
            }
            let f1 = segment_scores(trial, &predicted, &test.active, threshold)?[0];
            curve.push((threshold, f1));
        }
        findings.curve("f1", arm.name, curve);
        let [f1, error_rate] = segment_scores(trial, &predicted, &test.active, 0.5)?;
        let [tuned_f1, tuned_error_rate] = segment_scores(trial, &predicted, &test.active, tuned)?;
        let numbers = [
            ("f1", f1),
            ("error_rate", error_rate),
            ("tuned_f1", tuned_f1),
            ("tuned_error_rate", tuned_error_rate),
            ("threshold", tuned),
        ];
        findings.put_all(arm.name, numbers);
    }
    Ok(findings)
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &Clips) -> Result<Mlp, StudyError> {
    let loss = LossModule::new(arm.objective.parse()?);
    let mut net = Mlp::new(&[INPUTS, 64, EVENTS], arm.key.child(0));
    let mut optimizer = adam();
    for batch in batches(train.len(), 10, trial.sized(15, 2), arm.key.child(1)) {
        trial.check_stop()?;
        let clips = batch.rows;
        let scores = net.forward(matrix(train.inputs(&clips), INPUTS));
        // One region is all of a clip.
        let scores = scores.reshape([clips.len(), 1, FRAMES * EVENTS]);
        let active = gather(&train.active, FRAMES * EVENTS, &clips);
        net = step(
            &mut optimizer,
            1e-3,
            net,
            dense_loss(&loss, scores, &active)?,
        );
    }
    Ok(net)
}

/// F1 and error rate in segments of a frame (Mesaros, Heittola and Virtanen 2016). `predicted` and `active`:
/// `[segments, EVENTS]`; reported is what lies above the threshold.
fn segment_scores(
    trial: &Trial<'_>,
    predicted: &[f64],
    active: &[f32],
    threshold: f64,
) -> Result<[f64; 2], StudyError> {
    let reported = predicted
        .iter()
        .map(|&p| f64::from(u8::from(p > threshold)));
    let reported: Vec<f64> = reported.collect();
    let active: Vec<bool> = active.iter().map(|&y| y > 0.5).collect();
    let (mut f1, mut error_rate) = (MicroF1::default(), SegmentErrorRate::default());
    MultilabelBatch::new(&reported, EVENTS, &active, None)
        .and_then(|batch| f1.update(&batch).and_then(|()| error_rate.update(&batch)))
        .map_err(|error| trial.failed(error.to_string()))?;
    let defined = |value: Option<f64>| value.ok_or_else(|| trial.failed("no event is active"));
    Ok([defined(f1.value())?, defined(error_rate.value())?])
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change = |measure| results.difference("scenes", measure, "dice", "cross_entropy");
    Ok(vec![
        Clause::above("gain in F1 at the threshold 0.5", &change("f1")?, 0.0),
        Clause::below("change of the error rate", &change("error_rate")?, 0.0),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("F1 by threshold").axis_labels("threshold", "F1");
    Ok(vec![
        Exhibit::new(
            "On test clips: Dice hardly depends on the threshold, cross-entropy does.",
            with_lines(chart, results, "scenes", "f1"),
        ),
        Exhibit::new(
            "Mistakes per event; lower is better.",
            means(
                results,
                "scenes",
                "error_rate",
                "error rate at the threshold 0.5",
            )?,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activity_is_sparse_and_inputs_are_shifted_frames() {
        let clips = Clips::new(50, &templates(Key::new(1)), Key::new(2));
        let share = clips.active.iter().sum::<f32>() / clips.active.len() as f32;
        assert!((0.025..0.045).contains(&share), "{share}");
        let inputs = clips.inputs(&[3]);
        assert_eq!(inputs.len(), FRAMES * INPUTS);
        let middle = &inputs[20 * INPUTS + CONTEXT * BANDS..][..BANDS];
        assert_eq!(middle, &clips.spectra[(3 * FRAMES + 20) * BANDS..][..BANDS]);
        assert_eq!(inputs[..CONTEXT * BANDS], [0.0; CONTEXT * BANDS]);
    }
}
