//! The assignment of least cost.

use crate::error::Error;
use crate::kernels::scalar::Float;

/// The assignment of least total cost: pairs (row, column) in the order of the rows, as many as the shorter side
/// of the table is long. No row and no column comes twice.
///
/// `costs` is `[rows, columns]`, row by row; numbers of magnitude up to 10³⁰⁰, so that sums stay finite. The result is
/// exact (shortest augmenting paths, Jonker and Volgenant 1987, for tables of any shape as in Crouse 2016, as SciPy's
/// `linear_sum_assignment`); of several best assignments it is one, always the same. At most about rows · columns ·
/// the shorter side steps.
///
/// ```
/// use minimand::detection::assign;
///
/// let costs = [4.0, 1.0, 3.0, 2.0, 0.5, 5.0];
/// assert_eq!(assign(&costs, 2, 3)?, [(0, 1), (1, 0)]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] if there are not rows · columns costs, [`Error::Value`] for a cost out of range.
pub fn assign<T: Float>(
    costs: &[T],
    rows: usize,
    columns: usize,
) -> Result<Vec<(usize, usize)>, Error> {
    if rows.checked_mul(columns) != Some(costs.len()) {
        return Err(Error::Shape {
            argument: "costs",
            expected: format!("[{rows}, {columns}]"),
            got: format!("{} numbers", costs.len()),
        });
    }
    if let Some(position) = costs.iter().position(|c| !(c.to_f64().abs() <= LARGEST)) {
        return Err(Error::Value {
            argument: "costs",
            position,
            value: costs[position].to_f64(),
            expected: format!("a number of magnitude at most {LARGEST:e}"),
        });
    }
    // Each row of the wider way round is one step.
    if rows <= columns {
        let table: Vec<f64> = costs.iter().map(|c| c.to_f64()).collect();
        let column = least(&table, rows, columns);
        return Ok(column.into_iter().enumerate().collect());
    }
    let turned = (0..columns).flat_map(|j| (0..rows).map(move |i| costs[i * columns + j].to_f64()));
    let row = least(&turned.collect::<Vec<_>>(), columns, rows);
    let mut pairs: Vec<_> = row.into_iter().enumerate().map(|(j, i)| (i, j)).collect();
    pairs.sort_unstable();
    Ok(pairs)
}

/// Largest magnitude of a cost.
const LARGEST: f64 = 1e300;

/// No row or column yet.
const NONE: usize = usize::MAX;

