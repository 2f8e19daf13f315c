//! Embeddings from counts of what occurs together: Swivel.

use super::table::{Table, check_at_least, dot, wrong};
use crate::batch::Array;
use crate::error::Error;

/// The loss of a factorisation of pointwise mutual information, shard by shard.
///
/// With counts x_ij, their sums over rows x_i· and columns x_·j, the total D, and p = w_i·w̃_j:
/// a cell with x > 0 has ½ f(x) (p − pmi)², f(x) = b₀ + b₁ x^α, pmi = ln(x D/(x_i· x_·j));
/// a cell with x = 0 has softplus(p − pmi*), pmi* = ln(D/(x_i· x_·j)), as if it were counted once.
/// The loss is the sum over the cells of a shard. Sources: Shazeer et al. 2016 (paper 088), whose constants are the
/// defaults. Double precision.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::{Shard, Swivel};
///
/// let counts = [10.0, 0.0, 2.0, 5.0];
/// let shard = Shard { counts: &counts, row_sums: &[10.0, 7.0], column_sums: &[12.0, 5.0], total: 17.0 };
/// let (rows, columns) = (vec![0.3, 0.1, -0.2, 0.5], vec![0.4, -0.1, 0.2, 0.6]);
/// let (rows, columns) = (Array::new(&rows, &[2, 2]), Array::new(&columns, &[2, 2]));
/// let (value, _, _) = Swivel::default().value_and_gradients(&shard, &rows, &columns)?;
/// assert!((value - 1.753336899).abs() < 1e-9);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swivel {
    /// Weight of every cell with a count; ≥ 0.
    pub b0: f64,
    /// Weight that grows with the count; ≥ 0.
    pub b1: f64,
    /// How fast it grows; ≥ 0.
    pub alpha: f64,
}

impl Default for Swivel {
    fn default() -> Self {
        Swivel {
            b0: 0.1,
            b1: 0.25,
            alpha: 0.5,
        }
    }
}

/// A block of counts, with the sums of its rows and columns over the whole table.
#[derive(Debug, Clone, Copy)]
pub struct Shard<'a> {
    /// `[rows, columns]`, ≥ 0; need not be whole.
    pub counts: &'a [f64],
    /// `[rows]`, above 0: what never occurs has no mutual information.
    pub row_sums: &'a [f64],
    /// `[columns]`, above 0.
    pub column_sums: &'a [f64],
    /// The sum of all counts of the table, above 0.
    pub total: f64,
}

impl Shard<'_> {
    /// [`pointwise mutual information`](Swivel) of the cells `[rows, columns]`; where the count is 0, that of a count
    /// of 1.
    ///
    /// # Errors
    /// [`Error::Shape`] for lengths that do not fit together, [`Error::Value`] for a number out of range.
    pub fn pointwise_mutual_information(&self) -> Result<Vec<f64>, Error> {
        let (rows, columns) = (self.row_sums.len(), self.column_sums.len());
        if Some(self.counts.len()) != rows.checked_mul(columns) {
            let expected = format!("[{rows}, {columns}]");
            return Err(Error::shape("counts", expected, &[self.counts.len()]));
        }
        let above = |x: f64| x > 0.0 && x.is_finite();
        let at_least = |x: f64| x >= 0.0 && x.is_finite();
        check(
            "counts",
            self.counts,
            at_least,
            "a finite number of at least 0",
        )?;
        for (argument, values) in [
            ("row_sums", self.row_sums),
            ("column_sums", self.column_sums),
            ("total", &[self.total]),
        ] {
            check(argument, values, above, "a finite number above 0")?;
        }
        let cells = self.counts.iter().enumerate().map(|(i, &count)| {
            let count = if count > 0.0 { count } else { 1.0 };
            let expected = self.row_sums[i / columns].ln() + self.column_sums[i % columns].ln();
            count.ln() + self.total.ln() - expected
        });
        Ok(cells.collect())
    }
}

fn check(
    argument: &'static str,
    values: &[f64],
    allowed: impl Fn(f64) -> bool,
    expected: &str,
) -> Result<(), Error> {
    match values.iter().position(|&x| !allowed(x)) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: values[position],
            expected: expected.to_string(),
        }),
    }
}

