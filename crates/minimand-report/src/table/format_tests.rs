//! Tests of telling formats apart, and of writing by extension.

use std::fs;

use super::*;
use crate::table::{Column, ColumnData};

#[test]
fn other_formats_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (magic, found, advice) in NOT_READ {
        let path = folder.path().join("table.csv");
        fs::write(&path, [magic, b"rest"].concat()).unwrap();
        let message = read(&path).unwrap_err().to_string();
        assert!(
            message.contains(found) && message.contains(advice),
            "{message}"
        );
    }
    let path = folder.path().join("table.parquet");
    fs::write(&path, [1, 2, 0, 3]).unwrap();
    let message = read(&path).unwrap_err().to_string();
    assert!(
        message.contains("neither text nor a known format"),
        "{message}"
    );
}

#[test]
fn the_content_decides_and_not_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let table = Table::new(vec![Column {
        name: "x".to_owned(),
        data: ColumnData::Number(vec![1.5]),
    }])
    .unwrap();
    for written in ["t.csv", "t.parquet", "t.ARROW"] {
        let path = folder.path().join(written);
        write(&path, &table).unwrap();
        for name in ["t", "t.csv", "t.parquet", "t.arrow", "t.txt"] {
            let path_of_content = folder.path().join("renamed").with_file_name(name);
            fs::copy(&path, folder.path().join("content")).unwrap();
            fs::rename(folder.path().join("content"), &path_of_content).unwrap();
            assert_eq!(
                read(&path_of_content).unwrap(),
                table,
                "{written} as {name}"
            );
            write(&path, &table).unwrap();
        }
    }
    let error = write(&folder.path().join("t.xlsx"), &table).unwrap_err();
    assert!(
        matches!(error, WriteError::UnknownExtension { .. }),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn text_may_come_through_a_pipe_and_parquet_may_not() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for (content, works) in [("x,y\n1,2\n", true), ("PAR1rest", false)] {
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::write(pipe, content)
        });
        let table = read(&pipe);
        writer.join().unwrap().unwrap();
        assert_eq!(table.is_ok(), works, "{table:?}");
        if let Err(error) = table {
            assert!(error.to_string().contains("in a pipe"), "{error}");
        }
    }
}
