//! Which kind of file it is, told by its content.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::csv::{self, Source};
use super::{ReadError, Table, WriteError, arrow, write_arrow, write_csv, write_parquet};

/// Bytes looked at to tell the format.
const HEAD: u64 = 4096;

/// Reads a table. The content says what kind of file it is, whatever its name:
///
/// - **Delimited text**, plain or compressed with gzip. The first line names the
///   columns; an empty name becomes `column_` and its position. The delimiter (`,` `;`
///   tab or `|`) is told from the first rows; `.tsv` and `.tab` prefer the tab. Fields may
///   be quoted with `"`, doubled inside; white space around fields and blank lines do not
///   count. UTF-8, UTF-16 with a byte order mark, or else Windows-1252. Empty fields,
///   `NA`, `N/A`, `n/a`, `#N/A`, `<NA>`, `NaN`, `nan`, `NULL`, `null`, `None` and `?` are
///   missing values, and so are `-` and `.` in columns of numbers and dates. A column is
///   numbers, or ISO dates and times (`2024-05-17`, `2024-05-17 10:30:00.5+02:00`), or
///   `true` and `false` (also `True`, `TRUE`, …), or else categories. Numbers have a decimal
///   point; between semicolons they may have a comma, if no number of the file has a
///   point. Thousands separators make text.
/// - **Parquet**, compressed with Snappy, Zstandard, LZ4 or gzip, and **Arrow IPC** files
///   (Feather version 2) and streams. Integers, floats, decimals, booleans, text, dates and
///   timestamps, also as dictionaries. NaN and null are missing values.
///
/// Numbers are `f64`: integers beyond 2⁵³ lose their last digits. The file is read once and
/// may be a pipe (Parquet and Arrow files may not); memory is needed for the table and,
/// while text is read, 1 to 9 bytes for each number with up to 19 digits.
///
/// # Errors
///
/// The file cannot be read, is of another kind, damaged, without rows, or has columns of
/// another type; two columns have one name; a row of text has another number of fields
/// than the header or is longer than 256 MiB; a quote is open at the end; there are more than
/// 2³² − 1 rows.
pub fn read(path: &Path) -> Result<Table, ReadError> {
    let io = |error| ReadError::from_io(path, error);
    let mut file = File::open(path).map_err(io)?;
    // Some systems open folders.
    if file.metadata().map_err(io)?.is_dir() {
        return Err(ReadError::IsFolder {
            path: path.to_path_buf(),
        });
    }
    let head = head_of(&mut file).map_err(io)?;
    let head = head.as_slice();
    match Format::of(head) {
        Format::Text => read_text(path, head.chain(file), None),
        Format::Gzip => {
            let bytes = BufReader::new(head.chain(file));
            read_gzip(path, MultiGzDecoder::new(bytes))
        }
        Format::Parquet => arrow::read_parquet(path, rewound(path, file)?),
        Format::ArrowFile => arrow::read_file(path, rewound(path, file)?),
        Format::ArrowStream => arrow::read_stream(path, head.chain(file)),
        Format::Unsupported { found, advice } => Err(unsupported(path, found, advice)),
    }
}

/// Writes a table as the extension of `path` says: `.csv`, `.parquet` or `.arrow`, by
/// [`write_csv`], [`write_parquet`] or [`write_arrow`].
///
/// # Errors
///
/// The extension is none of these, a date is beyond the years −9999 to 9999, or the file
/// cannot be written.
pub fn write(path: &Path, table: &Table) -> Result<(), WriteError> {
    match extension(path).as_str() {
        "csv" => write_csv(path, table),
        "parquet" => write_parquet(path, table),
        "arrow" => write_arrow(path, table),
        _ => Err(WriteError::UnknownExtension {
            path: path.to_path_buf(),
        }),
    }
}

