//! Small pictures with a few objects, and how good boxes around them are.

use minimand_burn::random::{Key, Random};

/// Side of a picture, in pixels.
pub(super) const SIDE: usize = 64;
/// A square, a disc and a cross.
pub(super) const SHAPES: usize = 3;

/// A box, x1 y1 x2 y2 in pixels.
pub(super) type Corners = [f64; 4];

/// A picture and its objects.
pub(super) struct Scene {
    /// `[SIDE, SIDE]`
    pub(super) pixels: Vec<f32>,
    /// The shape and the box of each object.
    pub(super) objects: Vec<(usize, Corners)>,
}

/// A box that a detector reports.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detection {
    /// The number of the picture.
    pub(super) scene: usize,
    pub(super) shape: usize,
    pub(super) score: f64,
    pub(super) corners: Corners,
}

impl Scene {
    /// One to three objects of 6 to 10 pixels that do not overlap, of a brightness of their own, before
    /// noise and clutter: eight strokes and four lone blots that are no objects.
    pub(super) fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut pixels: Vec<f32> = (0..SIDE * SIDE)
            .map(|_| (0.12 * random.normal()) as f32)
            .collect();
        for _ in 0..8 {
            let (x, y) = (random.below(SIDE), random.below(SIDE));
            let (length, level) = (4 + random.below(12), random.uniform_between(0.3, 0.9));
            let is_flat = random.uniform() < 0.5;
            for i in 0..length {
                let (x, y) = if is_flat { (x + i, y) } else { (x, y + i) };
                paint(&mut pixels, x, y, level);
            }
        }
        for _ in 0..4 {
            let (x, y) = (random.below(SIDE), random.below(SIDE));
            let level = random.uniform_between(0.3, 0.9);
            for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                paint(&mut pixels, x + i, y + j, level);
            }
        }
        let mut objects: Vec<(usize, Corners)> = Vec::new();
        let count = 1 + random.below(3);
        while objects.len() < count {
            let (shape, size) = (random.below(SHAPES), 6 + random.below(5));
            let (x, y) = (random.below(SIDE - size), random.below(SIDE - size));
            let level = random.uniform_between(0.5, 1.0);
            let corners = [x, y, x + size, y + size].map(|v| v as f64);
            if objects.iter().any(|(_, other)| iou(other, &corners) > 0.0) {
                continue;
            }
            let middle = (size as f64 - 1.0) / 2.0;
            for i in 0..size {
                for j in 0..size {
                    let (dx, dy) = (i as f64 - middle, j as f64 - middle);
                    let is_inside = match shape {
                        0 => true,
                        1 => dx.hypot(dy) <= size as f64 / 2.0,
                        _ => dx.abs().min(dy.abs()) <= 1.0,
                    };
                    if is_inside {
                        paint(&mut pixels, x + i, y + j, level);
                    }
                }
            }
            objects.push((shape, corners));
        }
        Self { pixels, objects }
    }
}

fn paint(pixels: &mut [f32], x: usize, y: usize, level: f64) {
    if x < SIDE && y < SIDE {
        pixels[y * SIDE + x] += level as f32;
    }
}

/// Intersection over union; 0 for boxes without area.
pub(super) fn iou(a: &Corners, b: &Corners) -> f64 {
    let side = |low: usize| (a[low + 2].min(b[low + 2]) - a[low].max(b[low])).max(0.0);
    let area = |c: &Corners| (c[2] - c[0]).max(0.0) * (c[3] - c[1]).max(0.0);
    let common = side(0) * side(1);
    let union = area(a) + area(b) - common;
    if union > 0.0 { common / union } else { 0.0 }
}

/// The best first; of two boxes of one picture and shape that overlap by more than half, the better
/// one.
pub(super) fn suppress(mut detections: Vec<Detection>) -> Vec<Detection> {
    detections.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for detection in detections {
        let is_double = kept.iter().any(|other| {
            (other.scene, other.shape) == (detection.scene, detection.shape)
                && iou(&other.corners, &detection.corners) > 0.5
        });
        if !is_double {
            kept.push(detection);
        }
    }
    kept
}

