//! Motion from events: which scores of sharpness find it?

use minimand::image::events::{Event, Motion, Sensor};
use minimand::image::focus::FocusObjective;
use minimand_burn::random::{Key, Random};
use minimand_report::number::significant;
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart};

use crate::charts::with_lines;
use crate::data::events::{self, MovingEdges};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// What the scores of [`FocusObjective::ALL`] are called.
const NAMES: [&str; 22] = [
    "variance",
    "mean square",
    "mean absolute deviation",
    "mean absolute value",
    "entropy",
    "range",
    "area",
    "local variance",
    "local mean square",
    "local mean absolute deviation",
    "local mean absolute value",
    "Moran's index",
    "Geary's ratio",
    "gradient magnitude",
    "Laplacian magnitude",
    "Hessian magnitude",
    "difference of Gaussians",
    "Laplacian of Gaussian",
    "variance of Laplacian",
    "variance of gradient",
    "variance of squared gradient",
    "mean time stamp",
];
/// Those that the claim names.
const CLAIMED: [&str; 3] = ["variance", "gradient magnitude", "Laplacian magnitude"];
/// Those whose course is drawn.
const DRAWN: [&str; 6] = [
    "variance",
    "gradient magnitude",
    "area",
    "Moran's index",
    "mean time stamp",
    "entropy",
];

/// Focal length in pixels.
const FOCAL: f64 = 60.0;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 93,
    slug: "event-focus-losses",
    claim: "Of 22 scores for how sharp the image of warped events is, compared on sequences of an event camera \
            that turns, variance, gradient magnitude and Laplacian magnitude are among the most accurate, with \
            variance and mean square the fastest.",
    reduced: "Events of straight edges that move in front of a simulated sensor of 64×64 pixels, with noise, in \
              place of recordings. Accuracy only: times differ between machines.",
    setting: "40 edges of 4 to 16 pixels, 3,000 events in a window of time 1 of which a fifth is noise anywhere \
              at any time; another scene for each seed. Images at the middle of the window, both polarities \
              count 1, votes blurred with σ = 1. (1) A flow of 6 to 12 pixels per window in any direction, \
              looked for on a grid of 15×15 velocities within ±15, then for each score by steps along the axes \
              from its best one, halved five times from 1 where none helps. (2) A rotation of 0.12 to 0.2 radians \
              about any axis, focal length 60 pixels; each score starts from a rotation that is off by a quarter \
              of its length in a random direction, as a tracker would from the window before, with steps from \
              0.02, halved as often. Error: length of the difference from the true motion over the length of the \
              latter. The three claimed scores must have a median below 0.1 and be in the better half of all 22, \
              for both motions.",
    control: "The times are exchanged between the events, so that no motion explains them.",
    objectives: &[],
    provides: &[
        "image::events: image of warped events under flow and rotation, with slopes",
        "image::focus: the 22 scores, with slopes",
    ],
    parts: &[
        Part {
            name: "flow",
            about: "all edges move by the same velocity",
        },
        Part {
            name: "rotation",
            about: "the camera turns",
        },
    ],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "8 scenes of 3,000 events in place of 12 of 5,000, as a first run took too long.",
    source: include_str!("093_event_focus_losses.rs"),
};

/// A scene, and the losses of motions of it.
struct Scene {
    sensor: Sensor,
    events: Vec<Event>,
    /// The parameters of the true motion.
    truth: Vec<f64>,
}

impl Scene {
    fn new(trial: &Trial<'_>) -> Self {
        let key = trial.key();
        let edges = MovingEdges {
            side: trial.sized(64, 32),
            events: trial.sized(3000, 300),
            ..MovingEdges::SMALL
        };
        let motion = match trial.part() {
            "flow" => edges.flow((6.0, 12.0), key.child(1)),
            _ => events::Motion::Rotation {
                angle: direction(key.child(1), (0.12, 0.2)),
                focal: FOCAL,
            },
        };
        let mut drawn = edges.draw(motion, key.child(2));
        if trial.is_control() {
            Random::new(key.child(3), 0).shuffle(&mut drawn.time);
        }
        let events = (0..drawn.x.len()).map(|i| Event {
            x: drawn.x[i],
            y: drawn.y[i],
            t: drawn.time[i],
            positive: drawn.polarity[i] > 0.0,
        });
        Self {
            sensor: Sensor {
                rows: edges.side,
                columns: edges.side,
                blur: 1.0,
                signed: false,
                reference: 0.5,
            },
            events: events.collect(),
            truth: match motion {
                events::Motion::Flow(velocity) => velocity.to_vec(),
                events::Motion::Rotation { angle, .. } => angle.to_vec(),
            },
        }
    }

