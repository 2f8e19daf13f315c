//! Frames with bright targets of a few pixels, and how well boxes find them.

use minimand::detection::{Suppression, nms};
use minimand::grid::Grid;
use minimand::metrics::detection::{DetectionScores, Selection};
use minimand::metrics::{DetectionBatch, Detections, Objects};
use minimand_burn::random::{Key, Random};

use super::dense::{INPUTS, PLACES, STRIDE, cell_of, middle_of, patches};
use super::descent::middle;
use super::scenes::SIDE;
use crate::data::boxes::Corners;
use crate::data::pictures::smooth_field;
use crate::error::StudyError;
use crate::net::gather;

/// Pixels of a box of log-size 0: about the mean size.
pub(super) const SIZE: f64 = 3.5;
/// A score, then x, y, log width and log height.
pub(super) const OUTPUTS: usize = 5;

/// Frames as the detector sees them.
pub(super) struct Frames {
    /// `[frames · PLACES, INPUTS]`
    pub(super) patches: Vec<f32>,
    /// 0 or 1, `[frames · PLACES]`
    pub(super) targets: Vec<f32>,
    /// The targets of each frame.
    pub(super) boxes: Vec<Vec<Corners>>,
}

impl Frames {
    /// So many frames.
    pub(super) fn new(count: usize, key: Key) -> Result<Self, StudyError> {
        let grid = Grid::new(&[SIDE, SIDE])?;
        let mut frames = Self {
            patches: Vec::with_capacity(count * PLACES * INPUTS),
            targets: vec![0.0; count * PLACES],
            boxes: Vec::with_capacity(count),
        };
        for index in 0..count {
            let key = key.child(index as u64);
            let mut random = Random::new(key, 0);
            let ground = smooth_field(&grid, 3.0, key.child(0));
            let mut pixels: Vec<f64> = ground
                .iter()
                .map(|x| 0.3 * x + 0.12 * random.normal())
                .collect();
            let mut boxes: Vec<Corners> = Vec::new();
            let count = 1 + random.below(2);
            while boxes.len() < count {
                let sides = [0; 2].map(|_| random.uniform_between(2.0, 5.0));
                let place = [0; 2].map(|_| random.uniform_between(4.0, SIDE as f64 - 4.0));
                let level = random.uniform_between(0.5, 1.2);
                // One box for each cell, and room between targets.
                if boxes
                    .iter()
                    .any(|other| distance(&middle(other), &place) < 8.0)
                {
                    continue;
                }
                for (pixel, value) in pixels.iter_mut().enumerate() {
                    let at = [pixel % SIDE, pixel / SIDE].map(|v| v as f64 + 0.5);
                    // A target ends where its brightness is e⁻² of that in its middle.
                    let far: f64 = (0..2)
                        .map(|k| (2.0 * (at[k] - place[k]) / sides[k]).powi(2))
                        .sum();
                    *value += level * (-2.0 * far).exp();
                }
                let [x, y] = place;
                let [w, h] = sides.map(|side| side / 2.0);
                frames.targets[index * PLACES + cell_of(place)] = 1.0;
                boxes.push([x - w, y - h, x + w, y + h]);
            }
            let pixels: Vec<f32> = pixels.iter().map(|&x| x as f32).collect();
            frames.patches.extend(patches(&pixels));
            frames.boxes.push(boxes);
        }
        Ok(frames)
    }
}

