//! How far two embeddings of the same items are from being the same up to a motion, and from triplets without a loss.

use super::table::{Table, check_at_least, check_labels, square_distance};
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::kernels::parallel;

/// Rows of a task.
const ROWS: usize = 64;

/// The largest of `f` over the rows of a table; the same for any number of threads.
fn largest(rows: usize, f: impl Fn(usize) -> f64 + Sync) -> f64 {
    let mut firsts: Vec<usize> = (0..rows).step_by(ROWS).collect();
    let of = |first: usize| {
        (first..rows.min(first + ROWS))
            .map(&f)
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let found = parallel::run(&mut firsts, || (), |(), first| of(*first));
    found.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// Isometric distance of two embeddings of the same items, `[n, d]` and `[n, e]`: the largest difference of a distance
/// between two items, max |‖f_i − f_j‖ − ‖g_i − g_j‖|.
///
/// 0 if and only if a motion takes one to the other, and at most twice the largest ‖U f_i − g_i‖ under any motion U. 0
/// of fewer than two items. In O(n² d). Source: paper 154.
///
/// # Errors
/// [`Error::Shape`] for another number of items, [`Error::Value`] for numbers that are not finite.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::isometric_distance;
///
/// let f = vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 4.0, 4.0];
/// let g = vec![0.0, 0.0, 0.2, 0.0, 5.0, 0.0, 5.0, 0.2];
/// let distance = isometric_distance(&Array::new(&f, &[4, 2]), &Array::new(&g, &[4, 2]))?;
/// assert!((distance - 4.8).abs() < 1e-12);
/// # Ok::<(), minimand::Error>(())
/// ```
pub fn isometric_distance(f: &Array<'_>, g: &Array<'_>) -> Result<f64, Error> {
    let (f, g) = (Table::new("f", f)?, Table::new("g", g)?);
    if f.len() != g.len() {
        let expected = format!("[{}, d], a row for each of f", f.len());
        return Err(Error::shape("g", expected, &[g.len(), g.width]));
    }
    let distance =
        |table: &Table, i: usize, j: usize| square_distance(table.row(i), table.row(j)).sqrt();
    let row = |i: usize| {
        let each = (0..i).map(|j| (distance(&f, i, j) - distance(&g, i, j)).abs());
        each.fold(0.0, f64::max)
    };
    Ok(largest(f.len(), row).max(0.0))
}

/// The hard term of a whole set, Λ = max over positive pairs of ‖f_a − f_p‖ − min over negative pairs of ‖f_a − f_n‖ +
/// m.
///
/// At most 0 if and only if every triplet, also of different anchors, keeps the margin; then batch-hard triplet losses
/// of all batches are 0. Half of max(0, Λ) is at most the isometric distance to any such embedding. `None` without a
/// positive or without a negative pair. Distances are of the embeddings `[n, d]` as they are. In O(n² d). Source: paper
/// 154.
///
/// # Errors
/// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite,
/// [`Error::Parameter`] for a margin below 0.
pub fn global_hard_term<'a>(
    embeddings: &Array<'_>,
    labels: impl Into<Labels<'a>>,
    margin: f64,
) -> Result<Option<f64>, Error> {
    check_at_least("global_hard_term", "margin", margin, 0.0)?;
    let (table, labels) = (Table::new("embeddings", embeddings)?, labels.into());
    check_labels("labels", &labels, table.len())?;
    // The largest of a kind, with a sign.
    let extreme = |alike: bool, sign: f64| {
        largest(table.len(), |i| {
            let others = (0..i).filter(|&j| (labels.get(i) == labels.get(j)) == alike);
            let each = others.map(|j| sign * square_distance(table.row(i), table.row(j)).sqrt());
            each.fold(f64::NEG_INFINITY, f64::max)
        })
    };
    let (farthest, nearest) = (extreme(true, 1.0), extreme(false, -1.0));
    let both = farthest > f64::NEG_INFINITY && nearest > f64::NEG_INFINITY;
    Ok(both.then_some(farthest + nearest + margin))
}

/// Directed Hausdorff distances of two sets of points `[n, d]` and `[m, d]`: from each to the other, the largest
/// distance of a point to its nearest one there. The larger of both is the Hausdorff distance.
///
/// In O(n m d). Source: paper 154.
///
/// # Errors
/// [`Error::Shape`] for arrays that do not fit together or have no rows, [`Error::Value`] for numbers that are not
/// finite.
pub fn hausdorff_distances(a: &Array<'_>, b: &Array<'_>) -> Result<[f64; 2], Error> {
    let from = Table::new("a", a)?;
    let to = Table::beside("b", b, from.width)?;
    for (argument, table) in [("a", &from), ("b", &to)] {
        if table.len() == 0 {
            let expected = format!("[n, {}] with n >= 1", table.width);
            return Err(Error::shape(argument, expected, &[0, table.width]));
        }
    }
    let directed = |from: &Table, to: &Table| {
        largest(from.len(), |i| {
            let squares = to.rows().map(|row| square_distance(from.row(i), row));
            squares.fold(f64::INFINITY, f64::min).sqrt()
        })
    };
    Ok([directed(&from, &to), directed(&to, &from)])
}
