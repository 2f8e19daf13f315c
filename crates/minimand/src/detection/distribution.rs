//! Distances to the sides of a box as distributions over whole numbers.

use super::boxes::finite;
use crate::error::Error;
use crate::kernels::scalar::Float;

/// Distances as soft labels `[n, bins]`: the two whole numbers around a distance share it, so that their mean is
/// the distance.
///
/// The distribution focal loss of a distance y between i and i + 1 is
/// −(i + 1 − y) ln p_i − (y − i) ln p_{i+1}: [`CrossEntropy`](crate::losses::CrossEntropy) with these labels. Its
/// knowledge distillation is [`Distillation`](crate::losses::Distillation) of the teacher's logits (paper 121).
/// `distances` are in units of a bin, in 0..bins − 1. Source: Li et al. 2020.
///
/// ```
/// use minimand::detection::{expected_bin, two_hot};
///
/// assert_eq!(two_hot(&[1.25, 3.0], 4)?, [0.0, 0.75, 0.25, 0.0, 0.0, 0.0, 0.0, 1.0]);
/// assert_eq!(expected_bin(&[0.0, 0.0, 5.0, 5.0], 2)?, [0.5, 0.5]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Value`] for a distance that is not in 0..bins − 1.
pub fn two_hot<T: Float>(distances: &[T], bins: usize) -> Result<Vec<T>, Error> {
    let mut labels = vec![T::default(); distances.len() * bins];
    for (position, &distance) in distances.iter().enumerate() {
        let y = distance.to_f64();
        if !(y >= 0.0 && y + 1.0 <= bins as f64) {
            return Err(Error::Value {
                argument: "distances",
                position,
                value: y,
                expected: format!("a number in 0..{}, for {bins} bins", bins.saturating_sub(1)),
            });
        }
        let row = &mut labels[position * bins..(position + 1) * bins];
        let (bin, part) = (y as usize, y.fract());
        row[bin] = T::from_f64(1.0 - part);
        if part > 0.0 {
            row[bin + 1] = T::from_f64(part);
        }
    }
    Ok(labels)
}

/// The mean bin of each row of logits `[n, bins]` under its softmax, in 0..bins − 1: the distance that a
/// distribution stands for.
///
/// # Errors
/// [`Error::Shape`] if the length is no multiple of the number of bins, [`Error::Value`] for a logit that is not
/// finite.
pub fn expected_bin<T: Float>(logits: &[T], bins: usize) -> Result<Vec<f64>, Error> {
    if bins == 0 || !logits.len().is_multiple_of(bins) {
        return Err(Error::Shape {
            argument: "logits",
            expected: format!("[n, {bins}] with at least one bin"),
            got: format!("{} numbers", logits.len()),
        });
    }
    finite("logits", logits)?;
    let mean = |row: &[T]| {
        let top = row
            .iter()
            .fold(f64::NEG_INFINITY, |top, z| top.max(z.to_f64()));
        let (mut total, mut moment) = (0.0, 0.0);
        for (bin, z) in row.iter().enumerate() {
            let e = (z.to_f64() - top).exp();
            total += e;
            moment += e * bin as f64;
        }
        moment / total
    };
    Ok(logits.chunks(bins).map(mean).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_label_is_its_distance() {
        for y in [0.0, 0.3, 1.0, 6.999, 7.0] {
            let labels = two_hot(&[y], 8).unwrap();
            let mean: f64 = labels.iter().enumerate().map(|(i, p)| i as f64 * p).sum();
            assert!((mean - y).abs() < 1e-14 && labels.iter().sum::<f64>() == 1.0);
            let logits: Vec<f64> = labels.iter().map(|p| p.max(1e-300).ln()).collect();
            assert!((expected_bin(&logits, 8).unwrap()[0] - y).abs() < 1e-12);
        }
        for bad in [-0.1, 7.1, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                two_hot(&[1.0, bad], 8),
                Err(Error::Value { position: 1, .. })
            ));
        }
        assert!(two_hot(&[0.0], 0).is_err());
    }

    #[test]
    fn expected_bins_of_wide_logits() {
        assert_eq!(expected_bin(&[800.0, 0.0, -800.0], 3).unwrap(), [0.0]);
        assert!(expected_bin::<f64>(&[], 3).unwrap().is_empty());
        assert!(matches!(
            expected_bin(&[1.0f32; 4], 3),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            expected_bin(&[1.0f32; 4], 0),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            expected_bin(&[1.0, f32::NAN], 2),
            Err(Error::Value { position: 1, .. })
        ));
    }
}
