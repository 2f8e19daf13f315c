//! Outcomes as pages for people: an index, and a page for each study.

mod index;
mod page;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::StudyError;
use crate::outcome::Outcome;
use crate::study::Study;

pub use index::coverage;
pub use page::page;

/// Writes `index.html` and `<study>.html` for every study into a folder, which is made if it is
/// missing; gives the path of the index. A study without an outcome has a page that says so.
///
/// # Errors
///
/// A file cannot be written (the message names it), and a figure that reads a number that was not
/// measured.
pub fn write(
    studies: &[(&'static Study, Option<Outcome>)],
    folder: &Path,
) -> Result<PathBuf, StudyError> {
    fs::create_dir_all(folder).map_err(|error| StudyError::file(folder, &error))?;
    for (study, outcome) in studies {
        let path = folder.join(format!("{}.html", study.name()));
        page(study, outcome.as_ref())?.write(&path)?;
    }
    let index = folder.join("index.html");
    index::page(studies).write(&index)?;
    Ok(index)
}
