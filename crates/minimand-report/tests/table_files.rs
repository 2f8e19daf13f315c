//! Files that other libraries wrote, and values on their way through every format.

use std::path::{Path, PathBuf};

use minimand_report::table::{
    Column, ColumnData, ReadError, Table, WriteError, read, write, write_arrow, write_csv,
    write_parquet,
};

fn data_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// As text, so that NaN equals NaN.
fn shown(data: &ColumnData) -> String {
    format!("{data:?}")
}

/// What `tests/data/make.py` has in a column of this name.
fn expected(name: &str) -> ColumnData {
    const NOON: f64 = 1_709_209_800.0;
    match name {
        "bool" => ColumnData::Boolean(vec![Some(true), None, Some(false)]),
        "null" => ColumnData::Number(vec![f64::NAN; 3]),
        "date32" | "date64" => ColumnData::Date(vec![19_782.0 * 86_400.0, f64::NAN, -86_400.0]),
        "time_s" => ColumnData::Date(vec![NOON, f64::NAN, -1.0]),
        _ if name.starts_with("time_") => ColumnData::Date(vec![NOON + 0.5, f64::NAN, -1.0]),
        "string" | "large_string" | "string_view" | "dictionary" | "enum" => {
            ColumnData::category([Some("b"), None, Some("a")])
        }
        _ => ColumnData::Number(vec![1.0, f64::NAN, 100.0]),
    }
}

#[test]
fn files_of_other_libraries() {
    for (file, columns) in [
        ("pyarrow_snappy.parquet", 26),
        ("pyarrow_lz4.feather", 26),
        ("pyarrow_zstd.parquet", 3),
        ("pyarrow_lz4.parquet", 3),
        ("pyarrow_gzip.parquet", 3),
        ("pyarrow_none.parquet", 3),
        ("pyarrow_v2_pages.parquet", 3),
        ("pyarrow_zstd.feather", 3),
        ("pyarrow_stream.arrows", 3),
        ("pandas.parquet", 6),
        ("pandas.csv", 6),
        ("pandas.csv.gz", 6),
        ("polars.parquet", 5),
        ("polars.arrow", 5),
        ("polars.csv", 5),
    ] {
        let table = read(&data_file(file)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (table.rows(), table.columns().len()),
            (3, columns),
            "{file}"
        );
        for column in table.columns() {
            let name = &column.name;
            assert_eq!(
                shown(&column.data),
                shown(&expected(name)),
                "{file}: {name}"
            );
        }
    }
}

#[test]
fn columns_without_a_counterpart_are_named() {
    for name in ["list", "struct", "binary", "time"] {
        let error = read(&data_file(&format!("pyarrow_{name}.parquet"))).unwrap_err();
        assert!(
            matches!(&error, ReadError::UnsupportedColumn { column, .. } if column == name),
            "{error}"
        );
        assert!(error.to_string().contains("or drop it"), "{error}");
    }
    let error = read(&data_file("pyarrow_brotli.parquet"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("Brotli") && error.contains("zstd"),
        "{error}"
    );
}

#[test]
fn damaged_files_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "pyarrow_snappy.parquet",
        "pyarrow_gzip.parquet",
        "pyarrow_lz4.feather",
        "pyarrow_stream.arrows",
        "pandas.csv.gz",
    ] {
        let whole = std::fs::read(data_file(file)).unwrap();
        let path = folder.path().join(file);
        for length in [8, 100, whole.len() / 2, whole.len() - 9] {
            std::fs::write(&path, &whole[..length]).unwrap();
            match read(&path) {
                Err(ReadError::Damaged { .. }) => {}
                // A stream may end after any batch, and a batch may be all of it.
                Ok(_) | Err(ReadError::NoDataRows { .. }) if file.ends_with(".arrows") => {}
                other => panic!("{file}, {length} bytes: {other:?}"),
            }
        }
    }
}

/// Every type, with what is hard to write.
fn table() -> Table {
    let column = |name: &str, data| Column {
        name: name.to_owned(),
        data,
    };
    Table::new(vec![
        column(
            "number",
            ColumnData::Number(vec![
                0.1,
                f64::NAN,
                -0.0,
                1e300,
                f64::INFINITY,
                5e-324,
                1e16,
            ]),
        ),
        column(
            "boolean",
            ColumnData::Boolean(vec![Some(true), Some(false), None, None, None, None, None]),
        ),
        column(
            "date, only",
            ColumnData::Date(vec![
                -86_400.0,
                f64::NAN,
                0.0,
                1e9 - 6_400.0,
                86_400.0,
                0.0,
                0.0,
            ]),
        ),
        column(
            "time",
            ColumnData::Date(vec![
                0.000_001,
                -0.5,
                f64::NAN,
                1e9,
                2e11,
                -6e10,
                1_709_209_800.123_456,
            ]),
        ),
        column(
            "category \"quoted\"",
            ColumnData::category([
                Some("a, b"),
                None,
                Some("\"c\""),
                Some("two\nlines"),
                Some("ü"),
                Some("-"),
                Some("a, b"),
            ]),
        ),
        column("missing", ColumnData::Number(vec![f64::NAN; 7])),
    ])
    .unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["t.csv", "t.parquet", "t.arrow"] {
        let path = folder.path().join(name);
        write(&path, &table()).unwrap();
        let back = read(&path).unwrap();
        for (column, back) in table().columns().iter().zip(back.columns()) {
            assert_eq!(column.name, back.name);
            assert_eq!(shown(&column.data), shown(&back.data), "{name}");
        }
    }
}

#[test]
fn a_lone_missing_value_is_still_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let data = ColumnData::Number(vec![1.0, f64::NAN, 3.0]);
    let name = "x".to_owned();
    write_csv(&path, &Table::new(vec![Column { name, data }]).unwrap()).unwrap();
    assert_eq!(read(&path).unwrap().rows(), 3);
}

#[test]
fn many_batches_are_one_table() {
    let rows = 600_000_u32;
    let names: Vec<String> = (0..rows / 3).map(|row| format!("{row:06}")).collect();
    let texts = (0..rows).map(|row| Some(names[(row / 3) as usize].as_str()));
    let column = |name: &str, data| Column {
        name: name.to_owned(),
        data,
    };
    let table = Table::new(vec![
        column("x", ColumnData::Number((0..rows).map(f64::from).collect())),
        column("id", ColumnData::category(texts)),
    ])
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["t.parquet", "t.arrow"] {
        let path = folder.path().join(name);
        write(&path, &table).unwrap();
        assert_eq!(read(&path).unwrap(), table, "{name}");
    }
}

#[test]
fn dates_beyond_the_calendar_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let column = Column {
        name: "when".to_owned(),
        data: ColumnData::Date(vec![0.0, 1e300]),
    };
    let table = Table::new(vec![column]).unwrap();
    for (name, write) in [
        (
            "t.csv",
            write_csv as fn(&Path, &Table) -> Result<(), WriteError>,
        ),
        ("t.parquet", write_parquet),
        ("t.arrow", write_arrow),
    ] {
        let path = folder.path().join(name);
        let error = write(&path, &table).unwrap_err();
        assert!(
            matches!(error, WriteError::DateOutOfRange { row: 2, .. }),
            "{error}"
        );
        assert!(!path.exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_names_the_file() {
    for write in [write_csv, write_parquet, write_arrow] {
        let error = write(Path::new("/dev/full"), &table())
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("/dev/full: "), "{error}");
        assert!(error.contains("No space left"), "{error}");
    }
}
