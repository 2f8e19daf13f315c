//! Similarity along the manifold that embeddings and proxies make up: a random walk on all of them.

use super::table::{Table, check_at_least, check_labels, length, through_unit, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::kernels::linear_rows::{Matrix, multiply_into};

/// How sharp similarities of the graph are: they are e^(cos/½).
const SHARPNESS: f64 = 2.0;

/// The manifold similarity loss: along the graph of a batch and its proxies each embedding is to be nearest to its own.
///
/// With S_ij = e^(2 max(0, cos)) between different points, D its row sums and S̄ = D^−½ S D^−½, a random walk that goes on
/// with the probability α ends by F = (1 − α)(I − α S̄)⁻¹. With x_k = F_ik (intrinsic) and x_k = cos(F_i, F_k) (context)
/// at the proxies k, an embedding i with the proxy y has
///
/// ℓ = ln(1 + Σ_k e^(x_k − x_y + m)) over the other proxies with x_k ≥ x_y − m,
///
/// and the loss is the mean of intrinsic·ℓ + context·ℓ. A proxy that is further behind adds nothing, so that the value
/// jumps where it comes nearer. Proxies stand for groups of classes; which, is for the caller to choose, for each of
/// several heads another way. A zero vector has the cosine 0 with all and no gradient. Takes O((n + k)³) time and
/// O((n + k)²) memory. Source: Aziere and Todorovic 2019. Double precision.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::Manifold;
///
/// let (embeddings, proxies) = (vec![1.0, 0.0, 0.6, 0.8, -1.0, 0.3], vec![1.0, 0.2, -0.9, 0.1]);
/// let (embeddings, proxies) = (Array::new(&embeddings, &[3, 2]), Array::new(&proxies, &[2, 2]));
/// let loss = Manifold::default();
/// let (value, by_embeddings, by_proxies) =
///     loss.value_and_gradients(&embeddings, &proxies, &vec![0i64, 1, 1])?;
/// assert!(value > 0.0 && by_embeddings.len() == 6 && by_proxies.len() == 4);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manifold {
    /// Weight of the intrinsic part; ≥ 0.
    pub intrinsic: f64,
    /// Weight λ of the context part; ≥ 0.
    pub context: f64,
    /// Probability α with which the walk goes on, between 0 and 1.
    pub alpha: f64,
    /// Margin m.
    pub margin: f64,
}

impl Default for Manifold {
    fn default() -> Self {
        Manifold {
            intrinsic: 1.0,
            context: 1.0,
            alpha: 0.8,
            margin: 5e-4,
        }
    }
}

/// The walk on the points, and what it is made of; square matrices of all points, row by row.
struct Walk {
    size: usize,
    cosines: Vec<f64>,
    similarities: Vec<f64>,
    /// D^−½
    scales: Vec<f64>,
    ends: Vec<f64>,
}

impl Manifold {
    fn check(&self) -> Result<(), Error> {
        let of = "Manifold";
        check_at_least(of, "intrinsic", self.intrinsic, 0.0)?;
        check_at_least(of, "context", self.context, 0.0)?;
        if !(self.alpha > 0.0 && self.alpha < 1.0) {
            return Err(wrong(of, "alpha", "a number between 0 and 1", self.alpha));
        }
        if !self.margin.is_finite() {
            return Err(wrong(of, "margin", "a finite number", self.margin));
        }
        Ok(())
    }

