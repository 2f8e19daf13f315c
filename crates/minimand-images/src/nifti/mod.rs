//! NIfTI-1 volumes.
//!
//! The format is a fixed header and a block of numbers. It is read here, and not by a crate, because sizes
//! must be held against the file before anything is allocated, and every voxel type be kept as it is.

mod header;
#[cfg(test)]
mod tests;
mod write;

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use crate::error::Problem;
use crate::image::{Image, Values};
use crate::numbers::{doubles, integers, planar, wide_integers};
use header::Header;
pub(crate) use write::encode;

const FORMAT: &str = "NIfTI";
/// Deflated data are at most so many times as long when unpacked.
const MOST_PACKED: usize = 1032;

/// Does a file that begins so hold NIfTI-1, unpacked?
pub(crate) fn is_nifti(head: &[u8]) -> bool {
    header::is_big(head, header::LENGTH as i32).is_some()
}

/// Does it hold NIfTI-2?
pub(crate) fn is_other_version(head: &[u8]) -> bool {
    header::is_big(head, 540).is_some()
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Image, Problem> {
    let Some(first) = bytes.first_chunk() else {
        return Err(short_header(bytes.len()));
    };
    let header = Header::parse(first)?;
    let element = Element::of(header.datatype)?;
    let data = bytes.get(header.offset..).unwrap_or_default();
    image(&header, element, data)
}

/// Of a file packed by gzip.
pub(crate) fn decode_packed(packed: &[u8]) -> Result<Image, Problem> {
    let damaged = |error: std::io::Error| Problem::damaged("gzip", error);
    let mut unpacked = MultiGzDecoder::new(packed);
    let mut bytes = Vec::new();
    let head = &mut unpacked.by_ref().take(header::LENGTH as u64);
    head.read_to_end(&mut bytes).map_err(damaged)?;
    if !is_nifti(&bytes) {
        return Err(match is_other_version(&bytes) {
            true => Problem::Format {
                found: "a NIfTI-2 volume",
                advice: "save it as NIfTI-1",
            },
            false => Problem::Format {
                found: "a gzip file of something else than NIfTI",
                advice: "unpack it, or save the image as .nii.gz",
            },
        });
    }
    let Some(first) = bytes.first_chunk() else {
        return Err(short_header(bytes.len()));
    };
    let header = Header::parse(first)?;
    let element = Element::of(header.datatype)?;
    let length = header.offset - bytes.len() + header.values() * element.bytes();
    bytes.reserve(length.min(packed.len().saturating_mul(MOST_PACKED)));
    let rest = &mut unpacked.by_ref().take(length as u64);
    rest.read_to_end(&mut bytes).map_err(damaged)?;
    // At the end of the data their checksum is compared.
    unpacked.read(&mut [0]).map_err(damaged)?;
    image(
        &header,
        element,
        bytes.get(header.offset..).unwrap_or_default(),
    )
}

fn short_header(found: usize) -> Problem {
    Problem::Truncated {
        format: FORMAT,
        expected: header::LENGTH as u64,
        found: found as u64,
    }
}

impl Header {
    /// Voxels times further axes.
    fn values(&self) -> usize {
        self.columns_first.iter().product()
    }
}

/// What one voxel holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Element {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    /// So many bytes, of which the first three are red, green and blue.
    Colour(usize),
}

impl Element {
    /// The element type of a code of the format.
    fn of(code: i16) -> Result<Self, Problem> {
        let name = match code {
            2 => return Ok(Self::U8),
            4 => return Ok(Self::I16),
            8 => return Ok(Self::I32),
            16 => return Ok(Self::F32),
            64 => return Ok(Self::F64),
            128 => return Ok(Self::Colour(3)),
            256 => return Ok(Self::I8),
            512 => return Ok(Self::U16),
            768 => return Ok(Self::U32),
            1024 => return Ok(Self::I64),
            1280 => return Ok(Self::U64),
            2304 => return Ok(Self::Colour(4)),
            1 => "single bits",
            32 | 1792 | 2048 => "complex numbers",
            1536 => "numbers of 128 bits",
            _ => {
                return Err(Problem::damaged(
                    FORMAT,
                    format!("data type {code} does not exist"),
                ));
            }
        };
        Err(Problem::Unsupported {
            format: FORMAT,
            what: name.to_owned(),
            advice: "save integers or real numbers of 8 to 64 bits",
        })
    }

    /// Bytes of one voxel.
    fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
            Self::Colour(bytes) => bytes,
        }
    }
}

/// The image of a header and the bytes from its offset on.
fn image(header: &Header, element: Element, data: &[u8]) -> Result<Image, Problem> {
    let expected = header.values() * element.bytes();
    let Some(data) = data.get(..expected) else {
        return Err(Problem::Truncated {
            format: FORMAT,
            expected: expected as u64,
            found: data.len() as u64,
        });
    };
    let [columns, rows, slices, others] = header.columns_first;
    let (channels, values) = match element {
        Element::Colour(samples) => {
            // One after another for each voxel, where further axes come after all voxels.
            let volumes = data.chunks_exact((columns * rows * slices * samples).max(1));
            let values = volumes.flat_map(|volume| planar(volume, samples, 3));
            (3 * others, integers(&values.collect::<Vec<u8>>()))
        }
        _ => (others, values(header, element, data)?),
    };
    let [x, y, z] = header.spacing;
    let (shape, spacing) = match header.is_volume {
        true => (vec![slices, rows, columns], vec![z, y, x]),
        false => (vec![rows, columns], vec![y, x]),
    };
    Image::new(&shape, &spacing, channels, values, header.affine)
}

/// Every number in the order of the file, scaled as the header says.
fn values(header: &Header, element: Element, data: &[u8]) -> Result<Values, Problem> {
    macro_rules! numbers {
        ($number:ident) => {{
            let words = data.as_chunks().0.iter();
            let read = match header.is_big {
                true => $number::from_be_bytes,
                false => $number::from_le_bytes,
            };
            words.map(|word| read(*word)).collect::<Vec<$number>>()
        }};
    }
    macro_rules! scaled {
        ($number:ident, $kept:expr) => {{
            let numbers = numbers!($number);
            match header.scale {
                Some((slope, inter)) => doubles(numbers.iter().map(|&x| slope * x as f64 + inter)),
                None => $kept(numbers),
            }
        }};
    }
    match element {
        Element::U8 | Element::Colour(_) => scaled!(u8, |numbers: Vec<u8>| Ok(integers(&numbers))),
        Element::I8 => scaled!(i8, |numbers: Vec<i8>| Ok(integers(&numbers))),
        Element::U16 => scaled!(u16, |numbers: Vec<u16>| Ok(integers(&numbers))),
        Element::I16 => scaled!(i16, |numbers: Vec<i16>| Ok(integers(&numbers))),
        Element::I32 => scaled!(i32, |numbers: Vec<i32>| Ok(Values::Integers(numbers))),
        Element::U32 => scaled!(u32, |numbers: Vec<u32>| wide_integers(&numbers)),
        Element::U64 => scaled!(u64, |numbers: Vec<u64>| wide_integers(&numbers)),
        Element::I64 => scaled!(i64, |numbers: Vec<i64>| wide_integers(&numbers)),
        Element::F32 => scaled!(f32, |numbers: Vec<f32>| Ok(Values::Reals(numbers))),
        Element::F64 => scaled!(f64, |numbers: Vec<f64>| doubles(numbers.into_iter())),
    }
}
