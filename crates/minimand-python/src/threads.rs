//! The threads that kernels run on.

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The process that the module was loaded in.
static LOADED: OnceLock<u32> = OnceLock::new();

/// The threads of a process that was forked from it.
static FORKED: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// Runs work without holding the interpreter.
///
/// A forked process (a worker of a data loader) has none of the threads that its parent had started: what it
/// hands to them would wait forever. It gets threads of its own.
pub(crate) fn run<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> R {
    let process = std::process::id();
    if *LOADED.get_or_init(|| process) == process {
        return py.detach(work);
    }
    // Locked with the interpreter held, as a fork needs it too: no fork leaves the lock behind.
    let mut forked = FORKED.lock().unwrap_or_else(PoisonError::into_inner);
    let pool = match &*forked {
        Some((owner, pool)) if *owner == process => Arc::clone(pool),
        _ => match ThreadPoolBuilder::new().build() {
            Ok(pool) => {
                let pool = Arc::new(pool);
                // The threads of a parent's pool do not exist here: nobody may wait for their end.
                std::mem::forget(forked.replace((process, Arc::clone(&pool))));
                pool
            }
            // Without threads there is only this one.
            Err(_) => return py.detach(work),
        },
    };
    drop(forked);
    py.detach(|| pool.install(work))
}