impl Swivel {
    /// The loss of a shard with the gradients `[rows, d]` and `[columns, d]` by the vectors of its rows and columns.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] and [`Error::Parameter`] for numbers out
    /// of range.
    pub fn value_and_gradients(
        &self,
        shard: &Shard<'_>,
        rows: &Array<'_>,
        columns: &Array<'_>,
    ) -> Result<(f64, Vec<f64>, Vec<f64>), Error> {
        for (parameter, value) in [("b0", self.b0), ("b1", self.b1), ("alpha", self.alpha)] {
            check_at_least("Swivel", parameter, value, 0.0)?;
        }
        let information = shard.pointwise_mutual_information()?;
        let table = Table::new("rows", rows)?;
        let other = Table::beside("columns", columns, table.width)?;
        for (argument, found, wanted, array) in [
            ("rows", table.len(), shard.row_sums.len(), rows),
            ("columns", other.len(), shard.column_sums.len(), columns),
        ] {
            if found != wanted {
                let expected = format!("[{wanted}, {}]", table.width);
                return Err(Error::shape(argument, expected, array.shape));
            }
        }
        let (width, mut value) = (table.width, 0.0);
        let mut by_rows = vec![0.0; table.values.len()];
        let mut by_columns = vec![0.0; other.values.len()];
        for (cell, (&count, pmi)) in shard.counts.iter().zip(information).enumerate() {
            let (i, j) = (cell / other.len(), cell % other.len());
            let gap = dot(table.row(i), other.row(j)) - pmi;
            let slope = if count > 0.0 {
                let weight = self.b0 + self.b1 * count.powf(self.alpha);
                value += 0.5 * weight * gap * gap;
                weight * gap
            } else {
                value += gap.max(0.0) + (-gap.abs()).exp().ln_1p();
                1.0 / (1.0 + (-gap).exp())
            };
            for k in 0..width {
                by_rows[i * width + k] += slope * other.values[j * width + k];
                by_columns[j * width + k] += slope * table.values[i * width + k];
            }
        }
        Ok((value, by_rows, by_columns))
    }
}

/// How often tokens occur near each other, weighted by one over their distance: `[vocabulary, vocabulary]`, symmetric.
///
/// Each pair of places up to `window` apart adds 1/distance to both of its cells. Source: Shazeer et al. 2016.
///
/// # Errors
/// [`Error::Parameter`] for a token that is not below `vocabulary`, or a table that does not fit into memory.
pub fn cooccurrences(
    tokens: &[usize],
    vocabulary: usize,
    window: usize,
) -> Result<Vec<f64>, Error> {
    if let Some(&token) = tokens.iter().find(|&&token| token >= vocabulary) {
        return Err(wrong(
            "cooccurrences",
            "tokens",
            format!("below {vocabulary}"),
            token,
        ));
    }
    let cells = vocabulary
        .checked_mul(vocabulary)
        .filter(|&n| n <= isize::MAX as usize / 8);
    let Some(cells) = cells else {
        return Err(wrong(
            "cooccurrences",
            "vocabulary",
            "a table of which fits",
            vocabulary,
        ));
    };
    let mut counts = vec![0.0; cells];
    for (place, &token) in tokens.iter().enumerate() {
        let after = tokens[place + 1..].iter().take(window);
        for (distance, &other) in after.enumerate() {
            let share = 1.0 / (distance + 1) as f64;
            counts[token * vocabulary + other] += share;
            counts[other * vocabulary + token] += share;
        }
    }
    Ok(counts)
}

/// The rows, or columns, of each shard: sorted by frequency, the highest first and of equal ones the earlier, and dealt
/// out in turn, so that all shards have about the same mix. `size` of them each, but for the last ones.
///
/// # Errors
/// [`Error::Parameter`] for a size of 0, [`Error::Value`] for a frequency that is not a number.
pub fn shard_indices(frequencies: &[f64], size: usize) -> Result<Vec<Vec<usize>>, Error> {
    if size == 0 {
        return Err(wrong("shard_indices", "size", "at least 1", 0));
    }
    check("frequencies", frequencies, |x| !x.is_nan(), "a number")?;
    let mut order: Vec<usize> = (0..frequencies.len()).collect();
    order.sort_by(|&a, &b| frequencies[b].total_cmp(&frequencies[a]));
    let shards = frequencies.len().div_ceil(size);
    let dealt = |first| order.iter().skip(first).step_by(shards).copied().collect();
    Ok((0..shards).map(dealt).collect())
}
