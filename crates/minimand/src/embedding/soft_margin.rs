//! A margin that follows the batches: triplets weighed by how hard they are among those of late.

use super::table::{Table, check_labels, length, square_distance, through_unit, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;

/// Lowest difference of two distances on the sphere.
const LOWEST: f64 = -2.0;

/// The dynamic soft margin loss: L = mean over triplets of CDF(t)·t with t = d(a, p) − d(a, n), distances of unit
/// vectors.
///
/// The distribution function is that of a histogram of t over −2..2, which moves towards that of every batch; a number
/// is shared out linearly between the two nearest of its `bins` + 1 centres. A triplet weighs as much as it is harder
/// than others, and there is no margin to choose. All triplets of a batch take part; weights are held fixed in the
/// gradient, which is 0 between equal embeddings and of a row of zeros. Takes O(Σ |P_i| |N_i|). Source: Zhang and
/// Rusinkiewicz 2019. Double precision.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::DynamicSoftMargin;
///
/// let mut loss = DynamicSoftMargin::new(10, 0.01)?;
/// let embeddings = vec![1.0, 0.0, 0.8, 0.6, 0.0, 1.0];
/// let (value, gradient) = loss.step(&Array::new(&embeddings, &[3, 2]), &vec![0i64, 0, 1])?;
/// assert!(value < 0.0 && gradient.len() == 6);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DynamicSoftMargin {
    momentum: f64,
    /// Shares of the centres; zeros before the first batch.
    histogram: Vec<f64>,
}

impl DynamicSoftMargin {
    /// With so many bins (usually 10), of which a batch's histogram moves the kept one by `momentum` (usually 0.01).
    ///
    /// # Errors
    /// [`Error::Parameter`] for no bins, and for a momentum outside of 0..1.
    pub fn new(bins: usize, momentum: f64) -> Result<Self, Error> {
        let of = "DynamicSoftMargin";
        if !(1..=1_000_000).contains(&bins) {
            return Err(wrong(of, "bins", "1 to 1000000", bins));
        }
        if !(0.0..=1.0).contains(&momentum) {
            return Err(wrong(of, "momentum", "a number in 0..1", momentum));
        }
        let histogram = vec![0.0; bins + 1];
        Ok(DynamicSoftMargin {
            momentum,
            histogram,
        })
    }

    /// With a histogram that was kept, such as with a model: shares ≥ 0 of as many centres, or zeros.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of shares, [`Error::Value`] for a share that is not finite or below 0.
    pub fn with_histogram(mut self, shares: &[f64]) -> Result<Self, Error> {
        if shares.len() != self.histogram.len() {
            let expected = format!("[{}], one for each centre", self.histogram.len());
            return Err(Error::shape("histogram", expected, &[shares.len()]));
        }
        let bad = shares.iter().position(|x| !(x.is_finite() && *x >= 0.0));
        if let Some(position) = bad {
            return Err(Error::Value {
                argument: "histogram",
                position,
                value: shares[position],
                expected: "a finite number of at least 0".to_string(),
            });
        }
        self.histogram.copy_from_slice(shares);
        Ok(self)
    }

    /// Shares of the histogram's centres, from −2 to 2; zeros before the first batch.
    pub fn histogram(&self) -> &[f64] {
        &self.histogram
    }

    /// Takes the batch `[n, d]` into the histogram; gives the loss and its gradient by the embeddings. A batch without
    /// triplets changes nothing and has value 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite.
    pub fn step<'a>(
        &mut self,
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
    ) -> Result<(f64, Vec<f64>), Error> {
        let (mut table, labels) = (Table::new("embeddings", embeddings)?, labels.into());
        check_labels("labels", &labels, table.len())?;
        let lengths: Vec<f64> = table.rows().map(length).collect();
        table.normalize();
        let (n, width) = (table.len(), table.width);
        let distances = |i: usize| -> Vec<f64> {
            let each = (0..n).map(|j| square_distance(table.row(i), table.row(j)).sqrt());
            each.collect()
        };
        let bins = self.histogram.len() - 1;
        let step = -2.0 * LOWEST / bins as f64;
        let places = |t: f64| ((t - LOWEST) / step).clamp(0.0, bins as f64);
        let below = |t: f64| (places(t) as usize).min(bins - 1);
        let partners = |i: usize| {
            let of = |alike: bool| -> Vec<usize> {
                let others = (0..n).filter(|&j| j != i);
                others
                    .filter(|&j| (labels.get(j) == labels.get(i)) == alike)
                    .collect()
            };
            [of(true), of(false)]
        };

        let mut batch = vec![0.0; bins + 1];
        let mut count = 0.0;
        for i in 0..n {
            let (d, [positives, negatives]) = (distances(i), partners(i));
            for &p in &positives {
                for &k in &negatives {
                    let t = d[p] - d[k];
                    let above = places(t) - below(t) as f64;
                    batch[below(t)] += 1.0 - above;
                    batch[below(t) + 1] += above;
                    count += 1.0;
                }
            }
        }
        let mut gradient = vec![0.0; n * width];
        if count == 0.0 {
            return Ok((0.0, gradient));
        }
        let first = self.histogram.iter().all(|&share| share == 0.0);
        let by = if first { 1.0 } else { self.momentum };
        for (kept, new) in self.histogram.iter_mut().zip(&batch) {
            *kept = (1.0 - by) * *kept + by * new / count;
        }
        let mut up_to = 0.0;
        let mut distribution = Vec::with_capacity(bins + 1);
        for share in &self.histogram {
            up_to += share;
            distribution.push(up_to);
        }

        let mut value = 0.0;
        for i in 0..n {
            let (d, [positives, negatives]) = (distances(i), partners(i));
            let mut slopes = vec![0.0; n];
            for &p in &positives {
                for &k in &negatives {
                    let t = d[p] - d[k];
                    let weight = distribution[below(t)] / count;
                    value += weight * t;
                    slopes[p] += weight;
                    slopes[k] -= weight;
                }
            }
            for j in (0..n).filter(|&j| slopes[j] != 0.0 && d[j] > 0.0) {
                let factor = slopes[j] / d[j];
                for k in 0..width {
                    let slope = factor * (table.row(i)[k] - table.row(j)[k]);
                    gradient[i * width + k] += slope;
                    gradient[j * width + k] -= slope;
                }
            }
        }
        for (i, row) in gradient.chunks_mut(width).enumerate() {
            through_unit(row, table.row(i), lengths[i]);
        }
        Ok((value, gradient))
    }
}
