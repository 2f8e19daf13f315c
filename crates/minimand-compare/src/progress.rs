//! How far a run is.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::measures::Measure;

/// Is told how far a run is, from several threads, and may stop it.
pub trait Progress: Sync {
    /// Before the first of `trainings`.
    fn begin(&self, trainings: usize) {
        let _ = trainings;
    }

    /// After each training.
    fn update(&self, status: &Status<'_>) {
        let _ = status;
    }

    /// Asked after every epoch of every training; `true` ends the run with
    /// [`CompareError::Cancelled`](crate::CompareError::Cancelled).
    fn should_stop(&self) -> bool {
        false
    }

    /// After the last training, and when the run failed.
    fn end(&self) {}
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status<'a> {
    /// Trainings that are done.
    pub done: usize,
    /// Trainings in all.
    pub trainings: usize,
    /// Time since the first began.
    pub elapsed: Duration,
    /// What `best` is measured by.
    pub measure: Measure,
    /// The candidate with the best mean so far, with the mean, over those folds that
    /// all candidates have finished. `None` before the first of them.
    pub best: Option<(&'a str, f64)>,
}

impl Status<'_> {
    /// The time left, if all trainings take equally long.
    pub fn remaining(&self) -> Option<Duration> {
        if self.done == 0 {
            return None;
        }
        let left = self.trainings.saturating_sub(self.done) as f64;
        Some(self.elapsed.mul_f64(left / self.done as f64))
    }
}

/// Says nothing.
impl Progress for () {}

/// A bar on standard error, shown only if that is a terminal: trainings done, time
/// left and the best candidate so far.
#[derive(Debug, Default)]
pub struct Bar {
    bar: Mutex<Option<ProgressBar>>,
}

impl Bar {
    /// A bar that appears when the run begins.
    pub fn new() -> Self {
        Self::default()
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
    fn begin(&self, trainings: usize) {
        let bar = ProgressBar::new(trainings as u64);
        let template = "{bar:24} {pos}/{len} trainings  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.set_message("starting");
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    fn update(&self, status: &Status<'_>) {
        self.with(|bar| {
            bar.set_message(message(status));
            bar.set_position(status.done as u64);
        });
    }

    fn end(&self) {
        self.with(ProgressBar::finish_and_clear);
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
            done: 0,
            trainings: 8,
            elapsed: Duration::ZERO,
            measure: Measure::LogLoss,
            best: None,
        };
        assert_eq!(message(&status), "starting");
        status.done = 2;
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
        bar.begin(3);
        assert!(!bar.should_stop());
        bar.end();
        bar.end();
    }
}
