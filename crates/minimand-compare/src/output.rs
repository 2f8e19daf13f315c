//! Results as files, each of which appears only once it is complete.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use minimand_report::atomic::write_atomically;

use crate::error::CompareError;
use crate::outcome::Outcome;

/// The files that [`Outcome::write`] leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The page for people.
    pub report: PathBuf,
    /// The whole outcome as JSON.
    pub json: PathBuf,
}

impl Outcome {
    /// Writes `report.html` and `run.json` into `folder`, which is made if it is
    /// missing. Files of an earlier run are replaced.
    ///
    /// # Errors
    ///
    /// [`CompareError::Output`], naming the file or folder.
    pub fn write(&self, folder: &Path) -> Result<Written, CompareError> {
        prepare(folder)?;
        let written = Written {
            report: folder.join("report.html"),
            json: folder.join("run.json"),
        };
        // Both name the file in their errors.
        write_atomically(&written.json, |out| out.write_all(self.json().as_bytes()))
            .and_then(|()| self.report().write(&written.report))
            .map_err(CompareError::Output)?;
        Ok(written)
    }

    /// The whole outcome as JSON, indented, ending with a line break.
    pub fn json(&self) -> String {
        // Serialising plain data with string keys cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Makes `folder` and tries whether a file can be written there, so that a run of
/// minutes does not end with nowhere to put its result.
///
/// # Errors
///
/// [`CompareError::Output`], naming the folder.
pub fn prepare(folder: &Path) -> Result<(), CompareError> {
    let probe = folder.join(format!(".minimand.{}.tmp", std::process::id()));
    fs::create_dir_all(folder)
        .and_then(|()| File::create(&probe))
        .and_then(|_| fs::remove_file(&probe))
        .map_err(|error| {
            let named = format!("{}: {error}", folder.display());
            CompareError::Output(io::Error::new(error.kind(), named))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_and_left_empty() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        prepare(&deep).unwrap();
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
    }

    #[test]
    fn unusable_folders_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        let error = prepare(&file).unwrap_err();
        assert!(!error.is_bad_input());
        assert!(
            error
                .to_string()
                .starts_with(&format!("cannot write {}: ", file.display()))
        );
    }
}
