//! Transport between Gaussians: the Bures–Wasserstein distance of covariances.
//!
//! For positive semidefinite A and B, BW²(A, B) = tr A + tr B − 2 tr (B^½ A B^½)^½; with the squared distance of the
//! means it is the squared 2-Wasserstein distance of the Gaussians. Roots come from eigenvectors, and eigenvalues that
//! are 0 but for rounding count as 0: a singular matrix has its value, and a slope where there is one.

use super::eigen::eigen;
use crate::error::Error;
use crate::kernels::scalar::Real;

/// A Gaussian.
#[derive(Debug, Clone, Copy)]
pub struct Gaussian<'a> {
    /// Mean `[d]`; `None` for 0.
    pub mean: Option<&'a [f64]>,
    /// Covariance `[d, d]`, of which the symmetric part is read.
    pub covariance: &'a [f64],
}

/// A squared distance with its slopes by the first Gaussian.
#[derive(Debug, Clone, PartialEq)]
pub struct Bures {
    /// The squared distance, ≥ 0.
    pub value: f64,
    /// By the mean.
    pub mean: Vec<f64>,
    /// By the covariance, symmetric: I − T, T the map that carries the first Gaussian to the second. In directions in
    /// which the covariance is singular and the other is not, the slope is −∞ and T counts as 0.
    pub covariance: Vec<f64>,
}

/// |m − m₀|² + BW²(A + τI, B) of the Gaussians (m, A) and (m₀, B) in d dimensions. τ ≥ 0, in units of the
/// covariance, keeps the slope finite where A is singular: |T| ≤ (largest eigenvalue of B / τ)^½. O(d³).
///
/// # Errors
/// Sizes that do not fit, numbers that are not finite, matrices with a negative eigenvalue.
pub fn bures_wasserstein(
    source: Gaussian<'_>,
    target: Gaussian<'_>,
    d: usize,
    tau: f64,
) -> Result<Bures, Error> {
    let (mut value, mean) = between_means(source.mean, target.mean, d)?;
    let own = eigen(source.covariance, d)?;
    own.check_semidefinite()?;
    let smoothed = own.map(|x| x.max(0.0) + tau);
    let root = eigen(target.covariance, d)?.square_root()?;
    let inner = eigen(&sandwich(&root, &smoothed, d), d)?;
    let floor = inner.floor();
    let kept = |x: f64| if x > floor { x.sqrt() } else { 0.0 };
    let traces = trace(&smoothed, d) + trace(target.covariance, d);
    value += (traces - 2.0 * inner.values.iter().map(|x| kept(*x)).sum::<f64>()).max(0.0);
    let inverse = inner.map(|x| if x > floor { x.sqrt().recip() } else { 0.0 });
    let mut covariance = sandwich(&root, &inverse, d);
    for (at, x) in covariance.iter_mut().enumerate() {
        *x = f64::from(u8::from(at / d == at % d)) - *x;
    }
    Ok(Bures {
        value,
        mean,
        covariance,
    })
}

/// BW²(WWᵀ + τI, B) of a factor W `[d, k]`, and its slopes by W. Without τ the trace of the root is the nuclear norm of
/// B^½ W, from its singular values: no root of WWᵀ is needed, and small ones keep their digits. Where B^½ W has lost rank
/// the slope is the subgradient that leaves the lost directions out. O(d k min(d, k) + d³).
///
/// # Errors
/// As [`bures_wasserstein`].
pub fn bures_wasserstein_factor(
    factor: &[f64],
    covariance: &[f64],
    [d, k]: [usize; 2],
    tau: f64,
) -> Result<(f64, Vec<f64>), Error> {
    if d.checked_mul(k) != Some(factor.len()) {
        return Err(Error::Shape {
            argument: "factor",
            expected: format!("[{d}, {k}]"),
            got: format!("{} entries", factor.len()),
        });
    }
    if let Some(position) = factor.iter().position(|x| !x.is_finite()) {
        return Err(Error::Value {
            argument: "factor",
            position,
            value: factor[position],
            expected: "a finite number".to_string(),
        });
    }
    if tau > 0.0 {
        let own = multiply(factor, &transposed(factor, [d, k]), [d, k, d]);
        let [source, target] = [own.as_slice(), covariance].map(|covariance| Gaussian {
            mean: None,
            covariance,
        });
        let found = bures_wasserstein(source, target, d, tau)?;
        let slopes = multiply(&found.covariance, factor, [d, d, k]);
        return Ok((found.value, slopes.iter().map(|x| 2.0 * x).collect()));
    }
    let root = eigen(covariance, d)?.square_root()?;
    let (norm, direction) = nuclear(&multiply(&root, factor, [d, d, k]), [d, k]);
    let square: f64 = factor.iter().map(|x| x * x).sum();
    let pull = multiply(&root, &direction, [d, d, k]);
    Ok((
        (square + trace(covariance, d) - 2.0 * norm).max(0.0),
        factor
            .iter()
            .zip(pull)
            .map(|(w, p)| 2.0 * (w - p))
            .collect(),
    ))
}

