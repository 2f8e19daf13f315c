//! Harmonic loss: class vectors that one can read, and how soon a network generalises.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::html::PixelGrid;
use minimand_report::svg::LineChart;

use crate::charts;
use crate::data::{GaussianMixture, Labelled};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::accuracy;
use crate::measures::principal_share;
use crate::net::{Mlp, adam, batches, gather, label_loss, matrix, numbers, step};
use crate::results::Results;
use crate::rule::{Clause, Verdict};
use crate::study::{Exhibit, Part, Study, Trial};

/// Modulus of the additions.
const MODULUS: usize = 31;
/// Width of the features below the additions' last layer.
const FEATURES: usize = 16;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 99,
    slug: "harmonic-loss",
    claim: "With distances to class vectors in the place of products, and inverse powers in the place of \
            exponentials, class vectors become readable class centres, and networks generalise earlier \
            after they have learnt their training data.",
    reduced: "Small digits, normal classes and additions modulo 31 with a small network instead of MNIST, \
              GPT-2 and several algorithmic tasks; the embedding is the first layer of the network.",
    setting: "(1) A linear head on 5 normal classes in 16 dimensions (means N(0, 1), 400 training rows, 60 \
              epochs) and on digits (900 rows, 40 epochs): Adam at 1e-2, batches of 64; exponent n = √d. \
              Measured are accuracy, and cosine and relative distance of each class vector to its class \
              mean, both about the mean of all rows for the products, whose bias takes it up. (2) All sums \
              of two numbers modulo 31, half of them for training: MLP 62-64-16 with a head of either \
              kind, Adam at 3e-3, all rows in each of 1,000 steps; the gap is from the step with 95% of \
              the training rows right to that with 95% of the others, 1,000 if it is not reached. Reported \
              beside it is how much of the variance of the numbers' vectors in the first layer two principal \
              components hold.",
    control: "The method called harmonic is cross-entropy with a linear head as well, from a start of its \
              own.",
    objectives: &[
        "cross_entropy",
        "harmonic(exponent=4, squared=true)",
        "harmonic(exponent=8, squared=true)",
    ],
    provides: &["distance head (LinearRows)"],
    parts: &[
        Part {
            name: "normal classes",
            about: "5 classes in 16 dimensions",
        },
        Part {
            name: "digits",
            about: "8×8 digits",
        },
        Part {
            name: "additions",
            about: "sums modulo 31",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "The clause on additions first called networks equal that both never generalised; now it is \
             open where most of them do not.",
    source: include_str!("099_harmonic_loss.rs"),
};

/// A layer with a vector for each class: products and a bias, or squared distances.
#[derive(Module, Debug)]
struct Head {
    /// `[features, classes]`
    vectors: Param<Tensor<2>>,
    /// `[1, classes]` of products.
    bias: Option<Param<Tensor<2>>>,
}

impl Head {
    fn new(features: usize, classes: usize, is_distance: bool, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let bound = 1.0 / (features as f64).sqrt();
        let mut draw = |count: usize| -> Vec<f32> {
            (0..count)
                .map(|_| random.uniform_between(-bound, bound) as f32)
                .collect()
        };
        let vectors = Param::from_tensor(matrix(draw(features * classes), classes));
        let bias = (!is_distance).then(|| Param::from_tensor(matrix(draw(classes), classes)));
        Self { vectors, bias }
    }

    /// Logits, or squared distances, `[n, classes]`.
    fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let products = features.clone().matmul(self.vectors.val());
        match &self.bias {
            Some(bias) => products.add(bias.val()),
            None => {
                let own = features.powi_scalar(2).sum_dim(1);
                let classes = self.vectors.val().powi_scalar(2).sum_dim(0);
                own.add(classes)
                    .sub(products.mul_scalar(2.0))
                    .clamp_min(0.0)
            }
        }
    }

    /// Whose largest is the prediction.
    fn scores(&self, features: Tensor<2>) -> Vec<f32> {
        let is_distance = self.bias.is_none();
        let values = numbers(self.forward(features));
        values
            .into_iter()
            .map(|x| if is_distance { -x } else { x })
            .collect()
    }

    /// The vector of each class, one after the other.
    fn class_vectors(&self) -> Vec<f32> {
        numbers(self.vectors.val().transpose())
    }
}

