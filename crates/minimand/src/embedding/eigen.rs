//! Eigenvalues and eigenvectors of symmetric matrices.

/// Eigenvalues in descending order with their unit eigenvectors as rows.
///
/// `matrix` is `[n, n]` and symmetric, of finite numbers whose squares are in range. Householder's reduction to three
/// diagonals, then the implicit QL steps of Wilkinson and Reinsch 1971: about 8 n³ operations.
pub(crate) fn symmetric(mut matrix: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors = vec![0.0; n * n];
    (0..n).for_each(|i| vectors[i * n + i] = 1.0);
    let mut below = tridiagonal(&mut matrix, &mut vectors, n);
    let mut values: Vec<f64> = (0..n).map(|i| matrix[i * n + i]).collect();
    for first in 0..n {
        // Two or three steps are usual; the bound only guards against the impossible.
        for _ in 0..100 {
            let small = |i: &usize| {
                let size = values[*i].abs() + values[i + 1].abs();
                below[*i].abs() <= f64::EPSILON * size
            };
            let last = (first..n - 1).find(small).unwrap_or(n - 1);
            if last == first {
                break;
            }
            step(&mut values, &mut below, &mut vectors, first..last, n);
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let rows = order.iter().flat_map(|&i| &vectors[i * n..(i + 1) * n]);
    let rows = rows.copied().collect();
    (order.iter().map(|&i| values[i]).collect(), rows)
}

/// Reflects columns until three diagonals are left; the lower one of them, with a 0 at its end. The rows of `vectors`
/// are reflected along.
fn tridiagonal(matrix: &mut [f64], vectors: &mut [f64], n: usize) -> Vec<f64> {
    let mut below = vec![0.0; n];
    for k in 0..n.saturating_sub(1) {
        let mut v: Vec<f64> = (k + 1..n).map(|i| matrix[i * n + k]).collect();
        let rest: f64 = v[1..].iter().map(|x| x * x).sum();
        below[k] = v[0];
        if rest == 0.0 {
            continue;
        }
        let length = (v[0] * v[0] + rest).sqrt();
        below[k] = if v[0] > 0.0 { -length } else { length };
        v[0] -= below[k];
        let factor = 2.0 / (v[0] * v[0] + rest);
        let rows = || (k + 1..n).map(|i| i * n);
        let mut w: Vec<f64> = rows()
            .map(|row| {
                let part = matrix[row + k + 1..row + n].iter().zip(&v);
                factor * part.map(|(a, b)| a * b).sum::<f64>()
            })
            .collect();
        let inner: f64 = w.iter().zip(&v).map(|(a, b)| a * b).sum();
        w.iter_mut()
            .zip(&v)
            .for_each(|(w, v)| *w -= 0.5 * factor * inner * v);
        for (i, row) in rows().enumerate() {
            let part = matrix[row + k + 1..row + n].iter_mut();
            for (x, (a, b)) in part.zip(v.iter().zip(&w)) {
                *x -= v[i] * b + w[i] * a;
            }
        }
        let mut product = vec![0.0; n];
        for (x, row) in v.iter().zip(rows()) {
            let part = vectors[row..row + n].iter();
            product.iter_mut().zip(part).for_each(|(p, y)| *p += x * y);
        }
        for (x, row) in v.iter().zip(rows()) {
            let part = vectors[row..row + n].iter_mut();
            part.zip(&product).for_each(|(y, p)| *y -= factor * x * p);
        }
    }
    below
}

/// One implicit QL step on a block that no zero splits.
fn step(
    values: &mut [f64],
    below: &mut [f64],
    vectors: &mut [f64],
    block: std::ops::Range<usize>,
    n: usize,
) {
    let (first, last) = (block.start, block.end);
    let half = (values[first + 1] - values[first]) / (2.0 * below[first]);
    let root = half.hypot(1.0).copysign(half);
    let mut bulge = values[last] - values[first] + below[first] / (half + root);
    let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
    for i in block.rev() {
        let (over, side) = (sine * below[i], cosine * below[i]);
        let length = over.hypot(bulge);
        below[i + 1] = length;
        if length == 0.0 {
            // The block has split.
            values[i + 1] -= shift;
            below[last] = 0.0;
            return;
        }
        (sine, cosine) = (over / length, bulge / length);
        let moved = values[i + 1] - shift;
        let turned = (values[i] - moved) * sine + 2.0 * cosine * side;
        shift = sine * turned;
        values[i + 1] = moved + shift;
        bulge = cosine * turned - side;
        let (head, tail) = vectors.split_at_mut((i + 1) * n);
        for (a, b) in head[i * n..].iter_mut().zip(&mut tail[..n]) {
            (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
        }
    }
    values[first] -= shift;
    below[first] = bulge;
    below[last] = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Random};

    /// The product of the parts is the matrix, and the vectors are orthonormal.
    fn check(matrix: &[f64], n: usize) -> Vec<f64> {
        let (values, vectors) = symmetric(matrix.to_vec(), n);
        let size = matrix.iter().fold(1e-300, |m: f64, x| x.abs().max(m));
        for i in 0..n {
            for j in 0..n {
                let at = |k: usize| vectors[k * n + i] * values[k] * vectors[k * n + j];
                let got: f64 = (0..n).map(at).sum();
                assert!((got - matrix[i * n + j]).abs() < 1e-12 * size * n as f64);
                let inner = |k: usize| vectors[i * n + k] * vectors[j * n + k];
                let inner: f64 = (0..n).map(inner).sum();
                assert!((inner - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
        assert!(values.is_sorted_by(|a, b| a >= b));
        values
    }

    #[test]
    fn the_parts_make_the_matrix() {
        let mut random = Random::new(Key::new(1), 0);
        for n in [1, 2, 3, 7, 40] {
            let half: Vec<f64> = (0..n * n).map(|_| random.normal()).collect();
            let sum = |i: usize| half[i] + half[i % n * n + i / n];
            check(&(0..n * n).map(sum).collect::<Vec<f64>>(), n);
            // Equal eigenvalues, and rank one.
            check(
                &(0..n * n)
                    .map(|i| f64::from(u8::from(i / n == i % n)))
                    .collect::<Vec<_>>(),
                n,
            );
            check(
                &(0..n * n)
                    .map(|i| half[i / n] * half[i % n])
                    .collect::<Vec<_>>(),
                n,
            );
            check(&vec![0.0; n * n], n);
        }
        let values = check(&[2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 2.0], 3);
        for (got, want) in values
            .iter()
            .zip([2.0 + 2f64.sqrt(), 2.0, 2.0 - 2f64.sqrt()])
        {
            assert!((got - want).abs() < 1e-14);
        }
        assert!(symmetric(Vec::new(), 0).0.is_empty());
    }
}
