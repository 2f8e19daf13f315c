//! Masks and pictures as files.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use minimand_report::atomic::write_atomically;
use png::{BitDepth, ColorType};

use crate::error::WriteError;
use crate::image::Mask;
use crate::{nifti, pairs, png as png_file};

/// The pixels of a picture, row by row.
#[derive(Debug, Clone, Copy)]
pub enum Pixels<'a> {
    /// One number for each pixel, from 0 (black) to 255 (white).
    Grey(&'a [u8]),
    /// Red, green and blue of each pixel.
    Rgb(&'a [u8]),
}

/// A picture as the content of a PNG file.
///
/// # Errors
/// [`WriteError::Length`] unless the pixels fill `[rows, columns]`, neither of them 0.
pub fn encode_png([rows, columns]: [usize; 2], pixels: Pixels<'_>) -> Result<Vec<u8>, WriteError> {
    let (color, samples, data) = match pixels {
        Pixels::Grey(data) => (ColorType::Grayscale, 1, data),
        Pixels::Rgb(data) => (ColorType::Rgb, 3, data),
    };
    let expected = rows.saturating_mul(columns).saturating_mul(samples);
    let length = |_| WriteError::Length {
        expected,
        found: data.len(),
    };
    if expected == 0 || expected != data.len() {
        return Err(length(String::new()));
    }
    png_file::encode([rows, columns], color, BitDepth::Eight, data).map_err(length)
}

/// Writes a picture as PNG. The file appears only once it is complete.
///
/// # Errors
/// Those of [`encode_png`], and a file that cannot be written.
pub fn write_png(path: &Path, size: [usize; 2], pixels: Pixels<'_>) -> Result<(), WriteError> {
    let bytes = encode_png(size, pixels)?;
    Ok(write_atomically(path, |out| out.write_all(&bytes))?)
}

/// Writes a mask as `.nii`, `.nii.gz` or `.png`, by the name of the file, with as many bits for a label
/// as the largest one needs. NIfTI keeps the spacing (in millimetres) and the affine map; PNG is for
/// images with labels to 65535, grey. The file appears only once it is complete.
///
/// # Errors
/// Another name, a mask that does not fit the format, and a file that cannot be written.
pub fn write_mask(path: &Path, mask: &Mask) -> Result<(), WriteError> {
    let unfit = |reason: &str| WriteError::Unfit {
        path: path.to_path_buf(),
        reason: reason.to_owned(),
    };
    match pairs::split_name(path) {
        Some((_, extension @ ("nii" | "nii.gz"))) => {
            let bytes = nifti::encode(mask).ok_or_else(|| {
                unfit("NIfTI-1 has axes of at most 32767 voxels and labels below 2³¹")
            })?;
            Ok(write_atomically(path, |out| match extension {
                "nii" => out.write_all(&bytes),
                _ => {
                    let mut packer = GzEncoder::new(out, Compression::fast());
                    packer.write_all(&bytes)?;
                    packer.finish().map(drop)
                }
            })?)
        }
        Some((_, "png")) => {
            let bytes = mask_as_png(mask).map_err(|reason| unfit(&reason))?;
            Ok(write_atomically(path, |out| out.write_all(&bytes))?)
        }
        _ => Err(WriteError::Format {
            path: path.to_path_buf(),
        }),
    }
}

fn mask_as_png(mask: &Mask) -> Result<Vec<u8>, String> {
    let &[rows, columns] = mask.grid.shape() else {
        return Err("a volume is no PNG image; write it as .nii.gz".to_owned());
    };
    let size = [rows, columns];
    match mask.labels.iter().copied().max().unwrap_or(0) {
        0..256 => {
            let data: Vec<u8> = mask.labels.iter().map(|&label| label as u8).collect();
            png_file::encode(size, ColorType::Grayscale, BitDepth::Eight, &data)
        }
        256..65536 => {
            let words = mask
                .labels
                .iter()
                .flat_map(|&label| (label as u16).to_be_bytes());
            let data: Vec<u8> = words.collect();
            png_file::encode(size, ColorType::Grayscale, BitDepth::Sixteen, &data)
        }
        _ => Err("PNG has labels to 65535; write the mask as .nii.gz".to_owned()),
    }
}
