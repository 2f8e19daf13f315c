//! The comparison: every candidate on every fold, then the verdict.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use minimand_burn::train::{Architecture, Schedule, Settings as TrainSettings};

use crate::candidates::Candidates;
use crate::data::Data;
use crate::error::CompareError;
use crate::folds::{Split, fold_key, splits};
use crate::job::Job;
use crate::measures::Measure;
use crate::outcome::{CandidateFolds, DataSummary, FoldOutcome, Outcome, Settings};
use crate::progress::{Progress, Status};
use crate::ranking::rank;
use crate::request::{Model, Request};
use crate::verdict::Verdict;

/// Runs a comparison.
///
/// Candidates share folds, initial weights, batch order and budget; training stops by
/// the primary measure on validation rows, whatever the candidate minimises. The
/// outcome is the same for any number of threads, but for its `seconds`.
///
/// # Errors
///
/// Settings, data or candidates that cannot be used (found before the first training;
/// [`CompareError::is_bad_input`] is true), a training that failed for another reason
/// than diverging, or `progress` asked to stop.
pub fn run(request: &Request, progress: &dyn Progress) -> Result<Outcome, CompareError> {
    let start = Instant::now();
    request.check()?;
    let data = Data::load(request)?;
    let candidates = Candidates::new(request, &data)?;
    let splits = splits(
        &data.target,
        request.folds,
        request.repeats,
        request.validation_parts(),
        request.seed,
    );
    if splits.iter().any(|split| split.validation.is_empty()) {
        return Err(CompareError::NoValidation {
            data: data.name.clone(),
        });
    }
    let results = train_all(request, &data, &candidates, &splits, progress)?;

    let task = data.task();
    let test_to_train = test_to_train(&splits);
    let baseline = candidates.baseline_expression();
    let ranking = rank(&results, baseline, task, test_to_train);
    Ok(Outcome {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: request.command(),
        settings: Settings::new(request, candidates.expressions(), baseline.to_owned()),
        data: DataSummary::new(&data),
        primary: Measure::primary(task),
        test_to_train,
        verdict: Verdict::new(&ranking, Measure::primary(task)),
        ranking,
        candidates: results,
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// Test rows over all other rows, on average.
fn test_to_train(splits: &[Split]) -> f64 {
    let ratio = |split: &Split| {
        split.test.len() as f64 / (split.train.len() + split.validation.len()) as f64
    };
    splits.iter().map(ratio).sum::<f64>() / splits.len() as f64
}

fn train_settings(request: &Request) -> TrainSettings {
    let budget = &request.budget;
    TrainSettings {
        architecture: match &request.model {
            Model::Linear => Architecture::Linear,
            Model::Mlp(hidden) => Architecture::Mlp {
                hidden: hidden.clone(),
            },
        },
        learning_rate: budget.learning_rate,
        weight_decay: budget.weight_decay,
        batch_size: budget.batch_size,
        max_epochs: budget.max_epochs,
        patience: budget.patience,
        schedule: Schedule::Cosine,
    }
}

/// Trains every candidate on every split. Threads take the next training in order
/// (fold by fold, all candidates of a fold in a row), so that the best so far is told
/// from complete folds early on.
fn train_all(
    request: &Request,
    data: &Data,
    candidates: &Candidates,
    splits: &[Split],
    progress: &dyn Progress,
) -> Result<Vec<CandidateFolds>, CompareError> {
    let settings = train_settings(request);
    let jobs: Vec<Job<'_>> = splits
        .iter()
        .enumerate()
        .flat_map(|(index, split)| {
            let (repeat, fold) = (index / request.folds, index % request.folds);
            let settings = &settings;
            candidates.all.iter().map(move |candidate| Job {
                data,
                split,
                candidate,
                settings,
                key: fold_key(request.seed, repeat, fold),
                repeat,
                fold,
            })
        })
        .collect();
    let board = Board::new(
        jobs.len(),
        candidates.expressions(),
        Measure::primary(data.task()),
    );
    progress.begin(jobs.len());
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let should_stop = || stop.load(Ordering::Relaxed) || progress.should_stop();
    let work = || {
        while let Some(index) =
            Some(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !should_stop())
            && let Some(job) = jobs.get(index)
        {
            let result = job.run(&should_stop);
            // One failure ends the run: there is no result to give.
            stop.fetch_or(result.is_err(), Ordering::Relaxed);
            board.put(index, result, progress);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads(request, jobs.len()) {
            scope.spawn(work);
        }
        work();
    });
    progress.end();
    board.finish()
}

fn threads(request: &Request, jobs: usize) -> usize {
    let available = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    request.threads.unwrap_or_else(available).min(jobs)
}

/// Results as they come in, fold by fold and within a fold candidate by candidate.
struct Board {
    candidates: Vec<String>,
    measure: Measure,
    start: Instant,
    slots: Mutex<Vec<Option<Result<FoldOutcome, CompareError>>>>,
}

impl Board {
    fn new(jobs: usize, candidates: Vec<String>, measure: Measure) -> Self {
        let slots = std::iter::repeat_with(|| None).take(jobs).collect();
        Self {
            candidates,
            measure,
            start: Instant::now(),
            slots: Mutex::new(slots),
        }
    }

    fn put(
        &self,
        index: usize,
        result: Result<FoldOutcome, CompareError>,
        progress: &dyn Progress,
    ) {
        // A thread can only panic while it holds the lock inside `progress`; what it
        // has stored until then is whole.
        let mut slots = self
            .slots
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        slots[index] = Some(result);
        progress.update(&Status {
            done: slots.iter().flatten().count(),
            trainings: slots.len(),
            elapsed: self.start.elapsed(),
            measure: self.measure,
            best: self.best(&slots),
        });
    }

    /// The best mean over the folds that all candidates have finished.
    fn best(&self, slots: &[Option<Result<FoldOutcome, CompareError>>]) -> Option<(&str, f64)> {
        let count = self.candidates.len();
        let complete: Vec<&[Option<_>]> = slots
            .chunks(count)
            .filter(|fold| fold.iter().all(Option::is_some))
            .collect();
        let mean = |candidate: usize| {
            let values = complete.iter().map(|fold| {
                let outcome = fold[candidate].as_ref()?.as_ref().ok()?;
                outcome.result.fit()?.test.get(&self.measure).copied()
            });
            let values: Vec<f64> = values.collect::<Option<_>>()?;
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        (0..count)
            .filter_map(|candidate| Some((self.candidates[candidate].as_str(), mean(candidate)?)))
            .min_by(|a, b| self.measure.direction().best_first(Some(a.1), Some(b.1)))
    }

    fn finish(self) -> Result<Vec<CandidateFolds>, CompareError> {
        let slots = self
            .slots
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut folds: Vec<CandidateFolds> = self
            .candidates
            .into_iter()
            .map(|expression| CandidateFolds {
                expression,
                folds: Vec::new(),
            })
            .collect();
        let count = folds.len();
        let mut cancelled = false;
        for (index, slot) in slots.into_iter().enumerate() {
            match slot {
                Some(Ok(outcome)) => folds[index % count].folds.push(outcome),
                Some(Err(CompareError::Cancelled)) | None => cancelled = true,
                // The failure that made the others stop.
                Some(Err(error)) => return Err(error),
            }
        }
        if cancelled {
            Err(CompareError::Cancelled)
        } else {
            Ok(folds)
        }
    }
}
