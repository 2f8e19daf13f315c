//! NumPy `.npy` arrays.

use std::fs;
use std::io::Write;
use std::path::Path;

use npyz::{
    AutoSerialize, DType, Deserialize, Endianness, NpyFile, NpyHeader, Order, TypeChar,
    WriterBuilder,
};

use super::{ReadError, WriteError};
use crate::atomic::write_atomically;

/// An array of any shape, its values in C order (the last index runs fastest).
#[derive(Debug, Clone, PartialEq)]
pub struct NpyArray {
    /// The length of every axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// The values; as many as the product of `shape`.
    pub data: NpyData,
}

/// The values of an [`NpyArray`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the variants are the element types")]
pub enum NpyData {
    /// `float32`, and `float16` widened, which is exact.
    F32(Vec<f32>),
    F64(Vec<f64>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    Bool(Vec<bool>),
}

impl NpyData {
    /// The number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
            Self::I8(values) => values.len(),
            Self::I16(values) => values.len(),
            Self::I32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::U8(values) => values.len(),
            Self::U16(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::Bool(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads an array of integers, booleans or real numbers in either byte order.
/// Fortran order is converted to C order.
///
/// # Errors
///
/// The file is missing or unreadable, not a `.npy` file (an `.npz` archive is none) or
/// damaged, shorter than its header promises, or has another element type.
pub fn read_npy(path: &Path) -> Result<NpyArray, ReadError> {
    let bytes = fs::read(path).map_err(|error| ReadError::from_io(path, error))?;
    if bytes.is_empty() {
        return Err(ReadError::Empty {
            path: path.to_path_buf(),
        });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(ReadError::UnsupportedFormat {
            path: path.to_path_buf(),
            found: "a ZIP archive, as .npz files are",
            advice: "save one array as .npy with numpy.save",
        });
    }
    let invalid = |reason: String| ReadError::InvalidNpy {
        path: path.to_path_buf(),
        reason,
    };
    if shape_overflows(&bytes) {
        return Err(invalid("the shape is too large".to_owned()));
    }
    let mut data = bytes.as_slice();
    let header = NpyHeader::from_reader(&mut data).map_err(|error| invalid(error.to_string()))?;

    let dtype = header.dtype();
    let unsupported = || ReadError::UnsupportedDtype {
        path: path.to_path_buf(),
        dtype: dtype.descr(),
    };
    let DType::Plain(element) = &dtype else {
        return Err(unsupported());
    };
    let Some(width) = element.num_bytes() else {
        return Err(unsupported());
    };
    let shape = header
        .shape()
        .iter()
        .map(|length| usize::try_from(*length).ok())
        .collect::<Option<Vec<usize>>>();
    let (shape, expected) = shape
        .and_then(|shape| {
            let bytes = element_count(&shape)?.checked_mul(width)?;
            Some((shape, bytes))
        })
        .ok_or_else(|| invalid(format!("the shape {:?} is too large", header.shape())))?;
    if data.len() < expected {
        return Err(ReadError::Truncated {
            path: path.to_path_buf(),
            expected: expected as u64,
            found: data.len() as u64,
        });
    }
    let source = Source {
        header: &header,
        shape: &shape,
        data: &data[..expected],
    };
    let data = match (element.type_char(), element.size_field()) {
        (TypeChar::Float, 2) => Ok(NpyData::F32(source.widened(element.endianness()))),
        (TypeChar::Float, 4) => source.values().map(NpyData::F32),
        (TypeChar::Float, 8) => source.values().map(NpyData::F64),
        (TypeChar::Int, 1) => source.values().map(NpyData::I8),
        (TypeChar::Int, 2) => source.values().map(NpyData::I16),
        (TypeChar::Int, 4) => source.values().map(NpyData::I32),
        (TypeChar::Int, 8) => source.values().map(NpyData::I64),
        (TypeChar::Uint, 1) => source.values().map(NpyData::U8),
        (TypeChar::Uint, 2) => source.values().map(NpyData::U16),
        (TypeChar::Uint, 4) => source.values().map(NpyData::U32),
        (TypeChar::Uint, 8) => source.values().map(NpyData::U64),
        (TypeChar::Bool, 1) => source.values().map(NpyData::Bool),
        _ => return Err(unsupported()),
    };
    let data = data.map_err(|error| invalid(error.to_string()))?;
    Ok(NpyArray { shape, data })
}

/// Writes `values`, in C order, as an array of `shape`.
///
/// The file appears only once it is complete. The element type may be any
/// number or boolean; `f32` and `f64` are what predictions need.
///
/// # Errors
///
/// `values` do not fill `shape`, or the file cannot be written.
pub fn write_npy<T: AutoSerialize + Copy>(
    path: &Path,
    shape: &[usize],
    values: &[T],
) -> Result<(), WriteError> {
    if element_count(shape) != Some(values.len()) {
        return Err(WriteError::ShapeMismatch {
            path: path.to_path_buf(),
            shape: shape.to_vec(),
            found: values.len(),
        });
    }
    let lengths: Vec<u64> = shape.iter().map(|length| *length as u64).collect();
    write_atomically(path, |out: &mut dyn Write| {
        let mut writer = npyz::WriteOptions::new()
            .default_dtype()
            .shape(&lengths)
            .writer(out)
            .begin_nd()?;
        writer.extend(values.iter().copied())?;
        writer.finish()
    })?;
    Ok(())
}

/// The product of `shape`, unless it overflows.
fn element_count(shape: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape
        .iter()
        .try_fold(1_usize, |product, length| product.checked_mul(*length))
}

/// Whether the product of the lengths in the header overflows. npyz multiplies
/// them unchecked, which panics where overflow checks are on.
fn shape_overflows(file: &[u8]) -> bool {
    let header = String::from_utf8_lossy(&file[..file.len().min(1 << 16)]);
    let tuple = header
        .split_once("'shape'")
        .and_then(|(_, after)| after.split_once('('))
        .and_then(|(_, after)| after.split_once(')'));
    let Some((tuple, _)) = tuple else {
        return false;
    };
    tuple
        .split(',')
        .filter_map(|length| length.trim().parse::<u64>().ok())
        .try_fold(1_u64, u64::checked_mul)
        .is_none()
}

/// The data part of a file, cut to the length that its header promises.
struct Source<'a> {
    header: &'a NpyHeader,
    shape: &'a [usize],
    data: &'a [u8],
}

impl Source<'_> {
    fn values<T: Deserialize + Copy>(&self) -> std::io::Result<Vec<T>> {
        let file = NpyFile::with_header(self.header.clone(), self.data);
        Ok(self.in_c_order(file.into_vec()?))
    }

    /// Half-precision values as `f32`. The bits are read here because npyz reads
    /// them only with one more dependency.
    fn widened(&self, endianness: Endianness) -> Vec<f32> {
        let (pairs, _) = self.data.as_chunks::<2>();
        let halves = pairs.iter().map(|pair| match endianness {
            Endianness::Big => u16::from_be_bytes(*pair),
            _ => u16::from_le_bytes(*pair),
        });
        self.in_c_order(halves.map(f32_from_half_bits).collect())
    }

    fn in_c_order<T: Copy>(&self, values: Vec<T>) -> Vec<T> {
        match self.header.order() {
            Order::C => values,
            Order::Fortran => c_order_from_fortran(&values, self.shape),
        }
    }
}

/// Reorders values whose first index runs fastest so that the last one does.
fn c_order_from_fortran<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1;
    for length in shape {
        strides.push(stride);
        stride *= length;
    }
    let mut index = vec![0; shape.len()];
    let mut offset = 0;
    let mut reordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        reordered.push(values[offset]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            offset += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            offset -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    reordered
}

/// IEEE 754 binary16 to binary32; every half-precision value is exact in single.
fn f32_from_half_bits(bits: u16) -> f32 {
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    let magnitude = match exponent {
        0 => fraction * 2_f32.powi(-14),
        0x1f if fraction == 0.0 => f32::INFINITY,
        0x1f => f32::NAN,
        _ => (1.0 + fraction) * 2_f32.powi(exponent - 15),
    };
    if bits & 0x8000 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

#[cfg(test)]
#[path = "npy_tests.rs"]
mod tests;
