//! Symmetric matrices by their eigenvectors: roots and what is made of them.
//!
//! Householder's reduction to three diagonals, then implicit QL (Golub and Van Loan, sections 8.3.1 and 8.3.3). The
//! loops run along rows, so that the compiler makes vectors of them. An own one, because the well kept crates cost more to
//! compile than the rest of this crate has room for: the core builds in a minute.

use crate::error::Error;

/// A = Q diag(λ) Qᵀ.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, from the smallest up.
    pub values: Vec<f64>,
    /// `[n, n]`: row i is the eigenvector of unit length of `values[i]`.
    pub vectors: Vec<f64>,
}

/// Sweeps after which a matrix of finite numbers has long converged.
const SWEEPS: usize = 60;

/// Eigenvalues and eigenvectors of the symmetric part of a matrix `[n, n]`. O(n³).
///
/// # Errors
/// Another number of entries than n², entries that are not finite or so large that squares are not.
pub fn eigen(matrix: &[f64], n: usize) -> Result<Eigen, Error> {
    check(matrix, n)?;
    let mut a = vec![0.0; n * n];
    let size = matrix.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
    if size == 0.0 {
        return Ok(Eigen {
            values: vec![0.0; n],
            vectors: identity(n),
        });
    }
    // Of size 1, so that no square leaves the range.
    for i in 0..n {
        for j in 0..n {
            a[i * n + j] = 0.5 * (matrix[i * n + j] / size + matrix[j * n + i] / size);
        }
    }
    let (mut diagonal, mut beside, mut vectors) = tridiagonal(a, n);
    implicit_ql(&mut diagonal, &mut beside, &mut vectors, n)?;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j]));
    Ok(Eigen {
        values: order.iter().map(|&i| diagonal[i] * size).collect(),
        vectors: order
            .iter()
            .flat_map(|&i| vectors[i * n..(i + 1) * n].iter().copied())
            .collect(),
    })
}

fn check(matrix: &[f64], n: usize) -> Result<(), Error> {
    if n.checked_mul(n) != Some(matrix.len()) {
        return Err(Error::Shape {
            argument: "matrix",
            expected: format!("[{n}, {n}]"),
            got: format!("{} entries", matrix.len()),
        });
    }
    match matrix.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument: "matrix",
            position,
            value: matrix[position],
            expected: "a finite number".to_string(),
        }),
    }
}

fn identity(n: usize) -> Vec<f64> {
    (0..n * n)
        .map(|at| f64::from(u8::from(at / n == at % n)))
        .collect()
}

/// Diagonal, the numbers beside it (the first is 0), and Qᵀ row by row with A = Q T Qᵀ.
fn tridiagonal(mut a: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut beside = vec![0.0; n];
    let mut reflections: Vec<Vec<f64>> = Vec::with_capacity(n);
    for k in 0..n.saturating_sub(2) {
        // The reflection that leaves of row k only what is beside the diagonal.
        let mut v: Vec<f64> = a[k * n + k + 1..(k + 1) * n].to_vec();
        let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let alpha = if v[0] > 0.0 { -length } else { length };
        beside[k + 1] = alpha;
        v[0] -= alpha;
        let square: f64 = v.iter().map(|x| x * x).sum();
        if square == 0.0 {
            reflections.push(Vec::new());
            continue;
        }
        // A ← H A H with H = I − 2vvᵀ/v²: A − v wᵀ − w vᵀ.
        let first = k + 1;
        let mut w: Vec<f64> = (first..n)
            .map(|i| dot(&a[i * n + first..(i + 1) * n], &v) * 2.0 / square)
            .collect();
        let half = dot(&v, &w) / square;
        for (w, v) in w.iter_mut().zip(&v) {
            *w -= half * v;
        }
        for i in first..n {
            let (vi, wi) = (v[i - first], w[i - first]);
            let row = &mut a[i * n + first..(i + 1) * n];
            for ((x, v), w) in row.iter_mut().zip(&v).zip(&w) {
                *x -= vi * w + wi * v;
            }
        }
        let norm = (2.0 / square).sqrt();
        v.iter_mut().for_each(|x| *x *= norm);
        reflections.push(v);
    }
    if n >= 2 {
        beside[n - 1] = a[(n - 2) * n + n - 1];
    }
    let diagonal = (0..n).map(|i| a[i * n + i]).collect();
    // Qᵀ = … H₁ H₀, from the identity by columns: (Qᵀ)ᵢ H for rows i.
    let mut q = identity(n);
    for (k, v) in reflections
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, v)| !v.is_empty())
    {
        // Q ← H Q, on Qᵀ: every row times H.
        for row in q.chunks_mut(n) {
            let row = &mut row[k + 1..];
            let by = dot(row, v);
            for (x, v) in row.iter_mut().zip(v) {
                *x -= by * v;
            }
        }
    }
    (diagonal, beside, q)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (parts, others) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = (parts.remainder().iter().zip(others.remainder()))
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in parts.zip(others) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Rotates the numbers beside the diagonal away, and rows of `vectors` along.
fn implicit_ql(
    diagonal: &mut [f64],
    beside: &mut [f64],
    vectors: &mut [f64],
    n: usize,
) -> Result<(), Error> {
    // beside[i] is between i and i + 1 from here on.
    beside.rotate_left(1.min(n));
    for l in 0..n {
        for sweep in 0.. {
            let small = |m: &usize| {
                *m + 1 == n
                    || beside[*m].abs()
                        <= f64::EPSILON * (diagonal[*m].abs() + diagonal[*m + 1].abs())
                    // Of a matrix of size 1, less than rounding.
                    || beside[*m].abs() < 1e-300
            };
            let m = (l..n).find(small).unwrap_or(l);
            if m == l {
                break;
            }
            if sweep == SWEEPS {
                return Err(Error::unsupported("eigen", "does not converge"));
            }
            // The shift: the eigenvalue of the upper two that is nearer to the first.
            let half = (diagonal[l + 1] - diagonal[l]) / (2.0 * beside[l]);
            let root = half.hypot(1.0);
            let mut g = diagonal[m] - diagonal[l] + beside[l] / (half + root.copysign(half));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut deflated = false;
            for i in (l..m).rev() {
                let (f, b) = (s * beside[i], c * beside[i]);
                let r = f.hypot(g);
                beside[i + 1] = r;
                if r == 0.0 {
                    diagonal[i + 1] -= p;
                    beside[m] = 0.0;
                    deflated = true;
                    break;
                }
                (s, c) = (f / r, g / r);
                g = diagonal[i + 1] - p;
                let t = (diagonal[i] - g) * s + 2.0 * c * b;
                p = s * t;
                diagonal[i + 1] = g + p;
                g = c * t - b;
                let (upper, lower) = vectors[i * n..(i + 2) * n].split_at_mut(n);
                for (x, y) in upper.iter_mut().zip(lower) {
                    let old = *y;
                    *y = s * *x + c * old;
                    *x = c * *x - s * old;
                }
            }
            if !deflated {
                diagonal[l] -= p;
                beside[l] = g;
                beside[m] = 0.0;
            }
        }
    }
    Ok(())
}

