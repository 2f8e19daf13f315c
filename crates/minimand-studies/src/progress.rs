//! How far a run is.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use minimand_compare::progress::Indicator;

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

/// Trials done, time left, and a line for each finished study, on standard error.
#[derive(Debug, Default)]
pub struct Bar(Indicator);

impl Bar {
    /// A bar whose run ends once `stop` is true.
    pub fn stopped_by(stop: Arc<AtomicBool>) -> Self {
        Self(Indicator::stopped_by(stop))
    }
}

impl Progress for Bar {
    fn begin(&self, trials: usize, finished: usize) {
        let template = "{bar:24} {pos}/{len} trials  {eta} left  {wide_msg}";
        self.0.begin(trials, finished, template);
    }

    fn trial(&self, study: &Study, part: &str, seed: u64) {
        let message = format!("{}: {part}, seed {seed}", study.name());
        self.0.with(|bar| bar.set_message(message));
    }

    fn trial_ended(&self) {
        self.0.with(|bar| bar.inc(1));
    }

    fn study_ended(&self, study: &Study, outcome: &Result<Outcome, StudyError>) {
        let line = match outcome {
            Ok(outcome) => format!("{}: {}", study.name(), outcome.experiment.verdict),
            Err(error) => format!("{}: failed: {error}", study.name()),
        };
        self.0.with(|bar| bar.println(line));
    }

    fn should_stop(&self) -> bool {
        self.0.should_stop()
    }

    fn end(&self) {
        self.0.end();
    }
}
