//! How far a run is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::measures::Measure;

/// Is told how far a run is, from several threads, and may stop it.
pub trait Progress: Sync {
    /// Before the first job: how many there are, and how many of them are finished
    /// already.
    fn begin(&self, jobs: usize, finished: usize) {
        let _ = (jobs, finished);
    }

    /// After each job.
    fn update(&self, status: &Status<'_>) {
        let _ = status;
    }

    /// Asked all the time while training; `true` ends the run with
    /// [`CompareError::Cancelled`](crate::CompareError::Cancelled).
    fn should_stop(&self) -> bool {
        false
    }

    /// After the last job, and when the run failed.
    fn end(&self) {}
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status<'a> {
    /// Jobs that are done: a candidate with a model on a fold.
    pub done: usize,
    /// Those of them that an earlier run had done.
    pub before: usize,
    /// Jobs in all.
    pub jobs: usize,
    /// Time since this run began.
    pub elapsed: Duration,
    /// What `best` is measured by.
    pub measure: Measure,
    /// The candidate (with its model, if there are several) with the best mean so far,
    /// with the mean, over those folds that all have finished. `None` before the first
    /// of them.
    pub best: Option<(&'a str, f64)>,
}

impl Status<'_> {
    /// The time left, if all jobs take equally long.
    pub fn remaining(&self) -> Option<Duration> {
        let done = self.done.saturating_sub(self.before);
        if done == 0 {
            return None;
        }
        let left = self.jobs.saturating_sub(self.done) as f64;
        Some(self.elapsed.mul_f64(left / done as f64))
    }
}

/// Says nothing.
impl Progress for () {}

/// A bar on standard error, shown only if that is a terminal, and a flag that ends the run: what the
/// bars of comparisons and studies have in common.
#[derive(Debug, Default)]
pub struct Indicator {
    bar: Mutex<Option<ProgressBar>>,
    stop: Arc<AtomicBool>,
}

impl Indicator {
    /// Without a bar yet; [`should_stop`](Self::should_stop) once `stop` is true.
    pub fn stopped_by(stop: Arc<AtomicBool>) -> Self {
        Self {
            stop,
            ..Self::default()
        }
    }

    /// Shows the bar, in this template of indicatif.
    pub fn begin(&self, length: usize, position: usize, template: &str) {
        let bar = ProgressBar::new(length as u64).with_position(position as u64);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        // The time left is told from what this run does, not from what was done before.
        bar.reset_eta();
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    /// Does something with the bar, if it is shown.
    pub fn with(&self, act: impl FnOnce(&ProgressBar)) {
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = bar.as_ref()
        {
            act(bar);
        }
    }

    /// Is the run to end?
    pub fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.with(ProgressBar::finish_and_clear);
    }
}

/// Jobs done, time left and the best candidate so far, on standard error.
#[derive(Debug, Default)]
pub struct Bar(Indicator);

impl Bar {
    /// A bar that appears when the run begins.
    pub fn new() -> Self {
        Self::default()
    }

    /// A bar whose run ends once `stop` is true.
    pub fn stopped_by(stop: Arc<AtomicBool>) -> Self {
        Self(Indicator::stopped_by(stop))
    }
}

impl Progress for Bar {
    fn begin(&self, jobs: usize, finished: usize) {
        let template = "{bar:24} {pos}/{len} jobs  {wide_msg}";
        self.0.begin(jobs, finished, template);
        let message = if finished > 0 {
            "continuing"
        } else {
            "starting"
        };
        self.0.with(|bar| bar.set_message(message));
    }

    fn update(&self, status: &Status<'_>) {
        self.0.with(|bar| {
            bar.set_message(message(status));
            bar.set_position(status.done as u64);
        });
    }

    fn should_stop(&self) -> bool {
        self.0.should_stop()
    }

    fn end(&self) {
        self.0.end();
    }
}

fn message(status: &Status<'_>) -> String {
    let left = match status.remaining() {
        Some(left) => format!("{} left", clock(left)),
        None => "starting".to_owned(),
    };
    match status.best {
        Some((name, mean)) => {
            format!(
                "{left}  best so far {name} ({} {mean:.4})",
                status.measure.label()
            )
        }
        None => left,
    }
}

/// Minutes and seconds, rounded up.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().ceil() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_and_best() {
        let mut status = Status {
            done: 3,
            before: 3,
            jobs: 11,
            elapsed: Duration::ZERO,
            measure: Measure::LogLoss,
            best: None,
        };
        assert_eq!(message(&status), "starting");
        status.done = 5;
        status.elapsed = Duration::from_secs(30);
        assert_eq!(message(&status), "1:30 left");
        status.best = Some(("focal", 0.12345));
        assert_eq!(
            message(&status),
            "1:30 left  best so far focal (log-loss 0.1235)"
        );
    }

    #[test]
    fn a_bar_can_be_told_anything_in_any_order() {
        let bar = Bar::new();
        bar.end();
        bar.begin(3, 1);
        assert!(!bar.should_stop());
        bar.end();
        bar.end();
    }
}
