//! A thread pool of one thread, in which everything numeric of one training run happens.

use super::error::TrainError;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How often the waiting thread looks up.
const TICK: Duration = Duration::from_millis(100);

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

    /// Runs `work` in the pool and waits for it; meanwhile `tick` is called ten times a second on
    /// the calling thread.
    ///
    /// The waiting is done by a plain thread. A rayon thread that waits for another pool takes up
    /// further jobs of its own meanwhile: a caller that runs its fits in parallel would start them
    /// all at once, each on the stack of the one before.
    pub(super) fn run<R: Send>(
        &self,
        work: impl FnOnce() -> R + Send,
        tick: &mut dyn FnMut(),
    ) -> Result<R, TrainError> {
        thread::scope(|scope| {
            let (alive, ended) = channel::<()>();
            let waiting = thread::Builder::new().spawn_scoped(scope, || {
                // Dropped when the work is over, even by a panic: that closes the channel.
                let _alive = alive;
                self.pool.install(work)
            });
            let waiting = waiting.map_err(no_thread)?;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                tick();
            }
            match waiting.join() {
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