impl Eigen {
    /// Σ_i f(λ_i) q_i q_iᵀ.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Vec<f64> {
        let n = self.values.len();
        let mut out = vec![0.0; n * n];
        for (value, vector) in self.values.iter().zip(self.vectors.chunks(n.max(1))) {
            let by = f(*value);
            if by == 0.0 {
                continue;
            }
            for (i, x) in vector.iter().enumerate() {
                for (out, y) in out[i * n..(i + 1) * n].iter_mut().zip(vector) {
                    *out += by * x * y;
                }
            }
        }
        out
    }

    /// Eigenvalues below this are 0 but for rounding.
    pub(super) fn floor(&self) -> f64 {
        let size = self.values.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
        self.values.len() as f64 * f64::EPSILON * size
    }

    /// The square root of a positive semidefinite matrix; eigenvalues within rounding of 0 count as 0.
    ///
    /// # Errors
    /// A negative eigenvalue.
    pub fn square_root(&self) -> Result<Vec<f64>, Error> {
        self.check_semidefinite()?;
        let floor = self.floor();
        Ok(self.map(|x| if x > floor { x.sqrt() } else { 0.0 }))
    }

    /// Is no eigenvalue negative, but for what rounding and the asymmetry of single precision leave?
    pub(super) fn check_semidefinite(&self) -> Result<(), Error> {
        let size = self.values.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
        match self.values.first() {
            Some(&least) if least < -1e-6 * size => Err(Error::unsupported(
                "bures_wasserstein",
                format!(
                    "needs positive semidefinite matrices, but one has the eigenvalue {least:e}"
                ),
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bures::multiply;
    use super::*;
    use crate::random::{Key, Random};

    fn far(a: &[f64], b: &[f64]) -> f64 {
        a.iter()
            .zip(b)
            .fold(0.0, |far: f64, (a, b)| far.max((a - b).abs()))
    }

    #[test]
    fn vectors_are_orthonormal_and_give_the_matrix_back() {
        let mut random = Random::new(Key::new(7), 0);
        for n in [1, 2, 3, 4, 7, 20, 61] {
            let square: Vec<f64> = (0..n * n).map(|_| random.normal()).collect();
            let transposed: Vec<f64> = (0..n * n).map(|at| square[at % n * n + at / n]).collect();
            let full: Vec<f64> = square.iter().zip(&transposed).map(|(a, b)| a + b).collect();
            // A projection of rank 1, a repeated eigenvalue, a diagonal and one whose size is extreme.
            let one: Vec<f64> = (0..n * n)
                .map(|at| square[at / n] * square[at % n])
                .collect();
            let twice: Vec<f64> = identity(n).iter().map(|x| 3.0 * x).collect();
            let huge: Vec<f64> = full.iter().map(|x| 1e200 * x).collect();
            for matrix in [full, one, twice, vec![0.0; n * n], huge] {
                let size = matrix.iter().fold(1e-9, |a: f64, x| a.max(x.abs()));
                let found = eigen(&matrix, n).unwrap();
                let vectors = &found.vectors;
                let transposed: Vec<f64> =
                    (0..n * n).map(|at| vectors[at % n * n + at / n]).collect();
                let gram = multiply(vectors, &transposed, [n, n, n]);
                assert!(far(&gram, &identity(n)) < 1e-13 * n as f64, "n = {n}");
                assert!(
                    far(&found.map(|x| x), &matrix) < 1e-13 * n as f64 * size,
                    "n = {n}"
                );
                assert!(found.values.is_sorted());
            }
        }
    }

    #[test]
    fn roots() {
        let found = eigen(&[2.0, 1.0, 1.0, 2.0], 2).unwrap();
        assert!(far(&found.values, &[1.0, 3.0]) < 1e-15);
        let root = found.square_root().unwrap();
        assert!(far(&multiply(&root, &root, [2, 2, 2]), &[2.0, 1.0, 1.0, 2.0]) < 1e-15);
        assert!(
            eigen(&[1.0, 2.0, 2.0, 1.0], 2)
                .unwrap()
                .square_root()
                .is_err()
        );
        assert!(matches!(eigen(&[1.0; 3], 2), Err(Error::Shape { .. })));
        assert!(matches!(eigen(&[f64::NAN], 1), Err(Error::Value { .. })));
    }
}