    fn motion(&self, parameters: &[f64]) -> Motion {
        let middle = (self.sensor.columns as f64 - 1.0) / 2.0;
        match *parameters {
            [vx, vy] => Motion::Flow([vx, vy]),
            _ => Motion::Rotation {
                velocity: std::array::from_fn(|axis| parameters[axis]),
                focal: FOCAL,
                centre: [middle; 2],
            },
        }
    }

    /// One of the losses for a motion, or all of them.
    fn losses(
        &self,
        parameters: &[f64],
        scores: &[FocusObjective],
    ) -> Result<Vec<f64>, StudyError> {
        let image = self.sensor.image(&self.events, &self.motion(parameters))?;
        let loss = |score: &FocusObjective| Ok(score.loss(&image)?.0);
        scores.iter().map(loss).collect()
    }

    /// The best motion of a score near this one: steps of this length along the axes while they help, then of
    /// half the length, so many times.
    fn descend(
        &self,
        score: FocusObjective,
        start: &[f64],
        mut step: f64,
        lengths: usize,
    ) -> Result<Vec<f64>, StudyError> {
        let loss = |at: &[f64]| Ok::<f64, StudyError>(self.losses(at, &[score])?[0]);
        let mut best = start.to_vec();
        let mut least = loss(&best)?;
        for _ in 0..lengths {
            let mut is_better = true;
            while is_better {
                is_better = false;
                for (axis, way) in (0..best.len()).flat_map(|axis| [(axis, step), (axis, -step)]) {
                    let mut next = best.clone();
                    next[axis] += way;
                    let value = loss(&next)?;
                    if value < least {
                        (best, least, is_better) = (next, value, true);
                    }
                }
            }
            step *= 0.5;
        }
        Ok(best)
    }

    /// Distance from the true motion over the length of the latter.
    fn error(&self, parameters: &[f64]) -> f64 {
        let length = |numbers: Vec<f64>| numbers.iter().map(|x| x * x).sum::<f64>().sqrt();
        let gaps = parameters.iter().zip(&self.truth).map(|(a, b)| a - b);
        length(gaps.collect()) / length(self.truth.clone())
    }
}

/// A vector in any direction, of a length from–to.
fn direction(key: Key, length: (f64, f64)) -> [f64; 3] {
    let mut random = Random::new(key, 0);
    let vector: [f64; 3] = std::array::from_fn(|_| random.normal());
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    let length = random.uniform_between(length.0, length.1);
    vector.map(|x| length * x / norm)
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let scene = Scene::new(trial);
    let mut findings = Findings::new();
    let is_flow = trial.part() == "flow";
    let starts = if is_flow {
        let across = trial.sized(15, 5);
        best_of_grid(trial, &scene, across)?
    } else {
        let length = scene.truth.iter().map(|x| x * x).sum::<f64>().sqrt();
        let off = direction(trial.key().child(4), (0.25 * length, 0.25 * length));
        let start = scene.truth.iter().zip(off).map(|(a, b)| a + b).collect();
        vec![start; NAMES.len()]
    };
    let (step, lengths) = (if is_flow { 1.0 } else { 0.02 }, trial.sized(6, 1));
    for ((name, score), start) in NAMES.iter().zip(FocusObjective::ALL).zip(starts) {
        trial.check_stop()?;
        let found = scene.descend(score, &start, step, lengths)?;
        findings.put(name, "error", scene.error(&found));
    }
    if is_flow {
        courses(&scene, &mut findings)?;
    }
    Ok(findings)
}

