//! Weights for rare classes, and features of the wind: tropical cyclones on maps of weather.

use minimand::grid::Grid;
use minimand::weighting::{ClassWeighting, MeanOne, class_counts, class_weights};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::ScatterPlot;

use super::cohort::{Cohort, Recipe, fit_labels, segment, unet};
use crate::charts;
use crate::data::pictures::{Picture, smooth_field};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Name, objective, whether classes are weighted, and whether the network is given speed and vorticity.
const METHODS: [(&str, &str, bool, bool); 6] = [
    ("cross_entropy", "cross_entropy", false, false),
    ("weighted_cross_entropy", "cross_entropy", true, false),
    ("jaccard", JACCARD, false, false),
    ("weighted_jaccard", JACCARD, true, false),
    ("focal_tversky", TVERSKY, false, false),
    ("jaccard_wind", JACCARD, false, true),
];

const JACCARD: &str = "jaccard(per=\"batch\")";
const TVERSKY: &str = "focal_tversky(per=\"batch\")";
const ROWS: usize = 32;
const COLUMNS: usize = 32;
/// Ground, cyclone, river.
const CLASSES: usize = 3;
/// East and north wind, moisture, pressure.
const CHANNELS: usize = 4;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 158,
    slug: "weighted-losses-extreme-weather",
    claim: "On maps of weather, of which tropical cyclones cover less than 1%, a light network finds far more of \
            them when cross-entropy or the Jaccard loss weighs classes by one over their frequency, and when it is \
            given speed and vorticity of the wind, at some cost in precision.",
    reduced: "Synthetic maps of 32×32 pixels with four channels instead of ClimateNet with 1152×768; a U-Net of \
              width 4 instead of CGNet. The losses, the imbalance and the measures are those of the paper.",
    setting: "Smooth random wind, moisture and pressure. A map has one vortex (Rankine's) of radius 1.2 to 2.0 \
              pixels with low pressure and moist air, the cyclone (0.8% of all pixels), and one or two long moist \
              ridges, the rivers (some 5%); then white noise of 0.5 on each channel. 100 training maps, 10 epochs \
              of Adam from 1e-2, 4 maps per batch; 60 test maps. Weights: one over the frequency in the training \
              maps. Recall, precision and intersection over union are of all test pixels together. jaccard_wind \
              has two more channels, speed and vorticity (central differences) of the noisy wind. The rule asks \
              for more recall of cyclones from the weights, for either loss, and for a larger intersection over \
              union from the features.",
    control: "Classes weigh alike, no features are added, and every method has a start of its own.",
    objectives: &["cross_entropy", JACCARD, TVERSKY],
    provides: &["minimand::weighting::class_weights"],
    parts: &[Part {
        name: "maps",
        about: "cyclones and rivers of moist air",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "First 6 epochs on maps of 32×48 pixels, after which networks with unweighted losses predicted nothing but ground; \
             now 10 epochs on smaller maps, z·σ(z) in place of rectified linear units, and two groups of the normalisation.",
    source: include_str!("158_weighted_losses_extreme_weather.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let train = maps(trial, trial.sized(100, 8), 1)?;
    let test = maps(trial, trial.sized(60, 8), 2)?;
    let counts = class_counts(&train.labels, CLASSES, -100)?;
    let weights = class_weights(&counts, ClassWeighting::Inverse, MeanOne::Items)?;
    let recipe = Recipe {
        epochs: trial.sized(10, 1),
        batch_size: 4,
        rate: 1e-2,
    };
    let mut findings = Findings::new();
    let key = trial.key().child(3);
    for (index, (name, objective, is_weighted, has_wind)) in METHODS.into_iter().enumerate() {
        // The control needs only what the rule compares.
        if trial.is_control() && name == "focal_tversky" {
            continue;
        }
        let key = match trial.is_control() {
            true => key.child(index as u64),
            false => key,
        };
        let mut loss = LossModule::new(objective.parse()?);
        if is_weighted && !trial.is_control() {
            loss = loss.with_class_weights(weights.clone());
        }
        let (train, test) = match has_wind && !trial.is_control() {
            true => (&with_wind(&train), &with_wind(&test)),
            false => (&train, &test),
        };
        let net = unet(train.channels, CLASSES, 4, key.child(0))?;
        let net = fit_labels::<_, 4>(trial, net, train, recipe, key.child(1), &loss)?;
        let predicted = segment(&net, test, CLASSES)?;
        for (class, subject) in [(1, "cyclone"), (2, "river")] {
            let [recall, precision, iou] = scores(&predicted, &test.labels, class);
            findings.put(name, &format!("{subject}_recall"), recall);
            findings.put(name, &format!("{subject}_precision"), precision);
            findings.put(name, &format!("{subject}_iou"), iou);
        }
    }
    Ok(findings)
}

/// Recall, precision and intersection over union of all pixels together; 0 where nothing is predicted.
fn scores(predicted: &[u32], truth: &[u32], class: u32) -> [f64; 3] {
    let (mut both, mut own, mut there) = (0, 0, 0);
    for (p, t) in predicted.iter().zip(truth) {
        both += u32::from(*p == class && *t == class);
        own += u32::from(*p == class);
        there += u32::from(*t == class);
    }
    [there, own, own + there - both].map(|count| f64::from(both) / f64::from(count.max(1)))
}

fn maps(trial: &Trial<'_>, count: usize, purpose: u64) -> Result<Cohort, StudyError> {
    let grid = Grid::new(&[ROWS, COLUMNS])?;
    let key = trial.key().child(purpose);
    let maps: Vec<Picture> = (0..count as u64)
        .map(|map| draw(&grid, key.child(map)))
        .collect();
    Cohort::of(&maps).ok_or_else(|| trial.failed("no maps"))
}

fn draw(grid: &Grid, key: Key) -> Picture {
    let mut random = Random::new(key.child(0), 0);
    let [mut east, mut north, mut moisture, mut pressure] =
        [1, 2, 3, 4].map(|field| smooth_field(grid, 5.0, key.child(field)));
    let mut labels = vec![0; grid.len()];
    for _ in 0..1 + random.below(2) {
        let moist = random.uniform_between(1.2, 2.0);
        let (width, bow) = (
            random.uniform_between(0.6, 1.3),
            random.uniform_between(-6.0, 6.0),
        );
        let rows = ROWS as f64;
        let (from, to) = (
            random.uniform_between(0.0, rows),
            random.uniform_between(0.0, rows),
        );
        let start = random.below(COLUMNS / 3);
        let length = COLUMNS / 2 + random.below(COLUMNS / 3);
        for column in start..(start + length).min(COLUMNS) {
            let share = (column - start) as f64 / length as f64;
            let middle = from + (to - from) * share + bow * (std::f64::consts::PI * share).sin();
            for row in 0..ROWS {
                let off = (row as f64 - middle) / width;
                moisture[row * COLUMNS + column] += moist * (-0.5 * off * off).exp();
                if off.abs() <= 1.0 {
                    labels[row * COLUMNS + column] = 2;
                }
            }
        }
    }
    let middle = [ROWS, COLUMNS].map(|side| random.uniform_between(3.0, side as f64 - 4.0));
    let radius = random.uniform_between(1.2, 2.0);
    let [speed, depth, moist] =
        [(1.5, 2.5), (0.8, 1.6), (0.5, 1.2)].map(|(low, high)| random.uniform_between(low, high));
    for (pixel, label) in labels.iter_mut().enumerate() {
        let y = (pixel / COLUMNS) as f64 - middle[0];
        let x = (pixel % COLUMNS) as f64 - middle[1];
        let distance = y.hypot(x);
        // A solid core, and outside of it wind that falls with the distance.
        let turn = speed / radius.max(distance * distance / radius);
        east[pixel] -= turn * y;
        north[pixel] += turn * x;
        let near = (-0.5 * (distance / radius).powi(2)).exp();
        pressure[pixel] -= depth * near;
        moisture[pixel] += moist * near;
        if distance <= radius {
            *label = 1;
        }
    }
    let channels = [east, north, moisture, pressure].into_iter().flatten();
    Picture {
        grid: *grid,
        channels: CHANNELS,
        image: channels
            .map(|value| (value + 0.5 * random.normal()) as f32)
            .collect(),
        labels,
    }
}

/// With speed and vorticity of the wind as two more channels.
fn with_wind(maps: &Cohort) -> Cohort {
    let pixels = ROWS * COLUMNS;
    let mut images = Vec::with_capacity(maps.len() * pixels * (CHANNELS + 2));
    for map in maps.images.chunks_exact(CHANNELS * pixels) {
        images.extend_from_slice(map);
        let (east, north) = (&map[..pixels], &map[pixels..2 * pixels]);
        images.extend(east.iter().zip(north).map(|(u, v)| u.hypot(*v)));
        images.extend((0..pixels).map(|pixel| {
            let (row, column) = (pixel / COLUMNS, pixel % COLUMNS);
            let at = |values: &[f32], row: usize, column: usize| values[row * COLUMNS + column];
            // At the border the outermost pixel stands for what is beyond it.
            let across = at(north, row, (column + 1).min(COLUMNS - 1))
                - at(north, row, column.saturating_sub(1));
            let down =
                at(east, (row + 1).min(ROWS - 1), column) - at(east, row.saturating_sub(1), column);
            0.5 * (across - down)
        }));
    }
    Cohort {
        channels: CHANNELS + 2,
        images,
        ..maps.clone()
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure: &str, method: &str, baseline: &str| {
        results.difference("maps", measure, method, baseline)
    };
    Ok(vec![
        Clause::above(
            "gain in recall of cyclones from weights, cross-entropy",
            &gain("cyclone_recall", "weighted_cross_entropy", "cross_entropy")?,
            0.0,
        ),
        Clause::above(
            "gain in recall of cyclones from weights, Jaccard",
            &gain("cyclone_recall", "weighted_jaccard", "jaccard")?,
            0.0,
        ),
        Clause::above(
            "gain in intersection over union of cyclones from speed and vorticity",
            &gain("cyclone_iou", "jaccard_wind", "jaccard")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut points = Vec::new();
    for method in results.methods("maps") {
        let mean = |measure: &str| results.mean("maps", method, measure);
        points.push((
            mean("cyclone_precision")?.mean,
            mean("cyclone_recall")?.mean,
        ));
    }
    let scatter = ScatterPlot::new("Recall against precision of cyclones", points)
        .axis_labels("precision", "recall");
    Ok(vec![
        Exhibit::new(
            "Recall of cyclones: weights of classes let the network find more of them.",
            charts::means(results, "maps", "cyclone_recall", "recall")?,
        ),
        Exhibit::new(
            "Intersection over union of cyclones: what false alarms take back.",
            charts::means(results, "maps", "cyclone_iou", "intersection over union")?,
        ),
        Exhibit::new(
            "A point for each method: recall is bought with precision.",
            scatter,
        ),
    ])
}
