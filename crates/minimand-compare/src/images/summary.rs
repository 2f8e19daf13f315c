//! What is told from all cases together: sizes, units, what folds are made alike in, and what a user should know.

use std::path::Path;

use minimand_images::split_name;

use super::load::Loaded;
use super::windows::Size;
use super::{Case, Class, ImagesError, Layout};
use crate::data::Target;
use crate::request::Request;

/// Sides of crops at most, unless they are asked for: in the plane, and in space.
const CROP: [usize; 2] = [96, 32];

/// What networks take and give: crops as large as the largest image, but not too large for memory and time.
pub(super) fn layout(
    loaded: &[Loaded],
    classes: usize,
    request: &Request,
) -> Result<Layout, ImagesError> {
    let (axes, channels) = loaded
        .first()
        .map_or((2, 1), |case| (case.grid.axes(), case.channels));
    let multiple = 1 << request.depth();
    let most = CROP[axes - 2].next_multiple_of(multiple);
    let side = |axis: usize| {
        let sides = loaded.iter().map(|case| case.grid.volume()[axis]);
        let largest = sides.max().unwrap_or(1);
        most.min(largest.next_multiple_of(multiple))
    };
    let mut crop: Size = std::array::from_fn(|axis| match axis {
        // In the plane there is one slice.
        0 if axes == 2 => 1,
        _ => side(axis),
    });
    let given = &request.images.crop;
    if !given.is_empty() {
        if given.len() != axes {
            return Err(ImagesError::Axes {
                setting: "crop",
                axes,
                found: given.len(),
            });
        }
        crop[3 - axes..].copy_from_slice(given);
    }
    Ok(Layout {
        axes,
        channels,
        classes,
        crop,
    })
}

/// In what distances are measured.
pub(super) fn unit(loaded: &[Loaded], request: &Request) -> String {
    let is_nifti =
        |path: &Path| split_name(path).is_some_and(|(_, extension)| extension.starts_with("nii"));
    let in_millimetres = |case: &Loaded| is_nifti(&case.pair.first) || is_nifti(&case.pair.second);
    if !request.images.spacing.is_empty() {
        "in the unit of --spacing".to_owned()
    } else if loaded.iter().all(in_millimetres) {
        "mm".to_owned()
    } else if loaded.iter().any(|case| case.spacing_is_told) {
        "in the unit of the spacing".to_owned()
    } else {
        "pixels".to_owned()
    }
}

/// What a user should know about the images, sentence by sentence.
pub(super) fn notes(loaded: &[Loaded]) -> Vec<String> {
    let mut notes = Vec::new();
    let missing: Vec<&Loaded> = loaded.iter().filter(|case| case.missing > 0).collect();
    if let Some(first) = missing.first() {
        notes.push(format!(
            "{} of {} images have pixels that are not finite, {} the first; they were replaced by the mean.",
            missing.len(),
            loaded.len(),
            first.pair.name
        ));
    }
    let axes = loaded.first().map_or(0, |case| case.grid.axes());
    let varies = |axis: usize| {
        let steps = loaded.iter().map(|case| case.grid.spacing()[axis]);
        let (least, most) = steps.fold((f64::INFINITY, 0.0_f64), |(least, most), step| {
            (least.min(step), most.max(step))
        });
        most > 1.1 * least
    };
    if (0..axes).any(varies) {
        notes.push(
            "The spacing differs from image to image. Networks see pixels, whatever their size: resample the \
             images to one spacing first if it differs much."
                .to_owned(),
        );
    }
    notes
}

/// What folds are made alike in: which classes cases have, or if all have all, how much of them.
pub(super) fn alike(cases: &[Case], classes: &[Class]) -> Target {
    let counts: Vec<Vec<usize>> = cases
        .iter()
        .map(|case| case.counts(classes.len()))
        .collect();
    let has: Vec<bool> = counts
        .iter()
        .flat_map(|of_case| of_case[1..].iter().map(|count| *count > 0))
        .collect();
    if has.iter().all(|has| *has) {
        let share = |of_case: &Vec<usize>| {
            let all: usize = of_case.iter().sum();
            of_case[1..].iter().sum::<usize>() as f64 / all.max(1) as f64
        };
        return Target::Values(counts.iter().map(share).collect());
    }
    Target::Labels {
        has,
        names: classes[1..]
            .iter()
            .map(|class| class.name.clone())
            .collect(),
    }
}

/// A note on classes that not every fold can learn or test.
pub(super) fn rare(cases: &[Case], classes: &[Class], folds: usize) -> Option<String> {
    let with = |class: usize| {
        let has = |case: &&Case| case.classes.contains(&(class as u8));
        cases.iter().filter(has).count()
    };
    let rare: Vec<String> = (1..classes.len())
        .filter(|class| with(*class) < folds)
        .map(|class| format!("{} ({} cases)", classes[class].name, with(class)))
        .collect();
    (!rare.is_empty()).then(|| {
        format!(
            "There are fewer cases with a class than folds, so that it cannot be in every test fold: {}.",
            rare.join(", ")
        )
    })
}
