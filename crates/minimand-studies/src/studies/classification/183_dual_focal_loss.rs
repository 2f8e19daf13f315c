//! Dual focal loss: calibration between cross-entropy, overconfident, and focal loss, underconfident.

use minimand_compare::temperature;

use crate::charts;
use crate::data::GaussianMixture;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{Quality, adam, fit, reliability, softmax};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// The baseline and the methods that the rule judges come first.
const METHODS: [(&str, &str); 8] = [
    ("cross-entropy", "cross_entropy"),
    (FOCAL, "focal(gamma=3)"),
    (DUAL, "dual_focal(gamma=3)"),
    ("dual focal, γ = 1", "dual_focal(gamma=1)"),
    ("dual focal, γ = 5", "dual_focal(gamma=5)"),
    ("focal, γ = 1", "focal(gamma=1)"),
    ("focal, γ = 5", "focal(gamma=5)"),
    ("label smoothing", "cross_entropy(label_smoothing=0.1)"),
];
const JUDGED: usize = 3;
const FOCAL: &str = "focal, γ = 3";
const DUAL: &str = "dual focal, γ = 3";

/// Name, spread of the class means, epochs.
const SETTINGS: [(&str, f64, usize); 4] = [
    ("overlap, 40 epochs", 0.5, 40),
    ("overlap, 120 epochs", 0.5, 120),
    ("apart, 40 epochs", 0.7, 40),
    ("apart, 120 epochs", 0.7, 120),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 183,
    slug: "dual-focal-loss",
    claim: "Dual focal loss, which weights by the gap between the label and the runner-up below it, is \
            better calibrated than cross-entropy, which is overconfident, and less timid than focal \
            loss, at similar accuracy.",
    reduced: "A mixture of normal distributions and a small network instead of CIFAR and Tiny-ImageNet \
              with residual networks; γ is not tuned.",
    setting: "Ten normal classes in 20 dimensions, means N(0, s²), unit noise, 600 training and 2,000 \
              test rows of the same law; MLP with one hidden layer of 128, Adam at 2e-3, batches of 50. \
              Overlap: s = 0.5; apart: s = 0.7. The rule judges γ = 3: the signed gap, mean \
              confidence − accuracy, must lie between those of focal loss and of cross-entropy, be \
              nearer to 0 than the latter, and cost at most 3 points of accuracy. Which of the focal \
              losses is nearest to 0 depends on how overconfident cross-entropy is; it is shown but \
              not judged. The best temperature is that of the test rows.",
    control: "All methods train with cross-entropy, each from a start of its own: the gaps differ by \
              chance only.",
    objectives: &[
        "cross_entropy",
        "focal(gamma=3)",
        "dual_focal(gamma=3)",
        "dual_focal(gamma=1)",
        "dual_focal(gamma=5)",
        "focal(gamma=1)",
        "focal(gamma=5)",
        "cross_entropy(label_smoothing=0.1)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: SETTINGS[0].0,
            about: "classes overlap much, short training",
        },
        Part {
            name: SETTINGS[1].0,
            about: "classes overlap much, long training",
        },
        Part {
            name: SETTINGS[2].0,
            about: "classes overlap little, short training",
        },
        Part {
            name: SETTINGS[3].0,
            about: "classes overlap little, long training",
        },
    ],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("183_dual_focal_loss.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let setting = SETTINGS.iter().find(|setting| setting.0 == trial.part());
    let &(_, spread, epochs) = setting.unwrap_or(&SETTINGS[0]);
    let key = trial.key();
    let mixture = GaussianMixture::new(10, 20, spread, key.child(1));
    let train = mixture.sample(trial.sized(600, 200), key.child(2));
    let test = mixture.sample(2000, key.child(3));
    let settings = adam(&[128], 2e-3, 50, trial.sized(epochs, 1));
    let methods = match trial.is_control() {
        true => &METHODS[..JUDGED],
        false => &METHODS[..],
    };
    let mut findings = Findings::new();
    for (index, arm) in trial.arms(methods).iter().enumerate() {
        let model = fit(trial, arm.objective, &train, &settings, arm.key)?;
        let scores = model.predict(&test.features)?;
        let probabilities = softmax(&scores, test.classes);
        let quality = Quality::of(&probabilities, &test.labels, test.classes)?;
        findings.put_all(arm.name, quality.numbers());
        findings.put(arm.name, "absolute gap", quality.overconfidence.abs());
        let labels: Vec<usize> = test.labels.iter().map(|&label| label as usize).collect();
        let best = temperature::fit(&scores, &labels, test.classes, None);
        let best = best.map_or(f64::NAN, |best| best.value);
        findings.put(arm.name, "best temperature", best);
        if index < JUDGED {
            let points = reliability(&probabilities, &test.labels, test.classes)?;
            findings.curve("reliability", arm.name, points);
        }
    }
    Ok(findings)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for (part, ..) in SETTINGS {
        let difference =
            |measure: &str, other: &str| results.difference(part, measure, DUAL, other);
        clauses.extend([
            Clause::above(
                &format!("{part}: signed gap over that of focal loss"),
                &difference("overconfidence", FOCAL)?,
                0.0,
            ),
            Clause::below(
                &format!("{part}: signed gap over that of cross-entropy"),
                &difference("overconfidence", METHODS[0].0)?,
                0.0,
            ),
            Clause::below(
                &format!("{part}: absolute gap over that of cross-entropy"),
                &difference("absolute gap", METHODS[0].0)?,
                0.0,
            ),
            Clause::above(
                &format!("{part}: gain in accuracy over cross-entropy"),
                &difference("accuracy", METHODS[0].0)?,
                -0.03,
            ),
        ]);
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for part in [SETTINGS[1].0, SETTINGS[2].0] {
        exhibits.push(Exhibit::new(
            format!("{part}: left of 0 a model is timid, right of 0 overconfident."),
            charts::means(results, part, "overconfidence", "confidence − accuracy")?
                .reference(0.0, "calibrated"),
        ));
        exhibits.push(Exhibit::new(
            format!("{part}: below the diagonal a model is right less often than it says."),
            charts::reliability(results, part),
        ));
    }
    Ok(exhibits)
}
