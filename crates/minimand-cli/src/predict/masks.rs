//! Masks of new images.

use std::path::{Path, PathBuf};

use minimand_compare::SavedSegmenter;
use minimand_images::{Pair, pairs, read, split_name, write_mask};

use crate::error::CliError;
use crate::output;

/// Writes the mask of an image to `to`, or those of all images of a folder into the folder `to`, with their names: NIfTI
/// as NIfTI, other volumes as `.nii.gz`, and other images as `.png`.
pub(super) fn segment(model: &Path, data: &Path, to: Option<&Path>) -> Result<(), CliError> {
    let model = SavedSegmenter::read(model)?;
    let Some(to) = to else {
        return Err(CliError::Usage(
            "masks are files: name one, or a folder for those of a folder, with --output",
        ));
    };
    if is_same(data, to) {
        return Err(CliError::Usage(
            "the masks would replace the images: name another file or folder with --output",
        ));
    }
    let images: Vec<(PathBuf, PathBuf)> = if data.is_dir() {
        // Every file of a folder has its partner in that folder.
        let found = pairs(data, data)?.into_iter();
        std::fs::create_dir_all(to).map_err(CliError::File)?;
        found
            .map(|Pair { name, first, .. }| (first, to.join(name)))
            .collect()
    } else {
        vec![(data.to_owned(), to.to_owned())]
    };
    for (path, to) in &images {
        let image = read(path)?;
        let mask = model.predict(&image, &path.display().to_string())?;
        let to = match data.is_dir() {
            true => with_extension(to, path, image.grid.axes()),
            false => to.clone(),
        };
        write_mask(&to, &mask)?;
    }
    output::note(&format!(
        "{} predicted by {}: {}",
        match images.len() {
            1 => "1 mask".to_owned(),
            several => format!("{several} masks"),
        },
        model.summary(),
        to.display()
    ));
    Ok(())
}

/// Do two paths lead to one place? What is not there yet is no other.
fn is_same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// A name with the extension of masks of such an image.
fn with_extension(name: &Path, image: &Path, axes: usize) -> PathBuf {
    let extension = match split_name(image) {
        Some((_, nifti @ ("nii" | "nii.gz"))) => nifti,
        _ if axes == 3 => "nii.gz",
        _ => "png",
    };
    // A name may have points of its own.
    let mut file = name.as_os_str().to_owned();
    file.push(format!(".{extension}"));
    PathBuf::from(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_written_as_their_images_can_be() {
        let named = |image: &str, axes| {
            let name = with_extension("out/a.v2".as_ref(), image.as_ref(), axes);
            name.display().to_string()
        };
        assert_eq!(named("a.v2.png", 2), "out/a.v2.png");
        assert_eq!(named("a.v2.tif", 3), "out/a.v2.nii.gz");
        assert_eq!(named("a.v2.nii", 2), "out/a.v2.nii");
    }
}
