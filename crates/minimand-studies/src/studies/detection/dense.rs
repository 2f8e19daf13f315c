//! A dense detector: every cell of a picture says what is there, and in which box.

use minimand_burn::random::Key;

use super::scenes::{Corners, Detection, SHAPES, SIDE, Scene};
use crate::net::gather;

/// Cells of a picture's side; one anchor each.
pub(super) const CELLS: usize = 16;
/// Cells of a picture.
pub(super) const PLACES: usize = CELLS * CELLS;
/// Pixels of a cell's side.
pub(super) const STRIDE: usize = SIDE / CELLS;
/// Side of what a cell sees.
const PATCH: usize = 12;
/// Pixels of what a cell sees.
pub(super) const INPUTS: usize = PATCH * PATCH;
/// Pixels of a box of log-size 0.
const SIZE: f64 = 8.0;
/// Scores of the shapes, then x, y, log width and log height of the box.
pub(super) const OUTPUTS: usize = SHAPES + 4;

/// What the cells of a picture see, `[PLACES, INPUTS]`; 0 beyond its border.
pub(super) fn patches(pixels: &[f32]) -> Vec<f32> {
    let mut patches = Vec::with_capacity(PLACES * INPUTS);
    for cell in 0..PLACES {
        let corner = |cell: usize| (cell * STRIDE + STRIDE / 2) as isize - PATCH as isize / 2;
        let (left, top) = (corner(cell % CELLS), corner(cell / CELLS));
        for y in top..top + PATCH as isize {
            for x in left..left + PATCH as isize {
                let is_inside = [x, y].iter().all(|v| (0..SIDE as isize).contains(v));
                let pixel = || pixels[y as usize * SIDE + x as usize];
                patches.push(if is_inside { pixel() } else { 0.0 });
            }
        }
    }
    patches
}

/// The cell around a point x y of a picture.
pub(super) fn cell_of(point: [f64; 2]) -> usize {
    let [column, row] = point.map(|v| ((v / STRIDE as f64) as usize).min(CELLS - 1));
    row * CELLS + column
}

/// The middle x y of a cell.
pub(super) fn middle_of(cell: usize) -> [f64; 2] {
    [cell % CELLS, cell / CELLS].map(|place| (place as f64 + 0.5) * STRIDE as f64)
}

/// Pictures as the detector sees them.
pub(super) struct Pictures {
    pub(super) scenes: Vec<Scene>,
    /// `[pictures · PLACES, INPUTS]`
    pub(super) patches: Vec<f32>,
    /// 0 or 1, `[pictures · PLACES, SHAPES]`
    pub(super) targets: Vec<f32>,
    /// The positive cells in order, each with its box in the terms of the output.
    boxes: Vec<(usize, [f32; 4])>,
}

/// The pictures of one step.
pub(super) struct PictureBatch {
    /// `[pictures · PLACES, INPUTS]`
    pub(super) patches: Vec<f32>,
    /// 0 or 1, `[pictures · PLACES, SHAPES]`
    pub(super) targets: Vec<f32>,
    /// The positive cells, as rows of the patches.
    pub(super) positives: Vec<i64>,
    /// Their boxes, `[positives, 4]`.
    pub(super) boxes: Vec<f32>,
}

impl Pictures {
    pub(super) fn new(count: usize, key: Key) -> Self {
        let scenes: Vec<Scene> = (0..count)
            .map(|i| Scene::new(key.child(i as u64)))
            .collect();
        let mut all_patches = Vec::with_capacity(count * PLACES * INPUTS);
        let mut targets = vec![0.0; count * PLACES * SHAPES];
        let mut boxes = Vec::new();
        for (index, scene) in scenes.iter().enumerate() {
            all_patches.extend(patches(&scene.pixels));
            for &(shape, [x1, y1, x2, y2]) in &scene.objects {
                let centre = [f64::midpoint(x1, x2), f64::midpoint(y1, y2)];
                let place = cell_of(centre);
                let cell = index * PLACES + place;
                targets[cell * SHAPES + shape] = 1.0;
                let middle = middle_of(place);
                let terms = [
                    (centre[0] - middle[0]) / STRIDE as f64,
                    (centre[1] - middle[1]) / STRIDE as f64,
                    ((x2 - x1) / SIZE).ln(),
                    ((y2 - y1) / SIZE).ln(),
                ];
                boxes.push((cell, terms.map(|v| v as f32)));
            }
        }
        // Two small objects can share a cell; the network can only report one box.
        boxes.sort_by_key(|(cell, _)| *cell);
        boxes.dedup_by_key(|(cell, _)| *cell);
        Self {
            scenes,
            patches: all_patches,
            targets,
            boxes,
        }
    }

