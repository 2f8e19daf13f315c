//! Which detection is of which object.

use super::batch::{Object, Scene};
use super::size::Size;

/// What became of one detection, a bit for each threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// It is the one detection of an object.
    pub(super) hits: u16,
    /// It counts neither as right nor as wrong.
    pub(super) ignored: u16,
}

/// The outcome of each detection of a scene among the objects of a size, as pycocotools decides it.
///
/// From the best score down, a detection takes the free object with which it overlaps most, by at least the
/// threshold; of equal overlaps the later one. Only if none is left that has to be found, it takes one that need
/// not be: a crowd (any number of times), an ignored one or one of another size. Then it does not count,
/// nor does a detection of another size that takes none.
pub(super) fn outcomes(scene: &Scene, size: Size, thresholds: &[f64]) -> Vec<Outcome> {
    let optional = |object: &Object| object.optional || !size.holds(object.area);
    let mut order: Vec<usize> = (0..scene.objects.len()).collect();
    order.sort_by_key(|&g| optional(&scene.objects[g]));
    let required = order
        .iter()
        .filter(|&&g| !optional(&scene.objects[g]))
        .count();
    let (required, others) = order.split_at(required);
    let mut found = vec![Outcome::default(); scene.scores.len()];
    let mut taken = vec![false; scene.objects.len()];
    for (bit, &threshold) in thresholds.iter().enumerate() {
        taken.fill(false);
        for (d, outcome) in found.iter_mut().enumerate() {
            let row = &scene.overlaps[d * scene.objects.len()..(d + 1) * scene.objects.len()];
            let best = |among: &[usize], taken: &[bool]| {
                let free = |g: usize| !taken[g] || scene.objects[g].crowd;
                let near = among
                    .iter()
                    .copied()
                    .filter(|&g| free(g) && row[g] >= threshold);
                near.max_by(|&a, &b| row[a].total_cmp(&row[b]))
            };
            if let Some(g) = best(required, &taken) {
                taken[g] = true;
                outcome.hits |= 1 << bit;
            } else if let Some(g) = best(others, &taken) {
                taken[g] = true;
                outcome.ignored |= 1 << bit;
            } else if !size.holds(scene.found_areas[d]) {
                outcome.ignored |= 1 << bit;
            }
        }
    }
    found
}

/// Weight of the objects of a size that have to be found.
pub(super) fn required(scene: &Scene, size: Size) -> f64 {
    let counts = |object: &&Object| !object.optional && size.holds(object.area);
    scene.weight * scene.objects.iter().filter(counts).count() as f64
}
