//! Masks as NIfTI-1.

use crate::image::Mask;

use super::header::{LENGTH, at};

/// The file of a mask, unpacked: the smallest of 8, 16 and 32 bits that holds its labels, little-endian.
/// `None` if an axis is longer than the format allows (32767) or a label does not fit in 32 bits with a
/// sign.
pub(crate) fn encode(mask: &Mask) -> Option<Vec<u8>> {
    let largest = mask.labels.iter().copied().max().unwrap_or(0);
    i32::try_from(largest).ok()?;
    let (code, bits) = match largest {
        0..256 => (2_i16, 8_i16),
        256..65536 => (512, 16),
        _ => (8, 32),
    };
    let mut bytes = vec![0; LENGTH + 4];
    let mut put =
        |place: usize, field: &[u8]| bytes[place..place + field.len()].copy_from_slice(field);
    let float = |value: f64| (value as f32).to_le_bytes();

    put(0, &(LENGTH as i32).to_le_bytes());
    let axes = mask.grid.axes() as i16;
    put(at::DIM, &axes.to_le_bytes());
    put(at::PIXDIM, &float(1.0));
    for axis in 1..8 {
        // Columns come first.
        let place = mask.grid.axes().checked_sub(axis);
        let size = place.map_or(1, |place| mask.grid.shape()[place]);
        put(at::DIM + 2 * axis, &i16::try_from(size).ok()?.to_le_bytes());
        let spacing = place.map_or(1.0, |place| mask.grid.spacing()[place]);
        put(at::PIXDIM + 4 * axis, &float(spacing));
    }
    put(at::DATATYPE, &code.to_le_bytes());
    put(at::BITPIX, &bits.to_le_bytes());
    put(at::VOX_OFFSET, &float((LENGTH + 4) as f64));
    put(at::SCL_SLOPE, &float(1.0));
    // Millimetres.
    put(at::XYZT_UNITS, &[2]);
    if let Some(affine) = &mask.affine {
        put(at::SFORM_CODE, &1_i16.to_le_bytes());
        for (entry, value) in affine.iter().flatten().enumerate() {
            put(at::SROW + 4 * entry, &float(*value));
        }
    }
    put(at::MAGIC, b"n+1\0");

    let labels = mask.labels.iter();
    match bits {
        8 => bytes.extend(labels.map(|&label| label as u8)),
        16 => bytes.extend(labels.flat_map(|&label| (label as u16).to_le_bytes())),
        _ => bytes.extend(labels.flat_map(|&label| label.to_le_bytes())),
    }
    Some(bytes)
}
