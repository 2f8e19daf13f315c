//! Augmentation on geodesics: training where the model is worst on the way from one class to the other.

use minimand::attack::{Attack, Norm};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::geodesics::{gaussian_speed, geodesic, sample_speed};
use super::normal_classes::{normals, sampled};
use crate::charts::with_lines;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::accuracy;
use crate::net::{Mlp, adam, dense_loss, label_loss, matrix, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// How a network is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Plain,
    Mixup,
    /// With the worst place on the geodesic, and with the variation along it or without.
    Geodesic {
        is_smoothed: bool,
    },
}

const METHODS: [(&str, Method); 4] = [
    ("plain", Method::Plain),
    ("mixup", Method::Mixup),
    ("geodesic", Method::Geodesic { is_smoothed: false }),
    ("geodesic_smooth", Method::Geodesic { is_smoothed: true }),
];

/// Rows of a class in a step, and places on the way.
const BATCH: usize = 10;
const PLACES: usize = 10;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 79,
    slug: "geodesic-augmentation",
    claim: "Training also on the worst place of the Wasserstein geodesic between classes, and with little change of the \
            risk along it, makes classifiers more robust (certified accuracy on CIFAR-10 by up to 7.7%, empirical on \
            CIFAR-100 by 16.8%).",
    reduced: "Two classes of few examples and a small network; robustness by attacks alone, no randomised smoothing; \
              geodesics of inputs.",
    setting: "Normals: two classes in 10 dimensions, means 2.5 apart, covariances of their own with deviations from 0.3 to \
              1.4 in random directions; 30 training and 500 test rows of each. Digits: 3 against 5, 25 training rows \
              of each. MLP with 64 hidden units, 300 steps of Adam at 3e-3, 10 random rows of each class per step. Mixup: \
              pairs of rows of the batch, shares uniform in 0..1. Geodesic: exact transport between the classes of the \
              batch, places 0, 0.1, …, 1, labels with the same shares; the risk at the worst place is added; smooth: and the sum \
              of the changes of the risk from place to place. Robust accuracy: after a Euclidean attack of ten steps; \
              radius as a share of the distance of the class means. The rule is at a quarter of it: at half, even class \
              means lie on the best boundary. The geodesic's worst place must give a higher robust accuracy than plain training \
              on both sets, not more than 0.01 below mixup; and the transport distance from the first class must grow in \
              proportion to the place, to 1e-9, for samples and for normal distributions.",
    control: "All methods train plainly, each from a start and with batches of its own.",
    objectives: &["cross_entropy"],
    provides: &["`Geodesic`", "`GaussianGeodesic`", "`Attack`"],
    parts: &[
        Part {
            name: "normals",
            about: "two normal classes in 10 dimensions, 30 rows each",
        },
        Part {
            name: "digits",
            about: "3 against 5, 25 rows each",
        },
    ],
    seeds: 10,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("079_geodesic_augmentation.rs"),
};

/// Rows of class 0 and of class 1.
fn by_class(data: &Labelled) -> [Vec<usize>; 2] {
    [0, 1].map(|class| {
        (0..data.rows())
            .filter(|&row| data.labels[row] == class)
            .collect()
    })
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let mut findings = Findings::new();
    let (train, test) = if trial.part() == "normals" {
        let classes = normals(key.child(1));
        findings.put("theory", "gaussian_speed", gaussian_speed(&classes)?);
        let train = sampled(&classes, trial.sized(30, 12), key.child(2));
        (train, sampled(&classes, trial.sized(500, 20), key.child(3)))
    } else {
        let digits = trial.digits()?;
        let chosen = (0..digits.rows()).filter(|&row| matches!(digits.labels[row], 3 | 5));
        let chosen = digits.select(&chosen.collect::<Vec<_>>());
        let labels = chosen.labels.iter().map(|&label| u32::from(label == 5));
        let mut two = chosen.with_labels(labels.collect());
        two.classes = 2;
        two.split_by_class(&[25, 25], key.child(2))
    };
    let members = by_class(&train);
    if members.iter().any(|rows| rows.len() < BATCH) {
        return Err(trial.failed("the digits 3 and 5 need 25 rows each"));
    }
    let shared = members[0].len().min(members[1].len());
    let whole = geodesic(&train, &members[0][..shared], &members[1][..shared])?;
    findings.put(
        "theory",
        "sample_speed",
        sample_speed(&whole, &train, &members[0][..shared])?,
    );
    let gap = distance_of_means(&train, &members);
    for (index, (name, method)) in METHODS.into_iter().enumerate() {
        let (method, start) = match trial.is_control() {
            true => (Method::Plain, index as u64),
            false => (method, 0),
        };
        let net = fit(trial, &train, &members, method, key.child(4).child(start))?;
        let mut curve = Vec::new();
        for eighth in [0.0, 1.0, 2.0, 3.0, 4.0] {
            let radius = eighth / 8.0;
            curve.push((radius, attacked(&net, &test, radius * gap, key.child(5))?));
        }
        findings.put(name, "accuracy", curve[0].1);
        findings.put(name, "robust", curve[2].1);
        findings.put(name, "robust_half", curve[4].1);
        findings.curve("robust accuracy", name, curve);
    }
    Ok(findings)
}

