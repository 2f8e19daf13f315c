//! All jobs of a comparison, on several threads.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Instant;

use minimand_burn::train::TrainError;

use crate::error::CompareError;
use crate::job::Job;
use crate::material::Fold;
use crate::progress::{Progress, Status};
use crate::run::Comparison;
use crate::store::{Record, Store};

/// Does those of `jobs` that `store` lacks.
///
/// Jobs are numbered fold by fold, within a fold model by model, and within a model
/// candidate by candidate. Threads take the next in order, so that a fold is made ready
/// once, and the best so far is told from complete folds early on.
pub(crate) fn train_all(
    comparison: &Comparison,
    store: &Store,
    jobs: &[usize],
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<(), CompareError> {
    let left: Vec<usize> = {
        let records = store.records();
        jobs.iter()
            .copied()
            .filter(|job| records[*job].is_none())
            .collect()
    };
    let crew = Crew {
        comparison,
        store,
        progress,
        board: Board {
            start: Instant::now(),
            jobs: jobs.len(),
            before: jobs.len() - left.len(),
            done: Mutex::new(0),
        },
        folds: comparison.splits.iter().map(|_| Mutex::default()).collect(),
        left,
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        failure: Mutex::new(None),
    };
    progress.begin(jobs.len(), crew.board.before);
    let available = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = threads.unwrap_or_else(available).min(crew.left.len());
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| crew.work());
        }
        crew.work();
    });
    progress.end();
    let failure = crew
        .failure
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    failure.map_or(Ok(()), Err)
}

/// What the threads of a run share.
struct Crew<'a> {
    comparison: &'a Comparison,
    store: &'a Store,
    progress: &'a dyn Progress,
    board: Board,
    /// Folds that some thread holds ready.
    folds: Vec<Mutex<Weak<Fold<'a>>>>,
    left: Vec<usize>,
    next: AtomicUsize,
    stop: AtomicBool,
    /// The first failure, which ended the run.
    failure: Mutex<Option<CompareError>>,
}

/// How far the run is.
struct Board {
    start: Instant,
    jobs: usize,
    /// Jobs that were finished before the run.
    before: usize,
    /// Jobs that the run has finished.
    done: Mutex<usize>,
}

impl<'a> Crew<'a> {
    /// Does jobs until none is left.
    fn work(&self) {
        // Kept from job to job: the next is most often of the same fold.
        let mut held: Option<(usize, Arc<Fold<'a>>)> = None;
        while !self.should_stop()
            && let Some(job) = self.left.get(self.next.fetch_add(1, Ordering::Relaxed))
        {
            if let Err(error) = self.job(*job, &mut held) {
                self.stop.store(true, Ordering::Relaxed);
                let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                // The others then stop because of it, which is not what went wrong.
                failure.get_or_insert(error);
            }
        }
        if self.progress.should_stop() {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(CompareError::Cancelled);
        }
    }

    fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.progress.should_stop()
    }

    fn job(
        &self,
        job: usize,
        held: &mut Option<(usize, Arc<Fold<'a>>)>,
    ) -> Result<(), CompareError> {
        let comparison = self.comparison;
        let candidates = comparison.contenders.len();
        let per_fold = candidates * comparison.request.models.len();
        let (fold, within) = (job / per_fold, job % per_fold);
        let prepared = match held.take() {
            Some((number, prepared)) if number == fold => prepared,
            _ => self.prepared(fold)?,
        };
        *held = Some((fold, Arc::clone(&prepared)));
        let job_of_fold = Job {
            request: &comparison.request,
            metric: comparison.metric,
            model: &comparison.request.models[within / candidates],
            contender: &comparison.contenders[within % candidates],
            split: &comparison.splits[fold],
            should_stop: &|| self.should_stop(),
        };
        let (outcome, diagnostics) = prepared.run(&job_of_fold)?;
        self.store.put(Record {
            job,
            outcome,
            diagnostics,
        })?;
        self.tell();
        Ok(())
    }

    /// The fold made ready, by this thread or by another that still holds it.
    fn prepared(&self, fold: usize) -> Result<Arc<Fold<'a>>, CompareError> {
        let mut slot = self.folds[fold]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = slot.upgrade() {
            return Ok(prepared);
        }
        let split = &self.comparison.splits[fold];
        let comparison = self.comparison;
        let prepared = comparison.material.prepare(split, &comparison.request);
        let prepared = prepared.map_err(|error: TrainError| CompareError::Training {
            expression: "any objective".to_owned(),
            repeat: split.repeat + 1,
            fold: split.fold + 1,
            reason: error.to_string(),
        })?;
        let prepared = Arc::new(prepared);
        *slot = Arc::downgrade(&prepared);
        Ok(prepared)
    }

    fn tell(&self) {
        // Told under the lock, so that the count never seems to fall.
        let mut done = self
            .board
            .done
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *done += 1;
        let best = self.best();
        self.progress.update(&Status {
            done: self.board.before + *done,
            jobs: self.board.jobs,
            before: self.board.before,
            elapsed: self.board.start.elapsed(),
            measure: self.comparison.metric,
            best: best.as_ref().map(|(name, mean)| (name.as_str(), *mean)),
        });
    }

    /// The model and candidate with the best mean over the folds that all have finished.
    fn best(&self) -> Option<(String, f64)> {
        let comparison = self.comparison;
        let (models, candidates) = (&comparison.request.models, comparison.contenders.len());
        let records = self.store.records();
        let complete: Vec<&[Option<Record>]> = records
            .chunks(models.len() * candidates)
            .filter(|fold| fold.iter().all(Option::is_some))
            .collect();
        let mean = |place: usize| {
            let values = complete.iter().map(|fold| {
                let fit = fold[place].as_ref()?.outcome.result.fit()?;
                fit.test.get(&comparison.metric).copied()
            });
            let values: Vec<f64> = values.collect::<Option<_>>()?;
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let best = (0..models.len() * candidates)
            .filter_map(|place| Some((place, mean(place)?)))
            .min_by(|a, b| {
                comparison
                    .metric
                    .direction()
                    .best_first(Some(a.1), Some(b.1))
            });
        best.map(|(place, mean)| {
            let expression = &comparison.contenders[place % candidates]
                .candidate
                .expression;
            let name = match models.len() {
                1 => expression.clone(),
                _ => format!("{} {expression}", models[place / candidates].describe()),
            };
            (name, mean)
        })
    }
}
