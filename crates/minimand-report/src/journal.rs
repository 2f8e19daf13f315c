//! A file of JSON lines that only grows, for work that must survive being killed.
//!
//! A process may be killed at any moment: at worst the line it was writing is torn, and is cut off
//! when the file is opened again.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The open file.
#[derive(Debug)]
pub struct Journal(File);

impl Journal {
    /// Opens the file at `path`, made if missing, with the records in it. A last line that is torn
    /// is cut off.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports, and [`io::ErrorKind::InvalidData`] for a line that is no
    /// record; the latter says which line, and neither names the file.
    pub fn open<R: DeserializeOwned>(path: &Path) -> io::Result<(Self, Vec<R>)> {
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
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
                    let reason = format!("line {}: {error}", index + 1);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
                }
            }
        }
        file.set_len(whole as u64)?;
        file.seek(io::SeekFrom::End(0))?;
        Ok((Self(file), records))
    }

    /// Appends a record and waits until it is on disk. If that fails, nothing of it stays.
    ///
    /// # Errors
    ///
    /// Whatever the file system reports.
    pub fn append(&mut self, record: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        let start = self.0.stream_position()?;
        let written = self.0.write_all(&line).and_then(|()| self.0.sync_data());
        if written.is_err() {
            // What is torn would be cut off by the next run as well.
            let _ = self.0.set_len(start);
            let _ = self.0.seek(io::SeekFrom::Start(start));
        }
        written
    }
}
