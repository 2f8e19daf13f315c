//! Brains with lesions as volumes, as slices of three planes, and as stacks of probabilities.

use minimand::grid::Grid;
use minimand_burn::random::Random;

use super::cohort::Cohort;
use crate::data::lesions::{LesionPicture, Lesions};
use crate::data::pictures::smooth_field;
use crate::error::StudyError;
use crate::study::Trial;

pub(super) const SIDE: usize = 16;
const PLANE: usize = SIDE * SIDE;
pub(super) const VOXELS: usize = SIDE * PLANE;

/// A brain: brightness with 0 outside, and its lesions.
pub(super) struct Brain {
    image: Vec<f32>,
    is_inside: Vec<bool>,
    pub(super) lesions: Vec<u32>,
}

/// The voxel at a place of the slices of a plane, one after the other.
pub(super) fn voxel(plane: usize, place: usize) -> usize {
    let (slice, row, column) = (place / PLANE, place % PLANE / SIDE, place % SIDE);
    let [z, y, x] = match plane {
        0 => [slice, row, column],
        1 => [row, slice, column],
        _ => [row, column, slice],
    };
    z * PLANE + y * SIDE + x
}

/// The slices of a plane of all brains, scaled.
pub(super) fn slices(brains: &[Brain], plane: usize, scaling: usize) -> Result<Cohort, StudyError> {
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for brain in brains {
        let places = || (0..VOXELS).map(|place| voxel(plane, place));
        let mut image: Vec<f32> = places().map(|voxel| brain.image[voxel]).collect();
        let is_inside: Vec<bool> = places().map(|voxel| brain.is_inside[voxel]).collect();
        let extent = if scaling == 1 { PLANE } else { VOXELS };
        let parts = image
            .chunks_exact_mut(extent)
            .zip(is_inside.chunks_exact(extent));
        parts.for_each(|(part, is_inside)| scale(part, is_inside, scaling == 2));
        images.extend(image);
        labels.extend(places().map(|voxel| brain.lesions[voxel]));
    }
    Ok(Cohort {
        grid: Grid::new(&[SIDE, SIDE])?,
        channels: 1,
        images,
        labels,
    })
}

/// Scales the numbers inside to mean 0 and deviation 1, or to 0..1; equal ones become 0.
fn scale(values: &mut [f32], is_inside: &[bool], to_range: bool) {
    let inside: Vec<f32> = values
        .iter()
        .zip(is_inside)
        .filter(|(_, i)| **i)
        .map(|(v, _)| *v)
        .collect();
    let count = inside.len().max(1) as f32;
    let (shift, spread) = if to_range {
        let low = inside.iter().copied().fold(f32::INFINITY, f32::min);
        (
            low,
            inside.iter().copied().fold(f32::NEG_INFINITY, f32::max) - low,
        )
    } else {
        let mean = inside.iter().sum::<f32>() / count;
        let variance = inside.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count;
        (mean, variance.sqrt())
    };
    for (value, _) in values
        .iter_mut()
        .zip(is_inside)
        .filter(|(_, is_inside)| **is_inside)
    {
        *value = if spread > 1e-6 {
            (*value - shift) / spread
        } else {
            0.0
        };
    }
}

/// Whole volumes, scaled by the volume.
pub(super) fn volumes(brains: &[Brain]) -> Result<Cohort, StudyError> {
    let slices = slices(brains, 0, 0)?;
    Ok(Cohort {
        grid: Grid::new(&[SIDE; 3])?,
        ..slices
    })
}

/// The probabilities of all paths as the channels of volumes.
pub(super) fn stacked(
    paths: &[Vec<f32>],
    count: usize,
    labels: Vec<u32>,
) -> Result<Cohort, StudyError> {
    let volumes = (0..count).flat_map(|brain| {
        paths
            .iter()
            .flat_map(move |path| path[brain * VOXELS..][..VOXELS].iter().copied())
    });
    Ok(Cohort {
        grid: Grid::new(&[SIDE; 3])?,
        channels: paths.len(),
        images: volumes.collect(),
        labels,
    })
}

/// So many brains, drawn for a purpose.
pub(super) fn brains(
    trial: &Trial<'_>,
    count: usize,
    purpose: u64,
) -> Result<Vec<Brain>, StudyError> {
    let settings = Lesions::brain(SIDE).ok_or_else(|| trial.failed("no brains"))?;
    let settings = Lesions {
        size: (10.0, 150.0),
        ..settings
    };
    let key = trial.key().child(purpose);
    let brain = |index: u64| {
        let key = key.child(index);
        let LesionPicture { picture, body, .. } = settings.draw(key.child(0));
        let gain = Random::new(key.child(1), 0).uniform_between(0.6, 1.6);
        let field = smooth_field(&picture.grid, 5.0, key.child(2));
        let image = picture.image.iter().zip(&body).zip(field);
        Brain {
            image: image
                .map(|((value, inside), field)| match inside {
                    true => value * (gain * (0.15 * field).exp()) as f32,
                    false => 0.0,
                })
                .collect(),
            is_inside: body,
            lesions: picture.labels,
        }
    };
    Ok((0..count as u64).map(brain).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_stack_to_the_volume() {
        for plane in 0..3 {
            let mut seen: Vec<usize> = (0..VOXELS).map(|place| voxel(plane, place)).collect();
            let column = seen[1].abs_diff(seen[0]);
            assert_eq!(column, if plane == 2 { SIDE } else { 1 });
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..VOXELS));
        }
    }

    #[test]
    fn numbers_inside_are_scaled() {
        let mut values = [1.0, 3.0, 9.0];
        scale(&mut values, &[true, true, false], false);
        assert_eq!(values, [-1.0, 1.0, 9.0]);
        let mut values = [2.0, 4.0, 3.0];
        scale(&mut values, &[true; 3], true);
        assert_eq!(values, [0.0, 1.0, 0.5]);
        let mut equal = [2.0, 2.0];
        scale(&mut equal, &[true; 2], false);
        assert_eq!(equal, [0.0, 0.0]);
    }
}
