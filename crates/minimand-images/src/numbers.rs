//! The numbers of the formats as those of an [`Image`](crate::Image).

use std::fmt::Display;

use crate::error::Problem;
use crate::image::Values;

/// The most numbers that are read: a cube of 1024 voxels a side.
pub(crate) const MAX_VALUES: usize = 1 << 30;

/// The product of the sizes, if that many numbers are read.
pub(crate) fn count(shape: &[usize]) -> Result<usize, Problem> {
    let product = shape
        .iter()
        .try_fold(1_usize, |n, &size| n.checked_mul(size));
    match product {
        Some(count) if count <= MAX_VALUES => Ok(count),
        _ => Err(Problem::TooLarge {
            shape: shape.to_vec(),
        }),
    }
}

/// Integers that fit.
pub(crate) fn integers<T: Copy + Into<i32>>(values: &[T]) -> Values {
    Values::Integers(values.iter().map(|&value| value.into()).collect())
}

/// Integers of which each is checked to fit.
pub(crate) fn wide_integers<T: Copy + Display + TryInto<i32>>(
    values: &[T],
) -> Result<Values, Problem> {
    let convert = |(position, &value): (usize, &T)| {
        value.try_into().map_err(|_| Problem::Range {
            position,
            value: value.to_string(),
        })
    };
    let values = values.iter().enumerate().map(convert);
    Ok(Values::Integers(values.collect::<Result<_, _>>()?))
}

/// Real numbers, rounded to single precision.
pub(crate) fn doubles(values: impl Iterator<Item = f64>) -> Result<Values, Problem> {
    let convert = |(position, value): (usize, f64)| {
        let single = value as f32;
        if single.is_infinite() && value.is_finite() {
            let value = value.to_string();
            return Err(Problem::Range { position, value });
        }
        Ok(single)
    };
    Ok(Values::Reals(
        values.enumerate().map(convert).collect::<Result<_, _>>()?,
    ))
}

/// The first `kept` of `samples` numbers of each pixel, channel after channel instead of pixel after pixel.
pub(crate) fn planar<T: Copy>(values: &[T], samples: usize, kept: usize) -> Vec<T> {
    let channel = |channel: usize| values.iter().skip(channel).step_by(samples).copied();
    (0..kept).flat_map(channel).collect()
}

/// Numbers of 1, 2 or 4 bits, of which each row begins with a new byte; those of other sizes as they are.
pub(crate) fn unpacked(bytes: Vec<u8>, columns: usize, bits: u8) -> Vec<u8> {
    if ![1, 2, 4].contains(&bits) || columns == 0 {
        return bytes;
    }
    let each = usize::from(8 / bits);
    let value = |row: &[u8], column: usize| {
        let shift = 8 - bits as usize * (column % each + 1);
        row[column / each] >> shift & ((1 << bits) - 1)
    };
    let rows = bytes.chunks_exact(columns.div_ceil(each));
    rows.flat_map(|row| (0..columns).map(move |column| value(row, column)))
        .collect()
}

/// The colours of these entries of a palette, channel after channel; black for entries that it lacks.
pub(crate) fn colours(entries: &[u8], palette: &[[u8; 3]]) -> Vec<u8> {
    let colour = |entry: u8| palette.get(usize::from(entry)).copied().unwrap_or_default();
    let channel = |channel: usize| entries.iter().map(move |&entry| colour(entry)[channel]);
    (0..3).flat_map(channel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_unpacked_row_by_row() {
        assert_eq!(
            unpacked(vec![0b1010_0000, 0b0110_0000], 3, 1),
            [1, 0, 1, 0, 1, 1]
        );
        assert_eq!(
            unpacked(vec![0x12, 0x30, 0x45, 0x60], 3, 4),
            [1, 2, 3, 4, 5, 6]
        );
        assert_eq!(unpacked(vec![0b00_01_10_11], 4, 2), [0, 1, 2, 3]);
        assert_eq!(unpacked(vec![7, 8], 2, 8), [7, 8]);
    }

    #[test]
    fn channels_are_taken_apart() {
        assert_eq!(planar(&[1, 2, 3, 4, 5, 6], 3, 3), [1, 4, 2, 5, 3, 6]);
        assert_eq!(planar(&[1, 2, 3, 4], 2, 1), [1, 3]);
        assert_eq!(
            colours(&[1, 0, 9], &[[1, 2, 3], [4, 5, 6]]),
            [4, 1, 0, 5, 2, 0, 6, 3, 0]
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(matches!(
            wide_integers(&[1_i64, 1 << 31]),
            Err(Problem::Range { position: 1, .. })
        ));
        assert!(matches!(
            doubles([1e39].into_iter()),
            Err(Problem::Range { .. })
        ));
        assert!(doubles([f64::INFINITY, f64::NAN].into_iter()).is_ok());
        assert!(count(&[1024, 1024, 1024]).is_ok());
        assert!(count(&[1024, 1024, 1025]).is_err());
        assert!(count(&[usize::MAX, 3]).is_err());
    }
}