fn read_text<R: Read>(
    path: &Path,
    bytes: R,
    compression: Option<&'static str>,
) -> Result<Table, ReadError> {
    // `prices.tsv.gz` is named for what is inside.
    let name = match compression {
        None => path,
        Some(_) => Path::new(path.file_stem().unwrap_or_default()),
    };
    let delimiter = matches!(extension(name).as_str(), "tsv" | "tab").then_some(b'\t');
    csv::read(Source {
        path,
        bytes,
        compression,
        delimiter,
    })
}

fn read_gzip<R: Read>(path: &Path, mut bytes: R) -> Result<Table, ReadError> {
    const GZIP: &str = "gzip";
    let head = head_of(&mut bytes).map_err(|error| {
        if csv::is_damage(&error) {
            ReadError::Damaged {
                path: path.to_path_buf(),
                format: GZIP,
                reason: error.to_string(),
            }
        } else {
            ReadError::from_io(path, error)
        }
    })?;
    match Format::of(&head) {
        Format::Text => read_text(path, head.as_slice().chain(bytes), Some(GZIP)),
        _ => Err(unsupported(
            path,
            "a gzip-compressed file that is not text",
            "decompress it first",
        )),
    }
}

fn head_of(bytes: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// The file at its beginning again.
fn rewound(path: &Path, mut file: File) -> Result<File, ReadError> {
    match file.rewind() {
        Ok(()) => Ok(file),
        Err(_) => Err(unsupported(
            path,
            "a Parquet or Arrow file in a pipe",
            "save it first, for it is not read from front to back",
        )),
    }
}

fn unsupported(path: &Path, found: &'static str, advice: &'static str) -> ReadError {
    ReadError::UnsupportedFormat {
        path: path.to_path_buf(),
        found,
        advice,
    }
}

/// In lower case, without the point; empty if there is none.
fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_ascii_lowercase()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Gzip,
    Parquet,
    ArrowFile,
    ArrowStream,
    Unsupported {
        found: &'static str,
        advice: &'static str,
    },
}

/// First bytes of the formats that are read, besides text.
const READ: [(&[u8], Format); 4] = [
    (b"\x1f\x8b", Format::Gzip),
    (b"PAR1", Format::Parquet),
    (b"ARROW1\0\0", Format::ArrowFile),
    (b"\xff\xff\xff\xff", Format::ArrowStream),
];

/// First bytes of other formats that hold tables or archives, what they are, and what to do.
#[rustfmt::skip]
const NOT_READ: [(&[u8], &str, &str); 14] = [
    (b"\x93NUMPY", "a NumPy array, which has no column names", "save a table as CSV or Parquet"),
    (b"PK\x03\x04", "a ZIP archive, such as an .xlsx workbook or an .npz archive",
        "save the sheet as CSV, or one array as .npy, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "an .xls workbook or another Office file", "save the sheet as CSV"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "decompress it, or use gzip or Parquet"),
    (b"BZh", "compressed with bzip2", "decompress it, or use gzip or Parquet"),
    (b"\xfd7zXZ\0", "compressed with xz", "decompress it, or use gzip or Parquet"),
    (b"\x89HDF", "an HDF5 file", "save the table as CSV or Parquet"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"PARE", "an encrypted Parquet file", "save it without encryption"),
    (b"FEA1", "a Feather file of version 1", "write it again as version 2 or Parquet"),
    (b"ORC", "an ORC file", "write the table as Parquet"),
    (b"Obj\x01", "an Avro file", "write the table as Parquet"),
    (b"%PDF", "a PDF document", "save the table as CSV"),
    (b"<!DOCTYPE", "an HTML page", "download the table itself"),
];

impl Format {
    fn of(head: &[u8]) -> Self {
        if let Some((_, format)) = READ.iter().find(|(magic, _)| head.starts_with(magic)) {
            return *format;
        }
        let unsupported = NOT_READ.iter().find(|(magic, ..)| head.starts_with(magic));
        if let Some((_, found, advice)) = unsupported {
            return Self::Unsupported { found, advice };
        }
        let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
        if head.contains(&0) && !utf16 {
            return Self::Unsupported {
                found: "neither text nor a known format of tables",
                advice: "save the table as CSV in UTF-8, as Parquet or as Arrow",
            };
        }
        Self::Text
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