/// |m − m₀|² and its slopes by m.
fn between_means(
    mean: Option<&[f64]>,
    other: Option<&[f64]>,
    d: usize,
) -> Result<(f64, Vec<f64>), Error> {
    let mut gap = vec![0.0; d];
    for (mean, sign) in [(mean, 1.0), (other, -1.0)] {
        let Some(mean) = mean else { continue };
        if mean.len() != d {
            return Err(Error::Shape {
                argument: "mean",
                expected: format!("[{d}]"),
                got: format!("{} entries", mean.len()),
            });
        }
        gap.iter_mut().zip(mean).for_each(|(g, m)| *g += sign * m);
    }
    let value = gap.iter().map(|g| g * g).sum();
    Ok((value, gap.iter().map(|g| 2.0 * g).collect()))
}

/// A `[n, k]` times B `[k, m]`, row by row.
pub(super) fn multiply<S: Real>(a: &[S], b: &[S], [n, k, m]: [usize; 3]) -> Vec<S> {
    let mut out = vec![S::lift(0.0); n * m];
    for i in 0..n {
        let row = &mut out[i * m..(i + 1) * m];
        for l in 0..k {
            let by = a[i * k + l];
            for (out, b) in row.iter_mut().zip(&b[l * m..(l + 1) * m]) {
                *out = *out + by * *b;
            }
        }
    }
    out
}

fn transposed<S: Copy>(a: &[S], [n, m]: [usize; 2]) -> Vec<S> {
    (0..n * m).map(|at| a[at % n * m + at / n]).collect()
}

/// R A R.
fn sandwich<S: Real>(r: &[S], a: &[S], d: usize) -> Vec<S> {
    multiply(&multiply(r, a, [d, d, d]), r, [d, d, d])
}

fn trace(a: &[f64], d: usize) -> f64 {
    (0..d).map(|i| a[i * d + i]).sum()
}

/// The sum of the singular values of A `[n, m]`, and U Vᵀ of those above rounding: one-sided Jacobi rotations (Golub and
/// Van Loan, section 8.6.3), which give small singular values to their last digits.
fn nuclear(a: &[f64], [n, m]: [usize; 2]) -> (f64, Vec<f64>) {
    if m > n {
        let (norm, direction) = nuclear(&transposed(a, [n, m]), [m, n]);
        return (norm, transposed(&direction, [m, n]));
    }
    const SWEEPS: usize = 60;
    // Columns of A and of V, each as a row.
    let size = a.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
    let scaled: Vec<f64> = a
        .iter()
        .map(|x| if size > 0.0 { x / size } else { 0.0 })
        .collect();
    let mut columns = transposed(&scaled, [n, m]);
    let mut v: Vec<f64> = (0..m * m)
        .map(|at| f64::from(u8::from(at / m == at % m)))
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for _ in 0..SWEEPS {
        let mut turned = false;
        for i in 0..m {
            for j in i + 1..m {
                let (x, y) = (&columns[i * n..(i + 1) * n], &columns[j * n..(j + 1) * n]);
                let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y));
                if xy.abs() <= f64::EPSILON * (xx * yy).sqrt() || xy == 0.0 {
                    continue;
                }
                turned = true;
                let half = (yy - xx) / (2.0 * xy);
                let t = 1.0f64.copysign(half) / (half.abs() + half.hypot(1.0));
                let c = t.hypot(1.0).recip();
                let s = c * t;
                for (rows, length) in [(&mut columns, n), (&mut v, m)] {
                    let (upper, lower) = rows.split_at_mut(j * length);
                    let upper = &mut upper[i * length..(i + 1) * length];
                    for (x, y) in upper.iter_mut().zip(&mut lower[..length]) {
                        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                    }
                }
            }
        }
        if !turned {
            break;
        }
    }
    let lengths: Vec<f64> = columns.chunks(n.max(1)).map(|x| dot(x, x).sqrt()).collect();
    let longest = lengths.iter().fold(0.0, |a: f64, x| a.max(*x));
    let floor = n as f64 * f64::EPSILON * longest;
    let mut direction = vec![0.0; n * m];
    for (i, length) in lengths
        .iter()
        .enumerate()
        .filter(|(_, length)| **length > floor)
    {
        for (row, x) in direction.chunks_mut(m).zip(&columns[i * n..(i + 1) * n]) {
            for (out, v) in row.iter_mut().zip(&v[i * m..(i + 1) * m]) {
                *out += x / length * v;
            }
        }
    }
    (size * lengths.iter().sum::<f64>(), direction)
}

