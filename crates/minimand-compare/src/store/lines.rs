//! Records as lines of a file that only grows.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::{Record, output};
use crate::error::CompareError;

/// Opens the file at `path`, made if missing, with the records in it. A last line that
/// is torn is cut off.
pub(super) fn open(path: &Path) -> Result<(File, Vec<Record>), CompareError> {
    let failed = |error: io::Error| output(path, &error);
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let mut records = Vec::new();
    let mut whole = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let is_last = whole + line.len() == bytes.len();
        match serde_json::from_slice(line) {
            Ok(record) if line.ends_with(b"\n") => {
                records.push(record);
                whole += line.len();
            }
            // The process that wrote it was killed.
            _ if is_last => break,
            Ok(_) => break,
            Err(error) => {
                return Err(CompareError::Damaged {
                    path: path.display().to_string(),
                    reason: format!("line {}: {error}", index + 1),
                });
            }
        }
    }
    file.set_len(whole as u64).map_err(failed)?;
    file.seek(io::SeekFrom::End(0)).map_err(failed)?;
    Ok((file, records))
}

/// Appends a record and waits until it is on disk. If that fails, nothing of it stays.
pub(super) fn append(file: &mut File, record: &Record) -> io::Result<()> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    let start = file.stream_position()?;
    let written = file.write_all(&line).and_then(|()| file.sync_data());
    if written.is_err() {
        // What is torn would be cut off by the next run as well.
        let _ = file.set_len(start);
        let _ = file.seek(io::SeekFrom::Start(start));
    }
    written
}
