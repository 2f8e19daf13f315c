//! Runs studies: trials side by side, each finished one on disk before the next begins.

use std::fs::{self, File, TryLockError};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use minimand_burn::random::Key;
use minimand_report::journal::Journal;
use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::outcome::{Judged, Outcome};
use crate::progress::Progress;
use crate::results::Results;
use crate::study::{Scale, Study, Trial};

/// What is run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How large.
    pub scale: Scale,
    /// From which all random numbers derive.
    pub seed: u64,
    /// Data of a person, for those studies that take it.
    pub data: Option<PathBuf>,
    /// The folder of results: finished trials while a study runs, its outcome afterwards.
    pub folder: PathBuf,
    /// Runs what is finished once more.
    pub fresh: bool,
    /// Trials side by side; as many as there are processors if `None`. Results do not depend on it.
    pub threads: Option<usize>,
}

/// A finished trial, with all that it depends on.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    plan: String,
    trial: Id,
    seconds: f64,
    findings: Findings,
}

/// Which trial of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Id {
    is_control: bool,
    part: usize,
    seed: u64,
}

/// Runs studies and writes their outcomes. A study that fails does not keep the others from running;
/// outcomes come in the order of `studies`.
///
/// # Errors
///
/// The folder cannot be used, and [`StudyError::Stopped`] after an interrupt.
pub fn run(
    studies: &[&'static Study],
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Vec<Result<Outcome, StudyError>>, StudyError> {
    fs::create_dir_all(&plan.folder).map_err(|error| StudyError::file(&plan.folder, &error))?;
    let _lock = lock(&plan.folder)?;
    let tasks: Vec<Task> = studies
        .iter()
        .map(|study| Task::open(study, plan))
        .collect::<Result<_, _>>()?;
    let left = tasks.iter().enumerate().flat_map(|(index, task)| {
        let state = task.state();
        let is_left = |id: &&Id| !state.records.iter().any(|record| record.trial == **id);
        let left: Vec<Id> = task.trials.iter().filter(is_left).cloned().collect();
        left.into_iter().map(move |id| (index, id))
    });
    let queue: Vec<(usize, Id)> = left.collect();
    let trials: usize = tasks.iter().map(|task| task.trials.len()).sum();
    progress.begin(trials, trials - queue.len());
    let crew = Crew {
        plan,
        progress,
        tasks,
        queue,
        next: AtomicUsize::new(0),
    };
    // A run that was killed after the last trial of a study has still to judge it.
    for task in &crew.tasks {
        task.end_if_complete(plan, progress);
    }
    let available = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = plan.threads.unwrap_or_else(available).min(crew.queue.len());
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| crew.work());
        }
        crew.work();
    });
    progress.end();
    let outcomes = crew.tasks.into_iter().map(|task| {
        let state = task.state.into_inner();
        let state = state.unwrap_or_else(PoisonError::into_inner);
        state.outcome.unwrap_or(Err(StudyError::Stopped))
    });
    let outcomes: Vec<_> = outcomes.collect();
    match progress.should_stop() {
        true => Err(StudyError::Stopped),
        false => Ok(outcomes),
    }
}

/// One study and how far it is.
struct Task {
    study: &'static Study,
    /// None if its outcome was there before.
    trials: Vec<Id>,
    journal: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    journal: Option<Journal>,
    records: Vec<Record>,
    outcome: Option<Result<Outcome, StudyError>>,
}

impl Task {
    /// With what an earlier run finished.
    fn open(study: &'static Study, plan: &Plan) -> Result<Self, StudyError> {
        let mut task = Self {
            study,
            trials: Vec::new(),
            journal: plan.folder.join(format!("{}.jsonl", study.name())),
            state: Mutex::default(),
        };
        if plan.fresh {
            remove(&task.journal)?;
        } else if let Some(outcome) = Outcome::read(&plan.folder, study)?
            && is_outcome_of(&outcome, study, plan)
        {
            task.state().outcome = Some(Ok(outcome));
            return Ok(task);
        }
        task.trials = trials(study, plan.scale);
        let opened = Journal::open::<Record>(&task.journal);
        let (journal, mut records) = opened.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => StudyError::Damaged {
                path: task.journal.display().to_string(),
                reason: error.to_string(),
            },
            _ => StudyError::file(&task.journal, &error),
        })?;
        // Trials of an earlier version of the study, or of another seed, count for nothing.
        let plan = circumstances(study, plan);
        records.retain(|record| record.plan == plan && task.trials.contains(&record.trial));
        let state = task.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.journal = Some(journal);
        state.records = records;
        Ok(task)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a finished trial, on disk first.
    fn put(&self, record: Record) -> Result<(), StudyError> {
        let mut state = self.state();
        if let Some(journal) = &mut state.journal {
            journal
                .append(&record)
                .map_err(|error| StudyError::file(&self.journal, &error))?;
        }
        state.records.push(record);
        Ok(())
    }

    /// Ends the study with an error; what is finished is kept.
    fn fail(&self, error: StudyError, progress: &dyn Progress) {
        let mut state = self.state();
        if state.outcome.is_none() {
            let outcome = Err(error);
            progress.study_ended(self.study, &outcome);
            state.outcome = Some(outcome);
        }
    }

    /// Judges and writes the outcome once every trial is finished.
    fn end_if_complete(&self, plan: &Plan, progress: &dyn Progress) {
        let mut state = self.state();
        if state.outcome.is_some() || state.records.len() < self.trials.len() {
            return;
        }
        let outcome = self.outcome(plan, &state.records).and_then(|outcome| {
            outcome.write(&plan.folder)?;
            remove(&self.journal)?;
            Ok(outcome)
        });
        progress.study_ended(self.study, &outcome);
        state.outcome = Some(outcome);
    }

    fn outcome(&self, plan: &Plan, records: &[Record]) -> Result<Outcome, StudyError> {
        let judged = |is_control: bool| {
            let mut results = Results::default();
            for (index, part) in self.study.parts.iter().enumerate() {
                let of_part = |record: &&Record| {
                    (record.trial.part, record.trial.is_control) == (index, is_control)
                };
                let mut records: Vec<&Record> = records.iter().filter(of_part).collect();
                records.sort_by_key(|record| record.trial.seed);
                let findings: Vec<&Findings> =
                    records.iter().map(|record| &record.findings).collect();
                results.add_part(part.name, &findings);
            }
            Judged::new(self.study, results)
        };
        Ok(Outcome {
            study: self.study.name(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source: self.study.fingerprint(),
            seed: plan.seed,
            seeds: self.study.seeds_at(plan.scale),
            scale: plan.scale,
            data: data_name(plan),
            objectives: self
                .study
                .objectives
                .iter()
                .map(|&text| text.to_owned())
                .collect(),
            seconds: records
                .iter()
                .map(|record| record.seconds)
                .sum::<f64>()
                .round() as u64,
            experiment: judged(false)?,
            control: judged(true)?,
        })
    }
}

