//! CSV files with a header, in the dialects that people actually have.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Column, ColumnData, ReadError, Table};

/// The delimiters that are told apart; ties go to the earlier one.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Lines looked at to tell the delimiter.
const SNIFFED_LINES: usize = 20;

/// Spellings of "no value", compared exactly: `na` may well be a category.
const MISSING: [&str; 8] = ["", "NA", "N/A", "NaN", "nan", "null", "None", "?"];

/// Reads a delimited text file whose first line names the columns.
///
/// The delimiter (`,` `;` tab or `|`) is told from the first lines. Fields may be
/// quoted with `"` and are stripped of surrounding white space; blank lines are
/// skipped; a UTF-8 byte order mark is accepted. Empty fields, `NA`, `N/A`, `NaN`,
/// `nan`, `null`, `None` and `?` are missing values. Numbers use a decimal point.
///
/// # Errors
///
/// The file is missing or unreadable, empty, without data rows or not UTF-8, a
/// row has another number of fields than the header, or a column name repeats.
pub fn read_csv(path: &Path) -> Result<Table, ReadError> {
    let bytes = fs::read(path).map_err(|error| ReadError::from_io(path, error))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| ReadError::InvalidUtf8 {
        path: path.to_path_buf(),
        line: 1 + newlines(&bytes[..error.valid_up_to()]),
    })?;
    parse(path, text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn parse(path: &Path, text: &str) -> Result<Table, ReadError> {
    let owned_path = || path.to_path_buf();
    if text.trim().is_empty() {
        return Err(ReadError::Empty { path: owned_path() });
    }
    let delimiter = sniff_delimiter(text);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(Trim::All)
        // Ragged rows are found below, where the line can be told exactly.
        .flexible(true)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| ReadError::from_io(path, error.into());

    let names = reader.headers().map_err(unreadable)?.clone();
    if let Some(name) = first_repeated(&names) {
        return Err(ReadError::DuplicateColumn {
            path: owned_path(),
            name,
        });
    }
    let mut cells: Vec<Vec<Option<String>>> = vec![Vec::new(); names.len()];
    let mut rows = 0;
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        if record.len() != names.len() {
            return Err(ReadError::RaggedRow {
                path: owned_path(),
                line: first_line_of(&record, text),
                expected: names.len(),
                found: record.len(),
                delimiter: char::from(delimiter),
            });
        }
        for (column, field) in cells.iter_mut().zip(&record) {
            column.push((!MISSING.contains(&field)).then(|| field.to_owned()));
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(ReadError::NoDataRows { path: owned_path() });
    }
    let columns = names
        .iter()
        .zip(cells)
        .map(|(name, cells)| Column {
            name: name.to_owned(),
            data: ColumnData::from_cells(cells),
        })
        .collect();
    Ok(Table::new(columns, rows))
}

/// The delimiter that splits the most of the first lines into as many fields as
/// the first; among equals, the one that makes the most fields. A file with one
/// column contains none of them and is read with a comma.
fn sniff_delimiter(text: &str) -> u8 {
    let lines = || {
        text.lines()
            .filter(|line| !line.trim().is_empty())
            .take(SNIFFED_LINES)
    };
    let score = |delimiter: u8| {
        let mut counts = lines().map(|line| unquoted_count(line, delimiter));
        let in_header = counts.next().unwrap_or(0);
        let agreeing = counts.filter(|count| *count == in_header).count();
        (in_header > 0).then_some((agreeing, in_header))
    };
    let mut best = (DELIMITERS[0], None);
    for delimiter in DELIMITERS {
        let scored = score(delimiter);
        if scored > best.1 {
            best = (delimiter, scored);
        }
    }
    best.0
}

fn unquoted_count(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        count += usize::from(byte == delimiter && !quoted);
    }
    count
}

fn first_repeated(names: &StringRecord) -> Option<String> {
    let mut seen = HashSet::new();
    names
        .iter()
        .find(|name| !seen.insert(*name))
        .map(str::to_owned)
}

