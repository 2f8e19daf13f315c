//! The cases of a command: pairs of files, and work on all of them.

use std::path::{Path, PathBuf};

use minimand_images::{Pair, pairs, split_name};
use rayon::prelude::*;

use super::problem::{CaseError, CaseProblem};
use super::progress::Progress;
use crate::error::CliError;
use crate::output;

/// A prediction with its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    /// The name of the file (the same for both if there are several cases) without its extension.
    pub(super) name: String,
    pub(super) predictions: PathBuf,
    pub(super) targets: Option<PathBuf>,
}

impl Case {
    /// A case of two files.
    pub(super) fn of_files(predictions: &Path, targets: Option<&Path>) -> Self {
        let name = match split_name(predictions) {
            Some((name, _)) => name.to_owned(),
            None => predictions.display().to_string(),
        };
        Self {
            name,
            predictions: predictions.to_owned(),
            targets: targets.map(Path::to_owned),
        }
    }

    /// One case if these are files; those of equal names if they are folders.
    pub(super) fn list(predictions: &Path, targets: Option<&Path>) -> Result<Vec<Self>, CliError> {
        let Some(targets) = targets else {
            if !predictions.is_dir() {
                return Ok(vec![Self::of_files(predictions, None)]);
            }
            // Every file of a folder has its partner in that folder.
            let alone = pairs(predictions, predictions)?;
            let case = |pair: Pair| Self {
                targets: None,
                ..Self::of_pair(pair)
            };
            return Ok(alone.into_iter().map(case).collect());
        };
        match (predictions.is_dir(), targets.is_dir()) {
            (false, false) => Ok(vec![Self::of_files(predictions, Some(targets))]),
            (true, true) => {
                let pairs = pairs(predictions, targets)?;
                Ok(pairs.into_iter().map(Self::of_pair).collect())
            }
            (is_folder, _) => {
                let [folder, file] = match is_folder {
                    true => [predictions, targets],
                    false => [targets, predictions],
                };
                Err(CliError::FolderAndFile {
                    folder: folder.to_owned(),
                    file: file.to_owned(),
                })
            }
        }
    }

    fn of_pair(pair: Pair) -> Self {
        Self {
            name: pair.name,
            predictions: pair.first,
            targets: Some(pair.second),
        }
    }

    /// What is wrong, with the names of the files.
    pub(super) fn refuse(&self, problem: impl Into<CaseProblem>) -> CaseError {
        CaseError {
            predictions: self.predictions.clone(),
            targets: self.targets.clone(),
            problem: Box::new(problem.into()),
        }
    }
}

/// What became of all cases.
#[derive(Debug)]
pub(super) struct Outcomes<R> {
    /// Cases that were judged, in their order.
    pub(super) judged: Vec<(Case, R)>,
    /// Cases that could not be, with the reasons.
    pub(super) failed: Vec<(Case, CaseError)>,
}

impl<R: Send> Outcomes<R> {
    /// Judges every case. The first that cannot be judged ends it, unless `keep_going`.
    ///
    /// As many cases are in memory as there are threads: a thread that waits for a part of its case would
    /// otherwise begin with another one.
    pub(super) fn of(
        cases: Vec<Case>,
        keep_going: bool,
        judge: impl Fn(&Case) -> Result<R, CaseError> + Sync,
    ) -> Result<Self, CliError> {
        let progress = Progress::of(cases.len());
        let mut outcomes = Self {
            judged: Vec::with_capacity(cases.len()),
            failed: Vec::new(),
        };
        let mut cases = cases.into_iter();
        loop {
            let some: Vec<Case> = cases.by_ref().take(rayon::current_num_threads()).collect();
            if some.is_empty() {
                return Ok(outcomes);
            }
            let results: Vec<_> = some
                .into_par_iter()
                .map(|case| {
                    let result = judge(&case);
                    progress.advance();
                    (case, result)
                })
                .collect();
            for (case, result) in results {
                match result {
                    Ok(result) => outcomes.judged.push((case, result)),
                    Err(error) if keep_going => outcomes.failed.push((case, error)),
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}

impl<R> Outcomes<R> {
    /// Tells the reasons of the cases that failed; an error if there are some.
    pub(super) fn report_failures(&self) -> Result<(), CliError> {
        for (_, error) in &self.failed {
            output::note(&format!("failed: {error}").replace(['\n', '\r'], " "));
        }
        match self.failed.len() {
            0 => Ok(()),
            failed => Err(CliError::Cases {
                failed,
                all: failed + self.judged.len(),
            }),
        }
    }
}
