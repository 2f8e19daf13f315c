//! The finished jobs of a comparison, kept so that nothing is done twice.
//!
//! A run folder holds `plan.json` (what is compared), `jobs.jsonl` (a line for every
//! finished job, appended and flushed to disk one by one) and `run.lock` (held by the
//! process that works there). A process may be killed at any moment: at worst the line
//! it was writing is torn, and is dropped when the run goes on.

mod plan;

#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use minimand_report::journal::Journal;
use serde::{Deserialize, Serialize};

pub use self::plan::{Plan, Shard};
use crate::diagnostics::Diagnostics;
use crate::error::CompareError;
use crate::outcome::FoldOutcome;

const PLAN: &str = "plan.json";
const JOBS: &str = "jobs.jsonl";
const LOCK: &str = "run.lock";

/// What a job left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The job's place in the plan.
    pub(crate) job: usize,
    pub(crate) outcome: FoldOutcome,
    pub(crate) diagnostics: Diagnostics,
}

/// The finished jobs of one comparison: in memory, or in a run folder as well.
#[derive(Debug)]
pub struct Store {
    records: Mutex<Vec<Option<Record>>>,
    file: Option<JobsFile>,
}

/// The open file of a run folder. Closing it gives the folder free.
#[derive(Debug)]
struct JobsFile {
    path: PathBuf,
    jobs: Mutex<Journal>,
    _lock: File,
}

impl Store {
    /// No finished jobs, and no folder.
    pub fn in_memory(plan: &Plan) -> Self {
        Self {
            records: Mutex::new(vec![None; plan.jobs]),
            file: None,
        }
    }

    /// The run folder for `plan`, with the jobs that are finished there. It is made if it
    /// is missing; with `fresh`, what an earlier run left is dropped.
    ///
    /// # Errors
    ///
    /// [`CompareError::Busy`] if another process works there,
    /// [`CompareError::OtherRun`] if the folder holds another comparison,
    /// [`CompareError::Damaged`] if its files cannot be understood, and
    /// [`CompareError::Output`] if it cannot be written.
    pub fn open(folder: &Path, plan: &Plan, fresh: bool) -> Result<Self, CompareError> {
        fs::create_dir_all(folder).map_err(|error| output(folder, &error))?;
        let lock = lock(folder)?;
        let (plan_path, jobs_path) = (folder.join(PLAN), folder.join(JOBS));
        if fresh {
            for path in [&plan_path, &jobs_path] {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(output(path, &error));
                    }
                    _ => {}
                }
            }
        }
        match Plan::read(folder)? {
            None => plan.write(&plan_path)?,
            Some(found) => {
                if let Some(difference) = found.difference(plan) {
                    return Err(CompareError::OtherRun {
                        folder: folder.display().to_string(),
                        difference,
                    });
                }
            }
        }
        let opened = Journal::open::<Record>(&jobs_path);
        let (jobs, finished) = opened.map_err(|error| unreadable(&jobs_path, &error))?;
        let mut records = vec![None; plan.jobs];
        for record in finished {
            let place = records
                .get_mut(record.job)
                .ok_or_else(|| CompareError::Damaged {
                    path: jobs_path.display().to_string(),
                    reason: format!("job {} is not one of {}", record.job, plan.jobs),
                })?;
            *place = Some(record);
        }
        Ok(Self {
            records: Mutex::new(records),
            file: Some(JobsFile {
                path: jobs_path,
                jobs: Mutex::new(jobs),
                _lock: lock,
            }),
        })
    }

    /// The jobs that were finished in `folders`, all of which must hold `plan`.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open), and if a folder holds no run.
    pub fn merged(folders: &[PathBuf], plan: &Plan) -> Result<Self, CompareError> {
        let mut records = vec![None; plan.jobs];
        for folder in folders {
            // Makes nothing: a folder without a plan is no run.
            if Plan::read(folder)?.is_none() {
                return Err(CompareError::NoRun {
                    folder: folder.display().to_string(),
                });
            }
            let store = Self::open(folder, plan, false)?;
            let found = store
                .records
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner);
            for (place, found) in records.iter_mut().zip(found) {
                *place = place.take().or(found);
            }
        }
        Ok(Self {
            records: Mutex::new(records),
            file: None,
        })
    }

    /// Keeps what a job left, on disk before anything else happens.
    ///
    /// # Errors
    ///
    /// [`CompareError::Output`] if it cannot be written.
    pub(crate) fn put(&self, record: Record) -> Result<(), CompareError> {
        if let Some(file) = &self.file {
            let mut jobs = file.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            jobs.append(&record)
                .map_err(|error| output(&file.path, &error))?;
        }
        let job = record.job;
        self.records()[job] = Some(record);
        Ok(())
    }

    pub(crate) fn records(&self) -> MutexGuard<'_, Vec<Option<Record>>> {
        // A record is stored whole or not at all, whatever another thread did.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many jobs are finished.
    pub fn finished(&self) -> usize {
        self.records().iter().flatten().count()
    }
}

/// Takes the lock of a run folder.
fn lock(folder: &Path) -> Result<File, CompareError> {
    let path = folder.join(LOCK);
    let open = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = open.map_err(|error| output(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CompareError::Busy {
            folder: folder.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(output(&path, &error)),
    }
}

/// Why the finished jobs cannot be had.
fn unreadable(path: &Path, error: &io::Error) -> CompareError {
    match error.kind() {
        io::ErrorKind::InvalidData => CompareError::Damaged {
            path: path.display().to_string(),
            reason: error.to_string(),
        },
        _ => output(path, error),
    }
}

/// A failure to write, naming the file or folder.
pub(crate) fn output(path: &Path, error: &io::Error) -> CompareError {
    let named = format!("{}: {error}", path.display());
    CompareError::Output(io::Error::new(error.kind(), named))
}
