//! The cheapest partial matching of rows and columns.

/// For each row its column, or none, so that the sum of costs of the matched pairs is least; a row or column that
/// stays alone costs nothing. Needs `rows` ≤ `columns` for speed only.
///
/// Shortest augmenting paths with potentials, O(rows²·(rows + columns)).
pub(super) fn assign(
    rows: usize,
    columns: usize,
    cost: impl Fn(usize, usize) -> f64,
) -> Vec<Option<usize>> {
    // Beyond the columns every row has a place where it stays alone. Number 0 stands for no row and no column.
    let places = columns + rows;
    let cost = |row: usize, place: usize| {
        if place <= columns {
            cost(row - 1, place - 1)
        } else {
            0.0
        }
    };
    let mut of_row = vec![0.0; rows + 1];
    let mut of_place = vec![0.0; places + 1];
    let mut row_at = vec![0; places + 1];
    let mut before = vec![0; places + 1];
    for row in 1..=rows {
        row_at[0] = row;
        let mut place = 0;
        let mut least = vec![f64::INFINITY; places + 1];
        let mut seen = vec![false; places + 1];
        while row_at[place] != 0 {
            seen[place] = true;
            let from = row_at[place];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for other in 1..=places {
                if seen[other] {
                    continue;
                }
                let reduced = cost(from, other) - of_row[from] - of_place[other];
                if reduced < least[other] {
                    (least[other], before[other]) = (reduced, place);
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            for other in 0..=places {
                if seen[other] {
                    of_row[row_at[other]] += step;
                    of_place[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            place = next;
        }
        while place != 0 {
            row_at[place] = row_at[before[place]];
            place = before[place];
        }
    }
    let mut column_of = vec![None; rows];
    for column in 1..=columns {
        if let Some(row) = row_at[column].checked_sub(1) {
            column_of[row] = Some(column - 1);
        }
    }
    column_of
}
