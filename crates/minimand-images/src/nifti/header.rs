//! The header of a NIfTI-1 file: 348 bytes at fixed places.

use crate::error::Problem;
use crate::image::Affine;
use crate::numbers::count;

use super::FORMAT;

/// Length of the header.
pub(super) const LENGTH: usize = 348;
/// Where the fields are, in bytes.
pub(super) mod at {
    pub(in crate::nifti) const DIM: usize = 40;
    pub(in crate::nifti) const DATATYPE: usize = 70;
    pub(in crate::nifti) const BITPIX: usize = 72;
    pub(in crate::nifti) const PIXDIM: usize = 76;
    pub(in crate::nifti) const VOX_OFFSET: usize = 108;
    pub(in crate::nifti) const SCL_SLOPE: usize = 112;
    pub(in crate::nifti) const SCL_INTER: usize = 116;
    pub(in crate::nifti) const XYZT_UNITS: usize = 123;
    pub(in crate::nifti) const QFORM_CODE: usize = 252;
    pub(in crate::nifti) const SFORM_CODE: usize = 254;
    pub(in crate::nifti) const QUATERN: usize = 256;
    pub(in crate::nifti) const QOFFSET: usize = 268;
    pub(in crate::nifti) const SROW: usize = 280;
    pub(in crate::nifti) const MAGIC: usize = 344;
}

/// What decides how the numbers are read.
pub(super) struct Header {
    /// The fields are big-endian, as are the data.
    pub(super) is_big: bool,
    /// Sizes in the order of the file: columns, rows, slices and, if there are more, the product of the
    /// others.
    pub(super) columns_first: [usize; 4],
    /// Does the file speak of a third axis?
    pub(super) is_volume: bool,
    /// The code of the element type.
    pub(super) datatype: i16,
    /// Where the data begin, in bytes.
    pub(super) offset: usize,
    /// What each number is multiplied by and then added, if anything is.
    pub(super) scale: Option<(f64, f64)>,
    /// Distance of columns, rows and slices.
    pub(super) spacing: [f64; 3],
    pub(super) affine: Option<Affine>,
}

/// The bytes of a header in one order.
struct Fields<'a> {
    bytes: &'a [u8; LENGTH],
    is_big: bool,
}

impl Fields<'_> {
    fn word<const N: usize>(&self, place: usize) -> [u8; N] {
        let mut word = [0; N];
        word.copy_from_slice(&self.bytes[place..place + N]);
        if self.is_big {
            word.reverse();
        }
        word
    }

    fn i16(&self, place: usize) -> i16 {
        i16::from_le_bytes(self.word(place))
    }

    fn f32(&self, place: usize) -> f64 {
        f64::from(f32::from_le_bytes(self.word(place)))
    }
}

/// In which order of bytes is this the header of NIfTI-1 (348) or NIfTI-2 (540)?
pub(super) fn is_big(bytes: &[u8], length: i32) -> Option<bool> {
    let first = bytes.first_chunk::<4>()?;
    match length {
        _ if i32::from_le_bytes(*first) == length => Some(false),
        _ if i32::from_be_bytes(*first) == length => Some(true),
        _ => None,
    }
}

