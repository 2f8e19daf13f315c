//! PolyLoss: one coefficient that decides how sure a network gets, at no cost in accuracy.

use minimand_report::svg::{LineChart, Series};

use crate::charts;
use crate::data::GaussianMixture;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{Quality, accuracy, adam, fit};
use crate::measures::trend;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// ε₁ and the method.
const EPSILONS: [(f64, &str); 6] = [
    (-1.0, "ε₁ = −1"),
    (-0.5, "ε₁ = −½"),
    (0.0, BASELINE),
    (1.0, "ε₁ = 1"),
    (2.0, "ε₁ = 2"),
    (4.0, "ε₁ = 4"),
];
const BASELINE: &str = "cross-entropy";
const CHOSEN: &str = "chosen ε₁";
const METHODS: [(&str, &str); 6] = [
    (BASELINE, "cross_entropy"),
    (EPSILONS[3].1, "poly_cross_entropy(epsilon=1)"),
    (EPSILONS[4].1, "poly_cross_entropy(epsilon=2)"),
    (EPSILONS[5].1, "poly_cross_entropy(epsilon=4)"),
    (EPSILONS[1].1, "poly_cross_entropy(epsilon=-0.5)"),
    (EPSILONS[0].1, "poly_cross_entropy(epsilon=-1)"),
];

/// Class sizes of the imbalanced training rows, from 150 down to 15; the test has ten times as many.
const COUNTS: [usize; 10] = [150, 116, 90, 70, 54, 42, 32, 25, 19, 15];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 5,
    slug: "polyloss",
    claim: "Changing the first coefficient of the power series of cross-entropy (Poly-1) is enough to \
            gain over it, as it tunes how sure the network gets.",
    reduced: "A small network on small data instead of EfficientNet, Mask R-CNN and detection in point \
              clouds; a gain of the paper's size (0.4 points) could not be seen, so that the rule asks \
              for the mechanism and for no loss of accuracy. Focal loss is left out.",
    setting: "MLP with two hidden layers of 64, Adam at 1e-3, batches of 64, 40 epochs. (1) Digits, 719 \
              training rows. (2) Ten normal classes in 20 dimensions, means N(0, 0.7²), unit noise, 613 \
              training rows, 15 to 150 of a class. A fifth of the training rows chooses ε₁ of −1, −½, \
              1, 2 and 4 by accuracy; of equal ones the first of 1, 2, 4, −½, −1. Rule: the chosen ε₁ \
              is at most 0.3 points less accurate than cross-entropy, and the mean probability of the \
              true class rises with ε₁ (rank correlation of at least 0.9 over the six values).",
    control: "All methods train with cross-entropy, each from a start of its own: what is called ε₁ \
              moves nothing.",
    objectives: &[
        "cross_entropy",
        "poly_cross_entropy(epsilon=-1)",
        "poly_cross_entropy(epsilon=-0.5)",
        "poly_cross_entropy(epsilon=1)",
        "poly_cross_entropy(epsilon=2)",
        "poly_cross_entropy(epsilon=4)",
    ],
    provides: &[],
    parts: &[
        Part {
            name: "digits",
            about: "8×8 digits",
        },
        Part {
            name: "imbalanced",
            about: "ten overlapping normal classes of unlike size",
        },
    ],
    seeds: 20,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("005_polyloss.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = if trial.part() == "digits" {
        trial.digits()?.split(trial.sized(719, 200), key.child(1))
    } else {
        let mixture = GaussianMixture::new(10, 20, 0.7, key.child(1));
        let test = mixture.sample_counts(&COUNTS.map(|count| 10 * count), key.child(3));
        (mixture.sample_counts(&COUNTS, key.child(2)), test)
    };
    let (train, validation) = train.split(train.rows() * 4 / 5, key.child(4));
    let settings = adam(&[64, 64], 1e-3, 64, trial.sized(40, 2));
    let mut findings = Findings::new();
    let mut chosen: Option<(f64, Quality)> = None;
    for arm in trial.arms(&METHODS) {
        let model = fit(trial, arm.objective, &train, &settings, arm.key)?;
        let quality = Quality::of_model(&model, &test)?;
        findings.put_all(arm.name, quality.numbers());
        findings.put(arm.name, "true probability", quality.true_probability);
        if arm.name == BASELINE {
            continue;
        }
        let scores = model.predict(&validation.features)?;
        let validated = accuracy(&scores, &validation.labels, validation.classes);
        if chosen.is_none_or(|(best, _)| validated > best) {
            chosen = Some((validated, quality));
        }
    }
    if let Some((_, quality)) = chosen {
        findings.put_all(CHOSEN, quality.numbers());
        findings.put(CHOSEN, "true probability", quality.true_probability);
    }
    Ok(findings)
}

/// The mean probability of the true class for every ε₁, rising.
fn true_probabilities(results: &Results, part: &str) -> Result<Vec<f64>, StudyError> {
    let mean = |method: &str| results.mean(part, method, "true probability");
    EPSILONS
        .iter()
        .map(|(_, method)| Ok(mean(method)?.mean))
        .collect()
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for part in ["digits", "imbalanced"] {
        let gain = results.difference(part, "accuracy", CHOSEN, BASELINE)?;
        let what = format!("{part}: gain in accuracy of the chosen ε₁");
        clauses.push(Clause::above(&what, &gain, -0.003));
        let trend = trend(&true_probabilities(results, part)?);
        let text = format!(
            "{part}: rank correlation of ε₁ and the mean probability of the true class is {trend:.2}; \
             must be at least 0.9"
        );
        clauses.push(Clause::that(text, trend >= 0.9));
        let [last, first] = [EPSILONS[5].1, EPSILONS[0].1];
        let rise = results.difference(part, "true probability", last, first)?;
        let what = format!("{part}: rise of that probability from ε₁ = −1 to 4");
        clauses.push(Clause::above(&what, &rise, 0.0));
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut chart = LineChart::new("Mean probability of the true class")
        .axis_labels("ε₁", "mean probability of the true class");
    for part in ["digits", "imbalanced"] {
        let means = true_probabilities(results, part)?;
        let points = EPSILONS.iter().zip(means).map(|(&(e, _), p)| (e, p));
        chart = chart.series(Series::new(part, points.collect()));
    }
    let mut exhibits = vec![Exhibit::new(
        "The larger ε₁, the surer the network of the true class of unseen rows.",
        chart,
    )];
    for part in ["digits", "imbalanced"] {
        exhibits.push(Exhibit::new(
            format!("{part}: what each ε₁, and the one chosen by validation, does to accuracy."),
            charts::gains(results, part, "accuracy", BASELINE, "gain in accuracy")?,
        ));
    }
    Ok(exhibits)
}
