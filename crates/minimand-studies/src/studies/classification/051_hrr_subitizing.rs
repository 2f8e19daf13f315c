//! Counting dots by regression to symbols: does it carry over to dots of other kinds?

use burn::tensor::Tensor;
use minimand::hrr::Codebook;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::html::PixelGrid;
use minimand_report::svg::{IntervalPlot, IntervalRow};

use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, gather, label_loss, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SIDE: usize = 24;
const MOST: usize = 6;
/// Fixed random filters, their size, and the size of the squares whose mean is taken.
const FILTERS: usize = 16;
const FILTER: usize = 5;
const POOL: usize = 4;
const POOLED: usize = (SIDE - FILTER + 1) / POOL;
const WIDTH: usize = 64;

/// What the test dots look like; the first is as in training.
const KINDS: [&str; 5] = [
    "as trained",
    "larger",
    "squares",
    "outlines",
    "half contrast",
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 51,
    slug: "hrr-subitizing",
    claim: "A network that counts one to six dots by regression to bound holographic vectors carries \
            over better to dots of another size, shape or colour than one trained with cross-entropy.",
    reduced: "Images of 24×24 pixels and a network of fixed random filters with a trained MLP above them, \
              instead of 100×100 pixels and a trained convolutional network.",
    setting: "White discs of radius 1.2 to 2.2 that do not touch, 1,200 training images; 300 test images \
              each as in training, with larger discs (2.2 to 2.6), squares, outlines, and half the \
              contrast. 16 random 5×5 filters, rectified, means over 4×4 squares; MLP 400-64-out, Adam \
              at 2e-3, batches of 60, 40 epochs. Cross-entropy with 6 outputs; HRR with 64 outputs \
              through tanh, the mean distance from the class's bound pair, the class read by the largest \
              cosine. The rule: mean accuracy over the four shifts not more than 0.01 below \
              cross-entropy's, by the lower end of the interval.",
    control: "HRR is trained with shuffled labels: it cannot count, and the rule must see that.",
    objectives: &["cross_entropy"],
    provides: &["`minimand::hrr` (bind, unbind, Codebook)"],
    parts: &[Part {
        name: "dots",
        about: "one to six dots",
    }],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("051_hrr_subitizing.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let filters = Filters::new(key.child(1));
    let (images, mut labels) = draw(KINDS[0], trial.sized(1200, 120), key.child(2));
    let features = filters.apply(&images);
    let mut findings = Findings::new();
    let epochs = trial.sized(40, 2);
    let columns = FILTERS * POOLED * POOLED;
    let tests: Vec<(&str, Vec<f32>, Vec<u32>)> = KINDS
        .iter()
        .zip(10..)
        .map(|(kind, stream)| {
            let (images, labels) = draw(kind, trial.sized(300, 60), key.child(stream));
            (*kind, filters.apply(&images), labels)
        })
        .collect();
    if trial.seed() == 0 {
        for (kind, stream) in KINDS.iter().zip(10..) {
            let (images, _) = draw(kind, 1, key.child(stream));
            let pixels = images.iter().enumerate();
            findings.curve(
                "images",
                kind,
                pixels.map(|(at, &x)| (at as f64, f64::from(x))),
            );
        }
    }
    let loss = LossModule::new("cross_entropy".parse()?);
    let codebook = Codebook::new(MOST, WIDTH, Random::new(key.child(6), 0).bits())?;
    for name in ["cross_entropy", "hrr"] {
        let is_symbolic = name == "hrr";
        if is_symbolic && trial.is_control() {
            Random::new(key.child(5), 0).shuffle(&mut labels);
        }
        let outputs = if is_symbolic { WIDTH } else { MOST };
        let mut net = Mlp::new(&[columns, 64, outputs], key.child(3));
        let mut optimizer = adam();
        for batch in batches(labels.len(), 60, epochs, key.child(4)) {
            trial.check_stop()?;
            let rows = matrix(gather(&features, columns, &batch.rows), columns);
            let labels = gather(&labels, 1, &batch.rows);
            let output = net.forward(rows);
            let value = if is_symbolic {
                distance(output.tanh(), &codebook, &labels)
            } else {
                label_loss(&loss, output, &labels)?
            };
            net = step(&mut optimizer, 2e-3, net, value);
        }
        let mut shifted = 0.0;
        for (kind, features, labels) in &tests {
            let scores = net.scores_of(features);
            let counted: Vec<usize> = if is_symbolic {
                let outputs: Vec<f64> = scores.iter().map(|&s| f64::from(s).tanh()).collect();
                codebook.decode(&outputs)?
            } else {
                scores.chunks_exact(MOST).map(largest).collect()
            };
            let right = counted
                .iter()
                .zip(labels)
                .filter(|(count, label)| **count == **label as usize);
            let accuracy = right.count() as f64 / labels.len() as f64;
            findings.put(name, kind, accuracy);
            if *kind != KINDS[0] {
                shifted += accuracy / (KINDS.len() - 1) as f64;
            }
        }
        findings.put(name, "mean of the shifts", shifted);
    }
    Ok(findings)
}

fn largest(row: &[f32]) -> usize {
    let first = |best: usize, at: usize| if row[at] > row[best] { at } else { best };
    (0..row.len()).fold(0, first)
}

/// The mean distance of outputs from their class's vector.
fn distance(outputs: Tensor<2>, codebook: &Codebook, labels: &[u32]) -> Tensor<1> {
    let targets = labels
        .iter()
        .flat_map(|&label| codebook.target(label as usize));
    let targets = matrix(targets.map(|&y| y as f32).collect(), codebook.width());
    // An output on its target has no direction to go.
    let squares = outputs.sub(targets).powi_scalar(2).sum_dim(1);
    squares.add_scalar(1e-12).sqrt().mean()
}

/// Images `[count, SIDE²]` in 0..1, with the number of dots less one.
fn draw(kind: &str, count: usize, key: Key) -> (Vec<f32>, Vec<u32>) {
    let mut random = Random::new(key, 0);
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let label = random.below(MOST);
        let dots = place(kind, label + 1, &mut random);
        let brightness = if kind == "half contrast" { 0.5 } else { 1.0 };
        for pixel in 0..SIDE * SIDE {
            let (x, y) = ((pixel % SIDE) as f64, (pixel / SIDE) as f64);
            let covered = dots
                .iter()
                .map(|&(cx, cy, radius)| cover(kind, x - cx, y - cy, radius));
            images.push((brightness * covered.fold(0.0, f64::max)) as f32);
        }
        labels.push(label as u32);
    }
    (images, labels)
}

