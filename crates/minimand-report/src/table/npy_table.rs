//! NumPy arrays as tables.

use std::path::Path;

use super::{Column, ColumnData, NpyArray, NpyData, ReadError, Table, read_npy};

/// Reads an array of shape `[rows]` as one column called `prefix`, or of shape
/// `[rows, columns]` as the columns `prefix_0`, `prefix_1` and so on. Booleans stay
/// booleans, everything else becomes numbers.
///
/// # Errors
///
/// The array cannot be read (see [`read_npy`]), has another number of axes or nothing in
/// it, or has more than 2³² − 1 rows.
pub fn read_npy_table(path: &Path, prefix: &str) -> Result<Table, ReadError> {
    let NpyArray { shape, data } = read_npy(path)?;
    let (rows, width) = match shape[..] {
        [rows] => (rows, 1),
        [rows, width] => (rows, width),
        _ => {
            return Err(ReadError::NotATable {
                path: path.to_path_buf(),
                shape,
            });
        }
    };
    if data.is_empty() {
        return Err(ReadError::NoDataRows {
            path: path.to_path_buf(),
        });
    }
    if u32::try_from(rows).is_err() {
        return Err(ReadError::TooManyRows {
            path: path.to_path_buf(),
        });
    }
    let columns: Vec<ColumnData> = match data {
        NpyData::F32(values) => numbers(&values, width, f64::from),
        NpyData::F64(values) => numbers(&values, width, f64::from),
        NpyData::I8(values) => numbers(&values, width, f64::from),
        NpyData::I16(values) => numbers(&values, width, f64::from),
        NpyData::I32(values) => numbers(&values, width, f64::from),
        NpyData::I64(values) => numbers(&values, width, |value| value as f64),
        NpyData::U8(values) => numbers(&values, width, f64::from),
        NpyData::U16(values) => numbers(&values, width, f64::from),
        NpyData::U32(values) => numbers(&values, width, f64::from),
        NpyData::U64(values) => numbers(&values, width, |value| value as f64),
        NpyData::Bool(values) => {
            let columns = split(&values, width, Some).into_iter();
            columns.map(ColumnData::Boolean).collect()
        }
    };
    let name = |position| match shape[..] {
        [_] => prefix.to_owned(),
        _ => format!("{prefix}_{position}"),
    };
    let columns = (0..)
        .zip(columns)
        .map(|(position, data): (usize, ColumnData)| Column {
            name: name(position),
            data,
        })
        .collect();
    Ok(Table::of_checked(columns, rows))
}

fn numbers<T: Copy>(values: &[T], width: usize, convert: impl Fn(T) -> f64) -> Vec<ColumnData> {
    let columns = split(values, width, convert).into_iter();
    columns.map(ColumnData::Number).collect()
}

/// The `width` columns of values in C order. The rows are read in order: the ends of the
/// columns fit a cache where the rows do not.
fn split<T: Copy, U>(values: &[T], width: usize, convert: impl Fn(T) -> U) -> Vec<Vec<U>> {
    let rows = values.len() / width;
    let mut columns: Vec<Vec<U>> = (0..width).map(|_| Vec::with_capacity(rows)).collect();
    for row in values.chunks_exact(width) {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(convert(*value));
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::write_npy;

    fn table(shape: &[usize], values: &[f32]) -> Result<Table, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        write_npy(&path, shape, values).unwrap();
        read_npy_table(&path, "x")
    }

    #[test]
    fn columns_are_named_by_position() {
        let one = table(&[3], &[1.0, 2.0, f32::NAN]).unwrap();
        assert_eq!(one.names().collect::<Vec<_>>(), ["x"]);
        assert_eq!(one.columns()[0].data.missing(), 1);
        let two = table(&[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_eq!(two.names().collect::<Vec<_>>(), ["x_0", "x_1"]);
        assert_eq!(two.rows(), 3);
        let expected = ColumnData::Number(vec![2.0, 4.0, 6.0]);
        assert_eq!(two.column("x_1").unwrap().data, expected);
    }

    #[test]
    fn booleans_stay_booleans() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        write_npy(&path, &[2, 1], &[true, false]).unwrap();
        let table = read_npy_table(&path, "label").unwrap();
        let expected = ColumnData::Boolean(vec![Some(true), Some(false)]);
        assert_eq!(table.column("label_0").unwrap().data, expected);
    }

    #[test]
    fn other_shapes_are_refused() {
        let message = table(&[1, 1, 2], &[1.0, 2.0]).unwrap_err().to_string();
        assert!(message.contains("[1, 1, 2]"), "{message}");
        assert!(matches!(
            table(&[], &[1.0]),
            Err(ReadError::NotATable { .. })
        ));
        assert!(matches!(
            table(&[0], &[]),
            Err(ReadError::NoDataRows { .. })
        ));
        assert!(matches!(
            table(&[2, 0], &[]),
            Err(ReadError::NoDataRows { .. })
        ));
    }

    #[test]
    fn an_archive_of_arrays_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npz");
        std::fs::write(&path, b"PK\x03\x04rest").unwrap();
        let message = read_npy_table(&path, "x").unwrap_err().to_string();
        assert!(message.contains("as .npy with numpy.save"), "{message}");
    }
}
