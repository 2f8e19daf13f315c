//! Forward chaining: train on what was, test on what comes next.

use super::Split;

/// Cuts the rows, ordered by `times`, into `folds` + 1 blocks of about equal size; fold
/// k trains on the blocks up to k and tests block k + 1. The latest of the training
/// rows, one in `validation_parts`, are for validation. Rows of one time are never cut
/// apart.
pub(super) fn splits(times: &[f64], folds: usize, validation_parts: usize) -> Vec<Split> {
    let order = Order::new(times, (0..times.len()).collect());
    let block = |index: usize| order.cut(index * times.len() / (folds + 1));
    let split = |fold: usize| {
        let start = block(fold + 1);
        let end = if fold + 1 == folds {
            times.len()
        } else {
            block(fold + 2)
        };
        let (train, validation) = order.hold_out(start, validation_parts);
        Split {
            repeat: 0,
            fold,
            train,
            validation,
            test: sorted(&order.rows[start..end]),
        }
    };
    (0..folds).map(split).collect()
}

/// Keeps the latest of `rows`, one in `validation_parts`, for validation.
pub(super) fn hold_out(
    times: &[f64],
    rows: Vec<usize>,
    validation_parts: usize,
) -> (Vec<usize>, Vec<usize>) {
    let order = Order::new(times, rows);
    order.hold_out(order.rows.len(), validation_parts)
}

/// Rows in the order of their times.
struct Order<'a> {
    times: &'a [f64],
    rows: Vec<usize>,
}

impl<'a> Order<'a> {
    fn new(times: &'a [f64], mut rows: Vec<usize>) -> Self {
        rows.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        Self { times, rows }
    }

    /// The first position from `wanted` on where a new time begins.
    fn cut(&self, wanted: usize) -> usize {
        let time = |position: usize| self.times[self.rows[position]];
        let mut positions = wanted.max(1)..self.rows.len();
        let found = positions.find(|position| time(*position) != time(position - 1));
        found.unwrap_or(self.rows.len())
    }

    /// The first `count` rows: those to train on, and the latest of them.
    fn hold_out(&self, count: usize, validation_parts: usize) -> (Vec<usize>, Vec<usize>) {
        let held_out = (count / validation_parts).max(1);
        let middle = self.cut(count.saturating_sub(held_out)).min(count);
        (
            sorted(&self.rows[..middle]),
            sorted(&self.rows[middle..count]),
        )
    }
}

fn sorted(rows: &[usize]) -> Vec<usize> {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows
}
