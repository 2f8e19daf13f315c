//! Tests of delimited text, through files.

use std::fs;
use std::path::Path;

use crate::table::{ColumnData, ReadError, Table, read};

fn read_bytes(content: &[u8]) -> Result<Table, ReadError> {
    read_as("t.csv", content)
}

fn read_as(name: &str, content: &[u8]) -> Result<Table, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    read(&path)
}

fn table(content: &str) -> Table {
    read_bytes(content.as_bytes()).unwrap()
}

fn data<'a>(table: &'a Table, name: &str) -> &'a ColumnData {
    &table.column(name).unwrap().data
}

fn numbers(values: &[f64]) -> ColumnData {
    ColumnData::Number(values.to_vec())
}

fn text(values: &[&str]) -> ColumnData {
    ColumnData::category(values.iter().map(|value| Some(*value)))
}

fn message(content: &str) -> String {
    read_bytes(content.as_bytes()).unwrap_err().to_string()
}

#[test]
fn typed_columns_with_missing_values() {
    let table =
        table("x,name,ok,day\n1,a,true,1970-01-02\n?,N/A,False,\n2.5,\"b, \"\"c\"\"\",,NA\n");
    assert_eq!(
        table.names().collect::<Vec<_>>(),
        ["x", "name", "ok", "day"]
    );
    assert_eq!(table.rows(), 3);
    let ColumnData::Number(x) = data(&table, "x") else {
        panic!("numbers");
    };
    assert!(x[0] == 1.0 && x[1].is_nan() && x[2] == 2.5);
    let names = ColumnData::category([Some("a"), None, Some("b, \"c\"")]);
    assert_eq!(*data(&table, "name"), names);
    let ok = ColumnData::Boolean(vec![Some(true), Some(false), None]);
    assert_eq!(*data(&table, "ok"), ok);
    assert!(matches!(data(&table, "day"), ColumnData::Date(days) if days[0] == 86_400.0));
    assert_eq!(data(&table, "day").missing(), 2);
}

#[test]
fn every_missing_token_is_missing() {
    let tokens = [
        "", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None",
    ];
    for token in tokens {
        for first in ["1", "a", "true", "1970-01-01"] {
            let table = table(&format!("x,y\n{first},1\n {token} ,1\n"));
            assert_eq!(data(&table, "x").missing(), 1, "{token:?} after {first}");
        }
    }
}

#[test]
fn line_breaks_of_every_kind() {
    for lines in [
        "x,y\n1,2\n3,4",
        "x,y\r\n1,2\r\n3,4\r\n",
        "x,y\r1,2\r3,4\r",
        "\n\nx,y\n\n1,2\r\n\r\n3,4\n\n",
    ] {
        let table = table(lines);
        assert_eq!(*data(&table, "x"), numbers(&[1.0, 3.0]), "{lines:?}");
        assert_eq!(*data(&table, "y"), numbers(&[2.0, 4.0]), "{lines:?}");
    }
    let quoted = table("x,y\n\"a\nb\",\"c\r\nd\"\n");
    assert_eq!(*data(&quoted, "x"), text(&["a\nb"]));
    assert_eq!(*data(&quoted, "y"), text(&["c\r\nd"]));
}

#[test]
fn white_space_around_fields_does_not_count() {
    let table = table("x ,\ty\n 1 , \"a b\" \n\t2,c\n");
    assert_eq!(*data(&table, "x"), numbers(&[1.0, 2.0]));
    assert_eq!(*data(&table, "y"), text(&["\"a b\"", "c"]));
}

#[test]
fn one_column_needs_no_delimiter() {
    assert_eq!(*data(&table("x\n1\n2"), "x"), numbers(&[1.0, 2.0]));
}

#[test]
fn decimal_commas_between_semicolons() {
    let german = table("a;b;c\n1,5;x;7\n-2,25;y;8\n");
    assert_eq!(*data(&german, "a"), numbers(&[1.5, -2.25]));
    assert_eq!(*data(&german, "c"), numbers(&[7.0, 8.0]));
    // A point in any column of numbers says that the comma is none.
    let mixed = table("a;b\n1,500;0.5\n2,250;0.25\n");
    assert_eq!(*data(&mixed, "a"), text(&["1,500", "2,250"]));
    assert_eq!(*data(&mixed, "b"), numbers(&[0.5, 0.25]));
    // Text with points does not.
    let dates = table("a;b\n1,5;24.12.2023\n2,5;1.1.2024\n");
    assert_eq!(*data(&dates, "a"), numbers(&[1.5, 2.5]));
    let between_tabs = table("a\tb\n1,5\t2\n");
    assert_eq!(*data(&between_tabs, "a"), text(&["1,5"]));
}