/// Centres and radii of dots that do not touch each other or the edge.
fn place(kind: &str, count: usize, random: &mut Random) -> Vec<(f64, f64, f64)> {
    let (small, large) = if kind == "larger" {
        (2.2, 2.6)
    } else {
        (1.2, 2.2)
    };
    loop {
        let mut dots: Vec<(f64, f64, f64)> = Vec::new();
        // Crowded beginnings are given up.
        for _ in 0..200 {
            let radius = random.uniform_between(small, large);
            let edge = radius + 0.5;
            let mut along = || random.uniform_between(edge, SIDE as f64 - 1.0 - edge);
            let (x, y) = (along(), along());
            let is_free = |&(cx, cy, other): &(f64, f64, f64)| {
                (x - cx).hypot(y - cy) > 1.5 * (radius + other)
            };
            if dots.iter().all(is_free) {
                dots.push((x, y, radius));
            }
            if dots.len() == count {
                return dots;
            }
        }
    }
}

/// How much of a pixel at this offset a dot covers, smooth at its edge.
fn cover(kind: &str, dx: f64, dy: f64, radius: f64) -> f64 {
    let distance = match kind {
        "squares" => dx.abs().max(dy.abs()) * 1.13,
        _ => dx.hypot(dy),
    };
    let inside = (radius + 0.5 - distance).clamp(0.0, 1.0);
    match kind {
        "outlines" => inside - (radius - 0.6 - distance).clamp(0.0, 1.0),
        _ => inside,
    }
}

/// Fixed random filters.
struct Filters(Vec<f32>);

impl Filters {
    fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let scale = 1.0 / FILTER as f64;
        let weights = (0..FILTERS * FILTER * FILTER).map(|_| (scale * random.normal()) as f32);
        Self(weights.collect())
    }

    /// Rectified responses, averaged over squares: `[count, FILTERS · POOLED²]`.
    fn apply(&self, images: &[f32]) -> Vec<f32> {
        let mut features = Vec::new();
        for image in images.chunks_exact(SIDE * SIDE) {
            for filter in self.0.chunks_exact(FILTER * FILTER) {
                let mut pooled = vec![0.0; POOLED * POOLED];
                for y in 0..POOLED * POOL {
                    for x in 0..POOLED * POOL {
                        let mut sum = 0.0;
                        for (row, weights) in filter.chunks_exact(FILTER).enumerate() {
                            let pixels = &image[(y + row) * SIDE + x..][..FILTER];
                            sum += pixels.iter().zip(weights).map(|(p, w)| p * w).sum::<f32>();
                        }
                        let square = y / POOL * POOLED + x / POOL;
                        pooled[square] += sum.max(0.0) / (POOL * POOL) as f32;
                    }
                }
                features.extend(pooled);
            }
        }
        features
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = results.difference("dots", "mean of the shifts", "hrr", "cross_entropy")?;
    Ok(vec![Clause::above(
        "gain in mean accuracy over the four shifts",
        &gain,
        -0.01,
    )])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut grid = PixelGrid::new("One image of each kind").range(0.0, 1.0);
    for (kind, pixels) in results.curves("dots", "images") {
        grid = grid.tile(kind, SIDE, pixels.iter().map(|point| point[1]).collect());
    }
    let mut plot =
        IntervalPlot::new("Accuracy of HRR less that of cross-entropy").reference(0.0, "equal");
    for kind in KINDS {
        let gain = results.difference("dots", kind, "hrr", "cross_entropy")?;
        plot = plot.row(IntervalRow::new(kind, gain.mean, gain.interval()));
    }
    Ok(vec![
        Exhibit::new(
            "To the right HRR counts better; the first row is as in training.",
            plot,
        ),
        Exhibit::new("What is counted.", grid),
    ])
}