impl Header {
    pub(super) fn parse(bytes: &[u8; LENGTH]) -> Result<Self, Problem> {
        let damaged = |reason: String| Problem::damaged(FORMAT, reason);
        let Some(is_big) = is_big(bytes, LENGTH as i32) else {
            return Err(damaged(
                "it does not begin with the length of a header, 348".to_owned(),
            ));
        };
        match &bytes[at::MAGIC..] {
            b"n+1\0" => {}
            b"ni1\0" => {
                return Err(Problem::Unsupported {
                    format: FORMAT,
                    what: "headers whose data are in a file of their own (.hdr and .img)"
                        .to_owned(),
                    advice: "save both as one .nii file",
                });
            }
            other => return Err(damaged(format!("magic {other:?} instead of \"n+1\""))),
        }
        let fields = Fields { bytes, is_big };
        let dim = |axis: usize| fields.i16(at::DIM + 2 * axis);
        let axes = dim(0);
        if !(1..=7).contains(&axes) {
            return Err(damaged(format!("{axes} axes, instead of 1 to 7")));
        }
        let mut sizes = [1; 7];
        for (axis, size) in sizes.iter_mut().enumerate().take(axes as usize) {
            let length = dim(axis + 1);
            *size = usize::try_from(length)
                .ok()
                .filter(|&size| size > 0)
                .ok_or_else(|| damaged(format!("axis {} has the length {length}", axis + 1)))?;
        }
        count(&sizes)?;
        let [columns, rows, slices, others @ ..] = sizes;
        let spacing = [1, 2, 3].map(|axis| spacing(&fields, axis));
        Ok(Self {
            is_big,
            columns_first: [columns, rows, slices, others.iter().product()],
            is_volume: axes > 2,
            datatype: fields.i16(at::DATATYPE),
            offset: offset(fields.f32(at::VOX_OFFSET)).map_err(damaged)?,
            scale: scale(fields.f32(at::SCL_SLOPE), fields.f32(at::SCL_INTER)),
            spacing,
            affine: affine(&fields),
        })
    }
}

fn offset(value: f64) -> Result<usize, String> {
    match value {
        // Some writers leave it out: the data then follow the header and four empty bytes.
        0.0 => Ok(352),
        348.0..=1e9 => Ok(value as usize),
        _ => Err(format!("data that begin at byte {value}")),
    }
}

/// A slope of 0 means that nothing is scaled.
fn scale(slope: f64, inter: f64) -> Option<(f64, f64)> {
    let is_scaled =
        slope.is_finite() && inter.is_finite() && slope != 0.0 && (slope, inter) != (1.0, 0.0);
    is_scaled.then_some((slope, inter))
}

/// In millimetres, if the file names its unit; 1 if the header has none above 0.
fn spacing(fields: &Fields<'_>, axis: usize) -> f64 {
    let factor = match fields.bytes[at::XYZT_UNITS] & 7 {
        1 => 1000.0,
        3 => 0.001,
        _ => 1.0,
    };
    match fields.f32(at::PIXDIM + 4 * axis).abs() {
        distance if distance.is_finite() && distance > 0.0 => distance * factor,
        _ => 1.0,
    }
}

fn affine(fields: &Fields<'_>) -> Option<Affine> {
    let affine = if fields.i16(at::SFORM_CODE) > 0 {
        let entry = |row: usize, column: usize| fields.f32(at::SROW + 16 * row + 4 * column);
        [0, 1, 2].map(|row| [0, 1, 2, 3].map(|column| entry(row, column)))
    } else if fields.i16(at::QFORM_CODE) > 0 {
        rotated(fields)
    } else {
        return None;
    };
    affine
        .iter()
        .flatten()
        .all(|entry| entry.is_finite())
        .then_some(affine)
}

/// The rotation by the unit quaternion a + bi + cj + dk, of which the header has b, c and d.
fn rotated(fields: &Fields<'_>) -> Affine {
    let [b, c, d] = [0, 4, 8].map(|place| fields.f32(at::QUATERN + place));
    let a = (1.0 - b * b - c * c - d * d).max(0.0).sqrt();
    let rotation = [
        [
            a * a + b * b - c * c - d * d,
            2.0 * (b * c - a * d),
            2.0 * (b * d + a * c),
        ],
        [
            2.0 * (b * c + a * d),
            a * a + c * c - b * b - d * d,
            2.0 * (c * d - a * b),
        ],
        [
            2.0 * (b * d - a * c),
            2.0 * (c * d + a * b),
            a * a + d * d - b * b - c * c,
        ],
    ];
    let mirror = if fields.f32(at::PIXDIM) < 0.0 {
        -1.0
    } else {
        1.0
    };
    let scale = [1, 2, 3].map(|axis| fields.f32(at::PIXDIM + 4 * axis).abs());
    let row = |row: usize| {
        let [x, y, z]: [f64; 3] = rotation[row];
        let shift = fields.f32(at::QOFFSET + 4 * row);
        [x * scale[0], y * scale[1], z * scale[2] * mirror, shift]
    };
    [row(0), row(1), row(2)]
}
