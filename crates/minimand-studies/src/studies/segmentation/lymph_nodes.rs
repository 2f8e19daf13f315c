//! Volumes with lymph nodes beside vessels, and which nodes a mask finds.

use minimand::grid::{Components, Connectivity, Grid};
use minimand_burn::random::{Key, Random};

use super::cohort::Cohort;
use crate::data::pictures::Imaging;
use crate::data::vessels::Vessels;
use crate::error::StudyError;
use crate::study::Trial;

pub(super) const SHAPE: [usize; 3] = [16, 32, 32];
pub(super) const PLANE: usize = SHAPE[1] * SHAPE[2];
pub(super) const VOXELS: usize = SHAPE[0] * PLANE;
/// Slices of a slab; slabs overlap by half.
pub(super) const SLAB: usize = 8;
/// Short axis of a node that has to be found, in voxels.
const LARGE: f64 = 4.0;
/// Components with fewer voxels are no findings.
const LEAST: usize = 4;

/// Volumes with a channel for the image and one for the tubes.
pub(super) struct Patients {
    pub(super) cohort: Cohort,
    /// The true nodes of each.
    pub(super) nodes: Vec<Components>,
}

/// So many patients, drawn for a purpose.
pub(super) fn patients(
    trial: &Trial<'_>,
    count: usize,
    purpose: u64,
) -> Result<Patients, StudyError> {
    let grid = Grid::new(&SHAPE)?;
    let tubes = Vessels {
        grid,
        trees: (3, 4),
        radius: (1.0, 1.6),
        gaps: (0, 0),
        imaging: Imaging::CLEAN,
        ..Vessels::tubes(SHAPE[0]).ok_or_else(|| trial.failed("no tubes"))?
    };
    let key = trial.key().child(purpose);
    let (mut images, mut labels, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
    for patient in 0..count as u64 {
        let key = key.child(patient);
        let tubes = tubes.draw(key.child(0)).picture.labels;
        let mask = draw_nodes(&tubes, key.child(1));
        let both = tubes.iter().zip(&mask);
        let drawing: Vec<f32> = both.map(|(&tube, &node)| tube.max(node) as f32).collect();
        let imaging = Imaging {
            contrast: 1.0,
            blur: 0.5,
            ground: 0.15,
            patches: 5.0,
            noise: 0.3,
        };
        images.extend(imaging.photograph(&grid, &drawing, key.child(2)));
        images.extend(tubes.iter().map(|&tube| tube as f32));
        let is_node: Vec<bool> = mask.iter().map(|&label| label == 1).collect();
        nodes.push(Components::new(&grid, &is_node, Connectivity::Vertex)?);
        labels.extend(mask);
    }
    Ok(Patients {
        cohort: Cohort {
            grid,
            channels: 2,
            images,
            labels,
        },
        nodes,
    })
}

/// Balls that touch a tube or nearly do, without the voxels of tubes.
fn draw_nodes(tubes: &[u32], key: Key) -> Vec<u32> {
    let mut random = Random::new(key, 0);
    let mut mask = vec![0; VOXELS];
    let on_tubes: Vec<usize> = (0..VOXELS).filter(|&voxel| tubes[voxel] == 1).collect();
    let place = |voxel: usize| {
        [voxel / PLANE, voxel % PLANE / SHAPE[2], voxel % SHAPE[2]].map(|axis| axis as f64)
    };
    for _ in 0..3 + random.below(3) {
        if on_tubes.is_empty() {
            break;
        }
        let from = place(on_tubes[random.below(on_tubes.len())]);
        let radius = random.uniform_between(1.3, 3.2);
        let off: [f64; 3] = std::array::from_fn(|_| random.normal());
        let length = off.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-9);
        let reach = radius + random.uniform_between(1.5, 2.5);
        let middle: [f64; 3] = std::array::from_fn(|axis| from[axis] + reach * off[axis] / length);
        for (voxel, label) in mask.iter_mut().enumerate() {
            let there = place(voxel);
            let distance = (0..3).map(|axis| (there[axis] - middle[axis]).powi(2));
            if tubes[voxel] == 0 && distance.sum::<f64>().sqrt() <= radius {
                *label = 1;
            }
        }
    }
    mask
}