fn distance(a: &[f64; 2], b: &[f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// What was found in each frame, boxes and their scores.
pub(super) type Found = Vec<(Vec<Corners>, Vec<f64>)>;

/// Boxes with a score above 0.01 in outputs `[frames · PLACES, OUTPUTS]`, without duplicates.
pub(super) fn found(outputs: &[f32]) -> Result<Found, StudyError> {
    let frames = outputs.chunks_exact(PLACES * OUTPUTS).map(|outputs| {
        let (mut boxes, mut scores): (Vec<Corners>, Vec<f64>) = (Vec::new(), Vec::new());
        for (cell, terms) in outputs.chunks_exact(OUTPUTS).enumerate() {
            let terms: Vec<f64> = terms.iter().map(|&x| f64::from(x)).collect();
            let score = 1.0 / (1.0 + (-terms[0]).exp());
            if score > 0.01 {
                let [x, y] = middle_of(cell);
                let (x, y) = (x + terms[1] * STRIDE as f64, y + terms[2] * STRIDE as f64);
                // A box is no larger than the frame.
                let half = |term: f64| (0.5 * SIZE * term.exp()).min(SIDE as f64);
                let (w, h) = (half(terms[3]), half(terms[4]));
                boxes.push([x - w, y - h, x + w, y + h]);
                scores.push(score);
            }
        }
        let kept = nms(
            boxes.as_flattened(),
            &scores,
            None,
            Suppression::Iou { threshold: 0.5 },
        )?;
        Ok::<_, StudyError>((gather(&boxes, 1, &kept), gather(&scores, 1, &kept)))
    });
    frames.collect()
}

/// ½ or more up to a distance of two pixels.
pub(super) fn nearness(a: &Corners, b: &Corners) -> f64 {
    (1.0 - distance(&middle(a), &middle(b)) / 4.0).max(0.0)
}

/// The average precision of boxes that are right from a likeness of one half on.
pub(super) fn average_precision(
    found: &Found,
    frames: &Frames,
    likeness: &dyn Fn(&Corners, &Corners) -> f64,
) -> Result<f64, StudyError> {
    let (mut scores, mut overlaps) = (Vec::new(), Vec::new());
    for ((boxes, own), objects) in found.iter().zip(&frames.boxes) {
        scores.extend(own);
        let pairs = boxes
            .iter()
            .flat_map(|a| objects.iter().map(move |b| likeness(a, b)));
        overlaps.extend(pairs);
    }
    let counts: Vec<usize> = found.iter().map(|(boxes, _)| boxes.len()).collect();
    let object_counts: Vec<usize> = frames.boxes.iter().map(Vec::len).collect();
    let objects: usize = object_counts.iter().sum();
    let classes = vec![0; scores.len().max(objects)];
    let batch = DetectionBatch::with_overlaps(
        Detections {
            scores: &scores,
            classes: &classes[..scores.len()],
            counts: &counts,
            ..Detections::default()
        },
        Objects {
            classes: &classes[..objects],
            counts: &object_counts,
            ..Objects::default()
        },
        &overlaps,
        None,
    )?;
    let mut state = DetectionScores::with_thresholds(&[0.5])?;
    state.update(&batch);
    Ok(state
        .average_precision(&Selection::default())
        .unwrap_or(0.0))
}

/// The share of the targets that are found within two pixels, at the score with the best F1.
pub(super) fn recall(found: &Found, frames: &Frames) -> f64 {
    let mut hits: Vec<(f64, bool)> = Vec::new();
    for ((boxes, scores), objects) in found.iter().zip(&frames.boxes) {
        // Boxes are in the order of their scores.
        let mut is_free = vec![true; objects.len()];
        for (own, score) in boxes.iter().zip(scores) {
            let near = (0..objects.len())
                .filter(|&object| is_free[object])
                .map(|object| (object, nearness(own, &objects[object])))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .filter(|(_, near)| *near >= 0.5);
            if let Some((object, _)) = near {
                is_free[object] = false;
            }
            hits.push((*score, near.is_some()));
        }
    }
    hits.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: usize = frames.boxes.iter().map(Vec::len).sum();
    let (mut right, mut best) = (0.0, (0.0, 0.0));
    for (index, (_, hit)) in hits.iter().enumerate() {
        right += f64::from(*hit);
        let f1 = 2.0 * right / (index as f64 + 1.0 + total as f64);
        if f1 > best.0 {
            best = (f1, right / total as f64);
        }
    }
    best.1
}
