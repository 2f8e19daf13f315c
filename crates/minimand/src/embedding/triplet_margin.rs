//! The triplet loss of triplets that a miner, or a data set, has listed.

use super::table::{Table, check_at_least, square_distance, wrong};
use super::tuples::Triplets;
use crate::batch::Array;
use crate::error::Error;

/// L = mean over listed triplets of max(0, d(a, p) − d(a, n) + m), or with `soft` of softplus.
///
/// Distances are Euclidean, of the embeddings as they are. With `swap` the negative's distance is the smaller of that
/// from the anchor and that from the positive (Balntas et al. 2016). Where equal embeddings meet the slope is 0; of
/// equal distances the anchor's counts. The triplets come from [`Mining`](super::Mining) or are those of a data set:
/// anchors, positives and negatives as one array `[3n, d]` with the rows i, n + i and 2n + i. The loss `triplet` has
/// all triplets of a batch, or its own mining. Double precision.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::{Mining, TripletMargin};
///
/// let points = vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 4.0, 4.0];
/// let points = Array::new(&points, &[4, 2]);
/// let triplets = Mining::among(&points, &vec![0i64, 0, 1, 1], false)?.batch_hard();
/// let loss = TripletMargin { margin: 1.0, ..TripletMargin::default() };
/// let (value, gradient) = loss.value_and_gradient(&points, &triplets)?;
/// assert!((value - 1.896446609).abs() < 1e-9 && gradient.len() == 8);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TripletMargin {
    /// Margin m ≥ 0.
    pub margin: f64,
    /// May the positive stand for the anchor before the negative?
    pub swap: bool,
    /// Softplus in the place of the hinge?
    pub soft: bool,
}

impl Default for TripletMargin {
    /// Margin 1, no swap, the hinge.
    fn default() -> Self {
        TripletMargin {
            margin: 1.0,
            swap: false,
            soft: false,
        }
    }
}

impl TripletMargin {
    /// The loss of `embeddings` `[n, d]` and its gradient by them. Without triplets it is 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for an array of another shape, [`Error::Value`] for numbers that are not finite,
    /// [`Error::Parameter`] for a margin below 0 and for rows that are not there.
    pub fn value_and_gradient(
        &self,
        embeddings: &Array<'_>,
        triplets: &Triplets,
    ) -> Result<(f64, Vec<f64>), Error> {
        check_at_least("TripletMargin", "margin", self.margin, 0.0)?;
        let table = Table::new("embeddings", embeddings)?;
        let rows = [&triplets.anchors, &triplets.positives, &triplets.negatives];
        let count = rows[0].len();
        if rows.iter().any(|rows| rows.len() != count) {
            let got = format!("{}, {} and {}", count, rows[1].len(), rows[2].len());
            return Err(wrong(
                "TripletMargin",
                "triplets",
                "as many rows of each kind",
                got,
            ));
        }
        if let Some(&row) = rows.into_iter().flatten().find(|row| **row >= table.len()) {
            let expected = format!("rows in 0..{}", table.len());
            return Err(wrong("TripletMargin", "triplets", expected, row));
        }
        let mut gradient = vec![0.0; table.values.len()];
        let share = 1.0 / count.max(1) as f64;
        let mut value = 0.0;
        let distance = |i: usize, j: usize| square_distance(table.row(i), table.row(j)).sqrt();
        for at in 0..count {
            let [a, p, n] = rows.map(|rows| rows[at]);
            let near = distance(a, p);
            let (mut from, mut far) = (a, distance(a, n));
            if self.swap && distance(p, n) < far {
                (from, far) = (p, distance(p, n));
            }
            let lead = near - far + self.margin;
            let slope = if self.soft {
                value += share * (lead.max(0.0) + (-lead.abs()).exp().ln_1p());
                share / (1.0 + (-lead).exp())
            } else {
                value += share * lead.max(0.0);
                share * f64::from(u8::from(lead > 0.0))
            };
            for (i, j, by, d) in [(a, p, slope, near), (from, n, -slope, far)] {
                if d == 0.0 || by == 0.0 {
                    continue;
                }
                let width = table.width;
                for k in 0..width {
                    let g = by * (table.row(i)[k] - table.row(j)[k]) / d;
                    gradient[i * width + k] += g;
                    gradient[j * width + k] -= g;
                }
            }
        }
        Ok((value, gradient))
    }
}
