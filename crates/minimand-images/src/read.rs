//! The format of a file, by its content.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::error::{Problem, ReadError};
use crate::image::{Image, Mask};
use crate::{nifti, npy, png, tiff};

/// How colours of a palette are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Palette {
    /// As three channels.
    Colours,
    /// As the numbers of the entries.
    Entries,
}

/// Reads an image or a volume.
///
/// - NIfTI-1 (`.nii`, `.nii.gz`): integers and real numbers of every size in either byte order, scaled by
///   `scl_slope` and `scl_inter`; the axes come in the order slices, rows, columns; further axes and the
///   parts of a colour are channels.
/// - PNG: grey and colours of 1 to 16 bits.
/// - TIFF: grey and colours of 1 to 64 bits, integers and real numbers; several pages of one size are a
///   volume.
/// - `.npy`: `[rows, columns]`, `[slices, rows, columns]` or `[channels, slices, rows, columns]`.
///
/// Palettes become three channels of 0 to 255; opacity is left out. Numbers are not scaled to any range,
/// and may be NaN.
///
/// # Errors
/// [`ReadError`] says what was expected and what came: a file that cannot be read, is of another format,
/// damaged, cut short or larger than 2³⁰ values.
pub fn read(path: &Path) -> Result<Image, ReadError> {
    read_as(path, Palette::Colours).map_err(|problem| problem.of(path))
}

/// Reads a label for each pixel from one of the formats of [`read`].
///
/// The labels are the numbers of the file, whatever their type, as long as they are integers from 0; of an
/// image with a palette, the numbers of its entries. A grey image that was saved in colours is taken too.
///
/// # Errors
/// Those of [`read`], several channels that differ, and values that are no labels.
pub fn read_mask(path: &Path) -> Result<Mask, ReadError> {
    let mask = read_as(path, Palette::Entries).and_then(Mask::from_image);
    mask.map_err(|problem| problem.of(path))
}

fn read_as(path: &Path, palette: Palette) -> Result<Image, Problem> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(Problem::from_io)?;
    file.take(512)
        .read_to_end(&mut head)
        .map_err(Problem::from_io)?;
    if head.starts_with(b"\x93NUMPY") {
        return npy::read(path);
    }
    if let Some(problem) = refused(&head) {
        return Err(problem);
    }
    let bytes = fs::read(path).map_err(Problem::from_io)?;
    match head[..] {
        [0x89, b'P', b'N', b'G', ..] => png::decode(&bytes, palette),
        [b'I', b'I', b'*' | b'+', 0, ..] | [b'M', b'M', 0, b'*' | b'+', ..] => {
            tiff::decode(&bytes, palette)
        }
        [0x1f, 0x8b, ..] => nifti::decode_packed(&bytes),
        _ => nifti::decode(&bytes),
    }
}

/// What is known but not read.
fn refused(head: &[u8]) -> Option<Problem> {
    let (found, advice) = match head {
        [] => return Some(Problem::Empty),
        [0xff, 0xd8, 0xff, ..] => ("a JPEG image", "convert it to PNG"),
        [b'N', b'R', b'R', b'D', ..] => ("an NRRD volume", "convert it to NIfTI"),
        [b'P', b'K', 3, 4, ..] => (
            "a ZIP archive, as .npz files are",
            "save one array as .npy with numpy.save",
        ),
        [b'O', b'b', b'j', b'e', b'c', b't', b'T', ..] => {
            ("a MetaImage volume", "convert it to NIfTI")
        }
        [b'G', b'I', b'F', ..] => ("a GIF image", "convert it to PNG"),
        [b'B', b'M', ..] => ("a BMP image", "convert it to PNG"),
        _ if head.get(128..132) == Some(b"DICM") => ("a DICOM file", "convert its series to NIfTI"),
        _ if nifti::is_other_version(head) => ("a NIfTI-2 volume", "save it as NIfTI-1"),
        _ if nifti::is_nifti(head) || head.starts_with(b"\x89PNG") => return None,
        [0x1f, 0x8b, ..] | [b'I', b'I', b'*' | b'+', 0, ..] | [b'M', b'M', 0, b'*' | b'+', ..] => {
            return None;
        }
        _ => (
            "none of the image formats",
            "save it as NIfTI-1, PNG, TIFF or .npy",
        ),
    };
    Some(Problem::Format { found, advice })
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
#[cfg(test)]
pub(crate) use tests::palette_tiff;