/// The line on which a record starts. The reader's own position lies before any
/// blank lines that it skipped on the way to the record.
fn first_line_of(record: &StringRecord, text: &str) -> u64 {
    let Some(position) = record.position() else {
        return 1;
    };
    let rest = text
        .as_bytes()
        .get(position.byte() as usize..)
        .unwrap_or_default();
    let skipped = rest
        .iter()
        .take_while(|byte| matches!(byte, b'\n' | b'\r'))
        .count();
    position.line() + newlines(&rest[..skipped])
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Result<Table, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        fs::write(&path, content).unwrap();
        read_csv(&path)
    }

    fn numbers(table: &Table, name: &str) -> Vec<f64> {
        match &table.column(name).unwrap().data {
            ColumnData::Number(values) => values.clone(),
            other => panic!("{name} is {other:?}"),
        }
    }

    fn text(values: &[Option<&str>]) -> ColumnData {
        ColumnData::Text(
            values
                .iter()
                .map(|value| value.map(str::to_owned))
                .collect(),
        )
    }

    #[test]
    fn typed_columns_with_missing_values() {
        let table = read(b"x,name,ok\n1,a,true\n?,N/A,False\n2.5,\"b, c\",\n").unwrap();
        assert_eq!(table.names().collect::<Vec<_>>(), ["x", "name", "ok"]);
        assert_eq!(table.rows(), 3);
        let x = numbers(&table, "x");
        assert!(x[0] == 1.0 && x[1].is_nan() && x[2] == 2.5);
        let name = &table.column("name").unwrap().data;
        assert_eq!(*name, text(&[Some("a"), None, Some("b, c")]));
        let ok = &table.column("ok").unwrap().data;
        assert_eq!(
            *ok,
            ColumnData::Boolean(vec![Some(true), Some(false), None])
        );
        assert!(table.column("X").is_none());
    }

    #[test]
    fn every_missing_token_is_missing() {
        for token in MISSING {
            let table = read(format!("x,y\n{token},1\n").as_bytes()).unwrap();
            assert!(numbers(&table, "x")[0].is_nan(), "{token:?}");
        }
    }

    #[test]
    fn the_delimiter_is_told_from_the_first_lines() {
        for delimiter in [",", ";", "\t", "|"] {
            let content = ["x", "y,z", "1", "2"];
            let [x, y, one, two] = content;
            let text = format!("{x}{delimiter}\"{y}\"\n{one}{delimiter}{two}\n");
            let table = read(text.as_bytes()).unwrap();
            assert_eq!(
                table.names().collect::<Vec<_>>(),
                ["x", "y,z"],
                "{delimiter:?}"
            );
        }
        // A comma inside the fields does not hide the semicolon between them.
        let table = read(b"a;b\n1,5;2,5\n3,5;4,5\n").unwrap();
        assert_eq!(
            table.column("a").unwrap().data,
            text(&[Some("1,5"), Some("3,5")])
        );
    }

    #[test]
    fn byte_order_mark_carriage_returns_blanks_and_spaces() {
        let table = read(b"\xef\xbb\xbfx, y\r\n\r\n 1 , 2\r\n").unwrap();
        assert_eq!(numbers(&table, "x"), [1.0]);
        assert_eq!(numbers(&table, "y"), [2.0]);
    }

    #[test]
    fn one_column_and_no_final_newline() {
        assert_eq!(numbers(&read(b"x\n1\n2").unwrap(), "x"), [1.0, 2.0]);
    }

    #[test]
    fn ragged_rows_name_their_line() {
        // Line 1 header, 2 and 3 one quoted record, 4 blank, 5 ragged.
        let error = read(b"x,y\n\"1\n\",2\n\n3\n").unwrap_err();
        let ReadError::RaggedRow {
            line,
            expected,
            found,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((line, expected, found), (5, 2, 1));
        let message = read(b"x,y\n1,2,3\n").unwrap_err().to_string();
        assert!(
            message.contains("line 2 has 3 fields where the header has 2"),
            "{message}"
        );
    }

    #[test]
    fn other_errors() {
        assert!(matches!(read(b""), Err(ReadError::Empty { .. })));
        assert!(matches!(
            read(b"\xef\xbb\xbf \n\n"),
            Err(ReadError::Empty { .. })
        ));
        assert!(matches!(
            read(b"x,y\n\n"),
            Err(ReadError::NoDataRows { .. })
        ));
        assert!(matches!(
            read(b"x,y,x\n1,2,3\n"),
            Err(ReadError::DuplicateColumn { name, .. }) if name == "x"
        ));
        assert!(matches!(
            read(b"x\n1\n\xff\n"),
            Err(ReadError::InvalidUtf8 { line: 3, .. })
        ));
        let error = read_csv(Path::new("/no/such.csv")).unwrap_err();
        assert_eq!(error.to_string(), "/no/such.csv: file not found");
        assert!(matches!(
            read_csv(Path::new("/")),
            Err(ReadError::Io { .. })
        ));
    }
}