    /// The value with its gradients by embeddings `[n, d]` and by proxies `[k, d]`, in their shapes. `labels` are the
    /// embeddings' proxies, in `0..k`. No embeddings have the value 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite and labels
    /// that are no proxy, [`Error::Parameter`].
    pub fn value_and_gradients<'a>(
        &self,
        embeddings: &Array<'_>,
        proxies: &Array<'_>,
        labels: impl Into<Labels<'a>>,
    ) -> Result<(f64, Vec<f64>, Vec<f64>), Error> {
        self.check()?;
        let mut points = Table::new("embeddings", embeddings)?;
        let (n, width) = (points.len(), points.width);
        let others = Table::beside("proxies", proxies, width)?;
        let k = others.len();
        if k == 0 {
            return Err(Error::shape(
                "proxies",
                format!("[k, {width}] with k >= 1"),
                proxies.shape,
            ));
        }
        let own = own_proxies(labels.into(), n, k)?;
        points.values.extend(others.values);
        let lengths: Vec<f64> = points.rows().map(length).collect();
        points.normalize();
        if n == 0 {
            return Ok((0.0, Vec::new(), vec![0.0; k * width]));
        }

        let walk = Walk::new(&points, self.alpha);
        let mut by_ends = vec![0.0; walk.size * walk.size];
        let mut value = self.intrinsic_part(&walk, &own, &mut by_ends);
        value += self.context_part(&walk, &own, &mut by_ends);
        let pulls = walk.pull_back(self.alpha, by_ends);
        let mut gradient = vec![0.0; points.values.len()];
        let (pulls, rows) = (
            square(&pulls, walk.size),
            Matrix::new(&points.values, walk.size, width),
        );
        multiply_into(&mut gradient, false, pulls, rows);
        for (i, row) in gradient.chunks_mut(width).enumerate() {
            through_unit(row, points.row(i), lengths[i]);
        }
        let by_proxies = gradient.split_off(n * width);
        Ok((value, gradient, by_proxies))
    }

    /// Ends of the walks at the proxies.
    fn intrinsic_part(&self, walk: &Walk, own: &[usize], by_ends: &mut [f64]) -> f64 {
        let (n, share) = (own.len(), self.intrinsic / own.len() as f64);
        let mut value = 0.0;
        for (i, &own) in own.iter().enumerate() {
            let at = i * walk.size + n..(i + 1) * walk.size;
            let slopes = &mut by_ends[at.clone()];
            value += share * self.behind(&walk.ends[at], own, share, slopes);
        }
        value
    }

    /// Cosines of the walks' ends with those of the proxies. Adds its slopes.
    fn context_part(&self, walk: &Walk, own: &[usize], by_ends: &mut [f64]) -> f64 {
        let (n, size) = (own.len(), walk.size);
        let (k, share) = (size - n, self.context / n as f64);
        let mut units = Table {
            width: size,
            values: walk.ends.clone(),
        };
        let lengths: Vec<f64> = units.rows().map(length).collect();
        units.normalize();
        let (ours, theirs) = units.values.split_at(n * size);
        let (ours, theirs) = (Matrix::new(ours, n, size), Matrix::new(theirs, k, size));
        let mut cosines = vec![0.0; n * k];
        multiply_into(&mut cosines, false, ours, theirs.transposed());
        let mut slopes = vec![0.0; n * k];
        let mut value = 0.0;
        let rows = cosines.chunks(k).zip(slopes.chunks_mut(k));
        for ((row, slopes), &own) in rows.zip(own) {
            value += share * self.behind(row, own, share, slopes);
        }
        let mut back = vec![0.0; size * size];
        let (by_ours, by_theirs) = back.split_at_mut(n * size);
        let slopes = Matrix::new(&slopes, n, k);
        multiply_into(by_ours, false, slopes, theirs);
        multiply_into(by_theirs, false, slopes.transposed(), ours);
        let rows = back.chunks_mut(size).zip(by_ends.chunks_mut(size));
        for (i, (row, to)) in rows.enumerate() {
            through_unit(row, units.row(i), lengths[i]);
            to.iter_mut().zip(row).for_each(|(to, d)| *to += *d);
        }
        value
    }

    /// ℓ of one embedding; adds its slopes times a factor.
    fn behind(&self, near: &[f64], own: usize, factor: f64, slopes: &mut [f64]) -> f64 {
        let lead = |k: usize| near[k] - near[own] + self.margin;
        let counts = |k: &usize| *k != own && lead(*k) >= 0.0;
        let top = (0..near.len()).filter(counts).map(lead).fold(0.0, f64::max);
        let sum: f64 = (0..near.len())
            .filter(counts)
            .map(|k| (lead(k) - top).exp())
            .sum();
        let all = sum + (-top).exp();
        for k in (0..near.len()).filter(counts) {
            let slope = factor * (lead(k) - top).exp() / all;
            slopes[k] += slope;
            slopes[own] -= slope;
        }
        top + all.ln()
    }
}

