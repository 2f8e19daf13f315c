//! Chunks over threads.

use std::sync::{Mutex, PoisonError};

/// Runs every task once and gives the results in the order of the tasks.
///
/// The calling thread works too, beside the threads of the current rayon pool: for the fraction of a
/// millisecond that a batch takes, waiting for a sleeping thread to wake would cost as much as the work.
/// `fresh` makes the buffers of one thread.
pub(crate) fn run<C: Send, S, R: Send>(
    tasks: &mut [C],
    fresh: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &mut C) -> R + Sync,
) -> Vec<R> {
    let helpers = (rayon::current_num_threads() - 1).min(tasks.len().saturating_sub(1));
    if helpers == 0 {
        let mut buffers = fresh();
        return tasks
            .iter_mut()
            .map(|task| work(&mut buffers, task))
            .collect();
    }
    let mut results: Vec<Option<R>> = tasks.iter().map(|_| None).collect();
    let queue = Mutex::new(tasks.iter_mut().zip(&mut results));
    let drain = || {
        let mut buffers = fresh();
        loop {
            // A panic elsewhere is passed on by the scope; the queue itself is never left half changed.
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((task, result)) = next else { break };
            *result = Some(work(&mut buffers, task));
        }
    };
    rayon::in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| drain());
        }
        drain();
    });
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_runs_once_and_results_keep_their_order() {
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let mut tasks: Vec<usize> = (0..100).collect();
            let double = |_: &mut (), task: &mut usize| {
                *task *= 2;
                *task + 1
            };
            let results = pool.install(|| run(&mut tasks, || (), double));
            assert!(tasks.iter().enumerate().all(|(i, &t)| t == 2 * i));
            assert!(results.iter().enumerate().all(|(i, &r)| r == 2 * i + 1));
        }
        assert!(run(&mut [0u8; 0], || (), |_, _| ()).is_empty());
    }
}
