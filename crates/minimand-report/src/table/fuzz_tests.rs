//! Whatever the bytes, every reader answers with a table or an error.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::{Column, ColumnData, Table, read, read_npy, read_npy_table, write, write_npy};

/// Reads `bytes` in every way.
fn survives(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    fs::write(&path, bytes).unwrap();
    if let Ok(table) = read(&path) {
        assert!(Table::new(table.columns().to_vec()).is_ok());
    }
    let _ = read_npy(&path);
    let _ = read_npy_table(&path, "x");
}

fn written(name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let column = |name: &str, data| Column {
        name: name.to_owned(),
        data,
    };
    if name == "t.npy" {
        write_npy(&path, &[2, 3], &[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    } else {
        let table = Table::new(vec![
            column("x", ColumnData::Number(vec![1.5, f64::NAN, -3e10])),
            column(
                "b",
                ColumnData::Boolean(vec![Some(true), None, Some(false)]),
            ),
            column("d", ColumnData::Date(vec![0.0, 86_400.5, f64::NAN])),
            column("c", ColumnData::category([Some("a"), Some("\"b\""), None])),
        ]);
        write(&path, &table.unwrap()).unwrap();
    }
    fs::read(&path).unwrap()
}

fn data_file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    fs::read(folder.join(name)).unwrap()
}

/// Files of every format, to be damaged.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let files: Vec<Vec<u8>> = ["t.csv", "t.parquet", "t.arrow", "t.npy"]
        .into_iter()
        .map(written)
        .chain(
            [
                "pyarrow_snappy.parquet",
                "pyarrow_gzip.parquet",
                "pyarrow_v2_pages.parquet",
                "pyarrow_lz4.feather",
                "pyarrow_stream.arrows",
                "polars.parquet",
                "pandas.csv.gz",
            ]
            .map(data_file),
        )
        .collect();
    prop::sample::select(files)
}

// A failure is a panic or an abort. More cases: PROPTEST_CASES=100000.
proptest! {
    #[test]
    fn of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survives(&bytes);
    }

    #[test]
    fn of_any_text(text in "[-0-9.,;|\t\"\n\r a-eNTé\u{0}\u{1e}]{0,200}") {
        survives(text.as_bytes());
    }

    #[test]
    fn of_damaged_files(
        file in any_file(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = file;
        for (place, byte) in edits {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        survives(&bytes);
    }
}
