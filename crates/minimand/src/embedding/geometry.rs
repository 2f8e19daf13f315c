//! How embeddings lie: alignment of pairs, uniformity on the sphere, and how many directions they use.

use super::eigen;
use super::table::{Table, check_labels, square_distance, unit_scale, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::kernels::parallel;
use std::collections::BTreeMap;

/// Rows of a block of products.
const BLOCK: usize = 128;

/// Alignment of pairs: the mean of ‖x_i − y_i‖^α over the rows of two arrays `[n, d]`, each row divided by its length.
///
/// In 0..2^α, 0 if all pairs coincide; α > 0, usually 2. A row of zeros stays one. Source: Wang and Isola 2020 (paper
/// 142).
///
/// # Errors
/// [`Error::Shape`] for arrays that do not fit together or have no rows, [`Error::Value`] for numbers that are not
/// finite, [`Error::Parameter`] for another α.
pub fn alignment(x: &Array<'_>, y: &Array<'_>, alpha: f64) -> Result<f64, Error> {
    if !(alpha > 0.0 && alpha.is_finite()) {
        return Err(wrong(
            "alignment",
            "alpha",
            "a finite number above 0",
            alpha,
        ));
    }
    let (mut x, mut y) = (Table::new("x", x)?, Table::new("y", y)?);
    if (x.len(), x.width) != (y.len(), y.width) || x.len() == 0 {
        let expected = format!("[{}, {}] with n >= 1, as x", x.len().max(1), x.width);
        return Err(Error::shape("y", expected, &[y.len(), y.width]));
    }
    x.normalize();
    y.normalize();
    let powers = x
        .rows()
        .zip(y.rows())
        .map(|(a, b)| square_distance(a, b).powf(0.5 * alpha));
    Ok(powers.sum::<f64>() / x.len() as f64)
}

/// Alignment of classes: the mean of ‖x_i − x_j‖² over all pairs of different rows of `[n, d]` with equal labels, each
/// row divided by its length.
///
/// In 0..4, 0 if every class is one point; `None` if no label comes twice. Linear in n: the squared distances of m rows
/// add up to m times those from their mean. Source: Wang and Isola 2020 (paper 142), with classes in place of
/// augmentations.
///
/// # Errors
/// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite.
pub fn class_alignment<'a>(
    x: &Array<'_>,
    labels: impl Into<Labels<'a>>,
) -> Result<Option<f64>, Error> {
    let (mut table, labels) = (Table::new("x", x)?, labels.into());
    check_labels("labels", &labels, table.len())?;
    table.normalize();
    let mut classes: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    (0..table.len()).for_each(|i| classes.entry(labels.get(i)).or_default().push(i));
    let (mut sum, mut pairs) = (0.0, 0.0);
    for members in classes.values() {
        let size = members.len() as f64;
        let mut mean = vec![0.0; table.width];
        for &i in members {
            mean.iter_mut()
                .zip(table.row(i))
                .for_each(|(m, x)| *m += x / size);
        }
        let distances = members
            .iter()
            .map(|&i| square_distance(table.row(i), &mean));
        // A class of one has no pair, whatever rounding makes of its mean.
        sum += if members.len() > 1 {
            size * distances.sum::<f64>()
        } else {
            0.0
        };
        pairs += 0.5 * size * (size - 1.0);
    }
    Ok((pairs > 0.0).then(|| (sum / pairs).min(4.0)))
}

/// Uniformity: ln of the mean of exp(−t ‖x_i − x_j‖²) over all pairs of different rows of `[n, d]`, each row divided by
/// its length.
///
/// In −4t..0, the lower the more uniform; 0 if all coincide; t > 0, usually 2. On the whole sphere no distribution goes
/// below [`uniformity_lower_bound`], a few embeddings may. Source: Wang and Isola 2020 (paper 142).
///
/// ```
/// use minimand::{Array, embedding::uniformity};
///
/// let points = vec![1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0];
/// let value = uniformity(&Array::new(&points, &[4, 2]), 2.0)?;
/// assert!((value + 4.396348967).abs() < 1e-9);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for an array that is not `[n, d]` with n ≥ 2, [`Error::Value`] for numbers that are not finite,
/// [`Error::Parameter`] for another t.
pub fn uniformity(x: &Array<'_>, t: f64) -> Result<f64, Error> {
    if !(t > 0.0 && t <= 1e300) {
        return Err(wrong("uniformity", "t", "above 0 and at most 1e300", t));
    }
    let mut table = Table::new("x", x)?;
    if table.len() < 2 {
        return Err(Error::shape("x", "[n, d] with n >= 2", x.shape));
    }
    table.normalize();
    let (n, width) = (table.len(), table.width);
    let mut tasks: Vec<usize> = (0..n).step_by(BLOCK).collect();
    // Of the pairs whose first row is in the block, and whose second comes after it: the largest exponent, and the sum
    // of the powers beside it.
    let buffer = || vec![0.0; BLOCK * BLOCK];
    let parts = parallel::run(&mut tasks, buffer, |products, &mut first| {
        let (mut most, mut sum) = (f64::NEG_INFINITY, 0.0);
        let rows = BLOCK.min(n - first);
        let lhs = Matrix::new(
            &table.values[first * width..(first + rows) * width],
            rows,
            width,
        );
        for other in (first..n).step_by(BLOCK) {
            let columns = BLOCK.min(n - other);
            let rhs = &table.values[other * width..(other + columns) * width];
            let products = &mut products[..rows * columns];
            let rhs = Matrix::new(rhs, columns, width).transposed();
            multiply_into(products, false, lhs, rhs);
            for (i, row) in products.chunks_exact_mut(columns).enumerate() {
                let after = (first + i + 1).saturating_sub(other).min(columns);
                let row = &mut row[after..];
                let exponents = row.iter_mut().map(|x| {
                    // −t d², d² = 2 − 2 x·y.
                    *x = 2.0 * t * (*x - 1.0).min(0.0);
                    *x
                });
                let here = exponents.fold(most, f64::max);
                if here > most {
                    sum *= (most - here).exp();
                    most = here;
                }
                sum += row.iter().map(|x| (x - most).exp()).sum::<f64>();
            }
        }
        (most, sum)
    });
    let most = parts.iter().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = parts.iter().map(|p| p.1 * (p.0 - most).exp()).sum();
    let pairs = 0.5 * n as f64 * (n - 1) as f64;
    Ok((most + (sum / pairs).ln()).min(0.0))
}