/// Mean over the shapes of the average precision at an overlap of one half: the area under the
/// precision, made monotone, over recall. Detections are sorted, the best first.
pub(super) fn mean_ap50(detections: &[Detection], scenes: &[Scene]) -> f64 {
    let of_shape = |shape: usize| {
        let total = scenes.iter().flat_map(|scene| &scene.objects);
        let total = total.filter(|object| object.0 == shape).count();
        let mut is_found: Vec<Vec<bool>> = scenes
            .iter()
            .map(|scene| vec![false; scene.objects.len()])
            .collect();
        let mut hits = Vec::new();
        for detection in detections
            .iter()
            .filter(|detection| detection.shape == shape)
        {
            let objects = scenes[detection.scene].objects.iter().enumerate();
            let best = objects
                .filter(|(_, object)| object.0 == shape)
                .map(|(index, object)| (index, iou(&object.1, &detection.corners)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            let hit = best
                .filter(|(_, overlap)| *overlap >= 0.5)
                .is_some_and(|(index, _)| {
                    !std::mem::replace(&mut is_found[detection.scene][index], true)
                });
            hits.push(hit);
        }
        (total > 0).then(|| average_precision(&hits, total))
    };
    let values: Vec<f64> = (0..SHAPES).filter_map(of_shape).collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// `hits`: is each detection right, the best first; `total`: how many objects there are.
pub(super) fn average_precision(hits: &[bool], total: usize) -> f64 {
    let mut right = 0;
    let mut precisions: Vec<f64> = Vec::new();
    for (index, _) in hits.iter().enumerate().filter(|(_, hit)| **hit) {
        right += 1;
        precisions.push(f64::from(right) / (index + 1) as f64);
    }
    let mut largest = 0.0_f64;
    let mut area = 0.0;
    for precision in precisions.iter().rev() {
        largest = largest.max(*precision);
        area += largest;
    }
    area / total as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_of_boxes() {
        assert_eq!(iou(&[0.0, 0.0, 2.0, 2.0], &[1.0, 1.0, 3.0, 3.0]), 1.0 / 7.0);
        assert_eq!(iou(&[0.0, 0.0, 2.0, 2.0], &[2.0, 0.0, 3.0, 3.0]), 0.0);
        assert_eq!(iou(&[1.0; 4], &[1.0; 4]), 0.0);
    }

    #[test]
    fn precision_is_made_monotone() {
        // Precisions at the hits: 1, 2/4, 3/5, of four objects.
        let hits = [true, false, false, true, true];
        assert!((average_precision(&hits, 4) - (1.0 + 0.6 + 0.6) / 4.0).abs() < 1e-12);
        assert_eq!(average_precision(&[], 4), 0.0);
    }

    #[test]
    fn perfect_boxes_are_found_once() {
        let scenes: Vec<Scene> = (0..20).map(|i| Scene::new(Key::new(i))).collect();
        let mut detections = Vec::new();
        for (index, scene) in scenes.iter().enumerate() {
            assert!((1..=3).contains(&scene.objects.len()));
            for &(shape, corners) in &scene.objects {
                for score in [0.9, 0.8] {
                    detections.push(Detection {
                        scene: index,
                        shape,
                        score,
                        corners,
                    });
                }
            }
        }
        let kept = suppress(detections.clone());
        assert_eq!(2 * kept.len(), detections.len());
        assert_eq!(mean_ap50(&kept, &scenes), 1.0);
        // Doubles are wrong, but rank behind all that is right.
        detections.sort_by(|a, b| b.score.total_cmp(&a.score));
        assert_eq!(mean_ap50(&detections, &scenes), 1.0);
        let shifted: Vec<Detection> = kept
            .into_iter()
            .map(|detection| Detection {
                corners: detection.corners.map(|x| x + 5.0),
                ..detection
            })
            .collect();
        assert!(mean_ap50(&shifted, &scenes) < 0.1);
    }
}