/// The column of each row; there are at least as many columns as rows.
///
/// The dual prices of rows and columns never exceed a cost together: row + column ≤ cost, with equality for
/// what is assigned. Each row in turn is assigned along the path of least reduced cost to a free column, found as
/// Dijkstra does, and the prices are raised so that this stays true.
fn least(costs: &[f64], rows: usize, columns: usize) -> Vec<usize> {
    let mut row_price = vec![0.0; rows];
    let mut column_price = vec![0.0; columns];
    let mut column_of = vec![NONE; rows];
    let mut row_of = vec![NONE; columns];
    let mut distance = vec![0.0; columns];
    // The row from which a column is reached.
    let mut from = vec![NONE; columns];
    // Columns in the order in which they were settled, then the others.
    let mut order: Vec<usize> = (0..columns).collect();
    for start in 0..rows {
        distance.fill(f64::INFINITY);
        let mut settled = 0;
        let mut row = start;
        let mut reached = 0.0;
        let free = loop {
            let (mut nearest, mut best) = (settled, f64::INFINITY);
            let base = reached - row_price[row];
            let line = &costs[row * columns..(row + 1) * columns];
            for (at, &j) in order.iter().enumerate().skip(settled) {
                let through = base + line[j] - column_price[j];
                if through < distance[j] {
                    distance[j] = through;
                    from[j] = row;
                }
                // A free column at the same distance ends the search.
                if distance[j] < best || (distance[j] == best && row_of[j] == NONE) {
                    (nearest, best) = (at, distance[j]);
                }
            }
            order.swap(settled, nearest);
            let column = order[settled];
            reached = best;
            if row_of[column] == NONE {
                break column;
            }
            settled += 1;
            row = row_of[column];
        };
        row_price[start] += reached;
        for &j in &order[..settled] {
            let slack = reached - distance[j];
            row_price[row_of[j]] += slack;
            column_price[j] -= slack;
        }
        // Every row along the path takes the column through which it was left.
        let mut column = free;
        loop {
            let row = from[column];
            row_of[column] = row;
            std::mem::swap(&mut column_of[row], &mut column);
            if row == start {
                break;
            }
        }
    }
    column_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Random};
    use proptest::prelude::*;

    fn total(costs: &[f64], columns: usize, pairs: &[(usize, usize)]) -> f64 {
        pairs.iter().map(|&(i, j)| costs[i * columns + j]).sum()
    }

    /// The least total over all ways to give the rows from `row` on a column of their own.
    fn by_trial(costs: &[f64], rows: usize, columns: usize, row: usize, taken: &mut [bool]) -> f64 {
        if row == rows {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for j in 0..columns {
            if !taken[j] {
                taken[j] = true;
                let rest = by_trial(costs, rows, columns, row + 1, taken);
                best = best.min(costs[row * columns + j] + rest);
                taken[j] = false;
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_assignment_costs_less(
            (rows, columns) in (0_usize..6, 0_usize..7),
            // Few values, so that ties occur.
            numbers in prop::collection::vec(-4_i8..5, 42),
        ) {
            let costs: Vec<f64> = numbers[..rows * columns].iter().map(|&c| f64::from(c)).collect();
            let pairs = assign(&costs, rows, columns).unwrap();
            prop_assert_eq!(pairs.len(), rows.min(columns));
            prop_assert!(pairs.is_sorted());
            let mut taken: Vec<usize> = pairs.iter().map(|p| p.1).collect();
            taken.sort_unstable();
            taken.dedup();
            prop_assert_eq!(taken.len(), pairs.len());
            let (wide, n, m) = if rows <= columns {
                (costs.clone(), rows, columns)
            } else {
                let turned = (0..columns * rows).map(|k| costs[k % rows * columns + k / rows]);
                (turned.collect(), columns, rows)
            };
            let best = by_trial(&wide, n, m, 0, &mut vec![false; m]);
            prop_assert_eq!(total(&costs, columns, &pairs), best);
        }
    }

    /// At full size the dual prices prove optimality: no trial could.
    #[test]
    fn a_large_table_is_assigned_as_its_transpose() {
        let mut random = Random::new(Key::new(7), 0);
        let costs: Vec<f64> = (0..300 * 100).map(|_| random.uniform()).collect();
        let turned: Vec<f64> = (0..300 * 100)
            .map(|k| costs[k % 300 * 100 + k / 300])
            .collect();
        let pairs = assign(&costs, 300, 100).unwrap();
        let mut mirrored = assign(&turned, 100, 300).unwrap();
        mirrored.iter_mut().for_each(|p| *p = (p.1, p.0));
        mirrored.sort_unstable();
        assert_eq!(pairs, mirrored);
        // No exchange of two columns, and no free row, is better.
        let cost = |i: usize, j: usize| costs[i * 100 + j];
        for &(i, j) in &pairs {
            for &(k, l) in &pairs {
                assert!(cost(i, j) + cost(k, l) <= cost(i, l) + cost(k, j) + 1e-12);
            }
            let free = (0..300).filter(|row| pairs.iter().all(|p| p.0 != *row));
            assert!(free.into_iter().all(|row| cost(i, j) <= cost(row, j)));
        }
    }

    #[test]
    fn bad_costs_are_named() {
        assert!(matches!(
            assign(&[1.0], 1, 2),
            Err(Error::Shape {
                argument: "costs",
                ..
            })
        ));
        assert!(matches!(
            assign(&[1.0, f64::INFINITY], 1, 2),
            Err(Error::Value { position: 1, .. })
        ));
        assert!(assign::<f32>(&[], 0, 5).unwrap().is_empty());
        assert!(assign::<f32>(&[], usize::MAX, 2).is_err());
    }
}