    /// These pictures, one after the other.
    pub(super) fn batch(&self, pictures: &[usize]) -> PictureBatch {
        let (mut positives, mut boxes) = (Vec::new(), Vec::new());
        for (place, &picture) in pictures.iter().enumerate() {
            let is_own = |(cell, _): &&(usize, [f32; 4])| cell / PLACES == picture;
            for (cell, terms) in self.boxes.iter().filter(is_own) {
                positives.push((place * PLACES + cell % PLACES) as i64);
                boxes.extend_from_slice(terms);
            }
        }
        PictureBatch {
            patches: gather(&self.patches, PLACES * INPUTS, pictures),
            targets: gather(&self.targets, PLACES * SHAPES, pictures),
            positives,
            boxes,
        }
    }
}

/// All boxes with a score above 0.01 in outputs `[pictures · PLACES, OUTPUTS]`.
pub(super) fn detections(outputs: &[f32]) -> Vec<Detection> {
    let mut detections = Vec::new();
    for (index, output) in outputs.chunks_exact(OUTPUTS).enumerate() {
        let (scene, cell) = (index / PLACES, index % PLACES);
        let corners = corners(cell, &output[SHAPES..]);
        for (shape, &logit) in output[..SHAPES].iter().enumerate() {
            let score = 1.0 / (1.0 + (-f64::from(logit)).exp());
            if score > 0.01 {
                detections.push(Detection {
                    scene,
                    shape,
                    score,
                    corners,
                });
            }
        }
    }
    detections
}

/// The box of the terms of a cell.
fn corners(cell: usize, terms: &[f32]) -> Corners {
    let [x, y] = middle_of(cell);
    let (x, y) = (
        x + f64::from(terms[0]) * STRIDE as f64,
        y + f64::from(terms[1]) * STRIDE as f64,
    );
    let half = |term: f32| 0.5 * SIZE * f64::from(term).exp();
    let (w, h) = (half(terms[2]), half(terms[3]));
    [x - w, y - h, x + w, y + h]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studies::detection::scenes::iou;

    #[test]
    fn terms_and_boxes_belong_together() {
        let pictures = Pictures::new(20, Key::new(3));
        let all: Vec<usize> = (0..20).collect();
        let batch = pictures.batch(&all);
        for (row, terms) in batch.positives.iter().zip(batch.boxes.chunks_exact(4)) {
            let (picture, cell) = (*row as usize / PLACES, *row as usize % PLACES);
            let found = corners(cell, terms);
            let objects = &pictures.scenes[picture].objects;
            assert!(objects.iter().any(|(_, own)| iou(own, &found) > 0.999));
            let shapes = &batch.targets[*row as usize * SHAPES..][..SHAPES];
            assert!(shapes.iter().sum::<f32>() >= 1.0);
        }
    }

    #[test]
    fn a_cell_sees_what_is_around_it() {
        let pixels: Vec<f32> = (0..SIDE * SIDE).map(|i| i as f32).collect();
        let patches = patches(&pixels);
        // The cell of row 2 and column 3 covers 8..12 and 12..16, and sees four pixels more on each side.
        let cell = &patches[(2 * CELLS + 3) * INPUTS..][..INPUTS];
        assert_eq!(cell[0], (4 * SIDE + 8) as f32);
        assert_eq!(cell[INPUTS - 1], (15 * SIDE + 19) as f32);
        assert_eq!(patches[0], 0.0);
        assert_eq!(cell_of(middle_of(37)), 37);
    }
}