/// tr A^½ of a symmetric matrix on any number, exact to second order: two Newton steps from the root of the `numbers`.
fn plain_root_trace<S: Real>(a: &[S], numbers: &[f64], n: usize) -> S {
    let Ok(found) = eigen(numbers, n) else {
        return S::lift(f64::NAN);
    };
    let lifted: Vec<S> = found.vectors.iter().map(|x| S::lift(*x)).collect();
    // In the basis in which the root of the numbers is diagonal.
    let back = transposed(&lifted, [n, n]);
    let inner = multiply(&multiply(&lifted, a, [n, n, n]), &back, [n, n, n]);
    let roots: Vec<f64> = found.values.iter().map(|x| x.max(0.0).sqrt()).collect();
    let mut x = vec![S::lift(0.0); n * n];
    for (i, root) in roots.iter().enumerate() {
        x[i * n + i] = S::lift(*root);
    }
    for _ in 0..2 {
        let square = multiply(&x, &x, [n, n, n]);
        for (at, x) in x.iter_mut().enumerate() {
            let sum = roots[at / n] + roots[at % n];
            if sum > 0.0 {
                *x = *x + (inner[at] - square[at]) / S::lift(sum);
            }
        }
    }
    (0..n).fold(S::lift(0.0), |sum, i| sum + x[i * n + i])
}

/// [`bures_wasserstein`] without means, on any number.
pub(crate) fn plain_bures<S: Real>(
    own: &[S],
    numbers: &[f64],
    target: &[f64],
    d: usize,
    tau: f64,
) -> S {
    let Ok(root) = eigen(target, d).and_then(|found| found.square_root()) else {
        return S::lift(f64::NAN);
    };
    let half = S::lift(0.5);
    let smoothed: Vec<S> = (0..d * d)
        .map(|at| {
            let (i, j) = (at / d, at % d);
            let symmetric = half * (own[i * d + j] + own[j * d + i]);
            symmetric + S::lift(if i == j { tau } else { 0.0 })
        })
        .collect();
    let plain: Vec<f64> = (0..d * d)
        .map(|at| {
            let (i, j) = (at / d, at % d);
            0.5 * (numbers[i * d + j] + numbers[j * d + i]) + if i == j { tau } else { 0.0 }
        })
        .collect();
    let lifted: Vec<S> = root.iter().map(|x| S::lift(*x)).collect();
    let inner = plain_root_trace(
        &sandwich(&lifted, &smoothed, d),
        &sandwich(&root, &plain, d),
        d,
    );
    let own = (0..d).fold(S::lift(trace(target, d)), |sum, i| {
        sum + smoothed[i * d + i]
    });
    own - S::lift(2.0) * inner
}

/// [`bures_wasserstein_factor`] on any number.
pub(crate) fn plain_bures_factor<S: Real>(
    factor: &[S],
    numbers: &[f64],
    target: &[f64],
    [d, k]: [usize; 2],
    tau: f64,
) -> S {
    let gram = |w: &[S]| multiply(w, &transposed(w, [d, k]), [d, k, d]);
    if tau > 0.0 || d <= k {
        let plain = multiply(numbers, &transposed(numbers, [d, k]), [d, k, d]);
        return plain_bures(&gram(factor), &plain, target, d, tau);
    }
    // WᵀBW has the same eigenvalues, and none of them is 0 for want of columns.
    let lifted: Vec<S> = target.iter().map(|x| S::lift(*x)).collect();
    let small = multiply(
        &transposed(factor, [d, k]),
        &multiply(&lifted, factor, [d, d, k]),
        [k, d, k],
    );
    let plain = multiply(
        &transposed(numbers, [d, k]),
        &multiply(target, numbers, [d, d, k]),
        [k, d, k],
    );
    let square = factor
        .iter()
        .fold(S::lift(trace(target, d)), |sum, w| sum + w.square());
    square - S::lift(2.0) * plain_root_trace(&small, &plain, k)
}