/// The [`uniformity`] of the uniform distribution on the sphere in `dimensions` (d): ln ₀F₁(; d/2; t²) − 2t, the least
/// of all distributions.
///
/// # Errors
/// [`Error::Parameter`] for no dimension, and for a t outside 0..=10⁴.
pub fn uniformity_lower_bound(dimensions: usize, t: f64) -> Result<f64, Error> {
    if !(0.0..=1e4).contains(&t) {
        return Err(wrong("uniformity_lower_bound", "t", "in 0..=10000", t));
    }
    if dimensions == 0 {
        return Err(wrong(
            "uniformity_lower_bound",
            "dimensions",
            "at least 1",
            0,
        ));
    }
    // The logarithms of the series' terms: t²/((d/2 + m) (m + 1)) from one to the next.
    let half = 0.5 * dimensions as f64;
    let (mut term, mut total, mut m) = (0.0f64, 0.0f64, 0.0);
    loop {
        let ratio = t * t / ((half + m) * (m + 1.0));
        term += ratio.ln();
        let more = (term - total).exp();
        total += more.ln_1p();
        m += 1.0;
        if ratio < 0.5 && more < 1e-18 || ratio == 0.0 {
            return Ok(total - 2.0 * t);
        }
    }
}

/// The singular values of embeddings: how many directions they use.
///
/// ```
/// use minimand::{Array, embedding::Spectrum};
///
/// // Two directions of three, used alike.
/// let points = vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0, 0.0];
/// let spectrum = Spectrum::new(&Array::new(&points, &[4, 3]), false)?;
/// assert!((spectrum.effective_rank() - 2.0).abs() < 1e-12);
/// assert!((spectrum.utilization() - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    singular_values: Vec<f64>,
}

impl Spectrum {
    /// Of `embeddings` `[n, d]`, with the mean row taken off first if `centred`.
    ///
    /// Through the eigenvalues of the smaller product of the array with itself: a singular value below about 10⁻⁷ of
    /// the largest cannot be told from 0 and counts as 0. Some n d min(n, d) + 8 min(n, d)³ operations.
    ///
    /// # Errors
    /// [`Error::Shape`] for another shape or no rows, [`Error::Value`] for numbers that are not finite.
    pub fn new(embeddings: &Array<'_>, centred: bool) -> Result<Self, Error> {
        let mut table = Table::new("embeddings", embeddings)?;
        let (n, width) = (table.len(), table.width);
        if n == 0 {
            return Err(Error::shape(
                "embeddings",
                "[n, d] with n >= 1",
                embeddings.shape,
            ));
        }
        let scale = unit_scale(table.largest());
        table.scale(scale);
        if centred {
            let mut mean = vec![0.0; width];
            for row in table.rows() {
                mean.iter_mut()
                    .zip(row)
                    .for_each(|(m, x)| *m += x / n as f64);
            }
            for row in table.values.chunks_exact_mut(width) {
                row.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m);
            }
        }
        let by_rows = Matrix::new(&table.values, n, width);
        let (lhs, rhs) = match n < width {
            true => (by_rows, by_rows.transposed()),
            false => (by_rows.transposed(), by_rows),
        };
        let side = n.min(width);
        let mut gram = vec![0.0; side * side];
        multiply_into(&mut gram, false, lhs, rhs);
        let (values, _) = eigen::symmetric(gram, side);
        let noise = n.max(width) as f64 * f64::EPSILON * values[0];
        let singular = values
            .iter()
            .map(|&x| if x > noise { x.sqrt() / scale } else { 0.0 });
        Ok(Spectrum {
            singular_values: singular.collect(),
        })
    }

    /// In descending order, min(n, d) of them.
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// exp of the entropy of the singular values as shares of their sum; in 1..min(n, d), 0 for zeros. Source: Roy and
    /// Vetterli 2007.
    pub fn effective_rank(&self) -> f64 {
        let largest = self.singular_values[0];
        if largest == 0.0 {
            return 0.0;
        }
        let sizes = || {
            self.singular_values
                .iter()
                .map(|s| s / largest)
                .filter(|s| *s > 0.0)
        };
        let sum: f64 = sizes().sum();
        sizes()
            .map(|s| -s / sum * (s / sum).ln())
            .sum::<f64>()
            .exp()
    }

    /// (Σ σ²)²/Σ σ⁴: how many directions share the variance; in 1..min(n, d), 0 for zeros.
    pub fn participation_ratio(&self) -> f64 {
        let largest = self.singular_values[0];
        if largest == 0.0 {
            return 0.0;
        }
        let squares = || self.singular_values.iter().map(|s| (s / largest).powi(2));
        squares().sum::<f64>().powi(2) / squares().map(|x| x * x).sum::<f64>()
    }

    /// The effective rank as a share of what it could be, min(n, d); in 0..1.
    pub fn utilization(&self) -> f64 {
        self.effective_rank() / self.singular_values.len() as f64
    }
}
