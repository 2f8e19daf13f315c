//! Weight matrices of classifiers that are made and not learned, and what keeps learned ones short.

use crate::error::Error;
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::kernels::scalar::Float;
use std::f64::consts::PI;

/// The simplex that classifiers tend to (an equiangular tight frame), as a fixed weight matrix.
///
/// `[classes, width]`, row-major: rows of norm 1, each two with the cosine −1/(classes − 1). The same matrix
/// every time, and no feature left out: its coordinates are those of a cosine transform. Source: Papyan et al.
/// 2020; as a head, paper 117.
///
/// # Errors
/// Fewer than two classes, and a width below `classes` − 1, in which there is no such frame.
///
/// ```
/// let weight = minimand::linear::simplex_etf(3, 4)?;
/// let cosine: f64 = (0..4).map(|j| weight[j] * weight[4 + j]).sum();
/// assert!((cosine + 0.5).abs() < 1e-12);
/// # Ok::<(), minimand::Error>(())
/// ```
pub fn simplex_etf(classes: usize, width: usize) -> Result<Vec<f64>, Error> {
    let wrong = |parameter: &str, expected: String, got: usize| Error::Parameter {
        loss: "simplex_etf".to_string(),
        parameter: parameter.to_string(),
        expected,
        got: got.to_string(),
    };
    if classes < 2 {
        return Err(wrong("classes", "at least 2".to_string(), classes));
    }
    let axes = classes - 1;
    if width < axes {
        let expected = format!("at least {axes}, the number of classes less 1");
        return Err(wrong("width", expected, width));
    }
    // Orthonormal columns of the cosine transforms of both lengths; the first of the classes', which is
    // constant, is what the simplex leaves out.
    let cosines = |rows: usize, first: usize| -> Vec<f64> {
        let entry = |row: usize, k: usize| match k {
            0 => (1.0 / rows as f64).sqrt(),
            // The angle repeats after 4·rows steps: the remainder keeps it exact.
            k => {
                let step = ((2 * row + 1) * k) % (4 * rows);
                (2.0 / rows as f64).sqrt() * (PI * step as f64 / (2 * rows) as f64).cos()
            }
        };
        (0..rows)
            .flat_map(|row| (first..first + axes).map(move |k| entry(row, k)))
            .collect()
    };
    let (by_class, by_feature) = (cosines(classes, 1), cosines(width, 0));
    let mut weight = vec![0.0; classes * width];
    multiply_into(
        &mut weight,
        false,
        Matrix::new(&by_class, classes, axes),
        Matrix::new(&by_feature, width, axes).transposed(),
    );
    let scale = (classes as f64 / axes as f64).sqrt();
    weight.iter_mut().for_each(|w| *w *= scale);
    Ok(weight)
}

/// Scales rows of a weight matrix `[classes, width]` whose norm exceeds `limit` back to it: the projection of
/// max-norm regularisation, for after a step of the optimizer. Source: paper 117.
///
/// # Errors
/// A width of 0 or one that does not divide the weight, and a limit that is not a finite number above 0.
pub fn project_max_norm<T: Float>(weight: &mut [T], width: usize, limit: f64) -> Result<(), Error> {
    if width == 0 || !weight.len().is_multiple_of(width) {
        return Err(Error::Shape {
            argument: "weight",
            expected: format!("[classes, {width}], rows of at least one entry"),
            got: format!("{} entries", weight.len()),
        });
    }
    if !(limit > 0.0 && limit.is_finite()) {
        return Err(Error::Parameter {
            loss: "project_max_norm".to_string(),
            parameter: "limit".to_string(),
            expected: "a finite number above 0".to_string(),
            got: limit.to_string(),
        });
    }
    for row in weight.chunks_mut(width) {
        let norm = row.iter().map(|w| w.to_f64().powi(2)).sum::<f64>().sqrt();
        if norm > limit {
            for w in row {
                *w = T::from_f64(w.to_f64() * (limit / norm));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_one() {
        for (classes, width) in [(2, 1), (2, 5), (3, 2), (10, 9), (10, 64), (7, 7)] {
            let w = simplex_etf(classes, width).unwrap();
            for a in 0..classes {
                for b in 0..classes {
                    let product: f64 = (0..width)
                        .map(|j| w[a * width + j] * w[b * width + j])
                        .sum();
                    let expected = if a == b {
                        1.0
                    } else {
                        -1.0 / (classes as f64 - 1.0)
                    };
                    assert!(
                        (product - expected).abs() < 1e-12,
                        "{classes} {width}: {product}"
                    );
                }
            }
        }
        assert!(matches!(simplex_etf(1, 4), Err(Error::Parameter { .. })));
        assert!(matches!(simplex_etf(5, 3), Err(Error::Parameter { .. })));
    }

    #[test]
    fn long_rows_become_as_long_as_the_limit() {
        let mut w = vec![3.0f32, 4.0, 0.3, 0.4, 0.0, 0.0];
        project_max_norm(&mut w, 2, 1.0).unwrap();
        assert!((w[0] - 0.6).abs() < 1e-6 && (w[1] - 0.8).abs() < 1e-6);
        assert_eq!(w[2..], [0.3, 0.4, 0.0, 0.0]);
        assert!(project_max_norm(&mut w, 4, 1.0).is_err());
        assert!(project_max_norm(&mut w, 0, 1.0).is_err());
        assert!(project_max_norm(&mut w, 2, f64::NAN).is_err());
    }
}
