//! Supervised contrastive loss with rectified features: class means are orthogonal whatever the imbalance.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand::Array;
use minimand::embedding::{BindingBatches, NeuralCollapse, batches_bind};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_compare::statistics::estimate;

use super::encoder::{directions, encoded, fit, largest_cosine};
use super::free_features::{free_features, loss_and_bound};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, gather, label_loss, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const OBJECTIVE: &str = "supervised_contrastive(temperature=0.1)";
const TEMPERATURE: f64 = 0.1;
const PLAIN: &str = "plain";
const RELU: &str = "ReLU";
const BINDING: &str = "ReLU, binding";
const METHODS: [&str; 3] = [PLAIN, RELU, BINDING];
/// Steps between two measurements of the frame.
const WATCH: usize = 50;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 64,
    slug: "scl-relu-orthogonal-frame",
    claim: "With a ReLU before the normalisation the best features of the supervised contrastive loss are an orthogonal \
            frame, whatever the imbalance of the classes, where without it class means become lopsided; accuracy stays \
            the same, and batches bound together by one example of each class converge faster.",
    reduced: "8×8 digits and an MLP instead of CIFAR and residual networks; one imbalance (step, ratio 10); batches of \
              64 instead of 1,024.",
    setting: "Digits: five random classes of 100 training rows and five of 10, all others are for testing. MLP \
              64-128-32, Adam at 1e-3, 600 steps of 64 rows, temperature 0.1. With binding every batch has one fixed \
              row of each class besides. Class means of the training rows' unit features: distance of their products \
              from an orthogonal frame and, centred, from a simplex. Free features: 40, 20 and 5 rows of three classes \
              in 8 dimensions, temperature 1, 2,000 steps of 0.02 down the gradient, each followed by a projection to \
              rows of length 1 without negative entries. The rule: the distance from an orthogonal frame with ReLU \
              is below that without from whatever it is nearer to, frame or simplex; accuracy by the nearest class mean differs by less than \
              two points; free features come within 1% of the bound with cosines between classes below 0.02; random \
              features never fall below the bound; one epoch's random batches do not bind, with binding they do.",
    control: "No method has the ReLU, and free features may have negative entries: they fall below the bound.",
    objectives: &[OBJECTIVE],
    provides: &["NeuralCollapse", "BindingBatches", "batches_bind"],
    parts: &[
        Part {
            name: "digits",
            about: "ten classes of digits, ratio 10",
        },
        Part {
            name: "free features",
            about: "features without a network",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("064_scl_relu_orthogonal_frame.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "digits" => digits(trial),
        _ => free_features(trial),
    }
}

fn digits(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let digits = trial.digits()?;
    let many = trial.sized(100, 20);
    let mut counts: Vec<usize> = (0..digits.classes)
        .map(|class| if class % 2 == 0 { many } else { 10.min(many) })
        .collect();
    Random::new(key.child(1), 0).shuffle(&mut counts);
    let (train, test) = digits.split_by_class(&counts, key.child(2));
    let steps = trial.sized(600, 60);
    let loss = LossModule::new(OBJECTIVE.parse()?);
    let mut findings = Findings::new();
    let arms = trial.arms(&METHODS.map(|name| (name, OBJECTIVE)));
    for arm in arms {
        let rectified = arm.name != PLAIN && !trial.is_control();
        let forward = |net: &Mlp, rows: Tensor<2>| {
            let found = net.forward(rows);
            if rectified { relu(found) } else { found }
        };
        let draw = Draw::new(&train, arm.name == BINDING, arm.key)?;
        findings.put(arm.name, "binds", f64::from(u8::from(draw.binds(&train)?)));
        let mut net = Mlp::new(&[train.columns, 128, 32], arm.key.child(0));
        let mut curve = Vec::new();
        for part in 0..steps / WATCH {
            net = fit(trial, net, 1e-3, WATCH, |net, step| {
                let rows = draw.step(part * WATCH + step);
                let batch = matrix(gather(&train.features, train.columns, &rows), train.columns);
                let labels = gather(&train.labels, 1, &rows);
                Ok(label_loss(&loss, forward(net, batch), &labels)?)
            })?;
            let found = features(&net, &train, rectified);
            let distance = collapse(&found)?.orthogonal_frame_distance();
            let distance = distance.unwrap_or(f64::NAN);
            curve.push((((part + 1) * WATCH) as f64, distance));
        }
        let [found, unseen] = [&train, &test].map(|data| features(&net, data, rectified));
        put(&mut findings, arm.name, &found, &unseen)?;
        findings.curve("distance from an orthogonal frame", arm.name, curve);
    }
    Ok(findings)
}

/// Which rows each step sees.
enum Draw {
    Random { rows: usize, key: Key },
    Binding(BindingBatches),
}

impl Draw {
    fn new(train: &Labelled, is_binding: bool, key: Key) -> Result<Self, StudyError> {
        let seed = Random::new(key.child(1), 0).bits();
        Ok(match is_binding {
            true => Self::Binding(BindingBatches::new(&train.labels, 64, seed)?),
            false => Self::Random {
                rows: train.rows(),
                key: key.child(1),
            },
        })
    }

    /// The batches of an epoch.
    fn epoch(&self, index: usize) -> Vec<Vec<usize>> {
        match self {
            Self::Random { rows, key } => {
                let mut order: Vec<usize> = (0..*rows).collect();
                Random::new(key.child(index as u64), 0).shuffle(&mut order);
                order.chunks(64).map(<[usize]>::to_vec).collect()
            }
            Self::Binding(batches) => batches.epoch(index as u64),
        }
    }

    fn step(&self, index: usize) -> Vec<usize> {
        let count = self.epoch(0).len();
        self.epoch(index / count).swap_remove(index % count)
    }

    /// Would the batches of one epoch, seen again and again, leave one best frame?
    fn binds(&self, train: &Labelled) -> Result<bool, StudyError> {
        Ok(batches_bind(&train.labels, &self.epoch(0))?)
    }
}

/// Unit features.
fn features(net: &Mlp, data: &Labelled, rectified: bool) -> Labelled {
    let mut found = encoded(net, data);
    if rectified {
        found.features.iter_mut().for_each(|x| *x = x.max(0.0));
    }
    directions(found)
}

fn collapse(found: &Labelled) -> Result<NeuralCollapse, StudyError> {
    let shape = [found.rows(), found.columns];
    let features = Array::new(&found.features, &shape);
    Ok(NeuralCollapse::new(&features, &found.labels)?)
}

fn put(
    findings: &mut Findings,
    method: &str,
    found: &Labelled,
    unseen: &Labelled,
) -> Result<(), StudyError> {
    let collapse = collapse(found)?;
    let (width, means) = (found.columns, collapse.means());
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let row = |row: &[f32]| row.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    let distance = |x: &[f64], mean: &[f64]| dot(x, x) - 2.0 * dot(x, mean) + dot(mean, mean);
    let nearest = |x: &[f64]| {
        let distances = means.chunks_exact(width).map(|mean| distance(x, mean));
        distances
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(class, _)| collapse.classes()[class])
    };
    let rows = unseen.features.chunks_exact(width).zip(&unseen.labels);
    let right = rows.filter(|(x, label)| nearest(&row(x)) == Some(i64::from(**label)));
    let accuracy = right.count() as f64 / unseen.rows() as f64;
    let frame = collapse.orthogonal_frame_distance().unwrap_or(f64::NAN);
    let simplex = collapse.simplex_distance().unwrap_or(f64::NAN);
    let (loss, bound) = loss_and_bound(&row(&found.features), width, &found.labels, TEMPERATURE)?;
    let largest = largest_cosine(&means, width);
    findings.put_all(
        method,
        [
            ("accuracy", accuracy),
            ("distance from a frame", frame),
            ("distance from a simplex", simplex),
            ("nearer distance", frame.min(simplex)),
            ("largest cosine", largest),
            ("nc1", collapse.within_variability().unwrap_or(f64::NAN)),
            ("loss over bound", (loss - bound) / found.rows() as f64),
        ],
    );
    Ok(())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let own = results.values("digits", RELU, "distance from a frame")?;
    let base = results.values("digits", PLAIN, "nearer distance")?;
    let differences: Vec<f64> = own.iter().zip(base).map(|(a, b)| a - b).collect();
    let gain = results.difference("digits", "accuracy", RELU, PLAIN)?;
    let free = |measure: &str| results.values("free features", "free", measure);
    let (ratios, cosines) = (free("loss / bound")?, free("largest cosine")?);
    let farthest = ratios
        .iter()
        .map(|ratio| (ratio - 1.0).abs())
        .fold(0.0, f64::max);
    let largest = cosines.iter().copied().fold(-1.0, f64::max);
    let below: f64 = free("below the bound")?.iter().sum();
    let binds = |method: &str| -> Result<bool, StudyError> {
        let binds = results.values("digits", method, "binds")?;
        Ok(binds.iter().all(|binds| *binds == 1.0))
    };
    let mut clauses = Vec::new();
    if let Some(change) = estimate(&differences, 0.0) {
        let what = "distance with ReLU from a frame, less the nearer one without";
        clauses.push(Clause::below(what, &change, 0.0));
    }
    clauses.extend([
        Clause::above("change of accuracy by ReLU", &gain, -0.02),
        Clause::below("change of accuracy by ReLU", &gain, 0.02),
        Clause::that(
            format!("free features end {farthest:.1e} from the bound; must be below 0.01 of it"),
            farthest < 0.01,
        ),
        Clause::that(
            format!("cosines between classes of free features are {largest:.3} at most; must be below 0.02"),
            largest < 0.02,
        ),
        Clause::that(
            format!("random features fall below the bound {below} times; must never"),
            below == 0.0,
        ),
        Clause::that(
            "random batches must not bind, those with binding examples must",
            !binds(PLAIN)? && binds(BINDING)?,
        ),
    ]);
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let figure = "distance from an orthogonal frame";
    Ok(vec![
        Exhibit::new(
            "How far the products of the class means are from an orthogonal frame while training goes on.",
            charts::lines(results, "digits", figure, ["step", figure]),
        ),
        Exhibit::new(
            "Accuracy of the nearest class mean on balanced test rows.",
            charts::means(results, "digits", "accuracy", "accuracy")?,
        ),
    ])
}