/// The share of the large nodes that are found, `None` without any; and the number of false findings.
pub(super) fn found(
    grid: &Grid,
    mask: &[bool],
    nodes: &Components,
) -> Result<(Option<f64>, usize), StudyError> {
    let parts = Components::new(grid, mask, Connectivity::Vertex)?;
    let mut is_found = vec![false; nodes.count()];
    let mut is_right = vec![false; parts.count()];
    for (&part, &node) in parts.labels().iter().zip(nodes.labels()) {
        if part > 0 && node > 0 && parts.sizes()[part as usize - 1] >= LEAST {
            is_right[part as usize - 1] = true;
            is_found[node as usize - 1] = true;
        }
    }
    let wrong = parts.sizes().iter().zip(&is_right);
    let wrong = wrong
        .filter(|(size, right)| **size >= LEAST && !**right)
        .count();
    let axes = nodes.short_axes(grid)?;
    let large: Vec<bool> = axes
        .iter()
        .zip(is_found)
        .filter(|(axis, _)| **axis >= LARGE)
        .map(|(_, found)| found)
        .collect();
    let found = large.iter().filter(|found| **found).count();
    let recall = (!large.is_empty()).then(|| found as f64 / large.len() as f64);
    Ok((recall, wrong))
}

/// Slices from these on, of each volume in turn.
pub(super) fn slabs(cohort: &Cohort, starts: &[usize]) -> Result<Cohort, StudyError> {
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    let volumes = cohort.images.chunks_exact(cohort.entries());
    for (volume, mask) in volumes.zip(cohort.labels.chunks_exact(VOXELS)) {
        for start in starts {
            let part = start * PLANE..(start + SLAB) * PLANE;
            for channel in volume.chunks_exact(VOXELS) {
                images.extend_from_slice(&channel[part.clone()]);
            }
            labels.extend_from_slice(&mask[part]);
        }
    }
    Ok(Cohort {
        grid: Grid::new(&[SLAB, SHAPE[1], SHAPE[2]])?,
        channels: cohort.channels,
        images,
        labels,
    })
}

/// The voxel of half the resolution that a voxel is in.
pub(super) fn coarse(voxel: usize) -> usize {
    let (slice, row, column) = (voxel / PLANE, voxel % PLANE / SHAPE[2], voxel % SHAPE[2]);
    (slice / 2 * (SHAPE[1] / 2) + row / 2) * (SHAPE[2] / 2) + column / 2
}

/// Means of 2×2×2 voxels; a node where half of them or more are.
pub(super) fn halved(cohort: &Cohort) -> Result<Cohort, StudyError> {
    let mean = |values: &mut dyn Iterator<Item = f32>| {
        let mut means = vec![0.0; VOXELS / 8];
        values
            .enumerate()
            .for_each(|(voxel, value)| means[coarse(voxel)] += value / 8.0);
        means
    };
    let images = cohort.images.chunks_exact(VOXELS);
    let masks = cohort.labels.chunks_exact(VOXELS);
    Ok(Cohort {
        grid: Grid::new(&SHAPE.map(|side| side / 2))?,
        channels: cohort.channels,
        images: images
            .flat_map(|channel| mean(&mut channel.iter().copied()))
            .collect(),
        labels: masks
            .flat_map(|mask| mean(&mut mask.iter().map(|&label| label as f32)))
            .map(|share| u32::from(share >= 0.5))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_nodes_are_recalled_and_small_ones_are_no_mistakes() -> Result<(), StudyError> {
        let grid = Grid::new(&[1, 12, 24])?;
        let block = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            move |pixel: usize| rows.contains(&(pixel / 24)) && columns.contains(&(pixel % 24))
        };
        let (large, small) = (block(1..8, 1..8), block(1..3, 12..14));
        let wrong = block(9..12, 18..24);
        let mask = |inside: &dyn Fn(usize) -> bool| -> Vec<bool> { (0..288).map(inside).collect() };
        let truth = mask(&|pixel| large(pixel) || small(pixel));
        let nodes = Components::new(&grid, &truth, Connectivity::Vertex)?;
        assert_eq!(found(&grid, &truth, &nodes)?, (Some(1.0), 0));
        let both = mask(&|pixel| small(pixel) || wrong(pixel));
        assert_eq!(found(&grid, &both, &nodes)?, (Some(0.0), 1));
        assert_eq!(found(&grid, &[false; 288], &nodes)?, (Some(0.0), 0));
        Ok(())
    }
}
