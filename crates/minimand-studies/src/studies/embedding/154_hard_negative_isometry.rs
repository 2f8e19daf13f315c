//! Hard negative mining: the hardest triplets of a batch, and the distance to embeddings without a loss.

use minimand::Array;
use minimand::embedding::{Mining, Pick};
use minimand_burn::random::{Key, Random};
use minimand_report::svg::ScatterPlot;

use super::encoder::{encoded, fit, hinge, retrieval};
use super::isometry::{Points, procrustes};
use super::statistics::{pearson, ranks};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::net::{Mlp, batches, gather, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const MARGIN: f64 = 0.5;
const RATES: [f64; 2] = [1e-3, 1e-2];
const WIDTH: usize = 8;
/// Below this part of the mean distance at the start, embeddings count as collapsed.
const COLLAPSED: f64 = 0.05;

/// Which triplets of a batch are trained.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Policy {
    Random,
    SemiHard,
    Hard,
}

/// Policies with their batch sizes and names.
const METHODS: [(&str, Policy, usize); 5] = [
    ("random, 64", Policy::Random, 64),
    ("semi-hard, 64", Policy::SemiHard, 64),
    ("hard, 16", Policy::Hard, 16),
    ("hard, 64", Policy::Hard, 64),
    ("hard, 256", Policy::Hard, 256),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 154,
    slug: "hard-negative-isometry",
    claim: "Mined hard over large enough batches, the triplet loss is equivalent to a distance, like Hausdorff's, between \
            the network and the ideal embeddings that separate all classes; that explains when hard mining works, and \
            when embeddings collapse to a point.",
    reduced: "8×8 digits and an MLP to 8 dimensions; of the theory the elementary inequalities, without the constants of \
              the isometric approximation theorem.",
    setting: "900 training digits of ten classes, MLP 64-64-8, embeddings not normalised, plain distances, margin 0.5; \
              200 steps of Adam at 1e-3 and 1e-2. Triplets of random or semi-hard negatives in batches of 64, or the \
              hardest of every anchor in batches of 16, 64 and 256. The worst case t of the training rows: largest \
              distance within a class, less the smallest between classes, plus the margin; t/2 is a lower bound of the \
              isometric distance to embeddings without a loss. Collapse: a mean distance below 5% of that at the start. \
              Theory: 200 random sets of twelve points in the plane, each with points that no triplet separates worse \
              than the margin. The rule: recall at 1 of hard triplets in batches of 64 is above that of random ones, \
              for both rates, where no run collapsed; over all runs t has a correlation of more than 0.6 with 1 − recall \
              (Pearson); collapses get fewer with larger batches, or there are none; t/2 is never above the isometric distance, \
              which is never above twice the largest residual of a rigid motion.",
    control: "All methods train with random triplets in batches of 64, from starts of their own; the theory is tried with t in \
              the place of t/2.",
    objectives: &["triplet(mining=\"hard\", margin=0.5, squared=false, normalize=false)"],
    provides: &["Mining", "Retrieval"],
    parts: &[
        Part {
            name: "digits",
            about: "policies, batch sizes and rates",
        },
        Part {
            name: "theory",
            about: "inequalities of random points",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("154_hard_negative_isometry.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "theory" => theory(trial),
        _ => digits(trial),
    }
}

fn digits(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = trial.digits()?.split(trial.sized(900, 200), key.child(1));
    let mut findings = Findings::new();
    for (index, (name, policy, size)) in METHODS.into_iter().enumerate() {
        let (policy, size, start) = match trial.is_control() {
            true => (Policy::Random, 64, index as u64),
            false => (policy, size, 0),
        };
        let key = key.child(2).child(start);
        for rate in RATES {
            let net = Mlp::new(&[train.columns, 64, WIDTH], key.child(0));
            let before = Points::of(&encoded(&net, &train));
            let net = train_net(trial, net, &train, (policy, size, rate), key)?;
            let points = Points::of(&encoded(&net, &train));
            let [recall, map] = retrieval(&encoded(&net, &test))?;
            let spread = points.mean_distance() / before.mean_distance();
            for (measure, value) in [
                ("recall at 1", recall),
                ("MAP at R", map),
                ("worst case", points.worst_case(MARGIN)),
                ("mean distance", spread),
                ("collapsed", f64::from(u8::from(spread < COLLAPSED))),
            ] {
                findings.put(name, &format!("{measure}, {rate}"), value);
            }
        }
    }
    Ok(findings)
}

fn train_net(
    trial: &Trial<'_>,
    net: Mlp,
    train: &Labelled,
    (policy, size, rate): (Policy, usize, f64),
    key: Key,
) -> Result<Mlp, StudyError> {
    let steps = trial.sized(200, 10);
    let epochs = (steps * size).div_ceil(train.rows()) + 1;
    let drawn: Vec<Vec<usize>> = batches(train.rows(), size, epochs, key.child(1))
        .map(|step| step.rows)
        .collect();
    fit(trial, net, rate, steps, |net, step| {
        let rows = &drawn[step % drawn.len()];
        let labels = gather(&train.labels, 1, rows);
        let batch = gather(&train.features, train.columns, rows);
        let found = net.forward(matrix(batch, train.columns));
        let plain = numbers(found.clone().detach());
        let shape = [rows.len(), WIDTH];
        let mining = Mining::among(&Array::new(&plain, &shape), &labels, false)?;
        let triplets = match policy {
            Policy::Random => {
                let seed = Random::new(key.child(2).child(step as u64), 0).bits();
                mining.per_anchor(Pick::Random, Pick::Random, seed)
            }
            Policy::SemiHard => mining.semi_hard(),
            Policy::Hard => mining.batch_hard(),
        };
        Ok(hinge(found, &triplets, MARGIN))
    })
}

fn theory(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let draws = trial.sized(200, 20);
    let (mut below, mut above) = (0, 0);
    let mut tightness: f64 = 0.0;
    for index in 0..draws {
        let key = trial.key().child(index as u64);
        let points = Points::random(12, 3, key.child(0));
        let ideal = points.separated(MARGIN, key.child(1));
        let worst = points.worst_case(MARGIN).max(0.0);
        let bound = if trial.is_control() {
            worst
        } else {
            worst / 2.0
        };
        let isometric = points.isometric_distance(&ideal);
        below += usize::from(bound > isometric * (1.0 + 1e-12));
        tightness = tightness.max(bound / isometric);
        above += usize::from(isometric > 2.0 * procrustes(&points, &ideal) * (1.0 + 1e-12));
    }
    let mut findings = Findings::new();
    findings.put_all(
        "inequalities",
        [
            ("bound above the isometric distance", below as f64),
            ("isometric above twice the residual", above as f64),
            ("largest bound / isometric", tightness),
        ],
    );
    Ok(findings)
}

/// (t, 1 − recall) of every run.
fn runs(results: &Results) -> Result<Vec<(f64, f64)>, StudyError> {
    let mut runs = Vec::new();
    for (name, _, _) in METHODS {
        for rate in RATES {
            let values = |measure| results.values("digits", name, &format!("{measure}, {rate}"));
            let pairs = values("worst case")?.iter().zip(values("recall at 1")?);
            runs.extend(pairs.map(|(worst, recall)| (*worst, 1.0 - recall)));
        }
    }
    Ok(runs)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    let collapsed = |name: &str| -> Result<f64, StudyError> {
        RATES.iter().try_fold(0.0, |sum, rate| {
            let values = results.values("digits", name, &format!("collapsed, {rate}"))?;
            Ok(sum + values.iter().sum::<f64>())
        })
    };
    for rate in RATES {
        let measure = format!("recall at 1, {rate}");
        let gain = results.difference("digits", &measure, "hard, 64", "random, 64")?;
        let lost = results.values("digits", "hard, 64", &format!("collapsed, {rate}"))?;
        if lost.iter().sum::<f64>() == 0.0 {
            let what = format!("rate {rate}: recall at 1 of hard over random triplets");
            clauses.push(Clause::above(&what, &gain, 0.0));
        }
    }
    let correlation = pearson(&runs(results)?);
    clauses.push(Clause::that(
        format!("t and 1 − recall have a correlation of {correlation:.2}; must be above 0.6"),
        correlation > 0.6,
    ));
    let [small, middle, large] = ["hard, 16", "hard, 64", "hard, 256"].map(collapsed);
    let (small, middle, large) = (small?, middle?, large?);
    clauses.push(Clause::that(
        format!("{small}, {middle} and {large} runs collapsed with batches of 16, 64 and 256; must fall or be none"),
        small >= middle && middle >= large && (small > large || small == 0.0),
    ));
    let count = |measure: &str| -> Result<f64, StudyError> {
        Ok(results
            .values("theory", "inequalities", measure)?
            .iter()
            .sum())
    };
    let below = count("bound above the isometric distance")?;
    let above = count("isometric above twice the residual")?;
    clauses.push(Clause::that(
        format!("the bound was above the isometric distance {below} times, that above twice the residual {above} times; must never"),
        below + above == 0.0,
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let runs = runs(results)?;
    let (x, y): (Vec<f64>, Vec<f64>) = runs.into_iter().unzip();
    let (x, y) = (ranks(&x), ranks(&y));
    let correlation = spearman(&x, &y);
    let points = x.into_iter().zip(y).collect();
    let plot = ScatterPlot::new("Worst case and errors", points)
        .axis_labels("rank of the worst case t", "rank of 1 − recall at 1");
    let mut exhibits = vec![Exhibit::new(
        format!(
            "Every run: on the diagonal errors come in the order of the worst case of the embeddings. Rank \
             correlation {correlation:.2}."
        ),
        plot,
    )];
    for rate in RATES {
        exhibits.push(Exhibit::new(
            format!("Recall at 1 on test digits, rate {rate}."),
            charts::means(
                results,
                "digits",
                &format!("recall at 1, {rate}"),
                "recall at 1",
            )?,
        ));
    }
    Ok(exhibits)
}
