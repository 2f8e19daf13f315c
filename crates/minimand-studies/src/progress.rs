//! How far a run is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::StudyError;
use crate::outcome::Outcome;
use crate::study::Study;

/// Is told how far a run is, from several threads, and may stop it.
pub trait Progress: Sync {
    /// Before the first trial: how many there are, and how many of them are finished already.
    fn begin(&self, trials: usize, finished: usize) {
        let _ = (trials, finished);
    }

    /// Before a trial.
    fn trial(&self, study: &Study, part: &str, seed: u64) {
        let _ = (study, part, seed);
    }

    /// After a trial.
    fn trial_ended(&self) {}

    /// After the last trial of a study.
    fn study_ended(&self, study: &Study, outcome: &Result<Outcome, StudyError>) {
        let _ = (study, outcome);
    }

    /// Asked all the time; `true` ends the run.
    fn should_stop(&self) -> bool {
        false
    }

    /// After the last trial of all.
    fn end(&self) {}
}

/// Says nothing.
impl Progress for () {}

/// A bar on standard error, shown only if that is a terminal, with a line for each finished study.
#[derive(Debug, Default)]
pub struct Bar {
    bar: Mutex<Option<ProgressBar>>,
    stop: Arc<AtomicBool>,
}

impl Bar {
    /// A bar whose run ends once `stop` is true.
    pub fn stopped_by(stop: Arc<AtomicBool>) -> Self {
        Self {
            stop,
            ..Self::default()
        }
    }

    fn with(&self, act: impl FnOnce(&ProgressBar)) {
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = bar.as_ref()
        {
            act(bar);
        }
    }
}

impl Progress for Bar {
    fn begin(&self, trials: usize, finished: usize) {
        let bar = ProgressBar::new(trials as u64).with_position(finished as u64);
        let template = "{bar:24} {pos}/{len} trials  {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        // So that the time left can be told from the trials of this run alone.
        bar.reset_eta();
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    fn trial(&self, study: &Study, part: &str, seed: u64) {
        self.with(|bar| bar.set_message(format!("{}: {part}, seed {seed}", study.name())));
    }

    fn trial_ended(&self) {
        self.with(|bar| bar.inc(1));
    }

    fn study_ended(&self, study: &Study, outcome: &Result<Outcome, StudyError>) {
        let line = match outcome {
            Ok(outcome) => format!("{}: {}", study.name(), outcome.experiment.verdict),
            Err(error) => format!("{}: failed: {error}", study.name()),
        };
        self.with(|bar| bar.println(line));
    }

    fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn end(&self) {
        self.with(ProgressBar::finish_and_clear);
    }
}