/// The two methods, each with its start and objective; `exponent` is that of the distances.
fn methods(trial: &Trial<'_>, exponent: usize) -> [(&'static str, bool, String, u64); 2] {
    let plain = ("cross_entropy", false, "cross_entropy".to_owned(), 0);
    let harmonic = format!("harmonic(exponent={exponent}, squared=true)");
    match trial.is_control() {
        true => [plain.clone(), ("harmonic", plain.1, plain.2, 1)],
        false => [plain, ("harmonic", true, harmonic, 0)],
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    match trial.part() {
        "additions" => additions(trial, key),
        "digits" => {
            let (train, test) = trial.digits()?.split(trial.sized(900, 200), key.child(1));
            linear(trial, &train, &test, trial.sized(40, 2))
        }
        _ => {
            let mixture = GaussianMixture::new(5, 16, 1.0, key.child(1));
            let train = mixture.sample(trial.sized(400, 100), key.child(2));
            linear(
                trial,
                &train,
                &mixture.sample(2000, key.child(3)),
                trial.sized(60, 2),
            )
        }
    }
}

fn linear(
    trial: &Trial<'_>,
    train: &Labelled,
    test: &Labelled,
    epochs: usize,
) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (classes, columns) = (train.classes, train.columns);
    let exponent = (columns as f64).sqrt().round() as usize;
    let mut findings = Findings::new();
    for (name, is_distance, objective, start) in methods(trial, exponent) {
        let loss = LossModule::new(objective.parse()?);
        let mut head = Head::new(columns, classes, is_distance, key.child(4).child(start));
        let mut optimizer = adam();
        for batch in batches(train.rows(), 64, epochs, key.child(5).child(start)) {
            trial.check_stop()?;
            let rows = matrix(gather(&train.features, columns, &batch.rows), columns);
            let labels = gather(&train.labels, 1, &batch.rows);
            let value = label_loss(&loss, head.forward(rows), &labels)?;
            head = step(&mut optimizer, 1e-2, head, value);
        }
        let scores = head.scores(matrix(test.features.clone(), columns));
        findings.put(name, "accuracy", accuracy(&scores, &test.labels, classes));
        let vectors = head.class_vectors();
        let (cosine, distance) = likeness(&vectors, train, is_distance);
        findings.put(name, "cosine to the class mean", cosine);
        findings.put(name, "relative distance", distance);
        if trial.part() == "digits" && trial.seed() == 0 {
            let pixels = vectors
                .iter()
                .enumerate()
                .map(|(at, &w)| (at as f64, f64::from(w)));
            findings.curve("class vectors", name, pixels);
        }
    }
    Ok(findings)
}

/// Mean cosine of class vectors with class means, and mean distance over the mean's length.
fn likeness(vectors: &[f32], data: &Labelled, is_distance: bool) -> (f64, f64) {
    let columns = data.columns;
    let mut means = vec![0.0; data.classes * columns];
    let mut overall = vec![0.0; columns];
    let counts = data.class_counts();
    for (row, &label) in data.labels.iter().enumerate() {
        for (column, &x) in data.row(row).iter().enumerate() {
            means[label as usize * columns + column] +=
                f64::from(x) / counts[label as usize].max(1) as f64;
            overall[column] += f64::from(x) / data.rows() as f64;
        }
    }
    let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let (mut cosines, mut distances) = (0.0, 0.0);
    for (mean, vector) in means
        .chunks_exact(columns)
        .zip(vectors.chunks_exact(columns))
    {
        let centre = |at: usize| if is_distance { 0.0 } else { overall[at] };
        let mean: Vec<f64> = mean
            .iter()
            .enumerate()
            .map(|(at, x)| x - centre(at))
            .collect();
        let vector: Vec<f64> = vector.iter().map(|&w| f64::from(w)).collect();
        let product: f64 = mean.iter().zip(&vector).map(|(a, b)| a * b).sum();
        let rest: Vec<f64> = mean.iter().zip(&vector).map(|(a, b)| a - b).collect();
        cosines += product / (norm(&mean) * norm(&vector)).max(1e-12);
        distances += norm(&rest) / norm(&mean).max(1e-12);
    }
    let classes = data.classes as f64;
    (cosines / classes, distances / classes)
}

#[derive(Module, Debug)]
struct Adder {
    body: Mlp,
    head: Head,
}

impl Adder {
    fn forward(&self, rows: Tensor<2>) -> Tensor<2> {
        self.head.forward(self.body.forward(rows))
    }
}

