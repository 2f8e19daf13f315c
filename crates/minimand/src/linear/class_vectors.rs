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
    check_rows(weight.len(), width, "weight", "classes")?;
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

/// Divides the rows of a weight matrix `[classes, width]` by their norm to the power `tau`: 0 changes nothing, 1
/// gives rows of norm 1. After training it takes from frequent classes the longer rows that they have; `tau` is
/// chosen on validation data. A row of zeros stays one. Source: Kang et al. 2020 (paper 117).
///
/// # Errors
/// A width of 0 or one that does not divide the weight, and a `tau` that is not a finite number.
pub fn tau_normalize<T: Float>(weight: &mut [T], width: usize, tau: f64) -> Result<(), Error> {
    check_rows(weight.len(), width, "weight", "classes")?;
    if !tau.is_finite() {
        return Err(Error::Parameter {
            loss: "tau_normalize".to_string(),
            parameter: "tau".to_string(),
            expected: "a finite number".to_string(),
            got: tau.to_string(),
        });
    }
    for row in weight.chunks_mut(width) {
        let norm = row.iter().map(|w| w.to_f64().powi(2)).sum::<f64>().sqrt();
        if norm > 0.0 {
            let by = norm.powf(-tau);
            row.iter_mut()
                .for_each(|w| *w = T::from_f64(w.to_f64() * by));
        }
    }
    Ok(())
}

/// The penalty of features `[n, width]`, ½ · mean of ‖h_i‖², and its gradient by them; for a penalty c/2 · mean,
/// multiply both by c. It shortens the features of frequent classes as weight decay does their weights. Source: paper
/// 117.
///
/// # Errors
/// A width of 0 or one that does not divide the features, and features that are not finite. Without rows the
/// penalty is 0.
///
/// ```
/// let (value, gradient) = minimand::linear::feature_norm_penalty(&[3.0f32, 4.0, 0.0, 1.0], 2)?;
/// assert_eq!(value, 0.5 * (25.0 + 1.0) / 2.0);
/// assert_eq!(gradient, [1.5, 2.0, 0.0, 0.5]);
/// # Ok::<(), minimand::Error>(())
/// ```
pub fn feature_norm_penalty<T: Float>(
    features: &[T],
    width: usize,
) -> Result<(f64, Vec<T>), Error> {
    check_rows(features.len(), width, "features", "n")?;
    let bad = features.iter().position(|x| !x.finite());
    if let Some(position) = bad {
        return Err(Error::Value {
            argument: "features",
            position,
            value: features[position].to_f64(),
            expected: "a finite number".to_string(),
        });
    }
    let scale = 1.0 / (features.len() / width).max(1) as f64;
    let squares: f64 = features.iter().map(|x| x.to_f64().powi(2)).sum();
    let by = T::from_f64(scale);
    let gradient = features.iter().map(|&x| x * by).collect();
    Ok((0.5 * squares * scale, gradient))
}

/// Are so many entries rows of this width?
fn check_rows(
    entries: usize,
    width: usize,
    argument: &'static str,
    rows: &str,
) -> Result<(), Error> {
    if width > 0 && entries.is_multiple_of(width) {
        return Ok(());
    }
    Err(Error::Shape {
        argument,
        expected: format!("[{rows}, {width}], rows of at least one entry"),
        got: format!("{entries} entries"),
    })
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

    #[test]
    fn rows_are_divided_by_a_power_of_their_norm() {
        let weight = [3.0, 4.0, 0.0, 0.0, 0.0, 2.0];
        let normalised = |tau| {
            let mut weight = weight;
            tau_normalize(&mut weight, 2, tau).unwrap();
            weight
        };
        assert_eq!(normalised(0.0), weight);
        let roots = normalised(0.5);
        let want = [
            3.0 / 5.0f64.sqrt(),
            4.0 / 5.0f64.sqrt(),
            0.0,
            0.0,
            0.0,
            2.0f64.sqrt(),
        ];
        assert!(
            roots
                .iter()
                .zip(want)
                .all(|(w, want)| (w - want).abs() < 1e-12),
            "{roots:?}"
        );
        let units = normalised(1.0);
        assert!((units[0] - 0.6).abs() < 1e-12 && (units[5] - 1.0).abs() < 1e-12);
        assert!(tau_normalize(&mut [1.0], 0, 1.0).is_err());
        assert!(tau_normalize(&mut [1.0], 1, f64::INFINITY).is_err());
    }

    #[test]
    fn a_penalty_of_features_is_half_the_mean_square_of_their_length() {
        let features = [1.0, -2.0, 0.5, 3.0, 0.0, 1.0];
        let (value, gradient) = feature_norm_penalty(&features, 3).unwrap();
        assert!((value - 0.25 * 15.25).abs() < 1e-12, "{value}");
        assert_eq!(gradient, features.map(|x| x / 2.0));
        assert_eq!(feature_norm_penalty::<f64>(&[], 3).unwrap(), (0.0, vec![]));
        assert!(feature_norm_penalty(&features, 4).is_err());
        let error = feature_norm_penalty(&[0.0f32, f32::NAN], 1).unwrap_err();
        assert!(error.to_string().starts_with("`features` at position 1"));
    }
}