/// The accuracy after an attack of this radius.
fn attacked(net: &Mlp, test: &Labelled, radius: f64, key: Key) -> Result<f64, StudyError> {
    let loss = LossModule::new("cross_entropy".parse()?);
    let mut random = Random::new(key, 0);
    let attack = Attack::new(Norm::Euclidean, radius).seed(random.bits());
    let slopes = |rows: &[f32]| -> Result<Vec<f32>, StudyError> {
        let rows = matrix(rows.to_vec(), test.columns).require_grad();
        let value = label_loss(&loss, net.forward(rows.clone()), &test.labels)?;
        let slopes = rows.grad(&value.backward());
        Ok(slopes.map(numbers).unwrap_or_default())
    };
    let moved = match radius > 0.0 {
        true => attack.run(&test.features, test.columns, slopes)?,
        false => test.features.clone(),
    };
    Ok(accuracy(&net.scores_of(&moved), &test.labels, 2))
}

fn distance_of_means(data: &Labelled, members: &[Vec<usize>; 2]) -> f64 {
    let mean = |rows: &[usize], column: usize| {
        let values = rows.iter().map(|&row| f64::from(data.row(row)[column]));
        values.sum::<f64>() / rows.len() as f64
    };
    let gaps = (0..data.columns).map(|c| mean(&members[0], c) - mean(&members[1], c));
    gaps.map(|gap| gap * gap).sum::<f64>().sqrt()
}

fn fit(
    trial: &Trial<'_>,
    train: &Labelled,
    members: &[Vec<usize>; 2],
    method: Method,
    key: Key,
) -> Result<Mlp, StudyError> {
    let loss = LossModule::new("cross_entropy".parse()?);
    let mut random = Random::new(key.child(1), 0);
    let mut net = Mlp::new(&[train.columns, 64, 2], key.child(0));
    let mut optimizer = adam();
    for _ in 0..trial.sized(300, 3) {
        trial.check_stop()?;
        let [from, to] = members.each_ref().map(|rows| {
            let mut rows = rows.clone();
            random.shuffle(&mut rows);
            rows.truncate(BATCH);
            rows
        });
        let batch = train.select(&[&from[..], &to[..]].concat());
        let forward = |rows: Vec<f32>| net.forward(matrix(rows, train.columns));
        let value = match method {
            Method::Plain => label_loss(&loss, forward(batch.features.clone()), &batch.labels)?,
            Method::Mixup => {
                let (rows, labels) = mixed(&batch, &mut random);
                dense_loss(&loss, forward(rows), &labels)?
            }
            Method::Geodesic { is_smoothed } => {
                let way = geodesic(train, &from, &to)?;
                let risk = |place: f64, points: &[f64]| {
                    let rows = points.iter().map(|&x| x as f32).collect();
                    let labels = [(1.0 - place) as f32, place as f32].repeat(BATCH);
                    dense_loss(&loss, forward(rows), &labels)
                };
                let mut risks = Vec::new();
                let mut refused = None;
                let worst = way.worst_case(PLACES, |place, points| match risk(place, points) {
                    Ok(risk) => {
                        risks.push(risk.clone());
                        f64::from(numbers(risk)[0])
                    }
                    Err(error) => {
                        refused = Some(error);
                        f64::NAN
                    }
                })?;
                if let Some(error) = refused {
                    return Err(error.into());
                }
                let place = (worst.place * PLACES as f64).round() as usize;
                let plain = label_loss(&loss, forward(batch.features.clone()), &batch.labels)?;
                let mut value = plain + risks[place].clone();
                if is_smoothed {
                    for pair in risks.windows(2) {
                        value = value + (pair[1].clone() - pair[0].clone()).abs();
                    }
                }
                value
            }
        };
        net = step(&mut optimizer, 3e-3, net, value);
    }
    Ok(net)
}

/// Each row of a batch with a random other one, and the shares as labels.
fn mixed(batch: &Labelled, random: &mut Random) -> (Vec<f32>, Vec<f32>) {
    let mut partners: Vec<usize> = (0..batch.rows()).collect();
    random.shuffle(&mut partners);
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    for (row, partner) in partners.into_iter().enumerate() {
        let share = random.uniform() as f32;
        let pairs = batch.row(row).iter().zip(batch.row(partner));
        rows.extend(pairs.map(|(a, b)| (1.0 - share) * a + share * b));
        let [own, other] = [row, partner].map(|row| batch.labels[row] as f32);
        let second = (1.0 - share) * own + share * other;
        labels.extend([1.0 - second, second]);
    }
    (rows, labels)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for part in ["normals", "digits"] {
        for (baseline, bound) in [("plain", 0.0), ("mixup", -0.01)] {
            let gain = results.difference(part, "robust", "geodesic", baseline)?;
            let what = format!("{part}: gain in robust accuracy over {baseline}");
            clauses.push(Clause::above(&what, &gain, bound));
        }
    }
    let mut largest = 0.0_f64;
    for (part, measure) in [
        ("normals", "gaussian_speed"),
        ("normals", "sample_speed"),
        ("digits", "sample_speed"),
    ] {
        let errors = results.values(part, "theory", measure)?;
        largest = errors.iter().copied().fold(largest, f64::max);
    }
    clauses.push(Clause::that(
        format!(
            "distances along geodesics are off by {} at most; must be below 1e-9",
            significant(largest, 2)
        ),
        largest < 1e-9,
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for part in ["normals", "digits"] {
        let chart = LineChart::new(format!("Accuracy under attack, {part}"))
            .axis_labels("radius / distance of the class means", "accuracy");
        exhibits.push(Exhibit::new(
            "Test accuracy after Euclidean attacks.",
            with_lines(chart, results, part, "robust accuracy"),
        ));
    }
    Ok(exhibits)
}
