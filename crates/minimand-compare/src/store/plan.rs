//! What a run folder is for.

use std::fs;
use std::io;
use std::path::Path;
use std::str::FromStr;

use minimand_report::atomic::write_atomically;
use serde::{Deserialize, Serialize};

use super::{PLAN, output};
use crate::error::CompareError;
use crate::request::Request;

/// What is compared: equal plans have equal jobs with equal results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of minimand; another one may compute other numbers.
    pub version: String,
    /// What was asked for.
    pub request: Request,
    /// The fingerprint of the data.
    pub data: String,
    /// The number of jobs: every candidate with every model on every fold.
    pub jobs: usize,
}

impl Plan {
    /// The plan in a run folder, if there is one.
    ///
    /// # Errors
    ///
    /// [`CompareError::Damaged`] if it cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, CompareError> {
        let path = folder.join(PLAN);
        let damaged = |reason: String| CompareError::Damaged {
            path: path.display().to_string(),
            reason,
        };
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| damaged(error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(damaged(error.to_string())),
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), CompareError> {
        write_atomically(path, |out| Ok(serde_json::to_writer_pretty(out, self)?))
            .map_err(CompareError::Output)?;
        // The name must outlive a crash as well as the content.
        let Some(folder) = path.parent() else {
            return Ok(());
        };
        fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| output(folder, &error))
    }

    /// What is not the same in `other`, in words; `None` if they are equal.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.version != other.version {
            return Some(format!("it was made by minimand {}", self.version));
        }
        if self.request != other.request {
            return Some(format!("its command was `{}`", self.request.command()));
        }
        (self != other).then(|| "its data was another".to_owned())
    }

    /// Eight hexadecimal digits that tell plans apart.
    pub fn short_hash(&self) -> String {
        // Serialising plain data with string keys cannot fail.
        let text = serde_json::to_string(self).unwrap_or_default();
        format!("{:08x}", crate::data::fingerprint(text.as_bytes()) as u32)
    }
}

/// A part of the jobs: those whose number leaves `index` − 1 when divided by `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1 to `of`.
    pub index: usize,
    /// The number of parts.
    pub of: usize,
}

impl Shard {
    /// Whether a job belongs to it.
    pub(crate) fn holds(self, job: usize) -> bool {
        job % self.of + 1 == self.index
    }
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `2/8`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shard = text.split_once('/').and_then(|(index, of)| {
            Some(Self {
                index: index.trim().parse().ok()?,
                of: of.trim().parse().ok()?,
            })
        });
        match shard {
            Some(shard) if (1..=shard.of).contains(&shard.index) => Ok(shard),
            _ => Err("expected a part and the number of parts, such as 2/8".to_owned()),
        }
    }
}
