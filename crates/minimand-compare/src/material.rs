//! What is compared on: the rows of a table, or images with their masks.
//!
//! Everything that a comparison asks of its data goes through here; what jobs make of a fold is behind
//! [`Learner`](crate::job::Learner). Plan, store, statistics, verdict and report know neither.

use minimand_burn::train::TrainError;

use crate::candidates::Purpose;
use crate::data::Data;
use crate::diagnostics::Diagnostics;
use crate::error::CompareError;
use crate::folds::{Split, Units};
use crate::images::{Cases, ImageFold, Images};
use crate::job::Job;
use crate::outcome::{DataSummary, FoldOutcome};
use crate::prepared::Prepared;
use crate::request::{Request, Source, Task};
use crate::rows::Rows;

/// What is compared on.
#[derive(Debug)]
pub(crate) enum Material {
    Table(Data),
    Images(Images),
}

/// A fold made ready for all candidates.
pub(crate) enum Fold<'a> {
    Table(Rows<'a>),
    Images(Cases<'a>),
}

impl Fold<'_> {
    /// Does a job on this fold.
    ///
    /// # Errors
    ///
    /// Those of [`Job::run`].
    pub(crate) fn run(&self, job: &Job<'_>) -> Result<(FoldOutcome, Diagnostics), CompareError> {
        match self {
            Self::Table(rows) => job.run(rows),
            Self::Images(cases) => job.run(cases),
        }
    }
}

impl Material {
    /// Loads what a request names, which has passed [`Request::check`].
    ///
    /// # Errors
    ///
    /// It cannot be read, or not be compared on.
    pub(crate) fn load(request: &Request) -> Result<Self, CompareError> {
        match &request.source {
            Source::Images { images, masks } => {
                Ok(Self::Images(Images::load(images, masks, request)?))
            }
            _ => Ok(Self::Table(Data::load(request)?)),
        }
    }

    pub(crate) fn task(&self) -> Task {
        match self {
            Self::Table(data) => data.task(),
            Self::Images(_) => Task::Segmentation,
        }
    }

    /// What objectives will be trained on.
    pub(crate) fn purpose(&self) -> Purpose {
        match self {
            Self::Table(data) => Purpose::from(data),
            Self::Images(images) => images.purpose(),
        }
    }

    /// What is dealt to folds.
    pub(crate) fn units(&self) -> Units<'_> {
        match self {
            Self::Table(data) => Units::from(data),
            Self::Images(images) => images.units(),
        }
    }

    /// A fingerprint of all that was loaded.
    pub(crate) fn hash(&self) -> String {
        match self {
            Self::Table(data) => data.hash(),
            Self::Images(images) => images.hash(),
        }
    }

    pub(crate) fn summary(&self) -> DataSummary {
        match self {
            Self::Table(data) => DataSummary::new(data),
            Self::Images(images) => images.summary(),
        }
    }

    /// Refuses a split of which a part has nothing that counts.
    ///
    /// # Errors
    ///
    /// [`CompareError::EmptyPart`].
    pub(crate) fn check_split(&self, split: &Split) -> Result<(), CompareError> {
        let (name, weights) = match self {
            Self::Table(data) => (&data.name, data.weights.as_deref()),
            Self::Images(images) => (&images.name, None),
        };
        let counts = |rows: &[usize]| match weights {
            None => !rows.is_empty(),
            Some(weights) => rows.iter().any(|row| weights[*row] > 0.0),
        };
        let parts = [
            ("train", &split.train),
            ("validation", &split.validation),
            ("test", &split.test),
        ];
        match parts.into_iter().find(|(_, rows)| !counts(rows)) {
            None => Ok(()),
            Some((part, rows)) => Err(CompareError::EmptyPart {
                data: name.clone(),
                repeat: split.repeat + 1,
                fold: split.fold + 1,
                part,
                rows: rows.len(),
            }),
        }
    }

    /// Makes a fold ready.
    ///
    /// # Errors
    ///
    /// None that what was loaded can cause.
    pub(crate) fn prepare(&self, split: &Split, request: &Request) -> Result<Fold<'_>, TrainError> {
        Ok(match self {
            Self::Table(data) => Fold::Table(Rows {
                data,
                prepared: Prepared::new(data, split, request)?,
            }),
            Self::Images(images) => Fold::Images(Cases {
                images,
                fold: ImageFold::new(images, split, request)?,
            }),
        })
    }
}
