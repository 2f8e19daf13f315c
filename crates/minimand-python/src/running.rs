//! Long work on a thread of its own, while the caller's thread shows how far it is and looks for Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::Class;

/// How often the waiting thread looks up.
const TICK: Duration = Duration::from_millis(100);

/// What working threads and the waiting one tell each other.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    stop: AtomicBool,
    /// How far the work is, if it was not shown yet.
    news: Mutex<Option<Status>>,
    status: Mutex<Status>,
}

/// How far work is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status {
    /// What is done, of `all`.
    pub(crate) done: usize,
    /// What an earlier run had done of it.
    pub(crate) before: usize,
    /// What there is to do.
    pub(crate) all: usize,
    /// What else there is to say, in a few words.
    pub(crate) note: String,
}

impl Watch {
    /// Changes what is shown.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut Status)) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut status);
        *self.news.lock().unwrap_or_else(PoisonError::into_inner) = Some(status.clone());
    }

    /// Is the work to end?
    pub(crate) fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Calls `show(done, all, before, note)` if there is news.
    fn show(&self, py: Python<'_>, show: Option<&Py<PyAny>>) -> PyResult<()> {
        let news = self
            .news
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let (Some(show), Some(status)) = (show, news) {
            show.call1(py, (status.done, status.all, status.before, status.note))?;
        }
        Ok(())
    }
}

/// Runs `work`, which ends soon once [`Watch::should_stop`]. An exception of a signal handler, as Ctrl-C raises
/// it, or of `show` ends it, and is what is returned then.
pub(crate) fn run<R: Send>(
    py: Python<'_>,
    watch: &Watch,
    show: Option<&Py<PyAny>>,
    work: impl FnOnce() -> R + Send,
) -> PyResult<R> {
    let look = || {
        Python::attach(|py| {
            py.check_signals()?;
            watch.show(py, show)
        })
    };
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, receiver) = channel();
            scope.spawn(move || sender.send(work()));
            let mut failure = None;
            loop {
                match receiver.recv_timeout(TICK) {
                    Ok(result) => {
                        return match failure.map_or_else(look, Err) {
                            Ok(()) => Ok(result),
                            Err(error) => Err(error),
                        };
                    }
                    Err(RecvTimeoutError::Timeout) if failure.is_none() => {
                        if let Err(error) = look() {
                            watch.stop.store(true, Ordering::Relaxed);
                            failure = Some(error);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    // The scope passes the panic of the thread on.
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(Class::Error.err("the work ended without a result"));
                    }
                }
            }
        })
    })
}

/// A message whose options are those of the command line, with the names that they have in Python. What stands
/// between backticks is quoted, and stays.
pub(crate) fn spoken(message: &str) -> String {
    let options = [
        ("use another --output", "use another folder="),
        ("--fresh", "fresh=True"),
        ("--images and --masks", "images= and masks="),
        ("--images", "images="),
        ("--task multilabel", "task=\"multilabel\""),
        ("--target", "y"),
        ("--weights", "weights="),
        ("--groups", "groups="),
        ("--time", "time="),
        ("--ignore", "ignore="),
        ("--rows ", "rows="),
        ("--by", "by="),
    ];
    let message = message
        .replace("`--data`", "data=")
        .replace("`minimand study list`", "minimand.studies.list()");
    let parts = message.split('`').enumerate().map(|(at, part)| {
        let is_quoted = at % 2 == 1;
        let put = |text: String, (option, name): &(&str, &str)| text.replace(option, name);
        match is_quoted {
            true => part.to_owned(),
            false => options.iter().fold(part.to_owned(), put),
        }
    });
    parts.collect::<Vec<_>>().join("`")
}