/// What the threads of a run share.
struct Crew<'a> {
    plan: &'a Plan,
    progress: &'a dyn Progress,
    tasks: Vec<Task>,
    /// The trials to do: which task, which trial.
    queue: Vec<(usize, Id)>,
    next: AtomicUsize,
}

impl Crew<'_> {
    /// Does trials until none is left.
    fn work(&self) {
        while !self.progress.should_stop()
            && let Some((task, id)) = self.queue.get(self.next.fetch_add(1, Ordering::Relaxed))
        {
            let task = &self.tasks[*task];
            if task.state().outcome.is_some() {
                continue;
            }
            match self
                .trial(task.study, id)
                .and_then(|record| task.put(record))
            {
                Ok(()) => task.end_if_complete(self.plan, self.progress),
                Err(StudyError::Stopped) => {}
                Err(error) if self.progress.should_stop() => drop(error),
                Err(error) => task.fail(error, self.progress),
            }
            self.progress.trial_ended();
        }
    }

    fn trial(&self, study: &'static Study, id: &Id) -> Result<Record, StudyError> {
        let part = study.parts[id.part].name;
        self.progress.trial(study, part, id.seed);
        let should_stop = || self.progress.should_stop();
        let trial = Trial {
            study,
            part,
            seed: id.seed,
            key: Key::new(self.plan.seed)
                .child(u64::from(study.paper))
                .child(u64::from(id.is_control))
                .child(id.seed),
            scale: self.plan.scale,
            is_control: id.is_control,
            data: self.plan.data.as_deref(),
            should_stop: &should_stop,
        };
        // In one thread, sums that rayon would split have the same bits every time.
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.map_err(|error| trial.failed(error.to_string()))?;
        let run = || {
            let clock = Clock::start();
            (study.run)(&trial).map(|findings| (findings, clock.seconds()))
        };
        let (findings, seconds) = pool.install(run)?;
        findings.check(&study.name())?;
        Ok(Record {
            plan: circumstances(study, self.plan),
            trial: id.clone(),
            seconds,
            findings,
        })
    }
}

/// Every trial of a run: the experiment, then its control.
fn trials(study: &Study, scale: Scale) -> Vec<Id> {
    let mut ids = Vec::new();
    for is_control in [false, true] {
        for part in 0..study.parts.len() {
            let seeds = 0..study.seeds_at(scale);
            ids.extend(seeds.map(|seed| Id {
                is_control,
                part,
                seed,
            }));
        }
    }
    ids
}

/// All that the numbers of a trial depend on beside which trial it is.
fn circumstances(study: &Study, plan: &Plan) -> String {
    let data = data_name(plan).unwrap_or_default();
    format!(
        "{} {:?} {} {data}",
        study.fingerprint(),
        plan.scale,
        plan.seed
    )
}

fn is_outcome_of(outcome: &Outcome, study: &Study, plan: &Plan) -> bool {
    outcome.is_current(study)
        && (outcome.seed, outcome.scale) == (plan.seed, plan.scale)
        && outcome.data == data_name(plan)
}

/// The name of a person's data, without the folders that lead to it.
fn data_name(plan: &Plan) -> Option<String> {
    let path = plan.data.as_deref()?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Some(name.to_string_lossy().into_owned())
}

fn remove(path: &Path) -> Result<(), StudyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StudyError::file(path, &error))
        }
        _ => Ok(()),
    }
}

/// Takes the lock of a folder of results.
fn lock(folder: &Path) -> Result<File, StudyError> {
    let path = folder.join(".lock");
    let open = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = open.map_err(|error| StudyError::file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StudyError::Busy {
            path: folder.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(StudyError::file(&path, &error)),
    }
}
