//! A thread pool of one thread, in which everything numeric of one training run happens.

use super::error::TrainError;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::panic::resume_unwind;

/// A pool of one thread.
///
/// Sums that rayon splits depend on how many threads there are; with one, the bits do not depend on
/// what else runs on the machine. Runs are made parallel by running several of them.
pub(super) struct Worker {
    pool: ThreadPool,
}

impl Worker {
    pub(super) fn new() -> Result<Self, TrainError> {
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        pool.map(|pool| Worker { pool }).map_err(no_thread)
    }

    /// Runs `work` in the pool and waits for it.
    ///
    /// The waiting is done by a plain thread. A rayon thread that waits for another pool takes up
    /// further jobs of its own meanwhile: a caller that runs its fits in parallel would start them
    /// all at once, each on the stack of the one before.
    pub(super) fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R, TrainError> {
        std::thread::scope(|scope| {
            let waiting =
                std::thread::Builder::new().spawn_scoped(scope, || self.pool.install(work));
            match waiting.map_err(no_thread)?.join() {
                Ok(result) => Ok(result),
                Err(panic) => resume_unwind(panic),
            }
        })
    }
}

fn no_thread(error: impl std::error::Error) -> TrainError {
    TrainError::Thread {
        reason: error.to_string(),
    }
}
