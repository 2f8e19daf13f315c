//! NumPy arrays as images.

use std::path::Path;

use minimand_report::table::{NpyData, read_npy};

use crate::error::Problem;
use crate::image::{Image, Values};
use crate::numbers::{count, doubles, integers, wide_integers};

/// `[rows, columns]`, `[slices, rows, columns]` or `[channels, slices, rows, columns]`.
pub(crate) fn read(path: &Path) -> Result<Image, Problem> {
    let array = read_npy(path).map_err(Problem::from_npy)?;
    count(&array.shape)?;
    let (channels, shape) = match array.shape[..] {
        [channels, _, _, _] => (channels, &array.shape[1..]),
        _ => (1, &array.shape[..]),
    };
    let values = match &array.data {
        NpyData::F32(values) => Values::Reals(values.clone()),
        NpyData::F64(values) => doubles(values.iter().copied())?,
        NpyData::I8(values) => integers(values),
        NpyData::I16(values) => integers(values),
        NpyData::I32(values) => integers(values),
        NpyData::I64(values) => wide_integers(values)?,
        NpyData::U8(values) => integers(values),
        NpyData::U16(values) => integers(values),
        NpyData::U32(values) => wide_integers(values)?,
        NpyData::U64(values) => wide_integers(values)?,
        NpyData::Bool(values) => integers(values),
    };
    Image::new(shape, &[], channels, values, None).map_err(|_| Problem::Shape {
        shape: array.shape.clone(),
    })
}
