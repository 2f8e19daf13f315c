//! Delimited text with a header, in the dialects that people actually have.

mod builder;
mod dialect;
mod number;
mod text;
mod write;

use std::io::{self, Read};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use self::builder::{ColumnBuilder, is_missing};
use self::number::Mark;
use self::text::{END_FIELD, Failure, LONGEST_ROW, Text};
use super::{Column, ReadError, Table, names};

pub use self::write::{write_csv, write_csv_to};

/// Bytes handed to the CSV parser at once.
const BUFFER: usize = 1 << 16;

/// Where the text comes from.
pub(super) struct Source<'a, R> {
    /// The path, for messages.
    pub(super) path: &'a Path,
    /// The bytes of the file.
    pub(super) bytes: R,
    /// The compression that `bytes` undo, if any.
    pub(super) compression: Option<&'static str>,
    /// The delimiter that the extension promises.
    pub(super) delimiter: Option<u8>,
}

/// Reads one table in one pass.
pub(super) fn read<R: Read>(source: Source<'_, R>) -> Result<Table, ReadError> {
    let Source {
        path,
        bytes,
        compression,
        delimiter,
    } = source;
    let text = Text::new(bytes).map_err(|failure| read_error(path, compression, failure, 1))?;
    let (block, whole) = text.first_block();
    if whole && block.trim_ascii().is_empty() {
        return Err(ReadError::Empty {
            path: path.to_path_buf(),
        });
    }
    let delimiter = dialect::delimiter(block, whole, delimiter);
    let mut rows = Rows {
        path,
        compression,
        delimiter,
        reader: ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            // Ragged rows are found here, where the line can be told exactly.
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(text),
        record: StringRecord::new(),
    };
    let names = rows.header()?;
    let commas = delimiter == b';';
    let mut columns: Vec<_> = names.iter().map(|_| ColumnBuilder::new()).collect();
    let mut count = 0_u32;
    while rows.next()? {
        rows.check_width(columns.len())?;
        for (column, cell) in columns.iter_mut().zip(&rows.record) {
            column.push(trimmed(cell), commas);
        }
        count = count.checked_add(1).ok_or_else(|| ReadError::TooManyRows {
            path: path.to_path_buf(),
        })?;
    }
    if count == 0 {
        return Err(ReadError::NoDataRows {
            path: path.to_path_buf(),
        });
    }
    drop(rows);
    only_one_decimal_mark(&mut columns);
    let columns = names
        .into_iter()
        .zip(columns)
        .map(|(name, column)| Column {
            name,
            data: column.finish(),
        })
        .collect();
    Ok(Table::of_checked(columns, count as usize))
}

/// If some numbers of the file have a decimal point, a comma is none: `1,234` may be a
/// thousand, so that columns with it are text.
fn only_one_decimal_mark(columns: &mut [ColumnBuilder]) {
    let has = |mark| move |column: &ColumnBuilder| column.mark() == Some(mark);
    if columns.iter().any(has(Mark::Point)) {
        columns
            .iter_mut()
            .filter(|column| has(Mark::Comma)(column))
            .for_each(ColumnBuilder::make_text);
    }
}

/// Without the spaces and tabs around it; most cells have none.
#[inline]
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [first, .., last] if *first > b' ' && *last > b' ' => cell,
        _ => cell.trim_ascii(),
    }
}

/// The rows of a text, one at a time.
struct Rows<'a, R> {
    path: &'a Path,
    compression: Option<&'static str>,
    delimiter: u8,
    reader: csv::Reader<Text<R>>,
    record: StringRecord,
}

impl<R: Read> Rows<'_, R> {
    fn header(&mut self) -> Result<Vec<String>, ReadError> {
        if !self.next()? {
            return Err(ReadError::Empty {
                path: self.path.to_path_buf(),
            });
        }
        let names = || self.record.iter().map(trimmed);
        let mut all_numbers = names().filter(|name| !is_missing(name)).peekable();
        if let Some(first) = all_numbers.peek().copied()
            && all_numbers.all(|name| name.parse::<f64>().is_ok())
        {
            return Err(ReadError::NumbersAsHeader {
                path: self.path.to_path_buf(),
                first: first.to_owned(),
            });
        }
        names::distinct(self.path, names())
    }

    /// Reads the next row into `record`; `false` if there is none.
    fn next(&mut self) -> Result<bool, ReadError> {
        let line = self.next_line();
        match self.reader.read_record(&mut self.record) {
            Ok(_) => {
                let position = self.reader.position().byte();
                let text = self.reader.get_mut();
                text.row_read();
                if !text.is_end(position) {
                    return Ok(true);
                }
                // The last record is the end mark, unless a quote swallowed it.
                if self.record.len() == 1 && self.record.get(0) == Some(END_FIELD) {
                    return Ok(false);
                }
                Err(ReadError::UnterminatedQuote {
                    path: self.path.to_path_buf(),
                    line: self.lines().0,
                })
            }
            Err(error) => {
                let failure = self.reader.get_mut().take_failure();
                let failure = failure.unwrap_or_else(|| Failure::Io(error.into()));
                Err(read_error(self.path, self.compression, failure, line))
            }
        }
    }

    fn check_width(&self, expected: usize) -> Result<(), ReadError> {
        if self.record.len() == expected {
            return Ok(());
        }
        let (line, last_line) = self.lines();
        Err(ReadError::RaggedRow {
            path: self.path.to_path_buf(),
            line,
            last_line,
            expected,
            found: self.record.len(),
            delimiter: char::from(self.delimiter),
        })
    }

    /// The line after the row just read.
    fn next_line(&self) -> u64 {
        let end = self.reader.position();
        // The parser ends a row at the first byte of a line break.
        let within_break = self.reader.get_ref().byte_before(end.byte()) == Some(b'\r');
        end.line() + u64::from(within_break)
    }

    /// The first and the last line of the row just read. The reader's own position of a
    /// record lies before any blank lines that it skipped on the way to it.
    fn lines(&self) -> (u64, u64) {
        let end = self.reader.position();
        let text = self.reader.get_ref();
        let after_line_feed = text.byte_before(end.byte()) == Some(b'\n');
        let last = end.line() - u64::from(after_line_feed);
        let inner: usize = self
            .record
            .iter()
            .map(|field| field.bytes().filter(|byte| *byte == b'\n').count())
            .sum();
        (last.saturating_sub(inner as u64), last)
    }
}

fn read_error(
    path: &Path,
    compression: Option<&'static str>,
    failure: Failure,
    line: u64,
) -> ReadError {
    let path = path.to_path_buf();
    match (failure, compression) {
        (Failure::Invalid { line, encoding }, _) => ReadError::InvalidText {
            path,
            line,
            encoding,
        },
        (Failure::RowTooLong, _) => ReadError::RowTooLong {
            path,
            line,
            limit: LONGEST_ROW,
        },
        (Failure::Io(error), Some(format)) if is_damage(&error) => ReadError::Damaged {
            path,
            format,
            reason: error.to_string(),
        },
        (Failure::Io(error), _) => ReadError::from_io(&path, error),
    }
}

/// Whether a decompressor says that its input is wrong.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    )
}

#[cfg(test)]
mod tests;