fn additions(trial: &Trial<'_>, key: Key) -> Result<Findings, StudyError> {
    let (train, test) = sums().split(MODULUS * MODULUS / 2, key.child(1));
    // In the control nothing depends on how long both train.
    let steps = trial.sized(if trial.is_control() { 300 } else { 1000 }, 40);
    let mut findings = Findings::new();
    for (name, is_distance, objective, start) in methods(trial, 4) {
        let loss = LossModule::new(objective.parse()?);
        let mut net = Adder {
            body: Mlp::new(&[train.columns, 64, FEATURES], key.child(2).child(start)),
            head: Head::new(FEATURES, MODULUS, is_distance, key.child(3).child(start)),
        };
        let mut optimizer = adam();
        let rows = matrix(train.features.clone(), train.columns);
        let (mut learnt, mut generalised) = (None, None);
        let mut curve = Vec::new();
        for at in 0..=steps {
            trial.check_stop()?;
            if at % 20 == 0 {
                let right = |data: &Labelled| {
                    let features = net
                        .body
                        .forward(matrix(data.features.clone(), data.columns));
                    accuracy(&net.head.scores(features), &data.labels, MODULUS)
                };
                let (on_train, on_test) = (right(&train), right(&test));
                curve.push((at as f64, on_test));
                learnt = learnt.or((on_train >= 0.95).then_some(at));
                generalised = generalised.or((on_test >= 0.95).then_some(at));
            }
            let value = label_loss(&loss, net.forward(rows.clone()), &train.labels)?;
            net = step(&mut optimizer, 3e-3, net, value);
        }
        let gap = match (learnt, generalised) {
            (Some(learnt), Some(generalised)) => generalised.saturating_sub(learnt),
            _ => steps,
        };
        findings.put(name, "steps to generalise", gap as f64);
        findings.put(name, "accuracy", curve.last().map_or(0.0, |point| point.1));
        let share = variance_of_two(&net.body)?;
        findings.put(name, "variance in two components", share);
        findings.curve("additions", name, curve);
    }
    Ok(findings)
}

/// The share of the variance of the first layer's vectors of the numbers that two components hold, a mean over the
/// first and the second numbers of the sums.
fn variance_of_two(body: &Mlp) -> Result<f64, StudyError> {
    let both = 2 * MODULUS;
    let one_hot = (0..both * both).map(|at| f32::from(u8::from(at % (both + 1) == 0)));
    let vectors = numbers(body.first(1, matrix(one_hot.collect(), both)));
    let width = vectors.len() / both;
    let (first, second) = vectors.split_at(MODULUS * width);
    Ok(0.5 * (principal_share(first, width, 2)? + principal_share(second, width, 2)?))
}

/// Every pair of numbers, one-hot beside each other, with their sum.
fn sums() -> Labelled {
    let (mut features, mut labels) = (Vec::new(), Vec::new());
    for a in 0..MODULUS {
        for b in 0..MODULUS {
            let one_hot =
                (0..2 * MODULUS).map(|at| f32::from(u8::from(at == a || at == MODULUS + b)));
            features.extend(one_hot);
            labels.push(((a + b) % MODULUS) as u32);
        }
    }
    Labelled {
        features,
        columns: 2 * MODULUS,
        labels,
        classes: MODULUS,
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let (new, old) = ("harmonic", "cross_entropy");
    let mut clauses = Vec::new();
    for part in ["normal classes", "digits"] {
        let cosine = "cosine to the class mean";
        let own = results.mean(part, new, cosine)?;
        clauses.push(Clause::above(&format!("{part}: mean {cosine}"), &own, 0.95));
        let gain = results.difference(part, cosine, new, old)?;
        clauses.push(Clause::above(
            &format!("{part}: gain in the {cosine}"),
            &gain,
            0.0,
        ));
        let change = results.difference(part, "relative distance", new, old)?;
        clauses.push(Clause::below(
            &format!("{part}: change of the relative distance"),
            &change,
            0.0,
        ));
        let gain = results.difference(part, "accuracy", new, old)?;
        clauses.push(Clause::above(
            &format!("{part}: gain in accuracy"),
            &gain,
            -0.01,
        ));
    }
    let median = |method: &str| -> Result<f64, StudyError> {
        let mut steps = results
            .values("additions", method, "steps to generalise")?
            .to_vec();
        steps.sort_by(f64::total_cmp);
        Ok(steps[steps.len() / 2])
    };
    let (own, other) = (median(new)?, median(old)?);
    let text = format!(
        "additions: median steps to generalise are {own}; must be at most {other} of cross-entropy"
    );
    let mut clause = Clause::that(text, own <= other);
    let longest = results
        .curve("additions", "additions", old)?
        .last()
        .map_or(0.0, |point| point[0]);
    if own >= longest && other >= longest {
        clause.verdict = Verdict::Inconclusive;
        clause.text.push_str(" (neither generalised)");
    }
    clauses.push(clause);
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for method in ["harmonic", "cross_entropy"] {
        // Another set of images has another size, and no square ones perhaps.
        let Ok(curve) = results.curve("digits", "class vectors", method) else {
            continue;
        };
        let pixels: Vec<f64> = curve.iter().map(|point| point[1]).collect();
        let mut grid = PixelGrid::new(format!("Class vectors, {method}"));
        for (digit, tile) in pixels.chunks_exact(64).enumerate() {
            grid = grid.tile(digit.to_string(), 8, tile.to_vec());
        }
        exhibits.push(Exhibit::new(
            format!("What the head has learnt for each digit, {method}."),
            grid,
        ));
    }
    let chart = LineChart::new("Additions").axis_labels("step", "accuracy of unseen sums");
    let chart = charts::with_lines(chart, results, "additions", "additions");
    exhibits.push(Exhibit::new(
        "Sums modulo 31 that were not in the training half.",
        chart,
    ));
    Ok(exhibits)
}