/// The best velocity of each score on a grid within ±15 pixels per window.
fn best_of_grid(
    trial: &Trial<'_>,
    scene: &Scene,
    across: usize,
) -> Result<Vec<Vec<f64>>, StudyError> {
    let mut best = vec![(f64::INFINITY, vec![0.0; 2]); NAMES.len()];
    let place = |index: usize| 30.0 * index as f64 / (across - 1) as f64 - 15.0;
    for index in 0..across * across {
        trial.check_stop()?;
        let velocity = vec![place(index % across), place(index / across)];
        let losses = scene.losses(&velocity, &FocusObjective::ALL)?;
        for (best, loss) in best.iter_mut().zip(losses) {
            if loss < best.0 {
                *best = (loss, velocity.clone());
            }
        }
    }
    Ok(best.into_iter().map(|(_, velocity)| velocity).collect())
}

/// Losses along the line from rest through the true velocity, each brought to 0..1.
fn courses(scene: &Scene, findings: &mut Findings) -> Result<(), StudyError> {
    let shares: Vec<f64> = (-5..=25).map(|tenth| f64::from(tenth) / 10.0).collect();
    let mut losses = Vec::with_capacity(shares.len());
    for share in &shares {
        let velocity: Vec<f64> = scene.truth.iter().map(|x| share * x).collect();
        losses.push(scene.losses(&velocity, &FocusObjective::ALL)?);
    }
    for (index, name) in NAMES.iter().enumerate() {
        if !DRAWN.contains(name) {
            continue;
        }
        let course = losses.iter().map(|losses| losses[index]);
        let low = course.clone().fold(f64::INFINITY, f64::min);
        let high = course.clone().fold(f64::NEG_INFINITY, f64::max);
        let course = course.map(|loss| (loss - low) / (high - low));
        findings.curve("course", name, shares.iter().copied().zip(course));
    }
    Ok(())
}

/// Lower quartile, median and upper quartile.
fn quartiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [0.25, 0.5, 0.75].map(|share| {
        let place = share * (sorted.len() - 1) as f64;
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
    })
}

/// All scores with the quartiles of their errors, the most accurate first.
fn ranking(results: &Results, part: &str) -> Result<Vec<(&'static str, [f64; 3])>, StudyError> {
    let entry = |name: &&'static str| Ok((*name, quartiles(results.values(part, name, "error")?)));
    let mut ranking: Vec<_> = NAMES.iter().map(entry).collect::<Result<_, StudyError>>()?;
    ranking.sort_by(|a, b| a.1[1].total_cmp(&b.1[1]));
    Ok(ranking)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for part in ["flow", "rotation"] {
        let ranking = ranking(results, part)?;
        for (rank, (name, [_, median, _])) in ranking.iter().enumerate() {
            if CLAIMED.contains(name) {
                clauses.push(Clause::that(
                    format!(
                        "{part}: {name} has a median error of {} and rank {} of {}; must be below 0.1 and \
                         in the better half",
                        significant(*median, 2),
                        rank + 1,
                        ranking.len(),
                    ),
                    *median < 0.1 && rank < ranking.len() / 2,
                ));
            }
        }
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for part in ["flow", "rotation"] {
        let plot = IntervalPlot::new(format!("Error, {part}"))
            .axis_label("error relative to the motion")
            .reference(0.1, "bound");
        let plot =
            ranking(results, part)?
                .into_iter()
                .fold(plot, |plot, (name, [low, median, high])| {
                    let row = IntervalRow::new(name, median, Some((low, high)));
                    plot.row(if CLAIMED.contains(&name) {
                        row.highlighted()
                    } else {
                        row
                    })
                });
        exhibits.push(Exhibit::new(
            format!("All scores, {part}: median and quartiles over scenes; those of the claim stand out."),
            plot,
        ));
    }
    let chart = LineChart::new("Losses along the true direction")
        .axis_labels("velocity, in true velocities", "loss, from least to most");
    exhibits.push(Exhibit::new(
        "Losses of velocities that are multiples of the true one, each brought to 0..1 and averaged over \
         scenes: the least should lie at 1.",
        with_lines(chart, results, "flow", "course"),
    ));
    Ok(exhibits)
}
