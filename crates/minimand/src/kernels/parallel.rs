//! Chunks over threads.
//!
//! The pool is reached by two functions that are not generic: what it needs to run a closure is as long as many a
//! kernel, and would be compiled for every closure.

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
    beside(helpers, &drain);
    results.into_iter().flatten().collect()
}

/// Runs `work` on the calling thread and on `helpers` others.
fn beside(helpers: usize, work: &(dyn Fn() + Sync)) {
    rayon::in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| work());
        }
        work();
    });
}

/// Gives each piece of `size` entries (the last may be shorter) to `work`, with its number.
pub(crate) fn pieces<T: Send>(array: &mut [T], size: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let mut tasks: Vec<_> = array.chunks_mut(size.max(1)).enumerate().collect();
    run(
        &mut tasks,
        || (),
        |(), (number, piece)| work(*number, piece),
    );
}

/// Two results, computed side by side.
pub(crate) fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    let (mut a, mut b) = (Some(a), Some(b));
    let (mut first, mut second) = (None, None);
    both(&mut || first = a.take().map(|a| a()), &mut || {
        second = b.take().map(|b| b())
    });
    let (Some(first), Some(second)) = (first, second) else {
        unreachable!("both ran, or the panic of one was passed on");
    };
    (first, second)
}

fn both(a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send)) {
    rayon::join(a, b);
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