impl Walk {
    fn new(points: &Table, alpha: f64) -> Self {
        let size = points.len();
        let rows = Matrix::new(&points.values, size, points.width);
        let mut cosines = vec![0.0; size * size];
        multiply_into(&mut cosines, false, rows, rows.transposed());
        let mut similarities: Vec<f64> = (cosines.iter())
            .map(|&c| (SHARPNESS * c.max(0.0)).exp())
            .collect();
        for i in 0..size {
            similarities[i * size + i] = 0.0;
        }
        let sums = similarities.chunks(size).map(|row| row.iter().sum::<f64>());
        let scales: Vec<f64> = sums.map(|sum| 1.0 / sum.sqrt()).collect();
        let mut stays = vec![0.0; size * size];
        for (i, row) in stays.chunks_mut(size).enumerate() {
            for (j, to) in row.iter_mut().enumerate() {
                *to = -alpha * scales[i] * scales[j] * similarities[i * size + j];
            }
            row[i] += 1.0;
        }
        let mut ends = inverse(stays, size);
        ends.iter_mut().for_each(|x| *x *= 1.0 - alpha);
        Walk {
            size,
            cosines,
            similarities,
            scales,
            ends,
        }
    }

    /// Slopes by the cosine of every two points, once for each order of them, from those by the walks' ends.
    fn pull_back(&self, alpha: f64, by_ends: Vec<f64>) -> Vec<f64> {
        let size = self.size;
        let ends = square(&self.ends, size);
        let (mut half, mut by_steps) = (vec![0.0; size * size], by_ends);
        multiply_into(&mut half, false, ends, square(&by_steps, size));
        multiply_into(&mut by_steps, false, square(&half, size), ends);
        let factor = alpha / (1.0 - alpha);
        // Of both orders of two points, which have one similarity.
        let both = |i: usize, j: usize| factor * (by_steps[i * size + j] + by_steps[j * size + i]);
        let by_sums: Vec<f64> = (0..size)
            .map(|i| {
                let each = (0..size)
                    .map(|j| both(i, j) * self.scales[j] * self.similarities[i * size + j]);
                -0.5 * self.scales[i].powi(3) * each.sum::<f64>()
            })
            .collect();
        let mut pulls = vec![0.0; size * size];
        for (at, to) in pulls.iter_mut().enumerate() {
            let (i, j) = (at / size, at % size);
            if i != j && self.cosines[at] > 0.0 {
                let slope = both(i, j) * self.scales[i] * self.scales[j] + by_sums[i] + by_sums[j];
                *to = SHARPNESS * self.similarities[at] * slope;
            }
        }
        pulls
    }
}

fn square(values: &[f64], size: usize) -> Matrix<'_, f64> {
    Matrix::new(values, size, size)
}

/// The proxy of each embedding.
fn own_proxies(labels: Labels<'_>, rows: usize, proxies: usize) -> Result<Vec<usize>, Error> {
    check_labels("labels", &labels, rows)?;
    let of = |position: usize| {
        let label = labels.get(position);
        let proxy = usize::try_from(label).ok().filter(|&p| p < proxies);
        proxy.ok_or_else(|| Error::Value {
            argument: "labels",
            position,
            value: label as f64,
            expected: format!("the number of a proxy, below {proxies}"),
        })
    };
    (0..rows).map(of).collect()
}

/// The inverse of a symmetric matrix whose eigenvalues are well above 0, by its Cholesky factor.
fn inverse(mut matrix: Vec<f64>, size: usize) -> Vec<f64> {
    for i in 0..size {
        let (before, rest) = matrix.split_at_mut(i * size);
        let row = &mut rest[..size];
        for (j, other) in before.chunks(size).enumerate() {
            row[j] = (row[j] - super::table::dot(&row[..j], &other[..j])) / other[j];
        }
        row[i] = (row[i] - super::table::dot(&row[..i], &row[..i])).sqrt();
    }
    // The factor's own inverse, row by row; zeros right of the diagonal.
    let mut lower = vec![0.0; size * size];
    for i in 0..size {
        let (before, rest) = lower.split_at_mut(i * size);
        let row = &mut rest[..size];
        let factor = &matrix[i * size..][..=i];
        row[i] = 1.0;
        for (by, other) in factor.iter().zip(before.chunks(size)) {
            row.iter_mut().zip(other).for_each(|(to, x)| *to -= by * x);
        }
        row[..=i].iter_mut().for_each(|x| *x /= factor[i]);
    }
    let lower = square(&lower, size);
    multiply_into(&mut matrix, false, lower.transposed(), lower);
    matrix
}
