//! ACR: a loss of landmarks that is steeper for those that are unusual in their shape.

use minimand::regression::{ShapeModel, difficulty, retained_share};
use minimand::{Array, Batch, Objective, Options, Reduction, Target};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::{LineChart, Series};

use crate::charts::{gains, with_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, dense_loss, gather, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 5] = [
    ("mse", "mse"),
    ("mae", "mae"),
    ("smooth_l1", "smooth_l1"),
    ("acr_3", "acr(lambda=3)"),
    ("acr_1", "acr"),
];

const LANDMARKS: usize = 20;
const COORDINATES: usize = 2 * LANDMARKS;
/// The last landmarks move by themselves.
const HARD: usize = 4;
const FEATURES: usize = 64;
/// Distance from which a landmark is missed.
const MISSED: f64 = 1.0;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 94,
    slug: "acr-loss",
    claim: "Regressing the landmarks of faces, ACR gives lower errors and fewer failures than the squared error and other \
            losses, most so on hard subsets: it is steeper for landmarks that a model of smooth shapes does not \
            express.",
    reduced: "Shapes of 20 points that vary along three directions, and features from a fixed random network, instead of \
              faces and convolutional networks; the model of shapes, the difficulty, the loss and its schedule \
              are the paper's.",
    setting: "A shape is a fixed mean (N(0, 3²)) plus three orthonormal modes of deviations 1, 0.6 and 0.4 times √40; four \
              of the 20 points, the hard ones, also move by themselves, N(0, 0.5²) in each coordinate. Features: \
              tanh(2B tanh(A·(shape − mean))) + 0.3·noise of 64 numbers, A and B Gaussian. MLP 64-64-40, Adam at \
              3e-3, batches of 250, 50 epochs, 3,000 training and 1,000 test shapes. The model of shapes keeps 80, \
              85, 90, then 95% of the variance as training goes on. Error: distance of a point from its place; a \
              point is missed beyond 1. The hard points must be nearer with ACR (λ = 3) than with the squared error. \
              λ = 1, L1 and smooth L1 are shown.",
    control: "All methods train with the squared error, each from a start of its own.",
    objectives: &["mse", "mae", "smooth_l1", "acr(lambda=3)", "acr"],
    provides: &["`ShapeModel`", "`difficulty`", "`retained_share`"],
    parts: &[Part {
        name: "shapes",
        about: "20 points, four of them unusual",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("094_acr_loss.rs"),
};

/// What all shapes have in common.
struct World {
    mean: Vec<f64>,
    /// `[3, COORDINATES]`, with their deviations.
    modes: Vec<f64>,
    /// `[COORDINATES, FEATURES]` and `[FEATURES, FEATURES]`.
    layers: [Vec<f64>; 2],
}

/// Shapes less the mean of the training shapes, with what is seen of them.
struct Shapes {
    features: Vec<f32>,
    /// `[n, COORDINATES]`
    coordinates: Vec<f64>,
}

impl World {
    fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut normal = |count: usize, scale: f64| -> Vec<f64> {
            (0..count).map(|_| scale * random.normal()).collect()
        };
        let mean = normal(COORDINATES, 3.0);
        let mut modes: Vec<Vec<f64>> = Vec::new();
        for _ in 0..3 {
            let mut mode = normal(COORDINATES, 1.0);
            for other in &modes {
                let along = dot(&mode, other);
                mode.iter_mut()
                    .zip(other)
                    .for_each(|(x, o)| *x -= along * o);
            }
            let length = dot(&mode, &mode).sqrt();
            mode.iter_mut().for_each(|x| *x /= length);
            modes.push(mode);
        }
        let root = (COORDINATES as f64).sqrt();
        for (mode, deviation) in modes.iter_mut().zip([1.0, 0.6, 0.4]) {
            mode.iter_mut().for_each(|x| *x *= root * deviation);
        }
        let layers = [
            normal(COORDINATES * FEATURES, 1.0 / root),
            normal(FEATURES * FEATURES, 1.0 / (FEATURES as f64).sqrt()),
        ];
        Self {
            mean,
            modes: modes.concat(),
            layers,
        }
    }

    fn draw(&self, count: usize, key: Key) -> Shapes {
        let mut random = Random::new(key, 0);
        let (mut features, mut coordinates) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let mut moved = vec![0.0; COORDINATES];
            for mode in self.modes.chunks_exact(COORDINATES) {
                let along = random.normal();
                moved
                    .iter_mut()
                    .zip(mode)
                    .for_each(|(x, m)| *x += along * m);
            }
            for x in &mut moved[COORDINATES - 2 * HARD..] {
                *x += 0.5 * random.normal();
            }
            let hidden = through(&moved, &self.layers[0], 1.0);
            let seen = through(&hidden, &self.layers[1], 2.0);
            features.extend(seen.iter().map(|x| (x + 0.3 * random.normal()) as f32));
            coordinates.extend(moved.iter().zip(&self.mean).map(|(x, m)| x + m));
        }
        Shapes {
            features,
            coordinates,
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// tanh(scale · x W).
fn through(x: &[f64], weights: &[f64], scale: f64) -> Vec<f64> {
    let mut out = vec![0.0; FEATURES];
    for (x, row) in x.iter().zip(weights.chunks_exact(FEATURES)) {
        out.iter_mut().zip(row).for_each(|(o, w)| *o += x * w);
    }
    out.iter().map(|o| (scale * o).tanh()).collect()
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let world = World::new(key.child(1));
    let train = world.draw(trial.sized(3000, 250), key.child(2));
    let test = world.draw(trial.sized(1000, 100), key.child(3));
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        let (net, mean) = fit(trial, &arm, &train)?;
        let mut errors = [0.0; LANDMARKS];
        let (mut missed, mut hard_missed) = (0.0, 0.0);
        let found = net.scores_of(&test.features);
        let shapes = found
            .chunks_exact(COORDINATES)
            .zip(test.coordinates.chunks_exact(COORDINATES));
        for (found, truth) in shapes.clone() {
            for (point, error) in errors.iter_mut().enumerate() {
                let off = [0, 1].map(|axis| {
                    let place = 2 * point + axis;
                    f64::from(found[place]) + mean[place] - truth[place]
                });
                let distance = off[0].hypot(off[1]);
                *error += distance;
                if distance > MISSED {
                    missed += 1.0;
                    hard_missed += f64::from(u8::from(point >= LANDMARKS - HARD));
                }
            }
        }
        let count = shapes.len() as f64;
        errors.iter_mut().for_each(|error| *error /= count);
        let average = |errors: &[f64]| errors.iter().sum::<f64>() / errors.len() as f64;
        let (easy, hard) = errors.split_at(LANDMARKS - HARD);
        findings.put_all(
            arm.name,
            [
                ("hard_error", average(hard)),
                ("easy_error", average(easy)),
                ("error", average(&errors)),
                ("hard_missed", hard_missed / (count * HARD as f64)),
                ("missed", missed / (count * LANDMARKS as f64)),
            ],
        );
        let points = errors.iter().enumerate();
        let points = points.map(|(point, error)| (point as f64 + 1.0, *error));
        findings.curve("error", arm.name, points);
    }
    Ok(findings)
}

/// A network that finds shapes less the mean shape, and that mean.
fn fit(trial: &Trial<'_>, arm: &Arm, train: &Shapes) -> Result<(Mlp, Vec<f64>), StudyError> {
    let loss = LossModule::new(arm.objective.parse()?);
    let shapes = &train.coordinates;
    let count = shapes.len() / COORDINATES;
    let mut mean = vec![0.0; COORDINATES];
    for shape in shapes.chunks_exact(COORDINATES) {
        mean.iter_mut()
            .zip(shape)
            .for_each(|(m, y)| *m += y / count as f64);
    }
    let places = shapes.iter().zip(mean.iter().cycle());
    let targets: Vec<f32> = places.map(|(y, m)| (y - m) as f32).collect();
    let model = ShapeModel::fit(shapes, COORDINATES)?;
    // Each coordinate with how unusual it is; made again whenever the model keeps more.
    let (mut kept, mut marked) = (0.0, Vec::new());
    let mut net = Mlp::new(&[FEATURES, 64, COORDINATES], arm.key.child(0));
    let mut optimizer = adam();
    for batch in batches(count, 250, trial.sized(50, 2), arm.key.child(1)) {
        trial.check_stop()?;
        let rows = matrix(gather(&train.features, FEATURES, &batch.rows), FEATURES);
        let found = net.forward(rows);
        let value = if arm.objective.starts_with("acr") {
            let retained = retained_share(batch.progress)?;
            if retained != kept {
                let smooth = model.smooth(shapes, retained)?;
                let unusual = difficulty(shapes, &smooth, COORDINATES)?;
                let pairs = targets.iter().zip(unusual);
                marked = pairs.flat_map(|(&y, phi)| [y, phi as f32]).collect();
                kept = retained;
            }
            let own = gather(&marked, 2 * COORDINATES, &batch.rows);
            let shape = [batch.rows.len(), COORDINATES, 2];
            loss.forward_host(found, Target::dense(&own, &shape), None)?
        } else {
            dense_loss(&loss, found, &gather(&targets, COORDINATES, &batch.rows))?
        };
        net = step(&mut optimizer, 3e-3, net, value);
    }
    Ok((net, mean))
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gap = results.difference("shapes", "hard_error", "acr_3", "mse")?;
    Ok(vec![Clause::below(
        "error of the hard points, ACR (λ = 3) less squared error,",
        &gap,
        0.0,
    )])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Error of each point")
        .axis_labels("point (17 to 20 are hard)", "mean distance");
    Ok(vec![
        Exhibit::new(
            "Error of the hard points, less that of the squared error.",
            gains(
                results,
                "shapes",
                "hard_error",
                "mse",
                "difference in distance",
            )?,
        ),
        Exhibit::new(
            "Mean distance from the true place.",
            with_lines(chart, results, "shapes", "error"),
        ),
        Exhibit::new(
            "The loss (λ = 3) of a coordinate that is off by d, for how unusual it is.",
            curves()?,
        ),
    ])
}

/// The loss over the distance for some φ.
fn curves() -> Result<LineChart, StudyError> {
    let objective: Objective = "acr(lambda=3)".parse()?;
    let distances: Vec<f64> = (0..=60).map(|i| f64::from(i) / 40.0).collect();
    let shape = [distances.len()];
    let mut chart = LineChart::new("ACR, λ = 3").axis_labels("d", "loss");
    for phi in [0.0, 0.5, 1.0] {
        let marked = [0.0, phi].repeat(distances.len());
        let target = [distances.len(), 2];
        let batch = Batch::new(
            Array::new(&distances, &shape),
            Target::dense(&marked, &target),
        );
        let losses = objective.evaluate(&batch, &Options::reduction(Reduction::None))?;
        let losses = losses.per_item.unwrap_or_default();
        let points = distances.iter().copied().zip(losses).collect();
        chart = chart.series(Series::new(format!("φ = {phi}"), points));
    }
    Ok(chart)
}