#[test]
fn columns_without_a_name_are_named_by_position() {
    let table = table(",x,\n0,1.5,a\n");
    assert_eq!(
        table.names().collect::<Vec<_>>(),
        ["column_1", "x", "column_3"]
    );
}

#[test]
fn a_tab_is_likely_where_the_name_says_so() {
    let content = b"a\tb,c,d\n1\t2,3,4\n";
    let table = read_as("t.tsv", content).unwrap();
    assert_eq!(table.names().collect::<Vec<_>>(), ["a", "b,c,d"]);
}

#[test]
fn encodings() {
    let text_of = |bytes: &[u8]| {
        let table = read_bytes(bytes).unwrap();
        let ColumnData::Category { names, .. } = data(&table, "x") else {
            panic!("text");
        };
        names[0].clone()
    };
    assert_eq!(text_of("x,y\nMünchen €,1\n".as_bytes()), "München €");
    assert_eq!(text_of("\u{feff}x,y\nMünchen,1\n".as_bytes()), "München");
    assert_eq!(text_of(b"x,y\nM\xfcnchen \x80,1\n"), "München €");
    let utf16 = |swap: bool| -> Vec<u8> {
        let units = "\u{feff}x,y\nMünchen 𝄞,1\n".encode_utf16();
        units
            .flat_map(|unit| {
                if swap {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    assert_eq!(text_of(&utf16(false)), "München 𝄞");
    assert_eq!(text_of(&utf16(true)), "München 𝄞");
}

#[test]
fn a_late_byte_can_change_the_encoding() {
    let mut content = b"x,y\n".to_vec();
    for _ in 0..100_000 {
        content.extend(b"abcdef,1\n");
    }
    let ascii = content.clone();
    content.extend(b"\xe9t\xe9,1\n");
    let table = read_bytes(&content).unwrap();
    assert!(
        matches!(data(&table, "x"), ColumnData::Category { names, .. } if names == &["abcdef", "été"])
    );
    // Not after other text than ASCII.
    let mut mixed = "x,y\né,1\n".as_bytes().to_vec();
    mixed.extend(&ascii[4..]);
    mixed.extend(b"\xe9,1\n");
    let error = read_bytes(&mixed).unwrap_err();
    assert!(
        matches!(error, ReadError::InvalidText { line: 100_003, .. }),
        "{error}"
    );
}

#[test]
fn a_character_may_lie_across_blocks() {
    // Two bytes each, at odd offsets.
    let mut content = "xy\n".to_owned();
    for _ in 0..200_000 {
        content.push_str("éé\n");
    }
    let table = table(&content);
    assert!(matches!(data(&table, "xy"), ColumnData::Category { names, .. } if names == &["éé"]));
    assert_eq!(table.rows(), 200_000);
}

#[test]
fn ragged_rows_name_their_lines() {
    // Line 1 header, 2 and 3 one quoted record, 4 blank, 5 ragged.
    for (break_, last) in [("\n", 5), ("\r\n", 5)] {
        let content = ["x,y", "\"1", "\",2", "", "3", ""].join(break_);
        let error = read_bytes(content.as_bytes()).unwrap_err();
        let ReadError::RaggedRow {
            line,
            last_line,
            expected,
            found,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((line, last_line, expected, found), (last, last, 2, 1));
    }
    assert!(message("x,y\n1,2,3\n").contains("line 2 has 3 fields where the header has 2"));
    let spanning = message("x,y\n1,\"2\n3,4\n5\",6,7\n");
    assert!(
        spanning.contains("lines 2 to 4 have 4 fields"),
        "{spanning}"
    );
    assert!(spanning.contains("a quote may be open"), "{spanning}");
    // Without a line break at the end.
    assert!(message("x,y\n1,2\n3").contains("line 3 has 1 fields"));
}

#[test]
fn open_quotes_are_found() {
    for content in [
        "x,y\n1,2\n3,\"4\n5,6\n",
        "x,y\n1,2\n3,\"4",
        "x,y\n1,2\n\n3,\"4\"\"\n",
    ] {
        let error = read_bytes(content.as_bytes()).unwrap_err();
        let ReadError::UnterminatedQuote { line, .. } = error else {
            panic!("{content:?}: {error}");
        };
        assert_eq!(
            line,
            if content.contains("\n\n") { 4 } else { 3 },
            "{content:?}"
        );
    }
    assert!(matches!(
        read_bytes(b"x,\"y\n1,2\n"),
        Err(ReadError::UnterminatedQuote { line: 1, .. })
    ));
    // Closed at the very end, and quotes inside a field that does not begin with one.
    assert_eq!(*data(&table("x,y\n1,\"2\""), "y"), numbers(&[2.0]));
    assert_eq!(*data(&table("x,y\n1,5\"\n"), "y"), text(&["5\""]));
}

#[test]
fn files_without_a_table() {
    assert!(matches!(read_bytes(b""), Err(ReadError::Empty { .. })));
    assert!(matches!(
        read_bytes(b"\xef\xbb\xbf \n\n"),
        Err(ReadError::Empty { .. })
    ));
    assert!(matches!(
        read_bytes(&[b'\n'; 1 << 20]),
        Err(ReadError::Empty { .. })
    ));
    assert!(matches!(
        read_bytes(b"x,y\n\n"),
        Err(ReadError::NoDataRows { .. })
    ));
    assert!(matches!(
        read_bytes(b"x,y"),
        Err(ReadError::NoDataRows { .. })
    ));
    let twice = message("x,y,x\n1,2,3\n");
    assert!(
        twice.contains("columns 1 and 3 are both called \"x\""),
        "{twice}"
    );
    let numbers = message("5.1,3.5\n4.9,3.0\n");
    assert!(
        numbers.contains("line 1") && numbers.contains("5.1"),
        "{numbers}"
    );
}

#[test]
fn wide_tables_and_many_categories() {
    let wide = 10_000;
    let join = |cell: &dyn Fn(usize) -> String| (0..wide).map(cell).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = (0..3)
        .map(|row| join(&|column| format!("{}", row * column)))
        .collect();
    let table_wide = table(&format!(
        "{}\n{}\n",
        join(&|column| format!("c{column}")),
        rows.join("\n")
    ));
    assert_eq!(
        *data(&table_wide, "c9999"),
        numbers(&[0.0, 9999.0, 19_998.0])
    );

    let distinct = 50_000;
    let rows: String = (0..2 * distinct)
        .map(|row| format!("v{:05}\n", row % distinct))
        .collect();
    let table = table(&format!("x\n{rows}"));
    let ColumnData::Category { codes, names } = data(&table, "x") else {
        panic!("text");
    };
    assert_eq!(names.len(), distinct);
    assert!(names.is_sorted());
    assert!(
        codes
            .iter()
            .enumerate()
            .all(|(row, code)| *code == Some((row % distinct) as u32))
    );
}

#[test]
fn compressed_with_gzip() {
    use std::io::Write;
    let compressed = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    // Two members, as concatenated files have.
    let mut content = compressed("a\tb,c\n1\t2\n");
    content.extend(compressed("3\t4\n"));
    for name in ["t.tsv.gz", "t"] {
        let table = read_as(name, &content).unwrap();
        assert_eq!(*data(&table, "b,c"), numbers(&[2.0, 4.0]));
    }
    let rows: String = (0..200_000)
        .map(|row| format!("{},1\n", row * 7919))
        .collect();
    let content = compressed(&format!("x,y\n{rows}"));
    for length in [5, 12, content.len() / 2, content.len() - 1] {
        let error = read_as("t.csv.gz", &content[..length]).unwrap_err();
        assert!(
            matches!(error, ReadError::Damaged { format: "gzip", .. }),
            "{length}: {error}"
        );
    }
    let mut damaged = content.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 100].fill(0);
    assert!(read_as("t.csv.gz", &damaged).is_err());
    let inner = read_as("t.gz", &compressed("PAR1...."))
        .unwrap_err()
        .to_string();
    assert!(inner.contains("decompress"), "{inner}");
}

#[test]
fn paths_that_are_no_files() {
    let missing = read(Path::new("/no/such.csv")).unwrap_err();
    assert_eq!(missing.to_string(), "/no/such.csv: file not found");
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        read(folder.path()),
        Err(ReadError::IsFolder { .. })
    ));
}
